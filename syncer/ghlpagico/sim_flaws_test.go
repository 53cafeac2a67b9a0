package ghlpagico_test

import (
	"context"
	"maps"
	"net/http"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// flaw is something that is wrong with the whole: with the engine, with what
// its sources say, with what the clients send, or with the store.
type flaw struct {
	name   string
	engine string // a flaw of the engine, by its name there
	ghl    func(ghlSource) syncer.Source
	pagico func(pagicoSource) syncer.Source
	wire   func(http.RoundTripper) http.RoundTripper
	store  func(syncer.Store) syncer.Store
}

// flaws lists them all.
func flaws() []flaw {
	all := []flaw{
		{name: "writes to Pagico carry no If-Match", wire: wire(withoutIfMatch)},
		{name: "listings that lag are trusted", ghl: func(s ghlSource) syncer.Source { return trusting{s} }},
		{name: "a moved task is taken for a deleted one", ghl: func(s ghlSource) syncer.Source { return settled{s, map[string]string{}} }},
		{name: "a move that was not made counts as made", pagico: func(s pagicoSource) syncer.Source { return idle{s} }},
		{name: "the base keeps one value for both sides", store: func(s syncer.Store) syncer.Store { return onesided{s} }},
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
		"deletes without the second proof",
		"deletes by what it found long ago",
		"deletes a contact along with what only GHL has",
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

// trusting takes what an index lists for the truth.
type trusting struct{ ghlSource }

// Changes implements [syncer.Source].
func (t trusting) Changes(ctx context.Context, kind syncer.Kind, since syncer.Cursor) *syncer.Feed {
	return filtered(t.ghlSource.Changes(ctx, kind, since), func(rec *syncer.Record) bool {
		rec.Unconfirmed = false
		return true
	})
}

// ghlSource and pagicoSource are all that the two sources can do.
type (
	ghlSource interface {
		syncer.Source
		syncer.Candidates
		syncer.Children
	}
	pagicoSource interface {
		ghlSource
		syncer.RepeatableCreates
		syncer.Mover
	}
)

// idle answers that it moved a record, and leaves it where it is.
type idle struct{ pagicoSource }

// Move implements [syncer.Mover].
func (i idle) Move(_ context.Context, current syncer.Record, parent string, _ syncer.OpID) (syncer.Record, error) {
	current.Ref.Parent = parent
	return current, nil
}

// settled takes a task for deleted that is not where it was seen first.
type settled struct {
	ghlSource
	homes map[string]string
}

func (s settled) left(ref syncer.Ref) bool {
	home, known := s.homes[ref.ID]
	if !known {
		s.homes[ref.ID] = ref.Parent
	}
	return known && ref.Kind == syncer.KindTask && home != ref.Parent
}

// Changes implements [syncer.Source].
func (s settled) Changes(ctx context.Context, kind syncer.Kind, since syncer.Cursor) *syncer.Feed {
	return filtered(s.ghlSource.Changes(ctx, kind, since), func(rec *syncer.Record) bool { return !s.left(rec.Ref) })
}

// Get implements [syncer.Source].
func (s settled) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	rec, err := s.ghlSource.Get(ctx, ref)
	if err == nil && s.left(rec.Ref) {
		err = syncer.ErrNotFound
	}
	return rec, err
}

// filtered changes or leaves out what a feed yields.
func filtered(feed *syncer.Feed, keep func(*syncer.Record) bool) *syncer.Feed {
	all := feed.All
	feed.All = func(yield func(syncer.Record, error) bool) {
		for rec, err := range all {
			if (err != nil || keep(&rec)) && !yield(rec, err) {
				return
			}
		}
	}
	return feed
}

// onesided is a store whose links forget what Pagico showed.
type onesided struct{ syncer.Store }

// Update implements [syncer.Store].
func (o onesided) Update(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	return o.Store.Update(ctx, conn, func(tx syncer.Tx) error { return fn(onesidedTx{tx}) })
}

type onesidedTx struct{ syncer.Tx }

// PutLink implements [syncer.Tx].
func (o onesidedTx) PutLink(l *syncer.Link) error {
	l.Base = maps.Clone(l.Base)
	for field, base := range l.Base {
		l.Base[field] = merge.Base{GHL: base.GHL, Pagico: base.GHL}
	}
	return o.Tx.PutLink(l)
}
