package pagicosource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// sent is what the ledger keeps of a record.
type sent struct {
	Fields syncer.Fields `json:"fields"`
	Label  string        `json:"label,omitempty"`
}

// id names a record in the ledger.
func (l *Links) id(kind syncer.Kind, twin string) string {
	return "ghl:" + l.cfg.Location + ":" + string(kind) + ":" + twin
}

// parse reads what id writes; the twin is empty for everything else.
func (l *Links) parse(id string) (kind syncer.Kind, twin string) {
	rest, ok := strings.CutPrefix(id, "ghl:"+l.cfg.Location+":")
	name, twin, found := strings.Cut(rest, ":")
	if !ok || !found {
		return "", ""
	}
	return syncer.Kind(name), twin
}

// record shows an entry of the ledger.
func (l *Links) record(entry urlscheme.Entry) (syncer.Record, error) {
	var data sent
	if err := json.Unmarshal(entry.Data, &data); err != nil {
		return syncer.Record{}, fmt.Errorf("pagicosource: the ledger's data of %s: %w", entry.ID, err)
	}
	kind, twin := l.parse(entry.ID)
	return syncer.Record{
		Ref: syncer.Ref{Side: syncer.Pagico, Kind: kind, ID: entry.ID}, Fields: data.Fields, Version: entry.Hash,
		ModifiedAt: entry.SentAt, CreatedAt: entry.SentAt, Twin: twin, ReadOnly: true, Label: data.Label,
	}, nil
}

// send makes the link of a record and has it opened by one of the ledger's methods.
func (l *Links) send(ctx context.Context, rec syncer.Record,
	open func(context.Context, urlscheme.Opener, urlscheme.Item) (urlscheme.Entry, error),
) (syncer.Record, error) {
	what := "send " + string(rec.Ref.Kind)
	link, err := l.link(rec)
	if err != nil {
		return syncer.Record{}, err
	}
	data, err := json.Marshal(sent{Fields: rec.Fields, Label: rec.Label})
	if err != nil {
		return syncer.Record{}, wrap(what, syncer.ErrRefused, err)
	}
	leave, err := l.pace.enter(ctx)
	if err != nil {
		return syncer.Record{}, wrap(what, urlscheme.ErrNotOpened, err)
	}
	item := urlscheme.Item{ID: l.id(rec.Ref.Kind, rec.Twin), Link: link, Data: data}
	entry, err := open(ctx, l.cfg.Opener, item)
	leave(err == nil || errors.Is(err, urlscheme.ErrDoubtful))
	switch {
	case err == nil:
		return l.record(entry)
	case errors.Is(err, urlscheme.ErrSent):
		return syncer.Record{}, wrap(what, nil, &syncer.ExistsError{Ref: syncer.Ref{Side: syncer.Pagico, Kind: rec.Ref.Kind, ID: item.ID}, Err: err})
	case errors.Is(err, urlscheme.ErrDoubtful):
		return syncer.Record{}, wrap(what, syncer.ErrUncertain, err)
	case errors.Is(err, urlscheme.ErrNotSupported):
		return syncer.Record{}, wrap(what, syncer.ErrUnsupported, err)
	case errors.Is(err, urlscheme.ErrInvalid):
		return syncer.Record{}, wrap(what, syncer.ErrRefused, err)
	}
	return syncer.Record{}, wrap(what, nil, err)
}

// link makes the link of a record.
func (l *Links) link(rec syncer.Record) (urlscheme.Link, error) {
	switch {
	case rec.Twin == "":
		return "", unsupportedf("sending a %s that has no twin", rec.Ref.Kind)
	case rec.Ref.Parent != "":
		return "", unsupportedf("sending a %s that belongs to a record", rec.Ref.Kind)
	}
	origin := urlscheme.Origin{ID: rec.Twin}
	if l.cfg.TwinURL != nil {
		origin.URL = l.cfg.TwinURL(rec.Ref.Kind, rec.Twin)
	}
	var link urlscheme.Link
	var err error
	switch rec.Ref.Kind {
	case syncer.KindTask:
		link, err = l.task(rec, origin)
	case syncer.KindNote:
		link, err = l.note(rec, origin)
	default:
		return "", unsupportedf("creating a %s by a link", rec.Ref.Kind)
	}
	if errors.Is(err, urlscheme.ErrInvalid) || errors.Is(err, urlscheme.ErrTooLong) {
		return "", wrap("send "+string(rec.Ref.Kind), syncer.ErrRefused, err)
	}
	return link, err
}

func (l *Links) task(rec syncer.Record, origin urlscheme.Origin) (urlscheme.Link, error) {
	var task urlscheme.AddTask
	for name, v := range rec.Fields {
		switch name {
		case "title":
			task.Title = v.AsText()
		case "body":
			task.Notes = v.AsText()
		case "dueDate":
			due, err := l.date(v)
			if err != nil {
				return "", err
			}
			task.Due = due
		case "status":
			if isDone(v) {
				return "", refusedf("a link cannot make a task that is %s", v.AsText())
			}
		case "assignee":
			task.ContainerID = l.cfg.Teammates[v.AsText()]
		default:
			return "", unsupportedf("field %q of a task", name)
		}
	}
	if l.cfg.Task != nil {
		l.cfg.Task(rec, &task)
	}
	task.Origin = origin
	return task.Link()
}

// maxNoteTitle is how much of a note's first line becomes its title, in characters.
const maxNoteTitle = 80

func (l *Links) note(rec syncer.Record, origin urlscheme.Origin) (urlscheme.Link, error) {
	note := urlscheme.AddNote{Origin: origin}
	for name, v := range rec.Fields {
		switch name {
		case "title":
			note.Title = v.AsText()
		case "content":
			note.Body = v.AsText()
		case "datetime":
			at, err := l.date(v)
			if err != nil {
				return "", err
			}
			note.Datetime = at
		default:
			return "", unsupportedf("field %q of a note", name)
		}
	}
	if note.Title == "" { // most notes of GHL have none, and the app needs one
		line, _, _ := strings.Cut(strings.TrimSpace(note.Body), "\n")
		if note.Title = line; len([]rune(line)) > maxNoteTitle {
			note.Title = string([]rune(line)[:maxNoteTitle-1]) + "…"
		}
	}
	return note.Link()
}

// date writes a day as it is, and an instant on the clock of the user.
func (l *Links) date(v syncer.Value) (urlscheme.Date, error) {
	if v.IsNone() {
		return urlscheme.Date{}, nil
	}
	var d urlscheme.Date
	err := errors.New("neither a day nor an instant")
	if day, ok := v.AsDay(); ok {
		d, err = urlscheme.Day(day.Year(), day.Month(), day.Day())
	} else if at, ok := v.AsInstant(); ok {
		d, err = urlscheme.At(at, l.cfg.Zone)
	}
	if err != nil {
		return urlscheme.Date{}, refusedf("%q: %s", v.AsText(), err.Error())
	}
	return d, nil
}
