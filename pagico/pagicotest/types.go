package pagicotest

import (
	"slices"
	"time"
)

// Task is a task or list item (contract §3.3). Empty strings and zero times are null on the wire where the contract
// allows null.
type Task struct {
	ID         string `json:"id"`
	ExternalID string `json:"externalId" wire:"write,null,max=255"`
	Title      string `json:"title" wire:"write,required,max=500"`
	Notes      string `json:"notes" wire:"write"`
	// Status is open (the default), inProgress, completed or cancelled.
	Status string `json:"status" wire:"write,enum=open|inProgress|completed|cancelled"`
	// Progress is 0 to 100.
	Progress int `json:"progress" wire:"write,range=0:100"`
	// StartDate and DueDate are YYYY-MM-DD (all day) or an RFC 3339 instant.
	StartDate string `json:"startDate" wire:"write,null,date"`
	DueDate   string `json:"dueDate" wire:"write,null,date"`
	Someday   bool   `json:"someday" wire:"write"`
	// Priority is none (the default), low, medium, high or urgent.
	Priority   string    `json:"priority" wire:"write,enum=none|low|medium|high|urgent"`
	Color      int       `json:"color" wire:"write,range=0:"`
	AssigneeID string    `json:"assigneeId" wire:"write,null"`
	Assignee   *Assignee `json:"assignee"`
	ProjectID  string    `json:"projectId" wire:"write,null"`
	ContactID  string    `json:"contactId" wire:"write,null"`
	ListID     string    `json:"listId" wire:"write,null"`
	Tags       []string  `json:"tags" wire:"write"`
	Links      []Link    `json:"links" wire:"write"`
	Position   int       `json:"position" wire:"write"`
	ReadOnly   bool      `json:"readOnly"`
	Deleted    bool      `json:"deleted"`
	DeletedAt  time.Time `json:"deletedAt" wire:"null"`
	CreatedAt  time.Time `json:"createdAt"`
	// LastUpdated is the server's time of the last change, in milliseconds, strictly increasing per record.
	LastUpdated time.Time `json:"lastUpdated"`
	CompletedAt time.Time `json:"completedAt" wire:"null"`
	// ETag is the strong entity tag with its quotes, as in the ETag header.
	ETag string `json:"etag"`

	// ExternalClient is the OAuth client that owns ExternalID; empty in a seed means the first token's client.
	ExternalClient string `json:"-"`
}

// Assignee is the short form of a user inside a task. It is filled by the server on reading.
type Assignee struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Link is one entry of links[]: an absolute http, https or pagico URL. Rel is source or related, or empty.
type Link struct {
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
	Rel   string `json:"rel,omitempty"`
}

// CustomField is one free-form labelled line of a contact.
type CustomField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Project is a project (contract §3.4). A project seeded or added in code is active unless Archived is set.
type Project struct {
	ID         string   `json:"id"`
	ExternalID string   `json:"externalId" wire:"write,null,max=255"`
	Title      string   `json:"title" wire:"write,required,max=500"`
	Notes      string   `json:"notes" wire:"write"`
	Tags       []string `json:"tags" wire:"write"`
	// Archived is the contract's active member, turned round so that the zero value is an active project.
	Archived    bool      `json:"active" wire:"write,not"`
	ContactIDs  []string  `json:"contactIds" wire:"write"`
	Links       []Link    `json:"links" wire:"write"`
	ReadOnly    bool      `json:"readOnly" wire:"write"`
	Deleted     bool      `json:"deleted"`
	DeletedAt   time.Time `json:"deletedAt" wire:"null"`
	CreatedAt   time.Time `json:"createdAt"`
	LastUpdated time.Time `json:"lastUpdated"`
	ETag        string    `json:"etag"`

	ExternalClient string `json:"-"`
}

// List is a titled list of tasks (a checklist) in a project, a contact or the Inbox (contract §3.4).
type List struct {
	ID          string    `json:"id"`
	ExternalID  string    `json:"externalId" wire:"write,null,max=255"`
	Title       string    `json:"title" wire:"write,required,max=500"`
	ProjectID   string    `json:"projectId" wire:"write,null"`
	ContactID   string    `json:"contactId" wire:"write,null"`
	Position    int       `json:"position" wire:"write"`
	Deleted     bool      `json:"deleted"`
	DeletedAt   time.Time `json:"deletedAt" wire:"null"`
	CreatedAt   time.Time `json:"createdAt"`
	LastUpdated time.Time `json:"lastUpdated"`
	ETag        string    `json:"etag"`

	ExternalClient string `json:"-"`
}

