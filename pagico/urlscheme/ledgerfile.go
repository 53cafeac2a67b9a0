package urlscheme

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// What the lines of a ledger say.
const (
	opSend     = "send"     // the link is about to be opened
	opOpened   = "opened"   // it was
	opUnopened = "unopened" // it was not, for certain
)

// line is one line after the first.
type line struct {
	Op   string          `json:"op"`
	ID   string          `json:"id"`
	At   time.Time       `json:"at"`
	Hash string          `json:"hash,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
}

// The first line names the format and the ledger.
const (
	headStart = `{"ledger":"pagico-links","version":1,"id":"`
	headEnd   = `"}`
	idDigits  = 32
)

// lockPause is how long a process waits before it asks for the lock again.
const lockPause = 5 * time.Millisecond

// ledgerFile is the file of a ledger. All but openFile and close need the lock.
type ledgerFile struct {
	f    *os.File
	path string
	id   string
	// size is where the last whole line that was read or written ends.
	size int64
	// lines counts them, for messages.
	lines int
}

func openFile(path string) (*ledgerFile, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("urlscheme: open ledger: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("urlscheme: open ledger: %w", err)
	}
	return &ledgerFile{f: f, path: path}, nil
}

func (l *ledgerFile) close() error { return l.f.Close() }

// lock waits for the other processes until ctx ends.
func (l *ledgerFile) lock(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("urlscheme: wait for the ledger: %w", err)
		}
		ok, err := tryLock(l.f)
		if err != nil {
			return fmt.Errorf("urlscheme: lock ledger: %w", err)
		}
		if ok {
			return nil
		}
		pause := time.NewTimer(lockPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
}

// unlock lets others have their turn. Should it fail, closing the file frees it.
func (l *ledgerFile) unlock() {
	if err := unlock(l.f); err != nil {
		_ = l.f.Close()
	}
}

// read hands on the whole lines that were appended since the last time.
func (l *ledgerFile) read(replay func(line) error) error {
	info, err := l.f.Stat()
	if err != nil {
		return fmt.Errorf("urlscheme: read ledger: %w", err)
	}
	if at, err := os.Stat(l.path); err != nil || !os.SameFile(info, at) {
		return fmt.Errorf("%w: %s was moved or replaced", ErrDamaged, filepath.Base(l.path))
	}
	if info.Size() < l.size {
		return fmt.Errorf("%w: %s was cut", ErrDamaged, filepath.Base(l.path))
	}
	data, err := io.ReadAll(io.NewSectionReader(l.f, l.size, info.Size()-l.size))
	if err != nil {
		return fmt.Errorf("urlscheme: read ledger: %w", err)
	}
	if l.id == "" {
		rest, err := l.readHead(data)
		if err != nil {
			return err
		}
		data = rest
	}
	for {
		text, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			return nil
		}
		var x line
		err := json.Unmarshal(text, &x)
		if err == nil {
			err = replay(x)
		}
		if err != nil {
			return fmt.Errorf("%w: line %d of %s: %w", ErrDamaged, l.lines+1, filepath.Base(l.path), err)
		}
		l.advance(text)
		data = rest
	}
}

// readHead reads the first line, and writes it to a file that has none yet. What a
// crash left of it is replaced: nothing can have been sent by then.
func (l *ledgerFile) readHead(data []byte) (rest []byte, err error) {
	head, rest, whole := bytes.Cut(data, []byte("\n"))
	if !whole {
		start := headStart[:min(len(head), len(headStart))]
		torn := bytes.HasPrefix(head, []byte(start)) || len(bytes.Trim(head, "\x00")) == 0
		if !torn || len(head) > len(headStart)+idDigits+len(headEnd) {
			return nil, fmt.Errorf("%w: %s is not a ledger", ErrDamaged, filepath.Base(l.path))
		}
		return nil, l.writeHead()
	}
	id, ok := strings.CutPrefix(string(head), headStart)
	id, ends := strings.CutSuffix(id, headEnd)
	if raw, err := hex.DecodeString(id); !ok || !ends || err != nil || len(raw) != idDigits/2 {
		return nil, fmt.Errorf("%w: %s is not a ledger, or one of another version", ErrDamaged, filepath.Base(l.path))
	}
	l.id = id
	l.advance(head)
	return rest, nil
}

func (l *ledgerFile) writeHead() error {
	raw := make([]byte, idDigits/2)
	if _, err := rand.Read(raw); err != nil {
		return fmt.Errorf("urlscheme: make ledger: %w", err)
	}
	id := hex.EncodeToString(raw)
	if err := l.write([]byte(headStart + id + headEnd)); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(l.path)); err != nil {
		return fmt.Errorf("urlscheme: make ledger: %w", err)
	}
	l.id = id
	return nil
}

func (l *ledgerFile) append(x line) error {
	text, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("urlscheme: write ledger: %w", err)
	}
	return l.write(text)
}

// write makes a line durable, in place of what a crash may have left of another. When
// it fails, nothing of the line is left, or only what the next write replaces.
func (l *ledgerFile) write(text []byte) error {
	if err := l.f.Truncate(l.size); err != nil {
		return fmt.Errorf("urlscheme: write ledger: %w", err)
	}
	_, err := l.f.WriteAt(append(text, '\n'), l.size)
	if err == nil {
		err = l.f.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("urlscheme: write ledger: %w", err), l.f.Truncate(l.size))
	}
	l.advance(text)
	return nil
}

// advance notes that a line was read or written.
func (l *ledgerFile) advance(text []byte) {
	l.size += int64(len(text)) + 1
	l.lines++
}
