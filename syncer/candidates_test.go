package syncer_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// searching is a service that can look for twins: contacts by e-mail, others by
// their parent.
type searching struct {
	*syncertest.Service
	cannot bool // it refuses to look
	looked int
}

func (s *searching) Candidates(_ context.Context, rec syncer.Record, parent string) (*syncer.Feed, []string) {
	s.looked++
	var by []string
	like := func(other syncer.Record) bool { return other.Ref.Parent == parent }
	if rec.Ref.Kind == syncer.KindContact {
		by = []string{"email"}
		like = func(other syncer.Record) bool {
			return !rec.Fields["email"].IsNone() && other.Fields["email"].Equal(rec.Fields["email"])
		}
	}
	return &syncer.Feed{All: func(yield func(syncer.Record, error) bool) {
		if s.cannot {
			yield(syncer.Record{}, fmt.Errorf("too many: %w", syncer.ErrUnsupported))
			return
		}
		for _, other := range s.All(rec.Ref.Kind) {
			if (other.Twin == rec.Ref.ID || like(other)) && !yield(other, nil) {
				return
			}
		}
	}}, by
}

// searchers replaces both services by such that look for twins.
func searchers(t *testing.T, change ...func(*syncer.Config)) (b *bench, ghl, pagico *searching) {
	t.Helper()
	b = newBench(t, append([]func(*syncer.Config){func(c *syncer.Config) {
		ghl, pagico = &searching{Service: c.GHL.(*syncertest.Service)}, &searching{Service: c.Pagico.(*syncertest.Service)}
		c.GHL, c.Pagico = ghl, pagico
	}}, change...)...)
	return b, ghl, pagico
}

// listings counts the full listings of both services.
func (b *bench) listings() (n int) {
	for _, s := range []*syncertest.Service{b.ghl, b.pagico} {
		for _, c := range s.Calls() {
			if c.Op == "changes" {
				n++
			}
		}
	}
	return n
}

func email(address, name string) syncer.Fields {
	return syncer.Fields{"email": text(address), "name": text(name)}
}

func TestNewRecordsLookForTheirTwinAmongCandidates(t *testing.T) {
	t.Parallel()
	b, _, pagico := searchers(t)
	b.seed()
	b.sync()
	before := b.listings()
	own := b.pagico.Add(syncer.KindContact, "", email("grace@example.com", "Grace"))
	grace := b.ghl.Add(syncer.KindContact, "", email("grace@example.com", "Grace H."))
	bob := b.ghl.Add(syncer.KindContact, "", email("bob@example.com", "Bob"))
	report := b.record(grace)
	require.Equal(t, 1, report.Total().Linked)
	require.Equal(t, syncer.MatchReport{Exact: 1}, report.Match)
	require.Equal(t, own.ID, b.twin(grace).Ref.ID, "the one that a person made")
	require.Equal(t, syncer.MatchReport{New: 1}, b.record(bob).Match)
	require.Len(t, b.pagico.All(syncer.KindContact), 3)

	task := syncer.Fields{"title": text("same"), "dueDate": text("2026-05-05T00:00:00Z")}
	ours := b.pagico.Add(syncer.KindTask, own.ID, task)
	theirs := b.ghl.Add(syncer.KindTask, grace.ID, task)
	b.record(theirs)
	require.Equal(t, ours.ID, b.twin(theirs).Ref.ID)
	fresh := b.pagico.Add(syncer.KindTask, own.ID, syncer.Fields{"title": text("fresh")})
	require.Equal(t, 1, b.record(fresh).Total().Created)
	require.Equal(t, before, b.listings(), "nothing is listed in full")
	require.NotZero(t, pagico.looked)
	b.quiet()
}

// TestHintsLeaveToAPassWhatItWouldNotGuess: two records could be the twin of one, and
// a hint about one of them comes first.
func TestHintsLeaveToAPassWhatItWouldNotGuess(t *testing.T) {
	t.Parallel()
	b, _, _ := searchers(t)
	b.seed()
	b.sync()
	one := b.ghl.Add(syncer.KindContact, "", email("family@example.com", "Mother"))
	b.ghl.Add(syncer.KindContact, "", email("family@example.com", "Father"))
	b.pagico.Add(syncer.KindContact, "", email("family@example.com", "Family"))
	report := b.record(one)
	require.Zero(t, report.Writes+report.Total().Linked)
	require.Equal(t, syncer.MatchReport{Ambiguous: 1}, report.Match)
	require.Len(t, report.Skipped, 1)
	require.Equal(t, 3, b.sync().Match.Ambiguous, "a pass leaves them alone too")
	require.Len(t, b.pagico.All(syncer.KindContact), 2)
}

