package storetest

import (
	"encoding/json"
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func intentPromises() []promise {
	return []promise{
		{"Intents/every field comes back as it was", checkIntentRoundTrip},
		{"Intents/one of the same id is replaced, a missing one may be deleted", checkIntentReplace},
		{"Intents/are listed by first attempt, then id", checkIntentOrder},
	}
}

func auditPromises() []promise {
	return []promise{
		{"Audit/every field comes back as it was stored", checkAuditRoundTrip},
		{"Audit/entries are numbered and chained, and the chain verifies", checkAuditChain},
		{"Audit/lists after a number, and by link", checkAuditLists},
		{"Audit/bytes that are not UTF-8 do not break the chain", checkAuditOddBytes},
		{"Audit/shares no memory with the caller", checkAuditCopies},
	}
}

func statePromises() []promise {
	return []promise{
		{"State/holds small values by key", checkState},
		{"State/lists keys by prefix in order", checkStates},
	}
}

func checkIntentRoundTrip(s suite) {
	want := fullIntent("op-1", 1)
	requireFull(s, want)
	s.update(func(tx syncer.Tx) {
		given := fullIntent("op-1", 1)
		require.NoError(s, tx.PutIntent(given))
		clear(given.Fields)
		bare := syncer.Intent{ID: "bare", FirstAt: instant(9)}
		require.NoError(s, tx.PutIntent(bare))
	})
	s.view(func(tx syncer.Tx) {
		got, err := tx.Intent("op-1")
		require.NoError(s, err)
		require.Equal(s, want, got)
		clear(got.Fields)
		got, err = tx.Intent("op-1")
		require.NoError(s, err)
		assert.Equal(s, want, got)
		got, err = tx.Intent("bare")
		require.NoError(s, err)
		assert.Equal(s, syncer.Intent{ID: "bare", FirstAt: instant(9)}, got)
		_, err = tx.Intent("unknown")
		require.ErrorIs(s, err, syncer.ErrNoIntent)
	})
}

func checkIntentReplace(s suite) {
	s.update(func(tx syncer.Tx) {
		require.NoError(s, tx.PutIntent(fullIntent("op-1", 1)))
		require.NoError(s, tx.PutIntent(fullIntent("op-2", 2)))
	})
	next := syncer.Intent{ID: "op-1", State: syncer.IntentParked, FirstAt: instant(5), Attempts: 4}
	s.update(func(tx syncer.Tx) { require.NoError(s, tx.PutIntent(next)) })
	s.view(func(tx syncer.Tx) {
		all, err := tx.Intents()
		require.NoError(s, err)
		assert.Equal(s, []syncer.Intent{fullIntent("op-2", 2), next}, all)
	})
	s.update(func(tx syncer.Tx) {
		require.NoError(s, tx.DeleteIntent("op-1"))
		require.NoError(s, tx.DeleteIntent("op-1"))
		require.NoError(s, tx.DeleteIntent("unknown"))
	})
	s.view(func(tx syncer.Tx) {
		_, err := tx.Intent("op-1")
		require.ErrorIs(s, err, syncer.ErrNoIntent)
		all, err := tx.Intents()
		require.NoError(s, err)
		assert.Len(s, all, 1)
	})
}

func checkIntentOrder(s suite) {
	s.update(func(tx syncer.Tx) {
		for _, in := range []syncer.Intent{
			{ID: "b", FirstAt: instant(2)}, {ID: "d", FirstAt: instant(1)}, {ID: "c", FirstAt: instant(2)},
			{ID: "a", FirstAt: instant(2)}, {ID: "e", FirstAt: instant(1).Add(-1)}, {ID: "Z", FirstAt: instant(2)},
		} {
			require.NoError(s, tx.PutIntent(in))
		}
		all, err := tx.Intents()
		require.NoError(s, err)
		var order []syncer.OpID
		for _, in := range all {
			order = append(order, in.ID)
		}
		assert.Equal(s, []syncer.OpID{"e", "d", "Z", "a", "b", "c"}, order)
	})
}

func checkAuditRoundTrip(s suite) {
	var stored syncer.AuditEntry
	s.update(func(tx syncer.Tx) {
		var err error
		stored, err = tx.AppendAudit(fullEntry(3))
		require.NoError(s, err)
	})
	want := fullEntry(3)
	want.Seq, want.Hash = 1, stored.Hash
	assert.Equal(s, want, stored)
	s.view(func(tx syncer.Tx) {
		assert.Equal(s, []syncer.AuditEntry{want}, collect(s, tx.Audit(0)))
		assert.Equal(s, []syncer.AuditEntry{want}, collect(s, tx.AuditOf(3)))
	})
}

func checkAuditChain(s suite) {
	prev, seq := "", int64(0)
	for n := range 5 {
		s.update(func(tx syncer.Tx) {
			for range n {
				given := fullEntry(n)
				given.Seq, given.Prev, given.Hash = 99, "made up", "made up"
				given.Time = instant(n) // finer than the log keeps
				e, err := tx.AppendAudit(given)
				require.NoError(s, err)
				seq++
				assert.Equal(s, seq, e.Seq)
				assert.Equal(s, prev, e.Prev)
				sealed, err := e.Seal(prev)
				require.NoError(s, err)
				assert.Equal(s, sealed, e)
				prev = e.Hash
			}
			require.NoError(s, syncer.VerifyAudit(tx.Audit(0)))
		})
	}
	s.view(func(tx syncer.Tx) {
		require.NoError(s, syncer.VerifyAudit(tx.Audit(0)))
		assert.Len(s, collect(s, tx.Audit(0)), int(seq))
	})
}

func checkAuditLists(s suite) {
	const n = 1300
	s.update(func(tx syncer.Tx) {
		for i := range n {
			_, err := tx.AppendAudit(syncer.AuditEntry{
				Time: instant(0), Action: "update", Link: syncer.LinkID(i % 2), Outcome: "done", Actor: "engine",
				Reason: fmt.Sprint(i + 1),
			})
			require.NoError(s, err)
		}
	})
	s.view(func(tx syncer.Tx) {
		for _, after := range []int64{-3, 0, 1, 600, n - 1, n, n + 9} {
			entries := collect(s, tx.Audit(after))
			first := max(after, 0) + 1
			require.Len(s, entries, max(n-int(max(after, 0)), 0))
			for i, e := range entries {
				require.Equal(s, first+int64(i), e.Seq)
				require.Equal(s, fmt.Sprint(e.Seq), e.Reason)
			}
		}
		of := collect(s, tx.AuditOf(1))
		require.Len(s, of, n/2)
		for i, e := range of {
			require.Equal(s, int64(2*i+2), e.Seq)
		}
		assert.Empty(s, collect(s, tx.AuditOf(2)))
		seq := tx.AuditOf(1)
		for range 2 {
			for e, err := range seq {
				require.NoError(s, err)
				require.Equal(s, int64(2), e.Seq)
				break
			}
		}
	})
}

func checkAuditOddBytes(s suite) {
	s.update(func(tx syncer.Tx) {
		e := fullEntry(1)
		e.GHL.ID, e.Reason = "id \xff\x00", "reason \xc3"
		e.Fields = append(e.Fields, syncer.AuditField{Field: "odd", Before: values()["odd"], After: merge.Set("\xfe")})
		stored, err := tx.AppendAudit(e)
		require.NoError(s, err)
		assert.Equal(s, []syncer.AuditEntry{stored}, collect(s, tx.Audit(0)))
		_, err = tx.AppendAudit(fullEntry(2))
		require.NoError(s, err)
	})
	s.view(func(tx syncer.Tx) {
		require.NoError(s, syncer.VerifyAudit(tx.Audit(0)))
		require.NoError(s, syncer.VerifyAudit(func(yield func(syncer.AuditEntry, error) bool) {
			for e, err := range tx.Audit(0) {
				require.NoError(s, err)
				data, err := json.Marshal(e)
				require.NoError(s, err)
				var read syncer.AuditEntry
				err = json.Unmarshal(data, &read)
				if !yield(read, err) {
					return
				}
			}
		}), "an exported log verifies too")
	})
}

func checkAuditCopies(s suite) {
	given := fullEntry(1)
	s.update(func(tx syncer.Tx) {
		stored, err := tx.AppendAudit(given)
		require.NoError(s, err)
		given.Fields[0].Rule = "rewritten"
		clear(given.After.Base)
		stored.Fields[1].Rule = "rewritten"
		stored.After.State = "rewritten"
		for e, err := range tx.Audit(0) {
			require.NoError(s, err)
			e.Fields[2].Rule = "rewritten"
			clear(e.After.Base)
		}
	})
	s.view(func(tx syncer.Tx) { require.NoError(s, syncer.VerifyAudit(tx.Audit(0))) })
}

func checkState(s suite) {
	binary := []byte{0, 255, 1, '\'', 0}
	s.update(func(tx syncer.Tx) {
		require.NoError(s, tx.SetState("a", []byte("one")))
		require.NoError(s, tx.SetState("a", []byte("two")))
		require.NoError(s, tx.SetState("b", binary))
		require.NoError(s, tx.SetState("empty", []byte{}))
		require.NoError(s, tx.SetState("gone", []byte("x")))
		require.NoError(s, tx.SetState("gone", nil))
		require.NoError(s, tx.SetState("never", nil))
		binary[0] = 9
	})
	s.view(func(tx syncer.Tx) {
		for key, want := range map[string][]byte{"a": []byte("two"), "b": {0, 255, 1, '\'', 0}, "empty": {}, "gone": nil, "never": nil} {
			value, err := tx.State(key)
			require.NoError(s, err)
			assert.Equal(s, want, value, key)
		}
		value, err := tx.State("a")
		require.NoError(s, err)
		value[0] = 'X'
		value, err = tx.State("a")
		require.NoError(s, err)
		assert.Equal(s, "two", string(value))
		keys, err := tx.States("")
		require.NoError(s, err)
		assert.Equal(s, []string{"a", "b", "empty"}, keys)
	})
}

func checkStates(s suite) {
	s.update(func(tx syncer.Tx) {
		for _, key := range []string{"q/b", "q/a", "q/Z", "q", "q0", "Q/a", "q/é", "q/%", "q_", "r", "q/\xff", "q/a\x00", "", "hex:61", "hex:", "he"} {
			require.NoError(s, tx.SetState(key, []byte(key)))
		}
	})
	s.view(func(tx syncer.Tx) {
		for prefix, want := range map[string][]string{
			"q/":     {"q/%", "q/Z", "q/a", "q/a\x00", "q/b", "q/é", "q/\xff"},
			"q/a":    {"q/a", "q/a\x00"},
			"q/%":    {"q/%"},
			"q_":     {"q_"},
			"Q":      {"Q/a"},
			"none":   nil,
			"q/é":    {"q/é"},
			"q/\xc3": {"q/é"},
			"q/\xff": {"q/\xff"},
			"h":      {"he", "hex:", "hex:61"},
			"hex:":   {"hex:", "hex:61"},
			"hex:6":  {"hex:61"},
		} {
			keys, err := tx.States(prefix)
			require.NoError(s, err)
			assert.Equal(s, want, keys, "prefix %q", prefix)
		}
		keys, err := tx.States("")
		require.NoError(s, err)
		assert.Len(s, keys, 16)
		assert.IsIncreasing(s, keys)
	})
}
