package sqlstore

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// What a Tx refuses.
var (
	errReadOnly = errors.New("sqlstore: a view does not write")
	errEnded    = errors.New("sqlstore: the transaction has ended")
)

// wrap says what was being done when the database failed, and tells a damaged
// file by the words of SQLite, because drivers do not share error types.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	for _, words := range []string{"file is not a database", "database disk image is malformed", "malformed database schema"} {
		if strings.Contains(err.Error(), words) && !errors.Is(err, syncer.ErrStoreDamaged) {
			return fmt.Errorf("sqlstore: %s: %w: %w", doing, syncer.ErrStoreDamaged, err)
		}
	}
	for _, a := range advice() {
		if text := err.Error(); strings.Contains(text, a.words) && !strings.Contains(text, a.text) {
			return fmt.Errorf("sqlstore: %s: %w: %s", doing, err, a.text)
		}
	}
	return fmt.Errorf("sqlstore: %s: %w", doing, err)
}

// advised is what a person can do about an error of SQLite with these words.
type advised struct{ words, text string }

func advice() []advised {
	return []advised{
		{"database or disk is full", "nothing of it was stored; make room, and the next pass goes on"},
		{"readonly database", "the file, its folder and the files beside it must be writable for this process"},
		{"unable to open database file", "the path must name a file, or a new one in a folder that is there and writable for this process"},
		{"disk I/O error", "the path must name a file on a local disk, writable together with its folder"},
	}
}

// damaged reports content that no engine wrote.
func damaged(what string, err error) error {
	if errors.Is(err, syncer.ErrStoreDamaged) {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w: %w", what, syncer.ErrStoreDamaged, err)
}

// missing tells from a failure to plan a statement that a table or column is
// not there.
func missing(err error) error {
	if text := err.Error(); strings.Contains(text, "no such") || strings.Contains(text, "does not exist") {
		return damaged("tables", err)
	}
	return err
}
