package sqlstore

import (
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// query numbers the statements that transactions use. SQLite keeps them
// prepared.
type query int

// Of the statements that come in pairs, the first is for GHL; see of.
const (
	takeWrite query = iota
	findConnection
	findConnectionToWrite
	addConnection
	raiseEpoch
	getLink
	linkOfGHL
	linkOfPagico
	headsGHL
	headsPagico
	activeGHL
	activePagico
	listLinks
	listLinksOfState
	lastLink
	countLinks
	insertLink
	updateLink
	getIntent
	listIntents
	putIntent
	deleteIntent
	lastAudit
	insertAudit
	listAudit
	listAuditOf
	getState
	listStates
	listStatesFrom
	putState
	deleteState
	numQueries
)

// of returns the statement of a pair that asks about side.
func (q query) of(side syncer.Side) query {
	if side == syncer.GHL {
		return q
	}
	return q + 1
}

const linkColumns = "id, kind, state, ghl_kind, ghl_id, ghl_seen, pagico_kind, pagico_id, pagico_seen, body"

// queries returns the text of each statement in the dialect.
func queries(d Dialect) [numQueries]string {
	all := [numQueries]string{
		findConnection: "SELECT id, epoch, 0 FROM sync_connections WHERE name = ?",
		addConnection:  "INSERT INTO sync_connections (name) VALUES (?) ON CONFLICT (name) DO NOTHING",
		raiseEpoch:     "UPDATE sync_connections SET epoch = epoch + 1 WHERE id = ? RETURNING epoch",

		getLink:          "SELECT " + linkColumns + " FROM sync_links WHERE conn = ? AND id = ?",
		listLinksOfState: "SELECT " + linkColumns + " FROM sync_links WHERE conn = ? AND kind = ? AND state = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?",
		lastLink:         "SELECT COALESCE(MAX(id), 0) FROM sync_links WHERE conn = ?",
		countLinks:       "SELECT COUNT(*) FROM sync_links WHERE conn = ? AND kind = ? AND state = ?",
		insertLink: "INSERT INTO sync_links (past, kind, state, ghl_kind, ghl_id, ghl_seen, pagico_kind, pagico_id, pagico_seen, body, conn, id)" +
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		updateLink: "UPDATE sync_links SET past = ?, kind = ?, state = ?, ghl_kind = ?, ghl_id = ?, ghl_seen = ?," +
			" pagico_kind = ?, pagico_id = ?, pagico_seen = ?, body = ? WHERE conn = ? AND id = ?",

		getIntent:    "SELECT body FROM sync_intents WHERE conn = ? AND id = ?",
		listIntents:  "SELECT body FROM sync_intents WHERE conn = ?",
		putIntent:    "INSERT INTO sync_intents (conn, id, body) VALUES (?, ?, ?) ON CONFLICT (conn, id) DO UPDATE SET body = excluded.body",
		deleteIntent: "DELETE FROM sync_intents WHERE conn = ? AND id = ?",

		lastAudit:   "SELECT seq, hash FROM sync_audit WHERE conn = ? ORDER BY seq DESC LIMIT 1",
		insertAudit: "INSERT INTO sync_audit (conn, seq, link, hash, body) VALUES (?, ?, ?, ?, ?)",
		listAudit:   "SELECT seq, body FROM sync_audit WHERE conn = ? AND seq > ? ORDER BY seq LIMIT ?",
		listAuditOf: "SELECT seq, body FROM sync_audit WHERE conn = ? AND link = ? AND seq > ? ORDER BY seq LIMIT ?",

		getState:       "SELECT value FROM sync_state WHERE conn = ? AND name = ?",
		listStates:     "SELECT name FROM sync_state WHERE conn = ?",
		listStatesFrom: "SELECT name FROM sync_state WHERE conn = ? AND name >= ? AND name < ?",
		putState:       "INSERT INTO sync_state (conn, name, value) VALUES (?, ?, ?) ON CONFLICT (conn, name) DO UPDATE SET value = excluded.value",
		deleteState:    "DELETE FROM sync_state WHERE conn = ? AND name = ?",
	}
	all[linkOfGHL], all[linkOfPagico] = bySide("SELECT " + linkColumns + " FROM sync_links" +
		" WHERE conn = ? AND SIDE_kind = ? AND SIDE_id = ? AND SIDE_id <> '' ORDER BY past = 0 DESC, id DESC LIMIT 1")
	all[activeGHL], all[activePagico] = bySide("SELECT id FROM sync_links" +
		" WHERE conn = ? AND SIDE_kind = ? AND SIDE_id = ? AND SIDE_id <> '' AND past = 0")
	addSpecial(d, &all)
	for i, text := range all {
		all[i] = d.bind(text)
	}
	return all
}

// addSpecial adds the statements for which the dialects differ.
func addSpecial(d Dialect, all *[numQueries]string) {
	const list = "SELECT " + linkColumns + " FROM sync_links WHERE conn = ? AND kind = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?"
	switch d {
	case PostgreSQL:
		// The number of the transaction tells later what became of it.
		all[findConnectionToWrite] = "SELECT id, epoch, txid_current() FROM sync_connections WHERE name = ? FOR UPDATE"
		all[listLinks] = list
		all[headsGHL], all[headsPagico] = bySide("SELECT SIDE_id, id, past, state, SIDE_seen FROM sync_links" +
			" WHERE SIDE_id = ANY (ARRAY(SELECT json_array_elements_text(?::json))) AND conn = ? AND SIDE_kind = ? AND SIDE_id <> ''")
	case SQLite:
		// takeWrite changes nothing, but it takes the write lock before anything is
		// read, whatever way the driver began the transaction.
		all[takeWrite] = "UPDATE sync_schema SET version = version WHERE false"
		all[findConnectionToWrite] = all[findConnection]
		// The plus keeps SQLite from choosing the index by kind, which would make it
		// sort all links for every page.
		all[listLinks] = strings.Replace(list, "kind =", "+kind =", 1)
		// CROSS JOIN makes SQLite look up each id instead of walking the links, and
		// the index has all columns.
		all[headsGHL], all[headsPagico] = bySide("SELECT l.SIDE_id, l.id, l.past, l.state, l.SIDE_seen" +
			" FROM json_each(?) AS j CROSS JOIN sync_links AS l INDEXED BY sync_heads_SIDE" +
			" WHERE l.SIDE_id = j.value AND l.conn = ? AND l.SIDE_kind = ? AND l.SIDE_id <> ''")
	}
}

// bySide returns the statement once for each side.
func bySide(text string) (ghl, pagico string) {
	return strings.ReplaceAll(text, "SIDE", "ghl"), strings.ReplaceAll(text, "SIDE", "pagico")
}
