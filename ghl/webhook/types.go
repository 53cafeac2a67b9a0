package webhook

import "strings"

// Type is the kind of an event, as its payload names it. Values that this package does not know are kept.
type Type string

// The events of an app.
const (
	AppInstall            Type = "INSTALL"
	AppUninstall          Type = "UNINSTALL"
	PlanChange            Type = "PLAN_CHANGE"
	ExternalAuthConnected Type = "EXTERNAL_AUTH_CONNECTED"
	SaaSPlanCreate        Type = "SaasPlanCreate"
)

// The events of contacts, tasks, notes and appointments. There is no TaskUpdate, and nothing when a task is opened again.
const (
	ContactCreate     Type = "ContactCreate"
	ContactUpdate     Type = "ContactUpdate"
	ContactDelete     Type = "ContactDelete"
	ContactDndUpdate  Type = "ContactDndUpdate"
	ContactTagUpdate  Type = "ContactTagUpdate"
	TaskCreate        Type = "TaskCreate"
	TaskComplete      Type = "TaskComplete"
	TaskDelete        Type = "TaskDelete"
	NoteCreate        Type = "NoteCreate"
	NoteUpdate        Type = "NoteUpdate"
	NoteDelete        Type = "NoteDelete"
	AppointmentCreate Type = "AppointmentCreate"
	AppointmentUpdate Type = "AppointmentUpdate"
	AppointmentDelete Type = "AppointmentDelete"
)

// The events of opportunities. A change of the stage also sends OpportunityUpdate, and so does a delete.
const (
	OpportunityCreate              Type = "OpportunityCreate"
	OpportunityUpdate              Type = "OpportunityUpdate"
	OpportunityDelete              Type = "OpportunityDelete"
	OpportunityAssignedToUpdate    Type = "OpportunityAssignedToUpdate"
	OpportunityMonetaryValueUpdate Type = "OpportunityMonetaryValueUpdate"
	OpportunityStageUpdate         Type = "OpportunityStageUpdate"
	OpportunityStatusUpdate        Type = "OpportunityStatusUpdate"
)

// The events of conversations. A ProviderOutboundMessage, which goes to the URL of a conversation provider, names its channel
// as the type, "SMS" or "Email"; [Decode] translates that.
const (
	InboundMessage          Type = "InboundMessage"
	OutboundMessage         Type = "OutboundMessage"
	ProviderOutboundMessage Type = "ProviderOutboundMessage"
	ConversationUnread      Type = "ConversationUnreadUpdate"
	LCEmailStats            Type = "LCEmailStats"
	CampaignStatusUpdate    Type = "CampaignStatusUpdate"
	VoiceAiCallEnd          Type = "VoiceAiCallEnd"
)

// The events of locations and users.
const (
	LocationCreate Type = "LocationCreate"
	LocationUpdate Type = "LocationUpdate"
	UserCreate     Type = "UserCreate"
	UserUpdate     Type = "UserUpdate"
	UserDelete     Type = "UserDelete"
)

// The events of objects. Records are those of custom objects, and companies (businesses).
const (
	ObjectSchemaCreate Type = "ObjectSchemaCreate"
	ObjectSchemaUpdate Type = "ObjectSchemaUpdate"
	RecordCreate       Type = "RecordCreate"
	RecordUpdate       Type = "RecordUpdate"
	RecordDelete       Type = "RecordDelete"
	AssociationCreate  Type = "AssociationCreate"
	AssociationUpdate  Type = "AssociationUpdate"
	AssociationDelete  Type = "AssociationDelete"
	RelationCreate     Type = "RelationCreate"
	RelationDelete     Type = "RelationDelete"
)

// The events of commerce.
const (
	InvoiceCreate        Type = "InvoiceCreate"
	InvoiceUpdate        Type = "InvoiceUpdate"
	InvoiceDelete        Type = "InvoiceDelete"
	InvoicePaid          Type = "InvoicePaid"
	InvoicePartiallyPaid Type = "InvoicePartiallyPaid"
	InvoiceSent          Type = "InvoiceSent"
	InvoiceVoid          Type = "InvoiceVoid"
	OrderCreate          Type = "OrderCreate"
	OrderStatusUpdate    Type = "OrderStatusUpdate"
	PriceCreate          Type = "PriceCreate"
	PriceUpdate          Type = "PriceUpdate"
	PriceDelete          Type = "PriceDelete"
	ProductCreate        Type = "ProductCreate"
	ProductUpdate        Type = "ProductUpdate"
	ProductDelete        Type = "ProductDelete"
)

// fold makes the spellings of a type equal: the pages of the vendor and the payloads do not agree on capitals and underscores.
func fold(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s))
}

// lookup finds the row of a type in any of its spellings.
func lookup(wire string) (row, bool) {
	for _, r := range rows {
		if string(r.typ) == wire {
			return r, true
		}
	}
	key := fold(wire)
	for _, r := range rows {
		if fold(string(r.typ)) == key || fold(r.page) == key {
			return r, true
		}
	}
	return row{}, false
}

// Known reports whether t is one of the constants of this package.
func (t Type) Known() bool {
	r, ok := lookup(string(t))
	return ok && r.typ == t
}
