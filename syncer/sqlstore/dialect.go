package sqlstore

import (
	"path/filepath"
	"strconv"
	"strings"
)

// Dialect names the database behind a *sql.DB.
type Dialect int

const (
	// SQLite is SQLite 3.38 or later, in a file.
	SQLite Dialect = iota + 1
	// PostgreSQL is PostgreSQL 13 or later with the encoding UTF8.
	PostgreSQL
)

// String returns the name of the database.
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "SQLite"
	case PostgreSQL:
		return "PostgreSQL"
	}
	return "Dialect(" + strconv.Itoa(int(d)) + ")"
}

// SQLiteDSN returns the data source name with which the driver
// modernc.org/sqlite opens the file at path as a store needs it: waiting up to
// ten seconds for another process, syncing every commit to disk, and taking the
// write lock at the start of a transaction. The path may hold any character.
//
// The journal mode is not part of it, because naming it here would rewrite the
// head of a file that turns out to be something else; [New] sets it.
func SQLiteDSN(path string) string {
	path = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(filepath.Clean(path)))
	switch {
	case filepath.VolumeName(path) != "":
		path = "///" + path
	case strings.HasPrefix(path, "/"):
		path = "//" + path
	}
	// The wait comes first: the others may meet a locked file.
	return "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_txlock=immediate"
}

// bind gives the placeholders of a query the dialect's form. No query has a
// question mark elsewhere.
func (d Dialect) bind(query string) string {
	if d != PostgreSQL {
		return query
	}
	var b strings.Builder
	n := 0
	for part := range strings.SplitAfterSeq(query, "?") {
		if rest, found := strings.CutSuffix(part, "?"); found {
			n++
			part = rest + "$" + strconv.Itoa(n)
		}
		b.WriteString(part)
	}
	return b.String()
}
