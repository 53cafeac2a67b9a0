package syncer_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

var rewrite = flag.Bool("explain.rewrite", false, "write testdata/explain.txt anew")

// explained is one story, the field that is asked about, and the link's record.
type explained struct {
	name   string
	config func(*syncer.Config)
	field  string
	story  func(b *bench, task, twin syncer.Ref) syncer.Ref
}

// fieldPolicy sets the policy of the title.
func fieldPolicy(p merge.Policy) func(*syncer.Config) {
	return func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = p }
}

// deletions sets the policy of deletions.
func deletions(p merge.DeletePolicy) func(*syncer.Config) {
	return func(c *syncer.Config) { c.Flows[1].Rules.Deletes = p }
}

// clash has people edit the title on both sides.
func clash(b *bench, task, twin syncer.Ref) syncer.Ref {
	b.ghl.Edit(task, syncer.Fields{"title": text("from ghl")})
	b.pagico.Edit(twin, syncer.Fields{"title": text("from pagico")})
	b.sync()
	return task
}

func titled(s string) syncer.Fields { return syncer.Fields{"title": text(s)} }

// stories are all that can become of a field.
func stories() []explained {
	return slices.Concat(conflictStories(), fieldStories(), recordStories(), deletionStories(), undoStories())
}

func conflictStories() []explained {
	return []explained{
		{"An edit is carried over by a webhook's hint, then another one by a pass", nil, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.ghl.Edit(task, titled("Call back"))
			_, err := b.engine.SyncRecord(b.t.Context(), task, syncer.SyncOptions{Trigger: "webhook 4711"})
			require.NoError(b.t, err)
			b.pagico.Edit(twin, titled("Call back today"))
			b.sync()
			return task
		}},
		{"The same edit on both sides", nil, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.ghl.Edit(task, titled("Same"))
			b.pagico.Edit(twin, titled("Same"))
			b.sync()
			return task
		}},
		{"A conflict, ghlWins", fieldPolicy(merge.GHLWins), "title", clash},
		{"A conflict, pagicoWins", fieldPolicy(merge.PagicoWins), "title", clash},
		{"A conflict, lastWriterWins", nil, "title", clash},
		{"A conflict, merge joins both", nil, "body", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.ghl.Edit(task, syncer.Fields{"body": text("ONE\ntwo\nthree")})
			b.pagico.Edit(twin, syncer.Fields{"body": text("one\ntwo\nTHREE")})
			b.sync()
			return task
		}},
		{"A conflict, merge cannot join", nil, "body", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.ghl.Edit(task, syncer.Fields{"body": text("ONE\ntwo\nthree")})
			b.pagico.Edit(twin, syncer.Fields{"body": text("Eins\ntwo\nthree")})
			b.sync()
			return task
		}},
		{"A conflict, manual, decided and carried out", fieldPolicy(merge.Manual), "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			clash(b, task, twin)
			b.decide(text("from pagico"))
			b.sync()
			return task
		}},
		{"A conflict, manual, just decided", fieldPolicy(merge.Manual), "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			clash(b, task, twin)
			b.decide(text("neither"))
			return task
		}},
	}
}

func fieldStories() []explained {
	return []explained{
		{"An owned field is put back", func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Owner = merge.GHL }, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Edit(twin, titled("Mine"))
			b.sync()
			return task
		}},
		{"An owned field is left", func(c *syncer.Config) {
			c.Flows[1].Rules.Fields[0].Owner, c.Flows[1].Rules.OneWay = merge.GHL, merge.Ignore
		}, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Edit(twin, titled("Mine"))
			b.sync()
			b.ghl.Edit(task, titled("Ours"))
			b.sync()
			return task
		}},
		{"A one-way target is put back", func(c *syncer.Config) { c.Flows[1].Rules.Direction = merge.GHLToPagico }, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Edit(twin, titled("Mine"))
			b.sync()
			return task
		}},
		{"A record that cannot be written, and a decision about it", func(c *syncer.Config) { c.Flows[1].Rules.Direction = merge.GHLToPagico }, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.setLock(twin, true)
			b.ghl.Edit(task, titled("Call back"))
			b.sync()
			b.decide(text("Call back"))
			b.sync()
			return task
		}},
		{"A write is refused", nil, "title", func(b *bench, task, _ syncer.Ref) syncer.Ref {
			b.pagico.SetFault(failing("update", 1, syncertest.Fault{Before: syncer.ErrRefused}))
			b.ghl.Edit(task, titled("Call back"))
			b.sync()
			b.sync()
			return task
		}},
		{"A write without an answer took effect", nil, "title", func(b *bench, task, _ syncer.Ref) syncer.Ref {
			b.pagico.SetFault(failing("update", 1, syncertest.Fault{After: syncer.ErrUncertain}))
			b.ghl.Edit(task, titled("Call back"))
			b.sync()
			b.sync()
			return task
		}},
	}
}

// decide decides the one title that waits.
func (b *bench) decide(value syncer.Value) {
	b.t.Helper()
	waiting, err := b.engine.Waiting(b.t.Context())
	require.NoError(b.t, err)
	require.Len(b.t, waiting, 1)
	require.NoError(b.t, b.engine.Decide(b.t.Context(), waiting[0].ID, "title", value, "Grace"))
}

