package ghlpagico

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Config describes a connection. GHL, LocationID, Store, and either Pagico or Links
// are required; everything else has a default.
type Config struct {
	// Connection scopes the state in the store. Default: "ghl:" and the
	// location id.
	Connection syncer.ConnectionID
	// GHL is the client whose token serves the location.
	GHL *ghl.Client
	// LocationID is the GHL location.
	LocationID string
	// Pagico is the client of the account.
	Pagico *pagico.Client
	// Links makes tasks and notes in the Pagico app on this Mac, one way, in place of
	// a server. Settings that do not go with it are refused by name.
	Links *Links
	// Store keeps the state, see packages sqlstore and memstore.
	Store syncer.Store
	// Tasks sets up the Tasks flow, Contacts, Notes and Appointments the
	// references that are mirrored to Pagico.
	Tasks        Tasks
	Contacts     References
	Notes        References
	Appointments References
	// People maps e-mail addresses of GHL users to those of Pagico users, for
	// those that differ. Where several GHL users are one Pagico user, a task that is
	// assigned in Pagico goes to the first of them in alphabetical order. Like another
	// [Tasks.DueHour], another entry counts for assignees that are edited from then on.
	People map[string]string
	// Users gives the directory of GHL, e-mail address by user id, in place of asking
	// for it, for tokens that lack the scope users.readonly.
	Users map[string]string
	// GHLURL and PagicoURL build the addresses at which people see a record, for the
	// links between twins: absolute http or https addresses without white space, or ""
	// for none. They must be safe for concurrent use. Nil gives plain markers without
	// a link.
	GHLURL, PagicoURL func(kind syncer.Kind, id string) string
	// CallingCode is the country calling code, such as "41", of phone numbers that
	// were typed without one, so that contacts match by them. Without it such numbers
	// stay bare digits.
	CallingCode string
	// Delta has passes ask Pagico only for what changed since the last one, which
	// spares requests in large accounts. A task whose project was linked with another
	// contact is then noticed only when it changes itself.
	Delta bool
	// WithoutMarkers keeps the marker line out of GHL bodies; lost creates are
	// then found by what they show.
	WithoutMarkers bool
	// Guards to Now are handed to the engine; see [syncer.Config].
	Guards      syncer.Guards
	Settle      time.Duration
	ClockSlack  time.Duration
	Freshness   time.Duration
	Workers     int
	MaxAttempts int
	Resolver    syncer.Resolver
	Logger      *slog.Logger
	Progress    func(syncer.Progress)
	Now         func() time.Time
}

// Undated says what becomes of a Pagico task without a due date, which GHL
// cannot show.
type Undated string

// The ways to treat undated tasks. The zero Undated means [UndatedGivesDay].
const (
	// UndatedGivesDay shows the task in GHL as due on the day it was made; it
	// stays undated in Pagico.
	UndatedGivesDay Undated = "creationDay"
	// UndatedIsSkipped leaves the task out of GHL until it has a due date.
	UndatedIsSkipped Undated = "skip"
)

// Tasks sets up the Tasks flow.
type Tasks struct {
	// Off leaves tasks alone.
	Off bool
	// Direction; default both ways.
	Direction merge.Direction
	// Policy settles conflicts; default lastWriterWins. Policies overrides it
	// for single fields: title, body, dueDate, status, assignee.
	Policy   merge.Policy
	Policies map[string]merge.Policy
	// OneWay says what becomes of edits on the receiving side when Direction
	// is not both ways; default revert.
	OneWay merge.OneWay
	// Deletes says what a deletion means for the twin; default propagate.
	Deletes merge.DeletePolicy
	// DueHour is the hour, in the location's time zone, at which an all-day
	// due date is shown in GHL: 0 to 23. Default 9; use Midnight for 0. Choose it
	// before the first sync: no pass rewrites tasks that are in step, so they keep
	// the hour that they have until somebody edits their date, and Verify reports
	// them as drifted until then.
	DueHour int
	// Midnight shows all-day due dates at 00:00.
	Midnight bool
	// Undated says what becomes of tasks without a due date.
	Undated Undated
	// MovedStay leaves a task with its contact in GHL when somebody puts it under
	// another one in Pagico. Without it, the task is deleted in GHL and made again
	// under the other contact, because GHL cannot move tasks: it has another id
	// then, the formatting of its body is lost, and workflows that wait for new
	// tasks begin.
	MovedStay bool
}

