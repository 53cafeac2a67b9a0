package pagicosource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// LinksConfig says how records of GHL become pagico:// links.
type LinksConfig struct {
	// Ledger remembers what was opened. Required. A connection belongs to its ledger: with
	// another one every pass halts, because everything would be opened again.
	Ledger *urlscheme.Ledger
	// Opener hands the links to the app. Nil means [urlscheme.Mac]. If it has a method
	// Ready() error, a pass begins with it.
	Opener urlscheme.Opener
	// Location is the GHL location that the records come from. Required; it is part of
	// the ids in the ledger.
	Location string
	// Zone is the time zone of the person who uses the app, in which dates are written.
	// Required.
	Zone *time.Location
	// TwinURL returns the address of a GHL record, absolute http or https, or "" for
	// none. It is written at the end of the text. Nil means none. It must be safe for
	// concurrent use.
	TwinURL func(kind syncer.Kind, id string) string
	// Teammates maps the people of GHL, as records show them (by e-mail in lower case,
	// or "user:" and an id), to the containers of Pagico that take their tasks, such as
	// their shared contact profiles. A task of somebody else goes to the Inbox.
	Teammates map[string]string
	// MinGap is the least time between the end of one opening and the beginning of the
	// next one: nobody documents how many links in a row the app takes. 1,000 tasks then
	// take 1,000 gaps. Default 1 s; negative means none. Other programs that open links do
	// not count.
	MinGap time.Duration
	// Task may change the link of a task before it is written, such as its colour or its
	// container; its origin stays. Nil changes nothing. It must be safe for concurrent use.
	Task func(rec syncer.Record, task *urlscheme.AddTask)
}

// Links is the [syncer.Source] of a Pagico app that is reached by pagico:// links
// alone: one way, create only, each link opened at most once. Make one with
// [NewLinks], and use it with the flows of [Links.Flows]. It is safe for concurrent use.
//
// # What it knows
//
// The app tells nothing, so the records of this source are those of the ledger, as
// they were sent: task with title, body, dueDate, status, assignee, and note with
// title, content, datetime. Their id is the one in the ledger,
// ghl:{location}:{kind}:{id}. A task or note that is edited or deleted in the app, or
// made there, is not noticed. No listing covers anything, so the engine never
// concludes that a record is gone.
//
// # Changes and deletions in GHL
//
// Nothing that was sent can be changed, so every record is read-only. A change in GHL
// is parked by the engine as a conflict for a person, and a deletion in GHL ends the
// link and leaves the record in the app; both are in the report and the audit log.
// [Links.Resend] sends a record anew.
//
// # Doubt
//
// When a crash, or an unclear error of the opener, leaves it open whether a link was
// opened, it is not opened again. The engine's create of that record stays unsettled and
// is reported as a failure in every pass, until a person looks into the app and calls
// [Links.Confirm] or [Links.Resend]; [Links.Doubtful] lists them.
type Links struct {
	cfg  LinksConfig
	pace *pacer
}

var (
	_ syncer.Source            = (*Links)(nil)
	_ syncer.RepeatableCreates = (*Links)(nil)
)

// NewLinks returns the source for the configuration. It opens nothing.
func NewLinks(cfg LinksConfig) (*Links, error) {
	switch {
	case cfg.Ledger == nil:
		return nil, errors.New("pagicosource: LinksConfig.Ledger is nil: open one with urlscheme.OpenLedger")
	case cfg.Location == "" || strings.ContainsAny(cfg.Location, ":# \t\r\n"):
		return nil, fmt.Errorf("pagicosource: LinksConfig.Location: %q is not a location id", cfg.Location)
	case cfg.Zone == nil:
		return nil, errors.New("pagicosource: LinksConfig.Zone is nil: dates need the time zone of the person who uses the app")
	}
	if cfg.Opener == nil {
		cfg.Opener = urlscheme.Mac{}
	}
	cfg.Teammates = maps.Clone(cfg.Teammates)
	return &Links{cfg: cfg, pace: newPacer(cmp.Or(cfg.MinGap, defaultGap))}, nil
}

// Flows are the flows that this source is made for, tasks and notes: from GHL to
// Pagico only, edits on Pagico ignored, and nothing deleted. Records have no parents:
// contacts cannot be made by a link. Tasks that are done, or have no title, and notes
// without any text are not sent. The assignee of a task is among its fields if there are
// Teammates.
func (l *Links) Flows() []syncer.Flow {
	taskFields := []string{"title", "body", "dueDate", "status"}
	if len(l.cfg.Teammates) > 0 {
		taskFields = append(taskFields, "assignee")
	}
	return []syncer.Flow{
		{Kind: syncer.KindTask, Version: "1", Rules: linkRules(taskFields), Accept: acceptTask},
		{Kind: syncer.KindNote, Version: "1", Rules: linkRules([]string{"title", "content", "datetime"}), Accept: acceptNote},
	}
}

func linkRules(names []string) merge.Rules {
	rules := merge.Rules{Direction: merge.GHLToPagico, OneWay: merge.Ignore, Deletes: merge.KeepTwin}
	for _, name := range names {
		rules.Fields = append(rules.Fields, merge.Field{Name: name})
	}
	return rules
}

func acceptTask(rec syncer.Record, _ syncer.Side) (string, bool) {
	switch {
	case isDone(rec.Fields["status"]):
		return "it is done already", false
	case rec.Fields["title"].IsNone():
		return "it has no title", false
	}
	return "", true
}

func acceptNote(rec syncer.Record, _ syncer.Side) (string, bool) {
	if rec.Fields["title"].IsNone() && rec.Fields["content"].IsNone() {
		return "the note is empty", false
	}
	return "", true
}

