package ghl_test

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// realAnswer is an answer in a shape that the service was observed to give, with every field that was seen.
type realAnswer struct {
	name   string
	answer string
	call   func(ctx context.Context, c *ghl.Client) (any, error)
	// raw are the places of fields that have no Go field, and are found in RawJSON; a "*" at the end covers all below.
	raw []string
	// beside are the places of what stands beside the records, which WithResponse has, as it has every /traceId.
	beside []string
}

// got and rows turn the typed results into one type.
func got[T any](v T, err error) (any, error) { return v, err }

func rows[T any](seq iter.Seq2[T, error]) (any, error) { return drain(seq) }

func realAnswers() []realAnswer {
	return slices.Concat(realContacts(), realTasks(), realNotes(), realAppointments(), realPeople(), realSettings(), realSales(), realTalks())
}

// TestRealAnswersLoseNothing decodes every answer, changes its values one by one, and looks whether the typed fields show the
// change. Then it puts null in the place of each value, and leaves each out: neither may be an error.
func TestRealAnswersLoseNothing(t *testing.T) {
	t.Parallel()
	for _, r := range realAnswers() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			page := &onePage{}
			c, _ := serve(t, page.serve)
			var tree any
			require.NoError(t, json.Unmarshal([]byte(r.answer), &tree))
			read := func(withRaw bool) string {
				data, err := json.Marshal(tree)
				require.NoError(t, err)
				page.answer = data
				out, err := r.call(t.Context(), c)
				if !assert.NoError(t, err, string(data)) {
					return ""
				}
				var b strings.Builder
				dumpValue(&b, reflect.ValueOf(out), withRaw)
				return b.String()
			}
			typed, whole := read(false), read(true)
			used := map[string]bool{}
			eachLeaf(tree, "", func(place string) {
				if place == "/traceId" || slices.ContainsFunc(r.beside, func(p string) bool { return fits(p, place) }) {
					assert.Equal(t, typed, read(false), "%s has a Go field after all", place)
					return
				}
				if i := slices.IndexFunc(r.raw, func(p string) bool { return fits(p, place) }); i >= 0 {
					used[r.raw[i]] = true
					assert.Equal(t, typed, read(false), "%s has a Go field after all", place)
					assert.NotEqual(t, whole, read(true), "%s is lost", place)
					return
				}
				assert.NotEqual(t, typed, read(false), "%s has no Go field", place)
			})
			for _, place := range r.raw {
				assert.True(t, used[place], "%s is not in the answer", place)
			}
			eachGap(tree, func() { read(true) })
		})
	}
}

// eachGap puts null in the place of one value of a record after the other, then leaves it out, and calls f each time. What
// wraps the records, and their ids, stays.
func eachGap(v any, f func()) {
	switch v := v.(type) {
	case map[string]any:
		record := v["id"] != nil || v["_id"] != nil
		for key, old := range v {
			eachGap(old, f)
			if !record || key == "id" || key == "_id" {
				continue
			}
			v[key] = nil
			f()
			delete(v, key)
			f()
			v[key] = old
		}
	case []any:
		for _, el := range v {
			eachGap(el, f)
		}
	}
}

// A record keeps the JSON that it was decoded from, byte for byte.
func TestRawJSONIsWhatCame(t *testing.T) {
	t.Parallel()
	const contact = `{"id":"c1", "vendorsNextIdea":{"a":[1,2.50,"\u00e9"]},"tags":[ "a" ]}`
	c, _ := serve(t, replies(http.StatusOK, `{"contact":`+contact+`,"traceId":"t"}`))
	one, err := c.Contacts.Get(t.Context(), "c1")
	require.NoError(t, err)
	assert.Equal(t, contact, string(one.RawJSON()))
}
