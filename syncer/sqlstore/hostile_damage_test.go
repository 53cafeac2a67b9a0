package sqlstore_test

import (
	"bytes"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

var damageSeeds = flag.Uint64("damage.seeds", 40, "how many damaged files are given to an engine")

// copyOf returns services that show the same.
func (p plant) copyOf() plant {
	c := newPlant()
	for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
		for _, rec := range p.ghl.All(kind) {
			c.ghl.Put(rec)
		}
		for _, rec := range p.pagico.All(kind) {
			c.pagico.Put(rec)
		}
	}
	return c
}

// edit completes some of the tasks, as people do.
func (p plant) edit() {
	for i, rec := range p.ghl.All(syncer.KindTask) {
		if i%4 == 0 {
			p.ghl.Edit(rec.Ref, syncer.Fields{"status": merge.Text("completed")})
		}
	}
}

// damages are copies of a file in which a few bits are others, and those in which one of
// the places is damaged that name a certain record.
func damages(whole []byte) map[string][]byte {
	all := map[string][]byte{}
	for seed := range *damageSeeds {
		r := rand.New(rand.NewPCG(seed, 0))
		data := bytes.Clone(whole)
		for range 1 + r.IntN(3) {
			data[r.IntN(len(data))] ^= 1 << r.IntN(8)
		}
		all[fmt.Sprint("seed ", seed)] = data
	}
	name := []byte("taskg12")
	for at := bytes.Index(whole, name); at >= 0; {
		data := bytes.Clone(whole)
		data[at+5] ^= 8
		all[fmt.Sprintf("the name at byte %d", at)] = data
		next := bytes.Index(whole[at+1:], name)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return all
}

// TestDamagedFileMakesNoWrongWrite lets an engine work with a file in which bits were
// turned. It is refused, or a pass fails, or all is as it should be: people's
// edits stand, and no record is lost or doubled.
func TestDamagedFileMakesNoWrongWrite(t *testing.T) {
	t.Parallel()
	const contacts = 20
	p, path := newPlant(), newFile(t)
	db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(path))
	require.NoError(t, err)
	s, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
	require.NoError(t, err)
	p.grow(0, contacts)
	p.requireSettled(t, s, contacts)
	require.NoError(t, db.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	wanted := p.copyOf()
	wanted.edit()

	outcomes := map[string]int{}
	for name, data := range damages(whole) {
		c := p.copyOf()
		c.edit()
		err := passesOn(t, c, data)
		switch {
		case err != nil:
			assert.ErrorIs(t, err, syncer.ErrStoreDamaged, name)
			outcomes["refused"]++
		case slices.Equal(c.shown(syncer.Pagico), wanted.shown(syncer.GHL)):
			outcomes["settled"]++
		default:
			outcomes["not settled"]++
		}
		assert.Equal(t, wanted.shown(syncer.GHL), c.shown(syncer.GHL), "%s: people's edits", name)
		assert.Len(t, c.shown(syncer.Pagico), 2*contacts, "%s: lost or doubled", name)
	}
	t.Log(outcomes)
	require.Greater(t, outcomes["refused"], 4, "each index and table that names the record, at least")
}

// passesOn runs passes on a file with this content.
func passesOn(t *testing.T, p plant, data []byte) error {
	t.Helper()
	path := newFile(t)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(path))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	s, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
	for pass := 0; err == nil && pass < 3; pass++ {
		err = p.pass(t, s)
	}
	return err
}