// isDone reports whether a task has a status that no link can express.
func isDone(status syncer.Value) bool {
	return status.AsText() == "completed" || status.AsText() == "cancelled"
}

// Side returns [syncer.Pagico].
func (l *Links) Side() syncer.Side { return syncer.Pagico }

// Kinds lists task and note.
func (l *Links) Kinds() []syncer.Kind { return []syncer.Kind{syncer.KindTask, syncer.KindNote} }

// Identify answers "pagico-links:" and the id of the ledger. There is no service to
// ask; instead it makes sure that the ledger can be read, and that links can be opened
// on this system: [syncer.ErrUnsupported] if not.
func (l *Links) Identify(ctx context.Context) (syncer.SourceID, error) {
	if opener, ok := l.cfg.Opener.(interface{ Ready() error }); ok {
		if err := opener.Ready(); err != nil {
			return "", wrap("identify", syncer.ErrUnsupported, err)
		}
	}
	if err := l.cfg.Ledger.Check(ctx); err != nil {
		return "", wrap("identify", nil, err)
	}
	return syncer.SourceID("pagico-links:" + l.cfg.Ledger.ID()), nil
}

// Changes lists what was opened, as it was sent. Its Covers is always false: what is not
// in the ledger may well be in the app.
func (l *Links) Changes(ctx context.Context, kind syncer.Kind, _ syncer.Cursor) *syncer.Feed {
	return &syncer.Feed{
		Covers: func(syncer.Ref) bool { return false },
		All: func(yield func(syncer.Record, error) bool) {
			if !slices.Contains(l.Kinds(), kind) {
				yield(syncer.Record{}, unsupportedf("kind %q", kind))
				return
			}
			entries, err := l.entries(ctx, kind, urlscheme.Opened)
			if err != nil {
				yield(syncer.Record{}, err)
				return
			}
			for _, entry := range entries {
				rec, err := l.record(entry)
				if !yield(rec, err) || err != nil {
					return
				}
			}
		},
	}
}

// entries lists what the ledger knows of a kind in a state; an empty kind means all.
func (l *Links) entries(ctx context.Context, kind syncer.Kind, state urlscheme.State) ([]urlscheme.Entry, error) {
	entries, err := l.cfg.Ledger.Entries(ctx)
	if err != nil {
		return nil, wrap("list links", nil, err)
	}
	return slices.DeleteFunc(entries, func(e urlscheme.Entry) bool {
		of, twin := l.parse(e.ID)
		return twin == "" || e.State != state || kind != "" && of != kind
	}), nil
}

// Get returns a record as it was sent. It returns [syncer.ErrNotFound] for one that was
// not sent, and an error that matches [urlscheme.ErrDoubtful] for one in doubt.
func (l *Links) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	if kind, twin := l.parse(ref.ID); twin == "" || kind != ref.Kind {
		return syncer.Record{}, wrap("get "+string(ref.Kind), nil, syncer.ErrNotFound)
	}
	entry, err := l.cfg.Ledger.Entry(ctx, ref.ID)
	switch {
	case errors.Is(err, urlscheme.ErrUnknown), err == nil && entry.State == urlscheme.Unopened:
		return syncer.Record{}, wrap("get "+string(ref.Kind), nil, syncer.ErrNotFound)
	case err != nil:
		return syncer.Record{}, wrap("get "+string(ref.Kind), nil, err)
	case entry.State == urlscheme.Doubtful:
		return syncer.Record{}, inDoubt(entry)
	}
	return l.record(entry)
}

// inDoubt asks for a person.
func inDoubt(entry urlscheme.Entry) error {
	return fmt.Errorf("pagicosource: %w at %s: look into the app, then confirm or resend it", urlscheme.ErrDoubtful,
		entry.SentAt.Format(time.RFC3339))
}

// Create opens the link of a task or note, at most once for each twin: a record without
// one is not supported. It returns a [*syncer.ExistsError] when it was opened before,
// [syncer.ErrUncertain] when it may have been, and [syncer.ErrRefused] when no link can
// be made of it. It waits for its turn, see MinGap; when ctx ends meanwhile, nothing was
// opened, and the error is both that of ctx and [urlscheme.ErrNotOpened].
func (l *Links) Create(ctx context.Context, rec syncer.Record, _ syncer.OpID) (syncer.Record, error) {
	return l.send(ctx, rec, l.cfg.Ledger.Send)
}

// Update is not supported: nothing that was sent can be changed.
func (l *Links) Update(_ context.Context, current syncer.Record, _ syncer.Fields, _ syncer.OpID) (syncer.Record, error) {
	return syncer.Record{}, unsupportedf("changing a %s by a link", current.Ref.Kind)
}

// Delete is not supported: nothing that was sent can be taken back.
func (l *Links) Delete(_ context.Context, current syncer.Record, _ syncer.OpID) error {
	return unsupportedf("deleting a %s by a link", current.Ref.Kind)
}

// Find looks into the ledger, where a create is noted before it happens: it finds the
// record, or nothing when nothing was opened, or returns an error that matches
// [urlscheme.ErrDoubtful] when only a person can tell.
func (l *Links) Find(ctx context.Context, probe syncer.Probe) ([]syncer.Record, error) {
	if probe.Twin == "" {
		return nil, nil // it is never sent
	}
	rec, err := l.Get(ctx, syncer.Ref{Side: syncer.Pagico, Kind: probe.Kind, ID: l.id(probe.Kind, probe.Twin)})
	if errors.Is(err, syncer.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []syncer.Record{rec}, nil
}

// CreateIsRepeatable implements [syncer.RepeatableCreates]: a repeated create is
// recognised by the ledger, which is never behind. So an unclear one is looked up at
// once, with no wait for the app, which would tell nothing anyway.
func (l *Links) CreateIsRepeatable(syncer.Kind) bool { return true }
