package merge_test

import (
	"fmt"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Both sides changed a task since they last agreed: the title on GHL, the
// status on Pagico, and the tags on both.
func ExamplePlan() {
	rules := merge.Rules{Fields: []merge.Field{
		{Name: "title"}, {Name: "status"}, {Name: "tags", Policy: merge.Merge},
	}}
	agreed := func(v merge.Value) merge.Base { return merge.Base{GHL: v, Pagico: v} }
	pair := merge.Pair{
		Base: map[string]merge.Base{
			"title": agreed(merge.Text("Call Ada")), "status": agreed(merge.Text("open")), "tags": agreed(merge.Set("vip")),
		},
		GHL: &merge.State{Fields: merge.Fields{
			"title": merge.Text("Call Ada Lovelace"), "status": merge.Text("open"), "tags": merge.Set("vip", "north"),
		}},
		Pagico: &merge.State{Fields: merge.Fields{
			"title": merge.Text("Call Ada"), "status": merge.Text("completed"), "tags": merge.Set("vip", "urgent"),
		}},
	}
	for _, c := range merge.Plan(pair, rules).Changes {
		fmt.Printf("%s on %s: %s → %s (%s)\n", c.Field, c.To, c.Old, c.New, c.Rule)
	}
	// Output:
	// title on pagico: Call Ada → Call Ada Lovelace (changed on ghl)
	// status on ghl: open → completed (changed on pagico)
	// tags on ghl: {north, vip} → {north, urgent, vip} (policy merge: both edits joined)
	// tags on pagico: {urgent, vip} → {north, urgent, vip} (policy merge: both edits joined)
}