func recordStories() []explained {
	return []explained{
		{"Two records are taken for the same one", nil, "title", func(b *bench, task, _ syncer.Ref) syncer.Ref {
			parent, err := b.ghl.Get(b.t.Context(), task)
			require.NoError(b.t, err)
			own := b.ghl.Add(syncer.KindTask, parent.Ref.Parent, titled("Own"))
			b.pagico.Add(syncer.KindTask, b.pagico.All(syncer.KindContact)[0].Ref.ID, syncer.Fields{"title": text("Own"), "status": text("open")})
			b.sync()
			return own
		}},
		{"A create without an answer is found", nil, "title", func(b *bench, _, _ syncer.Ref) syncer.Ref {
			b.ghl.SetFault(failing("create", 1, syncertest.Fault{After: syncer.ErrUncertain}))
			made := b.pagico.Add(syncer.KindTask, b.pagico.All(syncer.KindContact)[0].Ref.ID, titled("New"))
			b.sync()
			return made
		}},
	}
}

func deletionStories() []explained {
	return []explained{
		{"Deleted on Pagico, and on GHL with it", nil, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Remove(twin)
			b.sync()
			return task
		}},
		{"The same, for a field that showed nothing", nil, "assignee", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Remove(twin)
			b.sync()
			return task
		}},
		{"Deleted on Pagico, with an edit on GHL that a rule overrides", func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Owner = merge.Pagico }, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Remove(twin)
			b.ghl.Edit(task, titled("Mine"))
			b.sync()
			return task
		}},
		{"Deleted on Pagico, edited on GHL", nil, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Remove(twin)
			b.ghl.Edit(task, titled("Still needed"))
			b.sync()
			return task
		}},
		{"Deleted while a field waited", fieldPolicy(merge.Manual), "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			clash(b, task, twin)
			b.ghl.Remove(task)
			b.pagico.Remove(twin)
			b.sync()
			return task
		}},
		{"Deleted on Pagico, completed on GHL, and that taken back", deletions(merge.Complete), "status", func(b *bench, _, twin syncer.Ref) syncer.Ref {
			seq := b.lastSeq()
			b.pagico.Remove(twin)
			b.sync()
			b.takeBack(seq)
			return twin
		}},
		{"Deleted on Pagico, kept on GHL", deletions(merge.Unlink), "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.pagico.Remove(twin)
			b.sync()
			return task
		}},
		{"A deletion is refused", nil, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			b.ghl.SetFault(failing("delete", 1, syncertest.Fault{Before: syncer.ErrRefused}))
			b.pagico.Remove(twin)
			b.sync()
			return task
		}},
	}
}

// taskRehomed has somebody put the Pagico task under another contact.
func taskRehomed(b *bench, _, twin syncer.Ref) syncer.Ref {
	other := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
	b.sync()
	b.pagico.Rehome(twin, b.twin(other).Ref.ID)
	b.sync()
	return twin
}

func undoStories() []explained {
	return []explained{
		{"A deletion is undone", nil, "title", func(b *bench, task, twin syncer.Ref) syncer.Ref {
			seq := b.lastSeq()
			b.pagico.Remove(twin)
			b.sync()
			b.takeBack(seq)
			return task
		}},
		{"An edit is undone", nil, "title", func(b *bench, task, _ syncer.Ref) syncer.Ref {
			seq := b.lastSeq()
			b.ghl.Edit(task, titled("typo"))
			b.sync()
			b.takeBack(seq)
			return task
		}},
		{"A copy is undone, and that, too", nil, "title", func(b *bench, task, _ syncer.Ref) syncer.Ref {
			seq := b.lastSeq()
			b.takeBack(0)
			b.takeBack(seq)
			return task
		}},
		{"Put under another contact on Pagico, and made again there on GHL", remakes, "contact", taskRehomed},
		{"The same, for a field", remakes, "title", taskRehomed},
		{"Put under another contact on GHL", nil, "contact", func(b *bench, task, _ syncer.Ref) syncer.Ref {
			other := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
			b.ghl.Rehome(task, other.ID)
			b.sync()
			return task
		}},
	}
}

// TestExplainIsUnderstoodByPeople compares the explanations of all that can
// become of a field with the ones that were read and found to be clear.
func TestExplainIsUnderstoodByPeople(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, s := range stories() {
		var change []func(*syncer.Config)
		if s.config != nil {
			change = append(change, s.config)
		}
		b := newBench(t, change...)
		_, task := b.seed()
		b.sync()
		ref := s.story(b, task, b.twin(task).Ref)
		var link syncer.Link
		require.NoError(t, b.store.View(t.Context(), "test", func(tx syncer.Tx) (err error) {
			link, err = tx.LinkOf(ref)
			return err
		}))
		x, err := b.engine.Explain(t.Context(), link.ID, s.field)
		require.NoError(t, err)
		fmt.Fprintf(&all, "# %s\n%s\n", s.name, x)
	}
	got := regexp.MustCompile(`\d+ms|\b\d+s\b`).ReplaceAllString(all.String(), "…s")
	got = regexp.MustCompile(`2026-03-01T09:00:\d\dZ`).ReplaceAllString(got, "2026-03-01T09:00:00Z")
	got = regexp.MustCompile(`plan [0-9a-f]{12}`).ReplaceAllString(got, "plan 0123456789ab")
	file := filepath.Join("testdata", "explain.txt")
	if *rewrite {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
