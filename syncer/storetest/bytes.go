package storetest

import (
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func bytePromises() []promise {
	return []promise{
		{"Bytes/record ids that look alike are kept apart", checkOddRecords},
		{"Bytes/connections, operations and keys that look alike are kept apart", checkOddNames},
	}
}

// oddNames are texts that careless stores mix up, cut, change or choke on.
func oddNames() []string {
	return []string{
		"a", "A", "a ", " a", "a\x00", "a\x00b", "\x00", "\xff", "\xfe", "\xff\xfe", "\ufffd", "\ufffd\ufffd",
		"é", "e\u0301", "É", "日本", "🙂", "\u202eabc", "a\nb", "a\tb", "'", "''", `"`, `\`, `\\`, "%", "_", "?", "$1", "NULL", "null",
		"0", "00", "1", "1.0", "true", "hex:", "hex:61", "hex:ff", "hex:6865783a", "Robert'); DROP TABLE links;--",
		"[1]", "{}", "a/b", "../a", strings.Repeat("long ", 400), strings.Repeat("long ", 400) + "x",
	}
}

func checkOddRecords(s suite) {
	names := oddNames()
	s.update(func(tx syncer.Tx) {
		for i, name := range names {
			l := link(name, names[len(names)-1-i])
			l.GHL.Parent, l.Pagico.Parent = name, name
			require.NoError(s, tx.PutLink(&l), "%q", name)
		}
	})
	store := s.features.reopen(s.T, s.store)
	s.viewOn(store, home, func(tx syncer.Tx) {
		heads, err := tx.Heads(syncer.GHL, syncer.KindTask, names)
		require.NoError(s, err)
		require.Len(s, heads, len(names))
		for i, name := range names {
			want := syncer.LinkID(i + 1)
			assert.Equal(s, want, heads[name].ID, "%q", name)
			l, err := tx.LinkOf(ghlTask(name))
			require.NoError(s, err, "%q", name)
			assert.Equal(s, want, l.ID, "%q", name)
			assert.Equal(s, name, l.GHL.ID)
			assert.Equal(s, name, l.GHL.Parent)
			assert.Equal(s, name, l.Pagico.Parent)
			l, err = tx.LinkOf(pagicoTask(name))
			require.NoError(s, err, "%q", name)
			assert.Equal(s, name, l.Pagico.ID)
		}
	})
	s.updateOn(store, home, func(tx syncer.Tx) {
		for _, name := range names {
			l := link(name, "fresh "+name)
			require.ErrorIs(s, tx.PutLink(&l), syncer.ErrLinked, "%q", name)
		}
	})
}

func checkOddNames(s suite) {
	names := oddNames()
	for _, name := range names {
		s.updateOn(s.store, syncer.ConnectionID(name), func(tx syncer.Tx) {
			for _, key := range names {
				require.NoError(s, tx.SetState(key, []byte(name+key)))
				require.NoError(s, tx.PutIntent(syncer.Intent{
					ID: syncer.OpID(key), Parent: name, Reason: name, Source: ghlTask(key), FirstAt: instant(0),
				}))
			}
		})
	}
	store := s.features.reopen(s.T, s.store)
	for _, name := range names {
		s.viewOn(store, syncer.ConnectionID(name), func(tx syncer.Tx) {
			for _, key := range names {
				value, err := tx.State(key)
				require.NoError(s, err)
				require.Equal(s, name+key, string(value))
				in, err := tx.Intent(syncer.OpID(key))
				require.NoError(s, err)
				require.Equal(s, syncer.Intent{
					ID: syncer.OpID(key), Parent: name, Reason: name, Source: ghlTask(key), FirstAt: instant(0),
				}, in)
			}
			all, err := tx.Intents()
			require.NoError(s, err)
			assert.Len(s, all, len(names))
			keys, err := tx.States("")
			require.NoError(s, err)
			assert.ElementsMatch(s, names, keys)
		})
	}
}
