package syncer

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// AuditFormat is a form in which the audit log is exported.
type AuditFormat string

// The formats.
const (
	// AuditJSONLines writes one JSON object per entry and line, whole: the hash
	// chain can be checked from it ([ReadAudit], [VerifyAudit]) and the links
	// rebuilt ([ReplayAudit]).
	AuditJSONLines AuditFormat = "jsonl"
	// AuditCSV writes one row per field of an entry, for spreadsheets, with a row
	// of names first. Cells that a spreadsheet would take for a formula begin
	// with an apostrophe.
	AuditCSV AuditFormat = "csv"
)

// ExportAudit writes the whole audit log of the connection to w. The log holds
// the values of records in plain text.
func (e *Engine) ExportAudit(ctx context.Context, w io.Writer, format AuditFormat) error {
	out := bufio.NewWriter(w)
	var write func(AuditEntry) error
	flush := out.Flush
	switch format {
	case AuditJSONLines:
		enc := json.NewEncoder(out)
		write = func(entry AuditEntry) error { return enc.Encode(entry) }
	case AuditCSV:
		rows := csv.NewWriter(out)
		if err := rows.Write(auditColumns()); err != nil {
			return fmt.Errorf("syncer: export audit log: %w", err)
		}
		write = func(entry AuditEntry) error { return rows.WriteAll(auditRows(entry)) }
	default:
		return fmt.Errorf("syncer: unknown audit format %q: use jsonl or csv", string(format))
	}
	err := e.view(ctx, func(tx Tx) error {
		for entry, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
			if err := write(entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err = errors.Join(err, flush()); err != nil {
		return fmt.Errorf("syncer: export audit log: %w", err)
	}
	return nil
}

func auditColumns() []string {
	return []string{"seq", "time", "action", "kind", "link", "ghl", "pagico", "target", "trigger", "outcome", "reason", "actor", "op",
		"requestId", "field", "side", "base", "before", "after", "lost", "rule", "hash"}
}

// auditRows are the rows of one entry: one per field, or a single one.
func auditRows(e AuditEntry) [][]string {
	link := ""
	if e.Link != 0 {
		link = strconv.FormatInt(int64(e.Link), 10)
	}
	head := []string{strconv.FormatInt(e.Seq, 10), e.Time.Format(time.RFC3339Nano), e.Action, string(e.Kind), link, e.GHL.ID, e.Pagico.ID,
		string(e.Target), e.Trigger, e.Outcome, e.Reason, e.Actor, string(e.Op), e.RequestID}
	fields := e.Fields
	if len(fields) == 0 {
		fields = []AuditField{{}}
	}
	rows := make([][]string, len(fields))
	for i, f := range fields {
		rows[i] = append(slices.Clone(head), f.Field, string(f.Side), cell(f.Base), cell(f.Before), cell(f.After), cell(f.Lost), f.Rule, e.Hash)
		for j := range rows[i] {
			rows[i][j] = harmless(rows[i][j])
		}
	}
	return rows
}

// cell is a value in a table; no value is an empty cell.
func cell(v Value) string {
	if v.IsNone() {
		return ""
	}
	return v.String()
}

// harmless keeps a spreadsheet from running what somebody typed into a title.
func harmless(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return "'" + s
	}
	return s
}

// ReadAudit yields the entries of an export in [AuditJSONLines]. The sequence
// stops after its first error and can be ranged over once.
func ReadAudit(r io.Reader) iter.Seq2[AuditEntry, error] {
	return func(yield func(AuditEntry, error) bool) {
		dec := json.NewDecoder(r)
		for {
			var e AuditEntry
			err := dec.Decode(&e)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(AuditEntry{}, fmt.Errorf("syncer: read audit log: %w", err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// ReplayAudit rebuilds the links from the log alone, by ascending id: records,
// state, base and origin of each as they stood at its last entry. What the log
// does not keep is empty: parked fields and the contents last seen, which the
// next pass finds again. Check the log with [VerifyAudit] first.
func ReplayAudit(entries iter.Seq2[AuditEntry, error]) ([]Link, error) {
	links := map[LinkID]Link{}
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		if e.After == nil || e.Link == 0 {
			continue
		}
		l := Link{ID: e.Link, Kind: e.Kind, State: e.After.State, GHL: e.After.GHL, Pagico: e.After.Pagico, Origin: e.After.Origin,
			Base: map[string]merge.Base{}, SyncedAt: e.Time}
		maps.Copy(l.Base, e.After.Base)
		if l.State != LinkActive {
			l.Reason = e.Reason
		}
		links[e.Link] = l
	}
	rebuilt := make([]Link, 0, len(links))
	for _, l := range links {
		rebuilt = append(rebuilt, l)
	}
	slices.SortFunc(rebuilt, func(a, b Link) int { return int(a.ID - b.ID) })
	return rebuilt, nil
}
