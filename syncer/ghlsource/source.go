package ghlsource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/memo"
)

// Source reads and writes one GHL location. Make one with [New]. It is safe for
// concurrent use.
type Source struct {
	client      *ghl.Client
	location    string
	twinURL     func(kind syncer.Kind, id string) string
	callingCode string
	noMarkers   bool
	users       map[string]string
	width       int

	details *memo.Value[details]
	people  *memo.Value[people]

	mu       sync.Mutex
	contacts []string // of the last whole listing in this pass; nil when there was none
	zone     *time.Location
}

var (
	_ syncer.Source   = (*Source)(nil)
	_ syncer.Children = (*Source)(nil)
)

// details is what a pass needs to know of the location.
type details struct {
	company string
	zone    *time.Location
}

// Option changes a source that [New] makes.
type Option func(*Source) error

// WithTwinURL puts an address in front of each marker, for people to follow. The
// function gets the kind and the id of the Pagico record and returns an address
// without white space, or "" for none. It must be safe for concurrent use.
func WithTwinURL(address func(kind syncer.Kind, id string) string) Option {
	return func(s *Source) error {
		s.twinURL = address
		return nil
	}
}

// WithoutMarkers creates records without a marker; [Source.Find] then goes by what
// they show. Markers that exist are still recognised and kept.
func WithoutMarkers() Option {
	return func(s *Source) error {
		s.noMarkers = true
		return nil
	}
}

// WithCallingCode sets the country calling code, such as "41", of phone numbers
// that were typed without one. Without it they stay bare digits.
func WithCallingCode(code string) Option {
	return func(s *Source) error {
		code = strings.TrimPrefix(code, "+")
		if code == "" || len(code) > 3 || strings.Trim(code, "0123456789") != "" {
			return fmt.Errorf("ghlsource: %q is not a country calling code: it has 1 to 3 digits, such as 41", code)
		}
		s.callingCode = code
		return nil
	}
}

// WithUsers gives the directory, e-mail address by user id, instead of asking for
// it; for tokens that lack the scope users.readonly.
func WithUsers(emails map[string]string) Option {
	return func(s *Source) error {
		s.users = make(map[string]string, len(emails))
		maps.Copy(s.users, emails)
		return nil
	}
}

// WithConcurrency sets how many requests a reading of notes or appointments may
// have under way at once; 1 to 64, default 8. The order of the records does not
// depend on it.
func WithConcurrency(n int) Option {
	return func(s *Source) error {
		if n < 1 || n > 64 {
			return fmt.Errorf("ghlsource: concurrency %d is not between 1 and 64", n)
		}
		s.width = n
		return nil
	}
}

// New returns the source of a location. It makes no request.
func New(client *ghl.Client, locationID string, opts ...Option) (*Source, error) {
	switch {
	case client == nil:
		return nil, errors.New("ghlsource: the client is nil: make one with ghl.New")
	case locationID == "":
		return nil, errors.New("ghlsource: the location id is empty: it is in the address of the location's pages")
	}
	s := &Source{client: client, location: locationID, width: 8}
	for _, opt := range opts {
		if err := opt(s); err != nil {
			return nil, err
		}
	}
	s.details = memo.New(s.loadDetails)
	s.people = memo.New(s.loadPeople)
	return s, nil
}

// Side returns [syncer.GHL].
func (s *Source) Side() syncer.Side { return syncer.GHL }

// Kinds lists contact, task, note and appointment.
func (s *Source) Kinds() []syncer.Kind {
	return []syncer.Kind{syncer.KindContact, syncer.KindTask, syncer.KindNote, syncer.KindAppointment}
}

// Identify reads the location and answers "ghl:" and its id. It begins a pass:
// what was read of users and contacts is forgotten. It returns [syncer.ErrDenied]
// when the token is refused, belongs to another location, or the location does
// not exist.
func (s *Source) Identify(ctx context.Context) (syncer.SourceID, error) {
	d, err := s.loadDetails(ctx)
	if err != nil {
		return "", err
	}
	s.details.Set(d)
	s.people.Forget()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contacts, s.zone = nil, d.zone
	return syncer.SourceID("ghl:" + s.location), nil
}

// Location returns the time zone of the location as of the last Identify; UTC
// before the first one, and for a location without any.
func (s *Source) Location() *time.Location {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.zone == nil {
		return time.UTC
	}
	return s.zone
}

func (s *Source) loadDetails(ctx context.Context) (details, error) {
	l, err := s.client.Locations.Get(ctx, s.location)
	switch {
	case errors.Is(err, ghl.ErrNotFound):
		return details{}, wrap("identify", syncer.ErrDenied, err)
	case err != nil:
		return details{}, readError("identify", err)
	case l.ID != s.location:
		return details{}, fmt.Errorf("ghlsource: identify: %w: asked for location %s, got %s", syncer.ErrDenied, s.location, l.ID)
	}
	zone, err := time.LoadLocation(l.Timezone)
	if err != nil {
		return details{}, fmt.Errorf("ghlsource: identify: the time zone in the settings of location %s: %w", s.location, err)
	}
	return details{company: l.CompanyID, zone: zone}, nil
}