// Contact is a contact profile (contract §3.4).
type Contact struct {
	ID           string        `json:"id"`
	ExternalID   string        `json:"externalId" wire:"write,null,max=255"`
	Name         string        `json:"name" wire:"write,required,max=500"`
	FirstName    string        `json:"firstName" wire:"write"`
	LastName     string        `json:"lastName" wire:"write"`
	Email        string        `json:"email" wire:"write"`
	Phone        string        `json:"phone" wire:"write"`
	Company      string        `json:"company" wire:"write"`
	Address      string        `json:"address" wire:"write"`
	Tags         []string      `json:"tags" wire:"write"`
	CustomFields []CustomField `json:"customFields" wire:"write"`
	ProjectIDs   []string      `json:"projectIds" wire:"write"`
	Links        []Link        `json:"links" wire:"write"`
	Deleted      bool          `json:"deleted"`
	DeletedAt    time.Time     `json:"deletedAt" wire:"null"`
	CreatedAt    time.Time     `json:"createdAt"`
	LastUpdated  time.Time     `json:"lastUpdated"`
	ETag         string        `json:"etag"`

	ExternalClient string `json:"-"`
}

// Note is a text paragraph in a project, a contact or the Inbox (contract §3.4). Title or Content is required.
type Note struct {
	ID         string `json:"id"`
	ExternalID string `json:"externalId" wire:"write,null,max=255"`
	Title      string `json:"title" wire:"write,max=500"`
	Content    string `json:"content" wire:"write"`
	// Datetime is Pagico's Timestamp field; zero is null.
	Datetime    time.Time `json:"datetime" wire:"write,null"`
	ProjectID   string    `json:"projectId" wire:"write,null"`
	ContactID   string    `json:"contactId" wire:"write,null"`
	ReadOnly    bool      `json:"readOnly" wire:"write"`
	Deleted     bool      `json:"deleted"`
	DeletedAt   time.Time `json:"deletedAt" wire:"null"`
	CreatedAt   time.Time `json:"createdAt"`
	LastUpdated time.Time `json:"lastUpdated"`
	ETag        string    `json:"etag"`

	ExternalClient string `json:"-"`
}

// Event is an appointment reference (contract §3.4), always read-only for users and owned by the client that puts it.
type Event struct {
	ID         string `json:"id"`
	ExternalID string `json:"externalId" wire:"null,max=255"`
	Title      string `json:"title" wire:"write,required,max=500"`
	// Start and End are YYYY-MM-DD (all day) or an RFC 3339 instant.
	Start string `json:"start" wire:"write,required,date"`
	End   string `json:"end" wire:"write,null,date"`
	// TimeZone is an IANA name such as Europe/Berlin, or empty.
	TimeZone string `json:"timeZone" wire:"write,null"`
	Location string `json:"location" wire:"write"`
	// Status is confirmed (the default), tentative or cancelled.
	Status      string    `json:"status" wire:"write,enum=confirmed|tentative|cancelled"`
	ContactID   string    `json:"contactId" wire:"write,null"`
	URL         string    `json:"url" wire:"write,null"`
	ReadOnly    bool      `json:"readOnly"`
	Deleted     bool      `json:"deleted"`
	DeletedAt   time.Time `json:"deletedAt" wire:"null"`
	CreatedAt   time.Time `json:"createdAt"`
	LastUpdated time.Time `json:"lastUpdated"`
	ETag        string    `json:"etag"`

	ExternalClient string `json:"-"`
}

// Webhook is a subscription (contract §3.4, §3.10). Secret is on the wire only in the answer that creates it.
type Webhook struct {
	ID          string   `json:"id"`
	ExternalID  string   `json:"externalId" wire:"write,null,max=255"`
	URL         string   `json:"url" wire:"write,required,max=2000"`
	Events      []string `json:"events" wire:"write,required"`
	Description string   `json:"description" wire:"write"`
	// Disabled is the contract's enabled member, turned round so that the zero value is an enabled webhook.
	Disabled    bool      `json:"enabled" wire:"write,not"`
	Secret      string    `json:"secret" wire:"omit"`
	Deleted     bool      `json:"deleted"`
	DeletedAt   time.Time `json:"deletedAt" wire:"null"`
	CreatedAt   time.Time `json:"createdAt"`
	LastUpdated time.Time `json:"lastUpdated"`
	ETag        string    `json:"etag"`

	ExternalClient string `json:"-"`
}

// User is a person of the Pagico account (contract §3.4). A user in code is active unless Inactive is set.
type User struct {
	ID       string
	Name     string
	Email    string
	Inactive bool
}

// World is the state of a server, for seeding it and for looking at it. Order is that of creation.
type World struct {
	Users    []User
	Projects []Project
	Contacts []Contact
	Lists    []List
	Notes    []Note
	Tasks    []Task
	Events   []Event
	Webhooks []Webhook
}

// Live returns the world without its tombstones.
func (w World) Live() World {
	w.Projects = live(w.Projects, func(p Project) bool { return p.Deleted })
	w.Contacts = live(w.Contacts, func(c Contact) bool { return c.Deleted })
	w.Lists = live(w.Lists, func(l List) bool { return l.Deleted })
	w.Notes = live(w.Notes, func(n Note) bool { return n.Deleted })
	w.Tasks = live(w.Tasks, func(t Task) bool { return t.Deleted })
	w.Events = live(w.Events, func(e Event) bool { return e.Deleted })
	w.Webhooks = live(w.Webhooks, func(h Webhook) bool { return h.Deleted })
	return w
}

func live[T any](all []T, deleted func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), deleted)
}
