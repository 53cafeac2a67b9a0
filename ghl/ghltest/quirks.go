package ghltest

// Quirks switches single habits of the real service on and off. [DefaultQuirks] is the real service as far as public
// evidence goes, under every API version, since no traffic of v3 is published; where nobody has published an observation, the comment says "unknown" and names the choice.
type Quirks struct {
	// StrictProperties: an unknown JSON property is refused with 422 "property X should not exist" (observed by several
	// clients; vendor validation pipe).
	StrictProperties bool
	// BothSpellings: contact deletes, updates, upserts, task deletes and workflow calls answer succeded and succeeded, and
	// appointments appoinmentStatus and appointmentStatus (recorded under 2021-07-28).
	BothSpellings bool
	// TraceIDs: every answer carries traceId (recorded).
	TraceIDs bool
	// TaskSearch201: the location task search answers 201 although the reference says 200 (observed).
	TaskSearch201 bool
	// TaskSearchListsDeleted: the location task search lists deleted tasks with deleted: true. Unknown; off.
	TaskSearchListsDeleted bool
	// AppointmentEnvelope: get-appointment answers {appointment} under every version but 2021-04-15 and v3, where it
	// answers {event} as the reference says. Recorded for 2021-07-28 only. Off: always {event}.
	AppointmentEnvelope bool
	// DeleteEvent200: delete-event answers 200 although the reference says 201 (recorded).
	DeleteEvent200 bool
	// OpportunitySearch201: the advanced opportunity search answers 201 although the reference says 200 (recorded).
	OpportunitySearch201 bool
	// DeleteOpportunitySuccess: delete-opportunity answers {success} although the v2 reference says {succeded} (recorded).
	DeleteOpportunitySuccess bool
	// CustomValueSucceeded: delete-custom-value answers {succeeded} although the reference says {succeded} (recorded).
	CustomValueSucceeded bool
	// DeleteCalendarMessage: delete-calendar answers {message, calendar} although the reference says {success} (recorded).
	DeleteCalendarMessage bool
	// NestedMessages: get-messages answers {messages:{messages[]}} and get-message {message{}} (recorded).
	NestedMessages bool
	// ContactNotFound400: a missing contact is 400 "Contact not found for id:X", not 404 (observed).
	ContactNotFound400 bool
	// ChildNotFound400: a missing task or note is 400 as well. Unknown; off, then it is 404.
	ChildNotFound400 bool
	// CountryDefault: a contact without country gets the location's country (recorded: "US").
	CountryDefault bool
	// LowerCaseNames: GET answers firstName and lastName in lower case, with firstNameRaw and lastNameRaw as typed
	// (observed in some reads; recordings of July 2026 keep the case). Off.
	LowerCaseNames bool
	// OmitContactName: GET by id leaves name out (recorded as "not always present"). Off.
	OmitContactName bool
	// AppointmentBumpsContact: the first appointment of a contact moves the contact's dateUpdated (recorded).
	AppointmentBumpsContact bool
	// NoteBumpsContact: a note write moves the contact's dateUpdated. Unknown; off.
	NoteBumpsContact bool
	// TaskBumpsContact: a task write moves the contact's dateUpdated. Unknown; off.
	TaskBumpsContact bool
	// UpsertOverwritesPrimary: an upsert that matches an additional e-mail overwrites the primary one, which is lost
	// (vendor issue 337).
	UpsertOverwritesPrimary bool
	// PhoneSearchMisses: contacts/search by phone finds no contact that has additional e-mails (vendor issue 289).
	PhoneSearchMisses bool
	// UpdateAcceptsCompanyName: PUT contact takes companyName although it is not in its schema. Unknown; off, then 422.
	UpdateAcceptsCompanyName bool
	// StrictNulls: null is refused with 422 where the schema does not say nullable. Unknown; off, then null clears.
	StrictNulls bool
	// ListsUnderV3: GET /contacts/ and GET /users/ answer under v3 although they were removed there (observed).
	ListsUnderV3 bool
	// UsersByLocationEmpty: GET /users/ answers an empty list (recorded once). Off.
	UsersByLocationEmpty bool
	// SlowTaskWrites: task updates and deletes take two seconds (recorded upstream times). Off, since it slows tests.
	SlowTaskWrites bool
	// DuplicateTagNames: creating a location tag that exists makes a second one (the list was seen to hold duplicates;
	// whether the API makes them is unknown). Off: 400.
	DuplicateTagNames bool
	// LocationTokenRefresh: the v2 location token answer carries a refresh token (vendor samples show one, the reference does not).
	// Off; under v3 it is always there.
	LocationTokenRefresh bool
	// ThinTaskCreate: TaskCreate webhooks lack contactId and body (vendor issue 332).
	ThinTaskCreate bool
}

// DefaultQuirks returns the quirks of the real service.
func DefaultQuirks() Quirks {
	return Quirks{
		StrictProperties: true, BothSpellings: true, TraceIDs: true, TaskSearch201: true, AppointmentEnvelope: true,
		DeleteEvent200: true, OpportunitySearch201: true, DeleteOpportunitySuccess: true, CustomValueSucceeded: true,
		DeleteCalendarMessage: true, NestedMessages: true, ContactNotFound400: true, CountryDefault: true,
		AppointmentBumpsContact: true, UpsertOverwritesPrimary: true, PhoneSearchMisses: true, ListsUnderV3: true,
		ThinTaskCreate: true,
	}
}
