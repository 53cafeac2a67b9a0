// Package killtest kills a syncing process at random moments and checks what
// is left: no record lost, none doubled, none stuck.
package killtest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ghl-pagico/sdk-go/examples/internal/local"
	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

var (
	kills = flag.Int("kills", 12, "how often the syncing process is killed, per store")
	seed  = flag.Uint64("kill.seed", 0, "seed of the world, the edits and the moments; 0 takes the time")
)

// The environment of the child process.
const (
	envGHL    = "KILLTEST_GHL"
	envPagico = "KILLTEST_PAGICO"
	envDriver = "KILLTEST_DRIVER"
	envDSN    = "KILLTEST_DSN"
)

const connection = syncer.ConnectionID("killtest")

// TestMain turns the test binary into the process that is killed.
func TestMain(m *testing.M) {
	if os.Getenv(envGHL) == "" {
		os.Exit(m.Run())
	}
	if err := child(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child syncs until nothing is pending.
func child(ctx context.Context) error {
	g, err := ghl.New(ghl.WithBaseURL(os.Getenv(envGHL)), ghl.WithToken("pit-11111111-2222-4333-8444-555555555555"), ghl.WithLimits(ghl.NoLimits()))
	if err != nil {
		return err
	}
	p, err := pagico.New(os.Getenv(envPagico), pagico.WithToken(pagicotest.DefaultToken))
	if err != nil {
		return err
	}
	store, _, err := openStore(ctx, os.Getenv(envDriver), os.Getenv(envDSN))
	if err != nil {
		return err
	}
	c, err := ghlpagico.New(ghlpagico.Config{Connection: connection, GHL: g, LocationID: "loc0000000000000TEST", Pagico: p, Store: store, Settle: 300 * time.Millisecond})
	if err != nil {
		return err
	}
	for pass := 1; ; pass++ {
		report, err := c.Sync(ctx, syncer.SyncOptions{})
		if errors.Is(err, syncer.ErrLocked) {
			<-time.After(5 * time.Millisecond) // another process is at work, or was just killed
			continue
		}
		if err != nil {
			return err
		}
		if report.Settled() && report.Writes == 0 {
			fmt.Println("settled after", pass)
			return nil
		}
	}
}

func openStore(ctx context.Context, driver, dsn string) (*sqlstore.Store, func() error, error) {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, nil, err
	}
	dialect := sqlstore.SQLite
	if driver == "pgx" {
		dialect = sqlstore.PostgreSQL
	}
	store, err := sqlstore.New(ctx, db, dialect)
	return store, db.Close, err
}

func TestKilledAtAnyMomentSQLite(t *testing.T) {
	t.Parallel()
	run(t, "sqlite", sqlstore.SQLiteDSN(filepath.Join(t.TempDir(), "state.db")))
}

func TestKilledAtAnyMomentPostgreSQL(t *testing.T) {
	t.Parallel()
	dsn := os.Getenv("TEST_POSTGRES_DSN")
	if dsn == "" {
		t.Skip("TEST_POSTGRES_DSN is not set: PostgreSQL is not tested")
	}
	name := fmt.Sprintf("killtest_%d", time.Now().UnixNano())
	admin, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	_, err = admin.ExecContext(t.Context(), "CREATE SCHEMA "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.WithoutCancel(t.Context()), "DROP SCHEMA "+name+" CASCADE")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	run(t, "pgx", dsn+" search_path="+name)
}

// run kills, restarts and edits, then lets one process finish and looks.
func run(t *testing.T, driver, dsn string) {
	t.Helper()
	began := *seed
	if began == 0 {
		began = uint64(time.Now().UnixNano())
	}
	t.Logf("repeat with -kill.seed %d", began)
	r := rand.New(rand.NewPCG(began, 1))
	servers, err := local.Start(t.Context(), local.Options{GHLAddr: "127.0.0.1:0", PagicoAddr: "127.0.0.1:0", Contacts: 25, Seed: began, Rate: local.RateOff})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, servers.Close()) })
	u := newUsers(t, servers, r)
	for n := range *kills {
		var rival *exec.Cmd
		if n%3 == 0 { // wants the same store, and takes over when the first is killed
			rival = launch(t, servers, driver, dsn, io.Discard)
		}
		start(t, servers, driver, dsn, time.Duration(r.IntN(300))*time.Millisecond)
		if rival != nil {
			end(rival, time.Duration(r.IntN(200))*time.Millisecond)
		}
		u.edit(4)
	}
	out := start(t, servers, driver, dsn, time.Minute)
	require.Contains(t, out, "settled after", "it must settle")
	u.log = func(text string) []string { return audit(t, driver, dsn, text) }
	u.check()
}

// audit finds the entries of the audit log that mention a text.
func audit(t *testing.T, driver, dsn, text string) (found []string) {
	t.Helper()
	store, closeStore, err := openStore(t.Context(), driver, dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, closeStore()) }()
	require.NoError(t, store.View(t.Context(), connection, func(tx syncer.Tx) error {
		for entry, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
			data, err := json.Marshal(entry)
			if err != nil {
				return err
			}
			if strings.Contains(string(data), text) {
				found = append(found, string(data))
			}
		}
		return nil
	}))
	return found
}

// launch runs the child.
func launch(t *testing.T, servers *local.Servers, driver, dsn string, stdout io.Writer) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), envGHL+"="+servers.GHLURL, envPagico+"="+servers.PagicoURL, envDriver+"="+driver, envDSN+"="+dsn)
	cmd.Stdout, cmd.Stderr = stdout, os.Stderr
	require.NoError(t, cmd.Start())
	return cmd
}

// end kills the child after a while, unless it has ended.
func end(cmd *exec.Cmd, life time.Duration) {
	killer := time.AfterFunc(life, func() {
		// The process may have ended by itself.
		_ = cmd.Process.Kill()
	})
	defer killer.Stop()
	// A killed process ends with an error, which is what is asked for.
	_ = cmd.Wait()
}

// start runs the child, kills it after a while and returns what it wrote.
func start(t *testing.T, servers *local.Servers, driver, dsn string, life time.Duration) string {
	t.Helper()
	var out bytes.Buffer
	end(launch(t, servers, driver, dsn, &out), life)
	return out.String()
}
