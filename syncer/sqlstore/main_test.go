package sqlstore_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// The environment of a child process: what it does, and on which database.
const (
	childTask   = "SQLSTORE_TEST_CHILD"
	childDriver = "SQLSTORE_TEST_DRIVER"
	childDSN    = "SQLSTORE_TEST_DSN"
)

// TestMain is also the main function of the child processes, which are this
// very program.
func TestMain(m *testing.M) {
	task := os.Getenv(childTask)
	if task == "" {
		// The same histories every time, unless the command line asks for others.
		for name, value := range map[string]string{"rapid.seed": "1", "rapid.checks": "1000"} {
			if err := flag.Set(name, value); err != nil {
				panic(err)
			}
		}
		goleak.VerifyTestMain(m)
		return
	}
	if err := runChild(task); err != nil {
		fmt.Fprintln(os.Stderr, err)
		panic("child failed")
	}
}

// child is a process that works on a database until it is killed.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

// start starts a child on the database.
func start(t testing.TB, task, driver, dsn string) *child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childTask+"="+task, childDriver+"="+driver, childDSN+"="+dsn)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return &child{cmd: cmd, lines: bufio.NewScanner(out)}
}

// line waits for the child's next line and returns its number.
func (c *child) line(t testing.TB) int {
	t.Helper()
	require.True(t, c.lines.Scan(), "the child ended by itself")
	n, err := strconv.Atoi(c.lines.Text())
	require.NoError(t, err)
	return n
}

// kill ends the child as kill -9 does, and returns the last number that it
// wrote, or seen when it wrote no more.
func (c *child) kill(t testing.TB, seen int) int {
	t.Helper()
	require.NoError(t, c.cmd.Process.Kill())
	for c.lines.Scan() {
		n, err := strconv.Atoi(c.lines.Text())
		require.NoError(t, err)
		seen = n
	}
	_ = c.cmd.Wait() // it was killed
	return seen
}

func dialectOf(driver string) sqlstore.Dialect {
	if driver == "sqlite" {
		return sqlstore.SQLite
	}
	return sqlstore.PostgreSQL
}

func runChild(task string) (err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if task == refreshTask {
		return refreshUntilTold(ctx)
	}
	driver := os.Getenv(childDriver)
	db, err := sql.Open(driver, os.Getenv(childDSN))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	s, err := sqlstore.New(ctx, db, dialectOf(driver))
	if err != nil {
		return err
	}
	if err := lockSoon(ctx, s); err != nil {
		return err
	}
	if task == "hold" {
		if _, err := fmt.Fprintln(os.Stdout, 0); err != nil {
			return err
		}
		select {} // until it is killed
	}
	return write(ctx, s)
}

// lockSoon takes the lock, waiting for a server to notice that the process which
// held it was killed.
func lockSoon(ctx context.Context, s *sqlstore.Store) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := s.Lock(ctx, home)
		if !errors.Is(err, syncer.ErrLocked) {
			return err
		}
		<-tick.C
	}
}

// batch is the number of links that a child stores in each Update.
const batch = 3

// write stores links and audit entries, and writes the number of links that
// there are after each Update.
func write(ctx context.Context, s *sqlstore.Store) error {
	for {
		n := 0
		err := s.Update(ctx, home, func(tx syncer.Tx) error {
			var err error
			if n, err = tx.CountLinks(syncer.KindTask, syncer.LinkActive); err != nil {
				return err
			}
			for range batch {
				if err := putOne(tx, n); err != nil {
					return err
				}
				n++
			}
			return tx.SetState("n", []byte(strconv.Itoa(n)))
		})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(os.Stdout, n); err != nil {
			return err
		}
	}
}
