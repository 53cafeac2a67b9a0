package urlscheme_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
)

// The environment by which the test program turns into one that sends links.
const (
	killDir = "URLSCHEME_KILL_DIR"
	killIDs = 400
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		if err := sendAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1) //nolint:forbidigo // a program of its own
		}
		os.Exit(0) //nolint:forbidigo // a program of its own
	}
	os.Exit(m.Run()) //nolint:forbidigo // as every TestMain
}

// appFile is an app that keeps every link that it is given.
type appFile struct{ path string }

func (a appFile) Open(_ context.Context, link urlscheme.Link) error {
	f, err := os.OpenFile(a.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(string(link) + "\n")
	fmt.Println("opened") //nolint:forbidigo // the parent counts these
	return err
}

// sendAll sends every id, in an order of its own, and says how far it is.
func sendAll(dir string) error {
	ctx := context.Background() // a program of its own
	l, err := urlscheme.OpenLedger(ctx, filepath.Join(dir, "ledger"))
	if err != nil {
		return err
	}
	for _, i := range rand.Perm(killIDs) {
		_, err := l.Send(ctx, appFile{filepath.Join(dir, "app")}, item("id"+strconv.Itoa(i), strconv.Itoa(i)))
		switch {
		case err == nil:
		case strings.HasPrefix(err.Error(), urlscheme.ErrSent.Error()), strings.HasPrefix(err.Error(), urlscheme.ErrDoubtful.Error()):
		default:
			return err
		}
		fmt.Println("sent") //nolint:forbidigo // the parent counts these
	}
	return l.Close()
}

// TestKilledProcessesNeverOpenTwice kills two programs on one ledger at random
// moments, again and again, and lets a third one finish.
func TestKilledProcessesNeverOpenTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kills := 0
	for range 15 {
		var programs sync.WaitGroup
		killed := make([]bool, 2)
		for i := range killed {
			programs.Go(func() { killed[i] = runAndKill(t, dir, rand.IntN(40)) })
		}
		programs.Wait()
		for _, k := range killed {
			if k {
				kills++
			}
		}
	}
	assert.False(t, runAndKill(t, dir, -1), "left alone, it comes to its end")
	assert.Positive(t, kills)

	app, err := os.ReadFile(filepath.Join(dir, "app"))
	require.NoError(t, err)
	opened := map[string]int{}
	for link := range strings.FieldsSeq(string(app)) {
		opened[link]++
	}
	for link, n := range opened {
		assert.Equal(t, 1, n, "%s was opened twice", link)
	}
	l := openLedger(t, filepath.Join(dir, "ledger"))
	entries, err := l.Entries(t.Context())
	require.NoError(t, err)
	assert.Len(t, entries, killIDs)
	doubtful := 0
	for _, e := range entries {
		link := "pagico://addTask?title=" + strings.TrimPrefix(e.ID, "id")
		if e.State == urlscheme.Doubtful {
			doubtful++
			continue
		}
		assert.Equal(t, 1, opened[link], "%s is said to be opened", link)
	}
	assert.LessOrEqual(t, doubtful, kills, "a kill leaves no more than one link in doubt")
	t.Logf("%d kills, %d links in doubt, %d opened", kills, doubtful, len(opened))
}

// runAndKill runs the sending program and kills it after it said so many lines;
// a negative number lets it end. It reports whether it was killed.
func runAndKill(t *testing.T, dir string, after int) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), killDir+"="+dir)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if !assert.NoError(t, err) || !assert.NoError(t, cmd.Start()) {
		return false
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		if n == after {
			assert.NoError(t, cmd.Process.Kill())
		}
	}
	err = cmd.Wait()
	if err != nil && complaint.Len() == 0 {
		return true
	}
	assert.NoError(t, err, complaint.String())
	return false
}