// References sets up a kind that is mirrored from GHL to Pagico.
type References struct {
	// Off leaves the kind alone. Contacts can be off only with Links, which makes
	// none: everything else belongs to a contact.
	Off bool
	// OneWay says what becomes of edits in Pagico; default revert.
	OneWay merge.OneWay
	// Deletes says what a deletion in GHL means in Pagico: propagate (the default),
	// unlink or ignore. Only tasks can be completed.
	Deletes merge.DeletePolicy
}

// taskFields are the fields of the Tasks flow, in the order of reports.
func taskFields() []string { return []string{"title", "body", "dueDate", "status", "assignee"} }

// validate reports the first setting that makes no sense, by name.
func (c Config) validate() error {
	if err := c.validateServices(); err != nil {
		return err
	}
	for _, kind := range []struct {
		name string
		set  References
	}{{"Contacts", c.Contacts}, {"Notes", c.Notes}, {"Appointments", c.Appointments}} {
		if err := cmp.Or(kind.set.OneWay.Validate(), kind.set.Deletes.Validate()); err != nil {
			return fmt.Errorf("ghlpagico: Config.%s: %w", kind.name, err)
		}
		if kind.set.Deletes == merge.Complete {
			return fmt.Errorf("ghlpagico: Config.%s.Deletes is complete, but only tasks can be completed: use propagate, unlink or ignore", kind.name)
		}
	}
	if err := c.Tasks.validate(); err != nil {
		return err
	}
	if c.Links != nil {
		return c.Links.validate(c)
	}
	return nil
}

// validateServices checks what connects to what.
func (c Config) validateServices() error {
	switch {
	case c.GHL == nil:
		return errors.New("ghlpagico: Config.GHL is nil: make a client with ghl.New")
	case c.LocationID == "":
		return errors.New("ghlpagico: Config.LocationID is empty: it is in the address of the location's pages")
	case c.Store == nil:
		return errors.New("ghlpagico: Config.Store is nil: use memstore.New or sqlstore.New")
	case c.Links != nil:
		return nil
	case c.Pagico == nil:
		return errors.New("ghlpagico: Config.Pagico and Config.Links are nil: make a client with pagico.New, or set Links to use the app on this Mac")
	case c.Contacts.Off && (!c.Notes.Off || !c.Appointments.Off || !c.Tasks.Off):
		return errors.New("ghlpagico: Config.Contacts is off, but tasks, notes and appointments belong to contacts: turn them off too")
	case c.Contacts.Off:
		return errors.New("ghlpagico: Config turns contacts, tasks, notes and appointments off: leave something to sync")
	}
	return nil
}

func (t Tasks) validate() error {
	if t.DueHour < 0 || t.DueHour > 23 {
		return fmt.Errorf("ghlpagico: Config.Tasks.DueHour is %d: use 0 to 23", t.DueHour)
	}
	if t.Midnight && t.DueHour != 0 {
		return errors.New("ghlpagico: Config.Tasks sets both Midnight and DueHour: leave one out")
	}
	if t.Undated != "" && t.Undated != UndatedGivesDay && t.Undated != UndatedIsSkipped {
		return fmt.Errorf("ghlpagico: Config.Tasks.Undated is %q: use creationDay or skip", string(t.Undated))
	}
	for _, name := range slices.Sorted(maps.Keys(t.Policies)) {
		if !slices.Contains(taskFields(), name) {
			return fmt.Errorf("ghlpagico: Config.Tasks.Policies names %q: tasks have %s", name, strings.Join(taskFields(), ", "))
		}
		if err := t.Policies[name].Validate(); err != nil {
			return fmt.Errorf("ghlpagico: Config.Tasks.Policies, field %q: %w", name, err)
		}
	}
	if err := cmp.Or(t.Direction.Validate(), t.Policy.Validate(), t.OneWay.Validate(), t.Deletes.Validate()); err != nil {
		return fmt.Errorf("ghlpagico: Config.Tasks: %w", err)
	}
	return nil
}

// defaultDueHour is when the working day begins.
const defaultDueHour = 9

func (t Tasks) dueHour() int {
	switch {
	case t.Midnight:
		return 0
	case t.DueHour == 0:
		return defaultDueHour
	}
	return t.DueHour
}