// TestHintTakesTheTwinThatAPassWould: of two equal tasks one gets the twin, and which
// one does not depend on the hint.
func TestHintTakesTheTwinThatAPassWould(t *testing.T) {
	t.Parallel()
	task := syncer.Fields{"title": text("same"), "dueDate": text("2026-05-05T00:00:00Z")}
	twinOf := func(hinted int) int {
		b, _, _ := searchers(t)
		contact, _ := b.seed()
		b.sync()
		tasks := []syncer.Ref{b.ghl.Add(syncer.KindTask, contact.ID, task), b.ghl.Add(syncer.KindTask, contact.ID, task)}
		own := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, task)
		if hinted < len(tasks) {
			b.record(tasks[hinted])
		}
		b.sync()
		require.Len(t, b.pagico.All(syncer.KindTask), 3)
		b.quiet()
		for i, ref := range tasks {
			if b.twin(ref).Ref.ID == own.ID {
				return i
			}
		}
		return -1
	}
	byPass := twinOf(2)
	for hinted := range 2 {
		require.Equal(t, byPass, twinOf(hinted), "hint about %d", hinted)
	}
}

// TestKeysOfOtherFieldsAreNotTrusted: the flow recognises contacts by their name, by
// which no source looks.
func TestKeysOfOtherFieldsAreNotTrusted(t *testing.T) {
	t.Parallel()
	b, _, _ := searchers(t, func(c *syncer.Config) {
		c.Flows[0].Match = func(rec syncer.Record, _ string) []syncer.MatchKey {
			return []syncer.MatchKey{{Text: rec.Fields["email"].AsText()}, {Text: rec.Fields["name"].AsText(), Probable: true}}
		}
	})
	b.seed()
	b.sync()
	own := b.pagico.Add(syncer.KindContact, "", email("", "Grace"))
	grace := b.ghl.Add(syncer.KindContact, "", email("grace@example.com", "Grace"))
	report := b.record(grace)
	require.Equal(t, own.ID, b.twin(grace).Ref.ID, "few records are listed in full instead")
	require.Equal(t, syncer.MatchReport{Probable: 1}, report.Match)
}

// TestManyRecordsAreNotListedForOne: with more than a thousand links, and no way to
// look, a new record waits for the next pass.
func TestManyRecordsAreNotListedForOne(t *testing.T) {
	t.Parallel()
	b, ghl, pagico := searchers(t)
	for i := range 1001 {
		b.ghl.Add(syncer.KindContact, "", email(fmt.Sprintf("c%d@example.com", i), "C"))
	}
	b.sync()
	before := b.listings()
	ghl.cannot, pagico.cannot = true, true
	grace := b.ghl.Add(syncer.KindContact, "", email("grace@example.com", "Grace"))
	report := b.record(grace)
	require.Equal(t, 1, report.Requeued)
	require.Equal(t, "nothing done; 0 writes; 1 left to the next pass\n"+
		"left to the next pass: create "+grace.String()+": looking for its twin is cheaper in a pass\n", report.String())
	require.Zero(t, report.Writes)
	require.Equal(t, before, b.listings())
	pagico.cannot = false
	require.Equal(t, 1, b.record(grace).Writes)
	require.Equal(t, before, b.listings())
}

// TestUnmatchedKindsAreNotDoubledByAHint: the store is lost, and the only thing that
// tells the copy of a task is its marker.
func TestUnmatchedKindsAreNotDoubledByAHint(t *testing.T) {
	t.Parallel()
	b, _, _ := searchers(t, func(c *syncer.Config) { c.Flows[1].Match = nil })
	contact, _ := b.seed()
	b.sync()
	task := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("copied")})
	b.sync()
	copied := b.twin(task).Ref
	require.NoError(t, b.store.Update(t.Context(), b.cfg.Connection, func(tx syncer.Tx) error {
		l, err := tx.LinkOf(task)
		if err != nil {
			return err
		}
		l.State = syncer.LinkGone
		return tx.PutLink(&l)
	}))
	b.record(task)
	require.Equal(t, copied.ID, b.twin(task).Ref.ID)
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
}

// TestHintAboutNothing tells that there was nothing to look at.
func TestHintAboutNothing(t *testing.T) {
	t.Parallel()
	b, _, _ := searchers(t)
	ref := syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: "unseen"}
	report := b.record(ref)
	require.Len(t, report.Skipped, 1)
	require.Equal(t, ref, report.Skipped[0].Ref)
	require.NotEmpty(t, report.Skipped[0].Reason)
}
