package urlscheme_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
)

// recorder opens nothing and remembers everything.
type recorder struct {
	mu    sync.Mutex
	links []urlscheme.Link
	// err is what Open returns.
	err error
	// look runs while a link is being opened.
	look func()
}

func (r *recorder) Open(_ context.Context, link urlscheme.Link) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.look != nil {
		r.look()
	}
	r.links = append(r.links, link)
	return r.err
}

func item(id, title string) urlscheme.Item {
	return urlscheme.Item{ID: id, Link: urlscheme.Link("pagico://addTask?title=" + title)}
}

func openLedger(t *testing.T, path string) *urlscheme.Ledger {
	t.Helper()
	at := time.Date(2026, 9, 14, 8, 0, 0, 0, time.FixedZone("", 7200))
	l, err := urlscheme.OpenLedger(t.Context(), path, urlscheme.WithClock(func() time.Time { return at }))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestSendOpensOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	l, app := openLedger(t, path), &recorder{}
	app.look = func() {
		data, err := os.ReadFile(path)
		assert.NoError(t, err)
		assert.Contains(t, string(data), `{"op":"send","id":"a",`, "what is about to be opened is in the file before")
	}
	first := item("a", "x")
	first.Data = json.RawMessage("{\n \"k\": 1}")
	sent, err := l.Send(t.Context(), app, first)
	require.NoError(t, err)
	assert.Equal(t, urlscheme.Entry{ID: "a", Hash: first.Link.Hash(), State: urlscheme.Opened, Times: 1,
		SentAt: time.Date(2026, 9, 14, 6, 0, 0, 0, time.UTC), Data: sent.Data}, sent)
	for _, again := range []*urlscheme.Ledger{l, openLedger(t, path)} {
		assert.Equal(t, l.ID(), again.ID())
		known, err := again.Send(t.Context(), app, item("a", "changed"))
		require.ErrorIs(t, err, urlscheme.ErrSent)
		assert.Equal(t, first.Link.Hash(), known.Hash, "the entry tells that the content changed since")
		assert.JSONEq(t, `{"k":1}`, string(known.Data))
	}
	assert.Equal(t, []urlscheme.Link{first.Link}, app.links)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestDoubtIsNeverResolvedByItself(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	l, app := openLedger(t, path), &recorder{err: errors.New("exit status 1")}
	entry, err := l.Send(t.Context(), app, item("a", "x"))
	require.ErrorIs(t, err, urlscheme.ErrDoubtful)
	require.ErrorIs(t, err, app.err)
	assert.Equal(t, urlscheme.Doubtful, entry.State)
	app.err = nil
	l = openLedger(t, path)
	_, err = l.Send(t.Context(), app, item("a", "x"))
	require.ErrorIs(t, err, urlscheme.ErrDoubtful)
	assert.Len(t, app.links, 1)
	doubtful, err := l.Doubtful(t.Context())
	require.NoError(t, err)
	require.Len(t, doubtful, 1)
	assert.Equal(t, "a", doubtful[0].ID)

	confirmed, err := l.Confirm(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, urlscheme.Opened, confirmed.State)
	_, err = openLedger(t, path).Send(t.Context(), app, item("a", "x"))
	require.ErrorIs(t, err, urlscheme.ErrSent)
	_, err = l.Confirm(t.Context(), "a")
	require.NoError(t, err)
	_, err = l.Confirm(t.Context(), "b")
	require.ErrorIs(t, err, urlscheme.ErrUnknown)
	doubtful, err = l.Doubtful(t.Context())
	require.NoError(t, err)
	assert.Empty(t, doubtful)
}

func TestNotOpenedMaySendAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	l, app := openLedger(t, path), &recorder{err: &urlscheme.NotSupportedError{Link: "pagico://addTask?title=x"}}
	entry, err := l.Send(t.Context(), app, item("a", "x"))
	require.ErrorIs(t, err, urlscheme.ErrNotSupported)
	assert.Equal(t, urlscheme.Unopened, entry.State)
	assert.Zero(t, entry.Times)
	_, err = l.Confirm(t.Context(), "a")
	require.ErrorIs(t, err, urlscheme.ErrUnknown)
	app.err = nil
	entry, err = openLedger(t, path).Send(t.Context(), app, item("a", "x"))
	require.NoError(t, err)
	assert.Equal(t, 1, entry.Times)
}

func TestResend(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	l, app := openLedger(t, path), &recorder{}
	_, err := l.Resend(t.Context(), app, item("a", "x"))
	require.NoError(t, err, "an id that was never sent is sent")
	app.err = urlscheme.ErrNotOpened
	entry, err := l.Resend(t.Context(), app, item("a", "y"))
	require.ErrorIs(t, err, urlscheme.ErrNotOpened)
	assert.Equal(t, item("a", "x").Link.Hash(), entry.Hash, "nothing was opened: the entry stays what it was")
	assert.Equal(t, urlscheme.Opened, entry.State)
	app.err = nil
	entry, err = l.Resend(t.Context(), app, item("a", "y"))
	require.NoError(t, err)
	assert.Equal(t, item("a", "y").Link.Hash(), entry.Hash)
	assert.Equal(t, 2, entry.Times)
	app.err = errors.New("broken")
	_, err = l.Resend(t.Context(), app, item("a", "z"))
	require.ErrorIs(t, err, urlscheme.ErrDoubtful)
	read, err := openLedger(t, path).Entry(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, urlscheme.Doubtful, read.State)
	assert.Equal(t, 3, read.Times)
	live, err := l.Entry(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, live, read, "the file tells what the process knew")
}

