package ghltest

import (
	"maps"
	"slices"
	"time"
)

// World is everything a server holds, as plain values. [Server.Seed] reads one, [Server.Snapshot] writes one.
// Empty ids, locations and dates are filled in by Seed; order inside a list does not matter.
type World struct {
	Companies    []Company
	Locations    []Location
	Users        []User
	Contacts     []Contact
	Tasks        []Task
	Notes        []Note
	Calendars    []Calendar
	Appointments []Appointment
	Tags         []Tag
	CustomFields []CustomField
	// Objects holds the kinds that have no Go type of their own, by collection.
	Objects map[Collection][]Object
}

// Company is an agency, the owner of locations.
type Company struct {
	ID, Name, Email, Phone, Website, Timezone, Country string
}

// Location is a sub-account. Timezone is an IANA name; appointment times are shown with its offset.
type Location struct {
	ID, CompanyID, Name, Email, Phone, Website       string
	Address, City, State, Country, PostalCode        string
	Timezone, Domain, LogoURL, FirstName, LastName   string
	Currency                                         string
	AllowDuplicateContact, AllowDuplicateOpportunity bool
	AllowFacebookNameMerge, DisableContactTimezone   bool
	ContactUniqueIdentifiers                         []string // default ["email","phone"]; the order matters
	DateAdded                                        time.Time
	Deleted                                          bool
	Social, Business, Reseller, Permissions          map[string]any
}

// Contact is a person. Email is kept as typed, Phone in E.164, tags in lower case.
// A zero field is absent from GET answers and null in search rows.
type Contact struct {
	ID, LocationID                                string
	FirstName, LastName                           string
	Email, Phone                                  string
	AdditionalEmails, AdditionalPhones            []string
	Address1, City, State, PostalCode, Country    string
	Website, Timezone, CompanyName, BusinessID    string
	Type, Source, AssignedTo, DateOfBirth, Gender string // DateOfBirth is YYYY-MM-DD; Type defaults to "lead"
	Followers, Tags                               []string
	CustomFields                                  []FieldValue
	DND                                           *bool          // nil: never set, then GET omits it
	DNDSettings                                   map[string]any // keys Call, Email, SMS, WhatsApp, GMB, FB
	InboundDNDSettings                            map[string]any
	CreatedBy, LastUpdatedBy                      *Actor
	AttributionSource                             map[string]any
	Campaigns, Workflows                          []string // ids of the campaigns and workflows the contact is in
	DateAdded, DateUpdated, LastActivity          time.Time
	Deleted                                       bool
}

// FieldValue is the value of one custom field. Value is a string, number, bool, []any or map[string]any.
type FieldValue struct {
	ID    string
	Value any
}

// Actor says who created or last changed a contact.
type Actor struct {
	Source, Channel, SourceID string
	Timestamp                 time.Time
}

// Task is a to-do. ContactID may be empty: such tasks exist in the product but have no write path in the API.
// Body may be HTML. DueDate is an instant; there is no all-day task.
type Task struct {
	ID, LocationID, ContactID string
	Title, Body, AssignedTo   string
	DueDate                   time.Time
	Completed                 bool
	Status, BusinessID        string // Status is empty for "to_do" or "completed" after Completed; free otherwise
	DateAdded, DateUpdated    time.Time
	Deleted                   bool
}

// Note is a text on a contact. It has no change date on the wire; DateUpdated is kept for the tests that need it.
type Note struct {
	ID, LocationID, ContactID string
	Title, Body, Color        string
	UserID                    string
	Pinned                    bool
	Relations                 []any
	DateAdded, DateUpdated    time.Time
	Deleted                   bool
}

// Calendar is a calendar of the location. Settings holds the many other properties as they are on the wire.
type Calendar struct {
	ID, LocationID, GroupID, Name, Description, Slug string
	CalendarType                                     string
	IsActive                                         bool
	SlotDuration                                     int // minutes
	TeamMembers                                      []string
	Settings                                         map[string]any
	DateAdded                                        time.Time
	Deleted                                          bool
}

// Appointment is an event of a calendar. Blocked marks a blocked slot, which has no contact.
// A deleted appointment stays readable by id with deleted: true.
type Appointment struct {
	ID, LocationID, CalendarID, ContactID, GroupID string
	Title, Address, Notes, Description             string
	Status                                         string // new, confirmed, cancelled, showed, noshow, invalid
	AssignedUserID                                 string
	Users, AssignedResources                       []string
	StartTime, EndTime                             time.Time
	IsRecurring                                    bool
	RRule, MasterEventID                           string
	MeetingLocationType                            string
	CreatedBySource, CreatedByUserID               string // source is "third_party" for the API
	DateAdded, DateUpdated                         time.Time
	Deleted, Blocked                               bool
}

