package ghlpagico_test

import (
	"context"
	"net/http"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// flaw is something that is wrong with the whole: with the engine, with what
// its sources say, with what the clients send, or with the store.
type flaw struct {
	name   string
	engine string // a flaw of the engine, by its name there
	source func(syncer.Source) syncer.Source
	wire   func(http.RoundTripper) http.RoundTripper
	store  func(syncer.Store) syncer.Store
}

// flaws lists them all.
func flaws() []flaw {
	all := []flaw{
		{name: "writes to Pagico carry no If-Match", wire: wire(withoutIfMatch)},
		{name: "listings that lag are trusted", source: func(s syncer.Source) syncer.Source { return trusting{wrapped{s}} }},
	}
	for _, name := range engineFlaws() {
		all = append(all, flaw{name: "the engine " + name, engine: name})
	}
	return all
}

// engineFlaws are the engine's own; see package syncer, where each of them is
// caught by a property too.
func engineFlaws() []string {
	return []string{
		"moves the base before the write",
		"forgets what it wrote itself",
		"forgets writes of unknown outcome",
		"decides by another policy",
		"overlooks what changed around its write",
		"lets a deletion beat an edit",
		"does not write down what it overrides",
		"does more than a plan says",
		"ends links without a trace",
		"writes on top of an old reading",
	}
}

// wire makes a round tripper of one that is given the next one.
func wire(trip func(req *http.Request, next http.RoundTripper) (*http.Response, error)) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return tripper(func(req *http.Request) (*http.Response, error) { return trip(req, next) })
	}
}

type tripper func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (t tripper) RoundTrip(req *http.Request) (*http.Response, error) { return t(req) }

func withoutIfMatch(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Del("If-Match")
	return next.RoundTrip(req)
}

// wrapped is a source that wraps another one and says the same of creates.
type wrapped struct{ syncer.Source }

// CreateIsRepeatable implements [syncer.RepeatableCreates].
func (w wrapped) CreateIsRepeatable(kind syncer.Kind) bool {
	r, ok := w.Source.(syncer.RepeatableCreates)
	return ok && r.CreateIsRepeatable(kind)
}

// trusting takes what an index lists for the truth.
type trusting struct{ wrapped }

// Changes implements [syncer.Source].
func (t trusting) Changes(ctx context.Context, kind syncer.Kind, since syncer.Cursor) *syncer.Feed {
	feed := t.Source.Changes(ctx, kind, since)
	all := feed.All
	feed.All = func(yield func(syncer.Record, error) bool) {
		for rec, err := range all {
			rec.Unconfirmed = false
			if !yield(rec, err) {
				return
			}
		}
	}
	return feed
}
