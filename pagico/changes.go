package pagico

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"net/url"
	"time"
)

// Overlap is how far before its watermark an incremental read starts again. It covers
// writes that became visible late, for example because they ran beside the last read.
// Source: contract §3.5.
const Overlap = 5 * time.Minute

// maxSeen bounds the versions that a watermark keeps. Beyond it, old versions are
// forgotten and may be yielded once more.
const maxSeen = 20_000

// Watermark is how far an incremental read has come. It is a plain value to be stored, for
// example as JSON, and given to the next read. The zero Watermark reads everything.
type Watermark struct {
	// LastUpdated is the largest lastUpdated that was read, by the server's clock.
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	// Seen maps ids to etags of the versions in the overlap, which the next read skips.
	Seen map[string]string `json:"seen,omitempty"`
}

// IsZero reports whether nothing has been read yet.
func (w Watermark) IsZero() bool { return w.LastUpdated.IsZero() }

// Changes is one incremental read: what changed since a watermark, deletions included, in
// order of change. It is not safe for concurrent use.
type Changes[T any] struct {
	read  func() iter.Seq2[T, error]
	mark  func(*T) mark
	since Watermark
	next  Watermark
	done  bool
}

// changes makes an incremental read of a list.
func changes[T any, P record[T]](ctx context.Context, c *Client, op Operation, since Watermark, q url.Values,
	opts []CallOption,
) *Changes[T] {
	q.Del("cursor")
	q.Del("includeDeleted")
	q.Del("updatedSince")
	if !since.IsZero() {
		v := values(q)
		v.updatedSince(since.LastUpdated.Add(-Overlap))
		v.flag("includeDeleted", true)
	}
	return &Changes[T]{
		read:  func() iter.Seq2[T, error] { return all[T, P](ctx, c, op, q, opts) },
		mark:  func(item *T) mark { return P(item).mark() },
		since: since,
	}
}

// All yields every record whose version was not seen before, once, until there are no
// more, the loop ends, or an error comes, which is the last thing yielded. Ranging again
// reads again from the same watermark.
func (c *Changes[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		c.done = false
		run := run{since: c.since, versions: make(map[string]version), prune: maxSeen}
		for item, err := range c.read() {
			if err != nil {
				yield(item, err)
				return
			}
			if run.isNew(c.mark(&item)) && !yield(item, nil) {
				return
			}
		}
		c.next, c.done = run.watermark(), true
	}
}

// Watermark returns where the next read has to start, and whether it may: false until All
// has been ranged over to its end without an error. Store it only after the records have
// been dealt with.
func (c *Changes[T]) Watermark() (Watermark, bool) {
	if !c.done {
		return Watermark{}, false
	}
	w := c.next
	w.Seen = maps.Clone(w.Seen)
	return w, true
}

// version is a record as it was when it was read.
type version struct {
	etag        string
	lastUpdated time.Time
}

// run is the state of one pass over the changes.
type run struct {
	since    Watermark
	latest   time.Time
	versions map[string]version
	prune    int // forget old versions when there are more than this
}

// isNew notes a version, and reports whether it was not seen before, in this read or in the
// overlap with the one before.
func (r *run) isNew(m mark) bool {
	v := version{lastUpdated: m.lastUpdated}
	if m.etag != nil {
		v.etag = *m.etag
	}
	v.etag = cmp.Or(v.etag, m.lastUpdated.Format(time.RFC3339Nano))
	if m.lastUpdated.After(r.latest) {
		r.latest = m.lastUpdated
	}
	known, inRun := r.versions[m.id]
	if inRun && known.etag == v.etag {
		return false
	}
	r.versions[m.id] = v
	if len(r.versions) > r.prune {
		r.forget()
		r.prune = 2 * max(len(r.versions), maxSeen)
	}
	return inRun || r.since.Seen[m.id] != v.etag
}

// forget drops the versions that the next read will not ask for again.
func (r *run) forget() {
	oldest := r.latest.Add(-Overlap)
	maps.DeleteFunc(r.versions, func(_ string, v version) bool { return v.lastUpdated.Before(oldest) })
}

func (r *run) watermark() Watermark {
	w := Watermark{LastUpdated: r.latest, Seen: make(map[string]string)}
	if r.since.LastUpdated.After(r.latest) {
		w.LastUpdated, r.latest = r.since.LastUpdated, r.since.LastUpdated
	}
	r.forget()
	for id, v := range r.versions {
		if len(w.Seen) == maxSeen {
			break
		}
		w.Seen[id] = v.etag
	}
	return w
}
