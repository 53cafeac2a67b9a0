package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
)

//go:embed migrations
var migrationFiles embed.FS

// product marks tables as ours.
const product = "github.com/ghl-pagico/sdk-go/syncer/sqlstore"

// migrations returns the texts of the dialect's migrations in order. A database
// of version n went through the first n of them.
func migrations(d Dialect) ([]string, error) {
	dir := "migrations/" + strings.ToLower(d.String())
	names, err := fs.Glob(migrationFiles, dir+"/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var texts []string
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}

// statements splits a migration. A semicolon at the end of a line ends a
// statement and is found nowhere else.
func statements(migration string) []string {
	var all []string
	for s := range strings.SplitSeq(migration, ";\n") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// version reads the version of tables that are ours.
func version(ctx context.Context, c *sql.Conn, newest int) (int, error) {
	rows, err := c.QueryContext(ctx, "SELECT product, version FROM sync_schema")
	if err != nil {
		return 0, damaged("table sync_schema", err)
	}
	defer rows.Close()
	found, n := 0, 0
	for rows.Next() {
		var whose string
		if err := rows.Scan(&whose, &n); err != nil {
			return 0, damaged("table sync_schema", err)
		}
		if whose != product {
			return 0, damaged("table sync_schema", fmt.Errorf("it belongs to %q", whose))
		}
		found++
	}
	if err := rows.Err(); err != nil {
		return 0, damaged("table sync_schema", err)
	}
	switch {
	case found != 1 || n < 1:
		return 0, damaged("table sync_schema", fmt.Errorf("%d rows, version %d", found, n))
	case n > newest:
		return 0, fmt.Errorf("%w: the tables have version %d, this version of the module knows up to %d", syncer.ErrStoreNewer, n, newest)
	}
	return n, nil
}

// migrate brings the tables from version from to the newest one, in one
// transaction that begin starts on c. inspect tells the version within that
// transaction, in case another process did the same meanwhile.
func migrate(
	ctx context.Context, c *sql.Conn, d Dialect, texts []string, begin []string, inspect func() (int, error),
) (err error) {
	defer func() {
		if err != nil {
			// It fails where there is no transaction, and the first error tells more.
			_, _ = c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	for _, s := range begin {
		if _, err := c.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("begin to make the tables: %w", err)
		}
	}
	from, err := inspect()
	if err != nil {
		return err
	}
	for n := from; n < len(texts); n++ {
		for _, s := range statements(texts[n]) {
			if _, err := c.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("migration %d: %w", n+1, err)
			}
		}
	}
	note := "UPDATE sync_schema SET version = ?"
	args := []any{len(texts)}
	if from == 0 {
		note, args = "INSERT INTO sync_schema (version, product) VALUES (?, ?)", append(args, product)
	}
	if _, err := c.ExecContext(ctx, d.bind(note), args...); err != nil {
		return fmt.Errorf("note the version: %w", err)
	}
	if _, err := c.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit the tables: %w", err)
	}
	return nil
}

// limit gives a handle without a limit one, and lets it keep what it opened.
func limit(db *sql.DB, n int) {
	if db.Stats().MaxOpenConnections == 0 {
		db.SetMaxOpenConns(n)
		db.SetMaxIdleConns(n)
	}
}
