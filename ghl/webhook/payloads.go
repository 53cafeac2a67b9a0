package webhook

import "encoding/json"

// Contact is the payload of ContactCreate, ContactUpdate, ContactDelete, ContactDndUpdate and ContactTagUpdate. It has no time of
// the change, and Attachments has never been seen filled.
type Contact struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	FirstName    string        `json:"firstName"`
	LastName     string        `json:"lastName"`
	Email        string        `json:"email"`
	Phone        string        `json:"phone"`
	Address1     string        `json:"address1"`
	City         string        `json:"city"`
	State        string        `json:"state"`
	Country      string        `json:"country"`
	PostalCode   string        `json:"postalCode"`
	CompanyName  string        `json:"companyName"`
	Website      string        `json:"website"`
	Source       string        `json:"source"`
	AssignedTo   string        `json:"assignedTo"`
	Tags         []string      `json:"tags"`
	DND          bool          `json:"dnd"`
	DateAdded    Time          `json:"dateAdded"`
	DateOfBirth  Time          `json:"dateOfBirth"`
	Attachments  []any         `json:"attachments"`
	CustomFields []CustomField `json:"customFields"`
	// DNDSettings is sent with ContactDndUpdate only, by channel: Call, Email, SMS, WhatsApp, GMB, FB, and RCS was seen.
	DNDSettings map[string]DNDSetting `json:"dndSettings"`
}

// CustomField is a value of a custom field. The payload has no key, only the id.
type CustomField struct {
	ID string `json:"id"`
	// Value is a string, a number, a list or an object, as the field's type says.
	Value json.RawMessage `json:"value"`
}

// DNDSetting is "do not disturb" for one channel.
type DNDSetting struct {
	Status  string `json:"status"`
	Message string `json:"message"`
	Code    string `json:"code"`
}

// Task is the payload of TaskCreate, TaskComplete and TaskDelete. A TaskCreate has come without ContactID and Body.
type Task struct {
	ID         string `json:"id"`
	ContactID  string `json:"contactId"`
	Title      string `json:"title"`
	Body       string `json:"body"`
	AssignedTo string `json:"assignedTo"`
	DueDate    Time   `json:"dueDate"`
	DateAdded  Time   `json:"dateAdded"`
}

// Note is the payload of NoteCreate, NoteUpdate and NoteDelete. Title, author and the pinned flag are not sent.
type Note struct {
	ID        string `json:"id"`
	ContactID string `json:"contactId"`
	Body      string `json:"body"`
	DateAdded Time   `json:"dateAdded"`
}

// Appointment is the payload of AppointmentCreate, AppointmentUpdate and AppointmentDelete. The vendor's samples of the latter
// two say "AppointmentCreate", so trust the record that is read afterwards more than the type.
type Appointment struct {
	ID                string   `json:"id"`
	CalendarID        string   `json:"calendarId"`
	ContactID         string   `json:"contactId"`
	GroupID           string   `json:"groupId"`
	Title             string   `json:"title"`
	Address           string   `json:"address"`
	AppointmentStatus string   `json:"appointmentStatus"`
	AssignedUserID    string   `json:"assignedUserId"`
	Users             []string `json:"users"`
	Notes             string   `json:"notes"`
	Source            string   `json:"source"`
	// The times carry the location's offset.
	StartTime   Time `json:"startTime"`
	EndTime     Time `json:"endTime"`
	DateAdded   Time `json:"dateAdded"`
	DateUpdated Time `json:"dateUpdated"`
}

// Opportunity is the payload of the seven opportunity events.
type Opportunity struct {
	ID              string  `json:"id"`
	ContactID       string  `json:"contactId"`
	Name            string  `json:"name"`
	AssignedTo      string  `json:"assignedTo"`
	MonetaryValue   float64 `json:"monetaryValue"`
	PipelineID      string  `json:"pipelineId"`
	PipelineStageID string  `json:"pipelineStageId"`
	Source          string  `json:"source"`
	Status          string  `json:"status"`
	DateAdded       Time    `json:"dateAdded"`
}

// Location is the payload of LocationCreate and LocationUpdate.
type Location struct {
	ID              string `json:"id"`
	CompanyID       string `json:"companyId"`
	Name            string `json:"name"`
	Email           string `json:"email"`
	StripeProductID string `json:"stripeProductId"`
}

// User is the payload of UserCreate, UserUpdate and UserDelete.
type User struct {
	ID        string `json:"id"`
	CompanyID string `json:"companyId"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
	Extension string `json:"extension"`
	Role      string `json:"role"`
	// Permissions are some forty flags by name, for example "contactsEnabled".
	Permissions map[string]bool `json:"permissions"`
	Locations   []string        `json:"locations"`
}
