package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the SQLite driver

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// openState opens the SQLite file that keeps the state between runs.
func openState(ctx context.Context, path string) (*sqlstore.Store, func() error, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the folder of the state file: %w", err)
	}
	db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(path))
	if err != nil {
		return nil, nil, fmt.Errorf("open the state file %s: %w", path, err)
	}
	store, err := sqlstore.New(ctx, db, sqlstore.SQLite)
	if errors.Is(err, syncer.ErrStoreDamaged) {
		path += " (it was left as it is; restore a copy of it, or see docs/recovery.md)"
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open the state file %s: %w", path, err), db.Close())
	}
	return store, db.Close, nil
}

// statePath is the file to use: the one that was asked for, or one in the
// user's cache folder.
func statePath(asked, name string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	folder, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the state file, use -db: %w", err)
	}
	return filepath.Join(folder, "ghl-pagico", name), nil
}

// exists reports whether a file is there.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
