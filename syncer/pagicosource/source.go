package pagicosource

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/memo"
)

// Source reads and writes one Pagico account. Make one with [New]. It is safe
// for concurrent use.
type Source struct {
	client      *pagico.Client
	location    string
	twinURL     func(kind syncer.Kind, id string) string
	callingCode string
	timeZone    string
	delta       bool

	editableNotes bool

	people   *memo.Value[people]
	projects *memo.Value[projects]
}

var (
	_ syncer.Source            = (*Source)(nil)
	_ syncer.RepeatableCreates = (*Source)(nil)
	_ syncer.Candidates        = (*Source)(nil)
	_ syncer.Mover             = (*Source)(nil)
	_ syncer.Children          = (*Source)(nil)
)

// Option changes a source that [New] makes.
type Option func(*Source) error

// WithLocation names the GHL location that twins come from. It is part of the
// external ids; without it records carry none and show no twin, and [Source.Find]
// goes by what they show.
func WithLocation(id string) Option {
	return func(s *Source) error {
		if id == "" || strings.ContainsAny(id, ":# \t\r\n") {
			return fmt.Errorf("pagicosource: %q is not a GHL location id: it is part of external ids, and has no colon, # or white space", id)
		}
		s.location = id
		return nil
	}
}

// WithTwinURL makes records that are created link to their twin. The function
// gets the kind and the id of the GHL record and returns an absolute http or
// https address, or "" for no link. It must be safe for concurrent use.
func WithTwinURL(address func(kind syncer.Kind, id string) string) Option {
	return func(s *Source) error {
		s.twinURL = address
		return nil
	}
}

// WithCallingCode sets the country calling code, such as "41", of phone numbers
// that were typed without one. Without it they stay bare digits.
func WithCallingCode(code string) Option {
	return func(s *Source) error {
		code = strings.TrimPrefix(code, "+")
		if code == "" || len(code) > 3 || strings.Trim(code, "0123456789") != "" {
			return fmt.Errorf("pagicosource: %q is not a country calling code: it has 1 to 3 digits, such as 41", code)
		}
		s.callingCode = code
		return nil
	}
}

// WithEditableNotes lets people edit the notes that are made from GHL notes. Without
// it they are read-only references.
func WithEditableNotes() Option {
	return func(s *Source) error {
		s.editableNotes = true
		return nil
	}
}

// WithTimeZone sets the zone in which Pagico shows the appointments that are
// written, by its IANA name such as "Europe/Zurich".
func WithTimeZone(name string) Option {
	return func(s *Source) error {
		if _, err := time.LoadLocation(name); err != nil {
			return fmt.Errorf("pagicosource: time zone: %w", err)
		}
		s.timeZone = name
		return nil
	}
}

// WithDelta makes Changes ask only for what changed since the cursor, deleted
// records included, once there is a cursor. Without it every pass lists
// everything. A record whose parent changed because its project was linked with
// another contact is then seen only in the next full listing.
func WithDelta() Option {
	return func(s *Source) error {
		s.delta = true
		return nil
	}
}

// New returns the source of the account that the client's token belongs to. It
// makes no request.
func New(client *pagico.Client, opts ...Option) (*Source, error) {
	if client == nil {
		return nil, errors.New("pagicosource: the client is nil: make one with pagico.New")
	}
	s := &Source{client: client}
	for _, opt := range opts {
		if err := opt(s); err != nil {
			return nil, err
		}
	}
	s.people = memo.New(s.loadPeople)
	s.projects = memo.New(s.loadProjects)
	return s, nil
}

// Side returns [syncer.Pagico].
func (s *Source) Side() syncer.Side { return syncer.Pagico }

// Kinds lists contact, task, note, appointment and project.
func (s *Source) Kinds() []syncer.Kind {
	return []syncer.Kind{syncer.KindContact, syncer.KindProject, syncer.KindTask, syncer.KindNote, syncer.KindAppointment}
}

// Identify asks for the user that the token acts for, and answers "pagico:" and
// the user's id. It begins a pass: what was read of users and projects is
// forgotten. It returns [syncer.ErrDenied] when the token is refused.
func (s *Source) Identify(ctx context.Context) (syncer.SourceID, error) {
	me, err := s.client.Me(ctx)
	if err != nil {
		return "", readError("identify", err)
	}
	s.people.Forget()
	s.projects.Forget()
	return syncer.SourceID("pagico:" + me.ID), nil
}
