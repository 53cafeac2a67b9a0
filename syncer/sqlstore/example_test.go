package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

func ExampleNew() {
	if err := remember(context.Background()); err != nil {
		panic(err)
	}
	// Output: seen up to 2026-11-21T09:30:00Z
}

func remember(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "sync")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(filepath.Join(dir, "state.db")))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	store, err := sqlstore.New(ctx, db, sqlstore.SQLite)
	if err != nil {
		return err
	}
	err = store.Update(ctx, "location/account", func(tx syncer.Tx) error {
		return tx.SetState("cursor", []byte("2026-11-21T09:30:00Z"))
	})
	if err != nil {
		return err
	}
	return store.View(ctx, "location/account", func(tx syncer.Tx) error {
		cursor, err := tx.State("cursor")
		if err == nil {
			_, err = fmt.Fprintln(os.Stdout, "seen up to", string(cursor))
		}
		return err
	})
}
