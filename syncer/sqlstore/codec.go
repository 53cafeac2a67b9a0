package sqlstore

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// hexMark begins a text that is stored in hexadecimal.
const hexMark = "hex:"

// pack returns a form of s that every database takes and keeps apart from all
// others. That is s itself, unless it holds bytes that are not UTF-8, or a NUL,
// or looks like a packed text.
func pack(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") && !strings.HasPrefix(s, hexMark) {
		return s
	}
	return hexMark + hex.EncodeToString([]byte(s))
}

// unpack returns the s that was packed.
func unpack(stored string) (string, error) {
	digits, packed := strings.CutPrefix(stored, hexMark)
	if !packed {
		return stored, nil
	}
	data, err := hex.DecodeString(digits)
	if err != nil {
		return "", fmt.Errorf("%w: text %.40q: %w", syncer.ErrStoreDamaged, stored, err)
	}
	return string(data), nil
}

// text is a string that is packed in JSON, also as a key. JSON alone would
// replace bytes that are not UTF-8, and a base that changed that way would look
// like an edit for ever.
type text string

func (t text) MarshalText() ([]byte, error) { return []byte(pack(string(t))), nil }

func (t *text) UnmarshalText(data []byte) error {
	s, err := unpack(string(data))
	*t = text(s)
	return err
}

// value is a merge.Value whose texts are packed.
type value struct{ merge.Value }

func (v value) MarshalJSON() ([]byte, error) {
	if v.IsSet() {
		items := v.Items()
		for i, item := range items {
			items[i] = pack(item)
		}
		return json.Marshal(items)
	}
	if s := v.AsText(); s != "" {
		return json.Marshal(pack(s))
	}
	return v.Value.MarshalJSON()
}

