package storetest

import (
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func listPromises() []promise {
	return []promise{
		{"Links/lists a kind and its states by ascending id", checkLinksFilter},
		{"Links/pages through many links without a gap", checkLinksPages},
		{"Links/can be left early and ranged again", checkLinksTwice},
		{"Links/writing while ranging is allowed", checkLinksWriting},
		{"Links/ends although links are added", checkLinksGrowing},
		{"CountLinks/counts by kind and state", checkCount},
	}
}

// fill stores n links that are active, ended and gone in turn.
func fill(s suite, n int) {
	s.Helper()
	states := []syncer.LinkState{syncer.LinkActive, syncer.LinkEnded, syncer.LinkGone}
	s.update(func(tx syncer.Tx) {
		for i := range n {
			l := link(fmt.Sprintf("g%d", i), fmt.Sprintf("p%d", i))
			l.State = states[i%len(states)]
			require.NoError(s, tx.PutLink(&l))
		}
	})
}

func linkIDs(links []syncer.Link) []syncer.LinkID {
	var ids []syncer.LinkID
	for _, l := range links {
		ids = append(ids, l.ID)
	}
	return ids
}

func checkLinksFilter(s suite) {
	fill(s, 9) // 1 active, 2 ended, 3 gone, 4 active …
	note := link("g1", "p1")
	note.Kind, note.GHL.Kind, note.Pagico.Kind = syncer.KindNote, syncer.KindNote, syncer.KindNote
	s.put(&note)
	s.view(func(tx syncer.Tx) {
		for _, c := range []struct {
			kind   syncer.Kind
			after  syncer.LinkID
			states []syncer.LinkState
			want   []syncer.LinkID
		}{
			{syncer.KindTask, 0, nil, []syncer.LinkID{1, 2, 3, 4, 5, 6, 7, 8, 9}},
			{syncer.KindTask, 4, nil, []syncer.LinkID{5, 6, 7, 8, 9}},
			{syncer.KindTask, 9, nil, nil},
			{syncer.KindTask, 99, nil, nil},
			{syncer.KindTask, -5, []syncer.LinkState{syncer.LinkActive}, []syncer.LinkID{1, 4, 7}},
			{syncer.KindTask, 1, []syncer.LinkState{syncer.LinkActive}, []syncer.LinkID{4, 7}},
			{syncer.KindTask, 2, []syncer.LinkState{syncer.LinkGone, syncer.LinkActive}, []syncer.LinkID{3, 4, 6, 7, 9}},
			{syncer.KindTask, 0, []syncer.LinkState{"unknown"}, nil},
			{syncer.KindNote, 0, nil, []syncer.LinkID{10}},
			{syncer.KindContact, 0, nil, nil},
		} {
			assert.Equal(s, c.want, linkIDs(collect(s, tx.Links(c.kind, c.after, c.states...))), c)
		}
	})
}

func checkLinksPages(s suite) {
	const n = 2400
	fill(s, n)
	s.view(func(tx syncer.Tx) {
		all := collect(s, tx.Links(syncer.KindTask, 0))
		require.Len(s, all, n)
		for i, l := range all {
			require.Equal(s, syncer.LinkID(i+1), l.ID)
			require.Equal(s, fmt.Sprintf("g%d", i), l.GHL.ID)
		}
		require.Len(s, collect(s, tx.Links(syncer.KindTask, 0, syncer.LinkEnded)), n/3)
		require.Len(s, collect(s, tx.Links(syncer.KindTask, 0, syncer.LinkEnded, syncer.LinkGone)), 2*n/3)
	})
}

func checkLinksTwice(s suite) {
	fill(s, 30)
	s.view(func(tx syncer.Tx) {
		seq := tx.Links(syncer.KindTask, 2)
		for range 2 {
			var ids []syncer.LinkID
			for l, err := range seq {
				require.NoError(s, err)
				if ids = append(ids, l.ID); len(ids) == 3 {
					break
				}
			}
			assert.Equal(s, []syncer.LinkID{3, 4, 5}, ids)
		}
		assert.Len(s, collect(s, seq), 28)
	})
}

// checkLinksWriting ends every active link while ranging over the active ones:
// each must be met once.
func checkLinksWriting(s suite) {
	const n = 1800
	fill(s, n)
	met := 0
	s.update(func(tx syncer.Tx) {
		for l, err := range tx.Links(syncer.KindTask, 0, syncer.LinkActive) {
			require.NoError(s, err)
			require.Equal(s, syncer.LinkActive, l.State)
			met++
			l.State = syncer.LinkEnded
			require.NoError(s, tx.PutLink(&l))
			_, err = tx.AppendAudit(syncer.AuditEntry{Time: instant(0), Action: "unlink", Link: l.ID, Outcome: "done", Actor: "Ann"})
			require.NoError(s, err)
		}
	})
	assert.Equal(s, n/3, met)
	s.view(func(tx syncer.Tx) {
		assert.Len(s, collect(s, tx.Links(syncer.KindTask, 0, syncer.LinkEnded)), 2*n/3)
		require.NoError(s, syncer.VerifyAudit(tx.Audit(0)))
	})
}

func checkLinksGrowing(s suite) {
	const n = 1200 // more than a store reads at a time
	fill(s, n)
	s.update(func(tx syncer.Tx) {
		met := 0
		for l, err := range tx.Links(syncer.KindTask, 0) {
			require.NoError(s, err)
			met++
			require.LessOrEqual(s, met, 2*n, "ranging does not end")
			more := link("more "+l.GHL.ID, "more "+l.Pagico.ID)
			require.NoError(s, tx.PutLink(&more))
		}
		assert.GreaterOrEqual(s, met, n)
	})
}

func checkCount(s suite) {
	fill(s, 8)
	s.view(func(tx syncer.Tx) {
		for state, want := range map[syncer.LinkState]int{
			syncer.LinkActive: 3, syncer.LinkEnded: 3, syncer.LinkGone: 2, "unknown": 0,
		} {
			n, err := tx.CountLinks(syncer.KindTask, state)
			require.NoError(s, err)
			assert.Equal(s, want, n, state)
		}
		n, err := tx.CountLinks(syncer.KindNote, syncer.LinkActive)
		require.NoError(s, err)
		assert.Zero(s, n)
	})
}