func TestBadItemsAreRefused(t *testing.T) {
	t.Parallel()
	l, app := openLedger(t, filepath.Join(t.TempDir(), "ledger")), &recorder{}
	bad := item("a", "x")
	bad.Data = json.RawMessage("{")
	for _, it := range []urlscheme.Item{item("", "x"), item("a\nb", "x"), item("\xff", "x"), item(strings.Repeat("x", 501), "x"),
		{ID: "a", Link: "https://x.example/?a=b"}, bad} {
		_, err := l.Send(t.Context(), app, it)
		require.ErrorIs(t, err, urlscheme.ErrInvalid)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.Send(ended, app, item("a", "x"))
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, app.links)
	_, err = l.Entry(t.Context(), "a")
	require.ErrorIs(t, err, urlscheme.ErrUnknown)
	entries, err := l.Entries(t.Context())
	require.NoError(t, err)
	assert.Empty(t, entries)
}

// TestEveryCut cuts the file at every byte, as a crash may, and sends again: what
// the file says was about to be opened is not opened again, everything else is.
func TestEveryCut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	l, app := openLedger(t, whole), &recorder{}
	for _, id := range []string{"a", "b"} {
		_, err := l.Send(t.Context(), app, item(id, "x"))
		require.NoError(t, err)
	}
	data, err := os.ReadFile(whole)
	require.NoError(t, err)
	for cut := range len(data) {
		path := filepath.Join(dir, strconv.Itoa(cut))
		require.NoError(t, os.WriteFile(path, data[:cut], 0o600))
		torn, app := openLedger(t, path), &recorder{}
		lines := string(data[:cut])
		lines = lines[:strings.LastIndex(lines, "\n")+1]
		want := 0
		for _, id := range []string{"a", "b"} {
			_, err := torn.Send(t.Context(), app, item(id, "x"))
			if !strings.Contains(lines, `{"op":"send","id":"`+id+`"`) {
				require.NoError(t, err)
				want++
				continue
			}
			if strings.Contains(lines, `{"op":"opened","id":"`+id+`"`) {
				require.ErrorIs(t, err, urlscheme.ErrSent)
			} else {
				require.ErrorIs(t, err, urlscheme.ErrDoubtful)
			}
		}
		assert.Len(t, app.links, want, "cut at %d", cut)
		entries, err := openLedger(t, path).Entries(t.Context())
		require.NoError(t, err, "what was written after the cut can be read")
		assert.Len(t, entries, 2)
		require.NoError(t, torn.Close())
	}
}

func TestDamageIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	head := `{"ledger":"pagico-links","version":1,"id":"00112233445566778899aabbccddeeff"}` + "\n"
	send := `{"op":"send","id":"a","at":"2026-01-02T03:04:05Z","hash":"x"}` + "\n"
	for i, content := range []string{
		"hello", "hello\n", "{}\n", strings.Replace(head, `"version":1`, `"version":2`, 1), strings.Replace(head, "00", "0g", 1),
		head + "{}\n", head + "null\n", head + "\n", head + `{"op":"opened","id":"a","at":"2026-01-02T03:04:05Z"}` + "\n",
		head + send[:20] + "\n" + send, head + strings.Replace(send, "send", "sent", 1), head + "\x00\x00\n" + send,
		strings.TrimSuffix(head, "\n") + strings.Repeat(" ", 100),
	} {
		path := filepath.Join(dir, strconv.Itoa(i))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := urlscheme.OpenLedger(t.Context(), path)
		require.ErrorIs(t, err, urlscheme.ErrDamaged, content)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, content, string(after))
	}
	_, err := urlscheme.OpenLedger(t.Context(), filepath.Join(dir, "no", "folder"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestLedgerThatWasReplacedOrCutOpensNothing(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(path string) error{
		"moved": func(path string) error { return os.Rename(path, path+".old") },
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o600))
		},
		"cut": func(path string) error { return os.Truncate(path, 10) },
	} {
		path := filepath.Join(t.TempDir(), "ledger")
		l, app := openLedger(t, path), &recorder{}
		_, err := l.Send(t.Context(), app, item("a", "x"))
		require.NoError(t, err)
		require.NoError(t, harm(path))
		_, err = l.Send(t.Context(), app, item("b", "x"))
		require.ErrorIs(t, err, urlscheme.ErrDamaged, name)
		assert.Len(t, app.links, 1, name)
	}
}

func TestTwoLedgersOnOneFileTakeTurns(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	app := &recorder{}
	inside := 0
	app.look = func() { inside++ } // guarded by app.mu; the race detector sees the rest
	var workers sync.WaitGroup
	for range 4 {
		l := openLedger(t, path)
		for range 2 {
			workers.Go(func() {
				for i := range 20 {
					_, err := l.Send(t.Context(), app, item("id"+strconv.Itoa(i), "x"))
					if err != nil {
						assert.ErrorIs(t, err, urlscheme.ErrSent, "nobody sees another's send half done")
					}
				}
			})
		}
	}
	workers.Wait()
	assert.Len(t, app.links, 20)
	entries, err := openLedger(t, path).Entries(t.Context())
	require.NoError(t, err)
	assert.Len(t, entries, 20)
}

func TestWaitingForTheLedgerEndsWithTheContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	l, other := openLedger(t, path), openLedger(t, path)
	app := &recorder{}
	app.look = func() {
		for _, l := range []*urlscheme.Ledger{l, other} {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			_, err := l.Entry(ctx, "a")
			cancel()
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}
	}
	_, err := l.Send(t.Context(), app, item("a", "x"))
	require.NoError(t, err)
	_, err = other.Entry(t.Context(), "a")
	require.NoError(t, err)
}
