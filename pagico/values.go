package pagico

// Status is where a task stands. It is authoritative: progress alone never changes
// it. The four values are the VTODO states of RFC 5545. A value that this package does
// not know is kept as it is. Source: contract §3.3.
type Status string

// The task states of the contract. StatusCompleted implies a progress of 100 and a
// completion time.
const (
	StatusOpen       Status = "open"
	StatusInProgress Status = "inProgress"
	StatusCompleted  Status = "completed"
	StatusCancelled  Status = "cancelled"
)

// Known reports whether s is one of the four states of the contract.
func (s Status) Known() bool {
	switch s {
	case StatusOpen, StatusInProgress, StatusCompleted, StatusCancelled:
		return true
	}
	return false
}

// Priority is how urgent a task is. These are words and not numbers on purpose:
// services number their scales in opposite directions. A value that this package does
// not know is kept as it is. Source: contract §3.3.
type Priority string

// The priorities of the contract, in rising order.
const (
	PriorityNone   Priority = "none"
	PriorityLow    Priority = "low"
	PriorityMedium Priority = "medium"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// Known reports whether p is one of the five priorities of the contract.
func (p Priority) Known() bool {
	switch p {
	case PriorityNone, PriorityLow, PriorityMedium, PriorityHigh, PriorityUrgent:
		return true
	}
	return false
}

// EventStatus is the state of an event, as in VEVENT of RFC 5545. A value that this
// package does not know is kept as it is. Source: contract §3.4.
type EventStatus string

// The event states of the contract.
const (
	EventConfirmed EventStatus = "confirmed"
	EventTentative EventStatus = "tentative"
	EventCancelled EventStatus = "cancelled"
)

// Known reports whether s is one of the three states of the contract.
func (s EventStatus) Known() bool {
	switch s {
	case EventConfirmed, EventTentative, EventCancelled:
		return true
	}
	return false
}

// Link is a reference from a record to somewhere else. Source: contract §3.3.
type Link struct {
	// URL is absolute, with the scheme http, https or pagico. Required.
	URL string `json:"url"`
	// Title is the text to show; empty means the address itself.
	Title string `json:"title,omitempty"`
	// Rel says what the link is: [RelSource], [RelRelated] or empty.
	Rel string `json:"rel,omitempty"`
}

// The relations of a [Link].
const (
	// RelSource marks the record that this one was mirrored from.
	RelSource = "source"
	// RelRelated marks a record that belongs to the same matter.
	RelRelated = "related"
)

// CustomField is one free-form labelled line of a contact ("Label: value").
// Labels need not be unique. Source: contract §3.4.
type CustomField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// UserRef is a user as expanded inside another record. All fields are empty when the
// server sent null.
type UserRef struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// externalPrefix marks a path id as an external id (contract §3.2).
const externalPrefix = "external:"

// External returns the id form that names a record by its external id, for every
// method that takes an id:
//
//	task, err := client.Tasks.Get(ctx, pagico.External("ghl:loc1:task:9"))
//
// The value is percent-encoded as one path segment when the request is built, so any
// characters are allowed. An empty external id is refused by the methods with
// [ErrInvalidArgument]. Source: contract §3.2.
func External(externalID string) string { return externalPrefix + externalID }