func (v *value) UnmarshalJSON(data []byte) error {
	if n := len(data); n > 2 && data[0] == '"' && !bytes.Contains(data, []byte(`\`)) && utf8.Valid(data) {
		// Nearly every value: a text that stands in the JSON as it is.
		s, err := unpack(string(data[1 : n-1]))
		v.Value = merge.Text(s)
		return err
	}
	if err := v.Value.UnmarshalJSON(data); err != nil {
		return err
	}
	if strings.Contains(string(data), `"`+hexMark) {
		return v.unpack()
	}
	return nil
}

func (v *value) unpack() error {
	if !v.IsSet() {
		s, err := unpack(v.AsText())
		v.Value = merge.Text(s)
		return err
	}
	items := v.Items()
	for i, item := range items {
		s, err := unpack(item)
		if err != nil {
			return err
		}
		items[i] = s
	}
	v.Value = merge.Set(items...)
	return nil
}

// refDoc, baseDoc, parkedDoc, linkDoc and intentDoc are what the columns named
// body hold. Fields may be added to them; names never change their meaning.
type refDoc struct {
	Side   syncer.Side `json:"side"`
	Kind   text        `json:"kind"`
	ID     text        `json:"id"`
	Parent text        `json:"parent,omitempty"`
}

type baseDoc [2]value // GHL, Pagico

type parkedDoc struct {
	Base     baseDoc   `json:"base"`
	GHL      value     `json:"ghl"`
	Pagico   value     `json:"pagico"`
	Reason   text      `json:"reason,omitempty"`
	Since    time.Time `json:"since"`
	Decision value     `json:"decision"`
	Decided  bool      `json:"decided,omitempty"`
	By       text      `json:"by,omitempty"`
}

type linkDoc struct {
	GHLParent    text               `json:"ghlParent,omitempty"`
	PagicoParent text               `json:"pagicoParent,omitempty"`
	Base         map[text]baseDoc   `json:"base,omitzero"`
	Parked       map[text]parkedDoc `json:"parked,omitzero"`
	Origin       text               `json:"origin,omitempty"`
	Reason       text               `json:"reason,omitempty"`
	SyncedAt     time.Time          `json:"syncedAt,omitzero"`
}

type intentDoc struct {
	ID          text           `json:"id"`
	State       text           `json:"state,omitempty"`
	Kind        text           `json:"kind,omitempty"`
	Source      refDoc         `json:"source,omitzero"`
	Target      text           `json:"target,omitempty"`
	Link        syncer.LinkID  `json:"link,omitempty"`
	Parent      text           `json:"parent,omitempty"`
	Fields      map[text]value `json:"fields,omitzero"`
	Shown       map[text]value `json:"shown,omitzero"`
	FirstAt     time.Time      `json:"firstAt"`
	AttemptedAt time.Time      `json:"attemptedAt,omitzero"`
	Attempts    int            `json:"attempts,omitempty"`
	Reason      text           `json:"reason,omitempty"`
	Undoes      int64          `json:"undoes,omitempty"`
	Was         refDoc         `json:"was,omitzero"`
}

func packBase(b merge.Base) baseDoc { return baseDoc{{b.GHL}, {b.Pagico}} }

func (b baseDoc) unpack() merge.Base { return merge.Base{GHL: b[0].Value, Pagico: b[1].Value} }

func packLink(l syncer.Link) linkDoc {
	doc := linkDoc{
		GHLParent: text(l.GHL.Parent), PagicoParent: text(l.Pagico.Parent), Origin: text(l.Origin), Reason: text(l.Reason),
		SyncedAt: l.SyncedAt.UTC(),
	}
	if l.Base != nil {
		doc.Base = make(map[text]baseDoc, len(l.Base))
	}
	for field, b := range l.Base {
		doc.Base[text(field)] = packBase(b)
	}
	if l.Parked != nil {
		doc.Parked = make(map[text]parkedDoc, len(l.Parked))
	}
	for field, p := range l.Parked {
		doc.Parked[text(field)] = parkedDoc{
			Base: packBase(p.Base), GHL: value{p.GHL}, Pagico: value{p.Pagico}, Reason: text(p.Reason), Since: p.Since.UTC(),
			Decision: value{p.Decision}, Decided: p.Decided, By: text(p.By),
		}
	}
	return doc
}

// unpackInto completes a link whose columns were read.
func (d linkDoc) unpackInto(l *syncer.Link) {
	if !l.GHL.IsZero() {
		l.GHL.Parent = string(d.GHLParent)
	}
	if !l.Pagico.IsZero() {
		l.Pagico.Parent = string(d.PagicoParent)
	}
	l.Origin, l.Reason, l.SyncedAt = syncer.Side(d.Origin), string(d.Reason), d.SyncedAt
	if d.Base != nil {
		l.Base = make(map[string]merge.Base, len(d.Base))
	}
	for field, b := range d.Base {
		l.Base[string(field)] = b.unpack()
	}
	if d.Parked != nil {
		l.Parked = make(map[string]syncer.Parked, len(d.Parked))
	}
	for field, p := range d.Parked {
		l.Parked[string(field)] = syncer.Parked{
			Base: p.Base.unpack(), GHL: p.GHL.Value, Pagico: p.Pagico.Value, Reason: string(p.Reason), Since: p.Since,
			Decision: p.Decision.Value, Decided: p.Decided, By: string(p.By),
		}
	}
}

func packRef(r syncer.Ref) refDoc {
	return refDoc{r.Side, text(r.Kind), text(r.ID), text(r.Parent)}
}

func (d refDoc) unpack() syncer.Ref {
	return syncer.Ref{Side: d.Side, Kind: syncer.Kind(d.Kind), ID: string(d.ID), Parent: string(d.Parent)}
}

func packIntent(in syncer.Intent) intentDoc {
	doc := intentDoc{
		ID: text(in.ID), State: text(in.State), Kind: text(in.Kind), Target: text(in.Target), Link: in.Link, Parent: text(in.Parent),
		Source: packRef(in.Source), Undoes: in.Undoes, Was: packRef(in.Was),
		FirstAt: in.FirstAt.UTC(), AttemptedAt: in.AttemptedAt.UTC(), Attempts: in.Attempts, Reason: text(in.Reason),
	}
	doc.Fields, doc.Shown = packFields(in.Fields), packFields(in.Shown)
	return doc
}

// packFields keeps nil and empty apart.
func packFields(fields syncer.Fields) map[text]value {
	if fields == nil {
		return nil
	}
	packed := make(map[text]value, len(fields))
	for field, v := range fields {
		packed[text(field)] = value{v}
	}
	return packed
}

func unpackFields(packed map[text]value) syncer.Fields {
	if packed == nil {
		return nil
	}
	fields := make(syncer.Fields, len(packed))
	for field, v := range packed {
		fields[string(field)] = v.Value
	}
	return fields
}

func (d intentDoc) unpack() syncer.Intent {
	in := syncer.Intent{
		ID: syncer.OpID(d.ID), State: syncer.IntentState(d.State), Kind: syncer.Kind(d.Kind), Target: syncer.Side(d.Target),
		Link: d.Link, Parent: string(d.Parent), FirstAt: d.FirstAt, AttemptedAt: d.AttemptedAt, Attempts: d.Attempts,
		Source: d.Source.unpack(), Undoes: d.Undoes, Was: d.Was.unpack(),
		Reason: string(d.Reason),
	}
	in.Fields, in.Shown = unpackFields(d.Fields), unpackFields(d.Shown)
	return in
}
