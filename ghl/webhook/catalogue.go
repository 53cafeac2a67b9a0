package webhook

// EventInfo describes one event of the catalogue.
type EventInfo struct {
	// Type is what the payload says, and Name what the vendor's page is called; they differ for a few.
	Type Type
	Name string
	// Group is the area: app, contacts, tasks, notes, appointments, opportunities, conversations, locations, users, objects
	// or commerce.
	Group string
	// Scope is the OAuth scope that the app needs; empty when the vendor states none.
	Scope string
	// Page is the vendor's documentation.
	Page string
}

const pages = "https://marketplace.gohighlevel.com/docs/webhook/"

// row is an event with what decodes it.
type row struct {
	typ          Type
	page, group  string
	scope        string
	alloc        func() any
	named, under string // the kind of record that the event is about, and the member that holds its fields
}

// Events returns the catalogue of all events that this package has types for, by group. The result is a copy.
func Events() []EventInfo {
	out := make([]EventInfo, len(rows))
	for i, r := range rows {
		out[i] = EventInfo{Type: r.typ, Name: r.page, Group: r.group, Scope: r.scope, Page: pages + r.page}
	}
	return out
}

const (
	scopeContacts      = "contacts.readonly"
	scopeLocations     = "locations.readonly"
	scopeOpportunities = "opportunities.readonly"
	scopeVoice         = "voice-ai-dashboard.readonly"
)

func alloc[T any]() any { return new(T) }