// Tag is a tag of the location. Contacts carry tags by name.
type Tag struct{ ID, LocationID, Name string }

// User is a person of the agency who may work in the listed locations.
type User struct {
	ID, CompanyID, FirstName, LastName, Email, Phone string
	Extension, Type, Role                            string
	LocationIDs, Scopes                              []string
	Permissions                                      map[string]any
	PlatformLanguage, ProfilePhoto                   string
	Deleted                                          bool
}

// CustomField is the definition of a custom field of contacts or opportunities.
type CustomField struct {
	ID, LocationID, Name, FieldKey, Placeholder, DataType string
	Model, ParentID                                       string // Model is contact or opportunity
	Position                                              int
	PicklistOptions                                       []string
	Extra                                                 map[string]any
	DateAdded                                             time.Time
}

// Collection names a kind of [Object].
type Collection string

// The collections of a world.
const (
	CustomValues     Collection = "customValues"
	Businesses       Collection = "businesses"
	Opportunities    Collection = "opportunities"
	Pipelines        Collection = "pipelines"
	LostReasons      Collection = "lostReasons"
	Campaigns        Collection = "campaigns"
	Workflows        Collection = "workflows"
	RecurringTasks   Collection = "recurringTasks"
	Templates        Collection = "templates"
	CalendarGroups   Collection = "calendarGroups"
	AppointmentNotes Collection = "appointmentNotes"
	ObjectFields     Collection = "objectFields"
	ObjectFolders    Collection = "objectFolders"
	Conversations    Collection = "conversations"
	Messages         Collection = "messages"
	Resources        Collection = "resources"
	Notifications    Collection = "notifications"
	Schedules        Collection = "schedules"
)

// Object is an entity without a Go type of its own. Fields holds its properties by their wire names, without id, dates and
// location, which the server writes itself in the spelling of the kind (createdAt or dateAdded and so on).
type Object struct {
	ID, LocationID         string
	Fields                 map[string]any
	DateAdded, DateUpdated time.Time
	Deleted                bool
}

func (c Contact) clone() Contact {
	c.AdditionalEmails = slices.Clone(c.AdditionalEmails)
	c.AdditionalPhones = slices.Clone(c.AdditionalPhones)
	c.Followers = slices.Clone(c.Followers)
	c.Tags = slices.Clone(c.Tags)
	c.CustomFields = slices.Clone(c.CustomFields)
	c.Campaigns = slices.Clone(c.Campaigns)
	c.Workflows = slices.Clone(c.Workflows)
	c.DNDSettings = maps.Clone(c.DNDSettings)
	c.InboundDNDSettings = maps.Clone(c.InboundDNDSettings)
	c.AttributionSource = maps.Clone(c.AttributionSource)
	if c.DND != nil {
		c.DND = new(*c.DND)
	}
	if c.CreatedBy != nil {
		c.CreatedBy = new(*c.CreatedBy)
	}
	if c.LastUpdatedBy != nil {
		c.LastUpdatedBy = new(*c.LastUpdatedBy)
	}
	return c
}

func (t Task) clone() Task { return t }

func (n Note) clone() Note {
	n.Relations = slices.Clone(n.Relations)
	return n
}

func (c Calendar) clone() Calendar {
	c.TeamMembers = slices.Clone(c.TeamMembers)
	c.Settings = maps.Clone(c.Settings)
	return c
}

func (a Appointment) clone() Appointment {
	a.Users = slices.Clone(a.Users)
	a.AssignedResources = slices.Clone(a.AssignedResources)
	return a
}

func (t Tag) clone() Tag         { return t }
func (c Company) clone() Company { return c }

func (u User) clone() User {
	u.LocationIDs = slices.Clone(u.LocationIDs)
	u.Scopes = slices.Clone(u.Scopes)
	u.Permissions = maps.Clone(u.Permissions)
	return u
}

func (l Location) clone() Location {
	l.ContactUniqueIdentifiers = slices.Clone(l.ContactUniqueIdentifiers)
	l.Social = maps.Clone(l.Social)
	l.Business = maps.Clone(l.Business)
	l.Reseller = maps.Clone(l.Reseller)
	l.Permissions = maps.Clone(l.Permissions)
	return l
}

func (f CustomField) clone() CustomField {
	f.PicklistOptions = slices.Clone(f.PicklistOptions)
	f.Extra = maps.Clone(f.Extra)
	return f
}

func (o Object) clone() Object {
	o.Fields = maps.Clone(o.Fields)
	return o
}