// rows is the catalogue; it is never written.
var rows = [...]row{
	{typ: AppInstall, page: "AppInstall", group: "app", alloc: alloc[Install]},
	{typ: AppUninstall, page: "AppUninstall", group: "app", alloc: alloc[Uninstall]},
	{typ: PlanChange, page: "PlanChange", group: "app", alloc: alloc[PlanChanged]},
	{typ: ExternalAuthConnected, page: "ExternalAuthConnected", group: "app", alloc: alloc[ExternalAuth]},
	{typ: SaaSPlanCreate, page: "SaaSPlanCreate", group: "app", alloc: alloc[SaaSPlan]},

	{typ: ContactCreate, page: "ContactCreate", group: "contacts", scope: scopeContacts, alloc: alloc[Contact], named: "contact"},
	{typ: ContactUpdate, page: "ContactUpdate", group: "contacts", alloc: alloc[Contact], named: "contact"},
	{typ: ContactDelete, page: "ContactDelete", group: "contacts", scope: scopeContacts, alloc: alloc[Contact], named: "contact"},
	{typ: ContactDndUpdate, page: "ContactDndUpdate", group: "contacts", scope: scopeContacts, alloc: alloc[Contact], named: "contact"},
	{typ: ContactTagUpdate, page: "ContactTagUpdate", group: "contacts", scope: scopeContacts, alloc: alloc[Contact], named: "contact"},
	{typ: TaskCreate, page: "TaskCreate", group: "tasks", scope: scopeContacts, alloc: alloc[Task], named: "task"},
	{typ: TaskComplete, page: "TaskComplete", group: "tasks", alloc: alloc[Task], named: "task"},
	{typ: TaskDelete, page: "TaskDelete", group: "tasks", scope: scopeContacts, alloc: alloc[Task], named: "task"},
	{typ: NoteCreate, page: "NoteCreate", group: "notes", scope: scopeContacts, alloc: alloc[Note], named: "note"},
	{typ: NoteUpdate, page: "NoteUpdate", group: "notes", alloc: alloc[Note], named: "note"},
	{typ: NoteDelete, page: "NoteDelete", group: "notes", scope: scopeContacts, alloc: alloc[Note], named: "note"},
	{typ: AppointmentCreate, page: "AppointmentCreate", group: "appointments", alloc: alloc[Appointment], named: "appointment", under: "appointment"},
	{typ: AppointmentUpdate, page: "AppointmentUpdate", group: "appointments", alloc: alloc[Appointment], named: "appointment", under: "appointment"},
	{typ: AppointmentDelete, page: "AppointmentDelete", group: "appointments", alloc: alloc[Appointment], named: "appointment", under: "appointment"},

	{typ: OpportunityCreate, page: "OpportunityCreate", group: "opportunities", scope: scopeOpportunities, alloc: alloc[Opportunity], named: "opportunity"},
	{typ: OpportunityUpdate, page: "OpportunityUpdate", group: "opportunities", scope: scopeOpportunities, alloc: alloc[Opportunity], named: "opportunity"},
	{typ: OpportunityDelete, page: "OpportunityDelete", group: "opportunities", scope: scopeOpportunities, alloc: alloc[Opportunity], named: "opportunity"},
	{typ: OpportunityAssignedToUpdate, page: "OpportunityAssignedToUpdate", group: "opportunities", scope: scopeOpportunities,
		alloc: alloc[Opportunity], named: "opportunity"},
	{typ: OpportunityMonetaryValueUpdate, page: "OpportunityMonetaryValueUpdate", group: "opportunities", scope: scopeOpportunities,
		alloc: alloc[Opportunity], named: "opportunity"},
	{typ: OpportunityStageUpdate, page: "OpportunityStageUpdate", group: "opportunities", scope: scopeOpportunities,
		alloc: alloc[Opportunity], named: "opportunity"},
	{typ: OpportunityStatusUpdate, page: "OpportunityStatusUpdate", group: "opportunities", scope: scopeOpportunities,
		alloc: alloc[Opportunity], named: "opportunity"},

	{typ: InboundMessage, page: "InboundMessage", group: "conversations", alloc: alloc[Message], named: "message"},
	{typ: OutboundMessage, page: "OutboundMessage", group: "conversations", alloc: alloc[Message], named: "message"},
	{typ: ProviderOutboundMessage, page: "ProviderOutboundMessage", group: "conversations", alloc: alloc[ProviderMessage], named: "message"},
	{typ: ConversationUnread, page: "ConversationUnreadWebhook", group: "conversations", alloc: alloc[Conversation], named: "conversation"},
	{typ: LCEmailStats, page: "LCEmailStats", group: "conversations", alloc: alloc[EmailStats], under: "webhookPayload"},
	{typ: CampaignStatusUpdate, page: "CampaignStatusUpdate", group: "conversations", alloc: alloc[CampaignStatus], named: "campaign"},
	{typ: VoiceAiCallEnd, page: "VoiceAiCallEnd", group: "conversations", scope: scopeVoice, alloc: alloc[VoiceAiCall], named: "call"},

	{typ: LocationCreate, page: "LocationCreate", group: "locations", scope: scopeLocations, alloc: alloc[Location], named: "location"},
	{typ: LocationUpdate, page: "LocationUpdate", group: "locations", alloc: alloc[Location], named: "location"},
	{typ: UserCreate, page: "UserCreate", group: "users", alloc: alloc[User], named: "user"},
	{typ: UserUpdate, page: "UserUpdate", group: "users", alloc: alloc[User], named: "user"},
	{typ: UserDelete, page: "UserDelete", group: "users", alloc: alloc[User], named: "user"},

	{typ: ObjectSchemaCreate, page: "ObjectSchemaCreate", group: "objects", alloc: alloc[ObjectSchema], named: "schema"},
	{typ: ObjectSchemaUpdate, page: "ObjectSchemaUpdate", group: "objects", alloc: alloc[ObjectSchema], named: "schema"},
	{typ: RecordCreate, page: "RecordCreate", group: "objects", alloc: alloc[Record], named: "record"},
	{typ: RecordUpdate, page: "RecordUpdate", group: "objects", alloc: alloc[Record], named: "record"},
	{typ: RecordDelete, page: "RecordDelete", group: "objects", alloc: alloc[Record], named: "record"},
	{typ: AssociationCreate, page: "AssociationCreate", group: "objects", alloc: alloc[Association], named: "association"},
	{typ: AssociationUpdate, page: "AssociationUpdate", group: "objects", alloc: alloc[Association], named: "association"},
	{typ: AssociationDelete, page: "AssociationDelete", group: "objects", alloc: alloc[Association], named: "association"},
	{typ: RelationCreate, page: "RelationCreate", group: "objects", alloc: alloc[Relation], named: "relation"},
	{typ: RelationDelete, page: "RelationDelete", group: "objects", alloc: alloc[Relation], named: "relation"},

	{typ: InvoiceCreate, page: "InvoiceCreate", group: "commerce", alloc: alloc[Invoice], named: "invoice"},
	{typ: InvoiceUpdate, page: "InvoiceUpdate", group: "commerce", alloc: alloc[Invoice], named: "invoice"},
	{typ: InvoiceDelete, page: "InvoiceDelete", group: "commerce", alloc: alloc[Invoice], named: "invoice"},
	{typ: InvoicePaid, page: "InvoicePaid", group: "commerce", alloc: alloc[Invoice], named: "invoice"},
	{typ: InvoicePartiallyPaid, page: "InvoicePartiallyPaid", group: "commerce", alloc: alloc[Invoice], named: "invoice"},
	{typ: InvoiceSent, page: "InvoiceSent", group: "commerce", alloc: alloc[Invoice], named: "invoice"},
	{typ: InvoiceVoid, page: "InvoiceVoid", group: "commerce", alloc: alloc[Invoice], named: "invoice"},
	{typ: OrderCreate, page: "OrderCreate", group: "commerce", alloc: alloc[Order], named: "order"},
	{typ: OrderStatusUpdate, page: "OrderStatusUpdate", group: "commerce", alloc: alloc[Order], named: "order"},
	{typ: PriceCreate, page: "PriceCreate", group: "commerce", alloc: alloc[Price], named: "price"},
	{typ: PriceUpdate, page: "PriceUpdate", group: "commerce", alloc: alloc[Price], named: "price"},
	{typ: PriceDelete, page: "PriceDelete", group: "commerce", alloc: alloc[Price], named: "price"},
	{typ: ProductCreate, page: "ProductCreate", group: "commerce", alloc: alloc[Product], named: "product"},
	{typ: ProductUpdate, page: "ProductUpdate", group: "commerce", alloc: alloc[Product], named: "product"},
	{typ: ProductDelete, page: "ProductDelete", group: "commerce", alloc: alloc[Product], named: "product"},
}
