package ghl

// opID is an index into the operation table.
type opID int

const (
	opContactsSearch opID = iota
	opContactsFindDuplicate
	opTasksList
	opTasksCreate
	opTasksGet
	opTasksUpdate
	opTasksDelete
	opTasksComplete
	opAppointmentsListByContact
	opTagsAdd
	opTagsRemove
	opNotesList
	opNotesCreate
	opNotesGet
	opNotesUpdate
	opNotesDelete
	opContactsBulkTags
	opContactsBulkBusiness
	opContactsGet
	opContactsUpdate
	opContactsDelete
	opContactsUpsert
	opContactsByBusiness
	opContactsAddFollowers
	opContactsRemoveFollowers
	opContactsAddToCampaign
	opContactsRemoveFromCampaign
	opContactsRemoveFromAllCampaigns
	opContactsAddToWorkflow
	opContactsRemoveFromWorkflow
	opContactsCreate
	opContactsList
	opLocationsSearch
	opLocationsGet
	opLocationsUpdate
	opLocationsDelete
	opTagsList
	opTagsCreate
	opTagsGet
	opTagsUpdate
	opTagsDelete
	opTasksSearch
	opRecurringTasksGet
	opRecurringTasksUpdate
	opRecurringTasksDelete
	opRecurringTasksCreate
	opCustomFieldsList
	opCustomFieldsCreate
	opCustomFieldsGet
	opCustomFieldsUpdate
	opCustomFieldsDelete
	opCustomFieldsUpload
	opCustomValuesList
	opCustomValuesCreate
	opCustomValuesGet
	opCustomValuesUpdate
	opCustomValuesDelete
	opLocationsTimezones
	opLocationsTemplates
	opLocationsDeleteTemplate
	opLocationsCreate
	opCalendarsListGroups
	opCalendarsCreateGroup
	opCalendarsValidateGroupSlug
	opCalendarsDeleteGroup
	opCalendarsUpdateGroup
	opCalendarsSetGroupStatus
	opAppointmentsCreate
	opAppointmentsUpdate
	opAppointmentsGet
	opCalendarsEvents
	opCalendarsBlockedSlots
	opCalendarsCreateBlockSlot
	opCalendarsUpdateBlockSlot
	opCalendarsFreeSlots
	opCalendarsUpdate
	opCalendarsGet
	opCalendarsDelete
	opAppointmentsDelete
	opAppointmentsListNotes
	opAppointmentsCreateNote
	opAppointmentsUpdateNote
	opAppointmentsDeleteNote
	opCalendarsList
	opCalendarsCreate
	opUsersSearch
	opUsersFilterByEmail
	opUsersGet
	opUsersUpdate
	opUsersDelete
	opUsersListByLocation
	opUsersCreate
	opBusinessesUpdate
	opBusinessesDelete
	opBusinessesGet
	opBusinessesList
	opBusinessesCreate
	opOAuthToken
	opOAuthLocationToken
	opOAuthInstalledLocations
	opOpportunitiesLostReasons
	opOpportunitiesList
	opOpportunitiesSearch
	opOpportunitiesPipelines
	opOpportunitiesGet
	opOpportunitiesDelete
	opOpportunitiesUpdate
	opOpportunitiesSetStatus
	opOpportunitiesUpsert
	opOpportunitiesAddFollowers
	opOpportunitiesRemoveFollowers
	opOpportunitiesCreate
	opConversationsSearch
	opConversationsGet
	opConversationsUpdate
	opConversationsDelete
	opConversationsExportMessages
	opConversationsGetMessage
	opConversationsListMessages
	opConversationsSendMessage
	opConversationsAddInboundMessage
	opConversationsAddOutboundMessage
	opConversationsCancelScheduledMessage
	opConversationsUploadAttachments
	opConversationsUpdateMessageStatus
	opConversationsTyping
	opConversationsCreate
	opObjectFieldsGet
	opObjectFieldsUpdate
	opObjectFieldsDelete
	opObjectFieldsList
	opObjectFieldsCreateFolder
	opObjectFieldsUpdateFolder
	opObjectFieldsDeleteFolder
	opObjectFieldsCreate
	opCampaignsList
	opWorkflowsList
	opCompaniesGet
)

// operations is the operation table; nothing writes to it. Order and content follow the vendor's OpenAPI files
// (https://github.com/GoHighLevel/highlevel-api-docs), family by family, scopes missing there come from the vendor's
// page on scopes.
var operations = [...]Operation{
	opContactsSearch: {ID: "contacts.search", Method: "Contacts.Search", HTTPMethod: "POST", Path: "/contacts/search", Version: version2021July, V3Path: "/contacts/search",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "search-contacts-advanced"},
	opContactsFindDuplicate: {ID: "contacts.findDuplicate", Method: "Contacts.FindDuplicate", HTTPMethod: "GET", Path: "/contacts/search/duplicate", Version: version2021July, V3Path: "/contacts/search/duplicate",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-duplicate-contact"},
	opTasksList: {ID: "tasks.list", Method: "Tasks.List", HTTPMethod: "GET", Path: "/contacts/{contactId}/tasks", Version: version2021July, V3Path: "/contacts/{contactId}/tasks",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-all-tasks"},
	opTasksCreate: {ID: "tasks.create", Method: "Tasks.Create", HTTPMethod: "POST", Path: "/contacts/{contactId}/tasks", Version: version2021July, V3Path: "/contacts/{contactId}/tasks",
		Scopes: []string{"contacts.write"}, Token: LocationToken, VendorID: "create-task"},
	opTasksGet: {ID: "tasks.get", Method: "Tasks.Get", HTTPMethod: "GET", Path: "/contacts/{contactId}/tasks/{taskId}", Version: version2021July, V3Path: "/contacts/{contactId}/tasks/{taskId}",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-task"},
	opTasksUpdate: {ID: "tasks.update", Method: "Tasks.Update", HTTPMethod: "PUT", Path: "/contacts/{contactId}/tasks/{taskId}", Version: version2021July, V3Path: "/contacts/{contactId}/tasks/{taskId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-task"},
	opTasksDelete: {ID: "tasks.delete", Method: "Tasks.Delete", HTTPMethod: "DELETE", Path: "/contacts/{contactId}/tasks/{taskId}", Version: version2021July, V3Path: "/contacts/{contactId}/tasks/{taskId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-task"},
	opTasksComplete: {ID: "tasks.complete", Method: "Tasks.Complete", HTTPMethod: "PUT", Path: "/contacts/{contactId}/tasks/{taskId}/completed", Version: version2021July, V3Path: "/contacts/{contactId}/tasks/{taskId}/completed",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-task-completed"},
	opAppointmentsListByContact: {ID: "appointments.listByContact", Method: "Appointments.ListByContact", HTTPMethod: "GET", Path: "/contacts/{contactId}/appointments", Version: version2021July, V3Path: "/contacts/{contactId}/appointments",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-appointments-for-contact"},
	opTagsAdd: {ID: "tags.add", Method: "Tags.Add", HTTPMethod: "POST", Path: "/contacts/{contactId}/tags", Version: version2021July, V3Path: "/contacts/{contactId}/tags",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "add-tags"},
	opTagsRemove: {ID: "tags.remove", Method: "Tags.Remove", HTTPMethod: "DELETE", Path: "/contacts/{contactId}/tags", Version: version2021July, V3Path: "/contacts/{contactId}/tags",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "remove-tags"},
	opNotesList: {ID: "notes.list", Method: "Notes.List", HTTPMethod: "GET", Path: "/contacts/{contactId}/notes", Version: version2021July, V3Path: "/contacts/{contactId}/notes",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-all-notes"},
	opNotesCreate: {ID: "notes.create", Method: "Notes.Create", HTTPMethod: "POST", Path: "/contacts/{contactId}/notes", Version: version2021July, V3Path: "/contacts/{contactId}/notes",
		Scopes: []string{"contacts.write"}, Token: LocationToken, VendorID: "create-note"},
	opNotesGet: {ID: "notes.get", Method: "Notes.Get", HTTPMethod: "GET", Path: "/contacts/{contactId}/notes/{id}", Version: version2021July, V3Path: "/contacts/{contactId}/notes/{id}",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-note"},
	opNotesUpdate: {ID: "notes.update", Method: "Notes.Update", HTTPMethod: "PUT", Path: "/contacts/{contactId}/notes/{id}", Version: version2021July, V3Path: "/contacts/{contactId}/notes/{id}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-note"},
	opNotesDelete: {ID: "notes.delete", Method: "Notes.Delete", HTTPMethod: "DELETE", Path: "/contacts/{contactId}/notes/{id}", Version: version2021July, V3Path: "/contacts/{contactId}/notes/{id}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-note"},
	opContactsBulkTags: {ID: "contacts.bulkTags", Method: "Contacts.BulkTags", HTTPMethod: "POST", Path: "/contacts/bulk/tags/update/{type}", Version: version2021July, V3Path: "/contacts/bulk/tags/update/{type}",
		Token: LocationToken, Repeatable: true, VendorID: "create-association"},
	opContactsBulkBusiness: {ID: "contacts.bulkBusiness", Method: "Contacts.BulkBusiness", HTTPMethod: "POST", Path: "/contacts/bulk/business", Version: version2021July, V3Path: "/contacts/bulk/business",
		Token: LocationToken, Repeatable: true, VendorID: "add-remove-contact-from-business"},
	opContactsGet: {ID: "contacts.get", Method: "Contacts.Get", HTTPMethod: "GET", Path: "/contacts/{contactId}", Version: version2021July, V3Path: "/contacts/{contactId}",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-contact"},
	opContactsUpdate: {ID: "contacts.update", Method: "Contacts.Update", HTTPMethod: "PUT", Path: "/contacts/{contactId}", Version: version2021July, V3Path: "/contacts/{contactId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-contact"},
	opContactsDelete: {ID: "contacts.delete", Method: "Contacts.Delete", HTTPMethod: "DELETE", Path: "/contacts/{contactId}", Version: version2021July, V3Path: "/contacts/{contactId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-contact"},
	opContactsUpsert: {ID: "contacts.upsert", Method: "Contacts.Upsert", HTTPMethod: "POST", Path: "/contacts/upsert", Version: version2021July, V3Path: "/contacts/upsert",
		Scopes: []string{"contacts.write"}, Token: LocationToken, VendorID: "upsert-contact"},
	opContactsByBusiness: {ID: "contacts.byBusiness", Method: "Contacts.ByBusiness", HTTPMethod: "GET", Path: "/contacts/business/{businessId}", Version: version2021July, V3Path: "/contacts/business/{businessId}",
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-contacts-by-businessId"},
	opContactsAddFollowers: {ID: "contacts.addFollowers", Method: "Contacts.AddFollowers", HTTPMethod: "POST", Path: "/contacts/{contactId}/followers", Version: version2021July, V3Path: "/contacts/{contactId}/followers",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "add-followers-contact"},
	opContactsRemoveFollowers: {ID: "contacts.removeFollowers", Method: "Contacts.RemoveFollowers", HTTPMethod: "DELETE", Path: "/contacts/{contactId}/followers", Version: version2021July, V3Path: "/contacts/{contactId}/followers",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "remove-followers-contact"},
	opContactsAddToCampaign: {ID: "contacts.addToCampaign", Method: "Contacts.AddToCampaign", HTTPMethod: "POST", Path: "/contacts/{contactId}/campaigns/{campaignId}", Version: version2021July, V3Path: "/contacts/{contactId}/campaigns/{campaignId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, VendorID: "add-contact-to-campaign"},
	opContactsRemoveFromCampaign: {ID: "contacts.removeFromCampaign", Method: "Contacts.RemoveFromCampaign", HTTPMethod: "DELETE", Path: "/contacts/{contactId}/campaigns/{campaignId}", Version: version2021July, V3Path: "/contacts/{contactId}/campaigns/{campaignId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "remove-contact-from-campaign"},
	opContactsRemoveFromAllCampaigns: {ID: "contacts.removeFromAllCampaigns", Method: "Contacts.RemoveFromAllCampaigns", HTTPMethod: "DELETE", Path: "/contacts/{contactId}/campaigns/removeAll", Version: version2021July, V3Path: "/contacts/{contactId}/campaigns/remove-all",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "remove-contact-from-every-campaign"},
	opContactsAddToWorkflow: {ID: "contacts.addToWorkflow", Method: "Contacts.AddToWorkflow", HTTPMethod: "POST", Path: "/contacts/{contactId}/workflow/{workflowId}", Version: version2021July, V3Path: "/contacts/{contactId}/workflow/{workflowId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, VendorID: "add-contact-to-workflow"},
	opContactsRemoveFromWorkflow: {ID: "contacts.removeFromWorkflow", Method: "Contacts.RemoveFromWorkflow", HTTPMethod: "DELETE", Path: "/contacts/{contactId}/workflow/{workflowId}", Version: version2021July, V3Path: "/contacts/{contactId}/workflow/{workflowId}",
		Scopes: []string{"contacts.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-contact-from-workflow"},
	opContactsCreate: {ID: "contacts.create", Method: "Contacts.Create", HTTPMethod: "POST", Path: "/contacts/", Version: version2021July, V3Path: "/contacts/",
		Scopes: []string{"contacts.write"}, Token: LocationToken, VendorID: "create-contact"},
	opContactsList: {ID: "contacts.list", Method: "Contacts.List", HTTPMethod: "GET", Path: "/contacts/", Version: version2021July,
		Scopes: []string{"contacts.readonly"}, Token: LocationToken, Repeatable: true, Deprecated: true, VendorID: "get-contacts"},
	opLocationsSearch: {ID: "locations.search", Method: "Locations.Search", HTTPMethod: "GET", Path: "/locations/search", Version: version2021July, V3Path: "/locations/search",
		Scopes: []string{"locations.readonly"}, Token: AnyToken, Repeatable: true, VendorID: "search-locations"},
	opLocationsGet: {ID: "locations.get", Method: "Locations.Get", HTTPMethod: "GET", Path: "/locations/{locationId}", Version: version2021July, V3Path: "/locations/{locationId}",
		Scopes: []string{"locations.readonly"}, Token: AnyToken, Repeatable: true, VendorID: "get-location"},
	opLocationsUpdate: {ID: "locations.update", Method: "Locations.Update", HTTPMethod: "PUT", Path: "/locations/{locationId}", Version: version2021July, V3Path: "/locations/{locationId}",
		Scopes: []string{"locations.write"}, Token: AgencyToken, Repeatable: true, VendorID: "put-location"},
	opLocationsDelete: {ID: "locations.delete", Method: "Locations.Delete", HTTPMethod: "DELETE", Path: "/locations/{locationId}", Version: version2021July, V3Path: "/locations/{locationId}",
		Scopes: []string{"locations.internal-access-only"}, Token: AgencyToken, Repeatable: true, VendorID: "delete-location"},
	opTagsList: {ID: "tags.list", Method: "Tags.List", HTTPMethod: "GET", Path: "/locations/{locationId}/tags", Version: version2021July, V3Path: "/locations/{locationId}/tags",
		Scopes: []string{"locations/tags.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-location-tags"},
	opTagsCreate: {ID: "tags.create", Method: "Tags.Create", HTTPMethod: "POST", Path: "/locations/{locationId}/tags", Version: version2021July, V3Path: "/locations/{locationId}/tags",
		Scopes: []string{"locations/tags.write"}, Token: LocationToken, VendorID: "create-tag"},
	opTagsGet: {ID: "tags.get", Method: "Tags.Get", HTTPMethod: "GET", Path: "/locations/{locationId}/tags/{tagId}", Version: version2021July, V3Path: "/locations/{locationId}/tags/{tagId}",
		Scopes: []string{"locations/tags.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-tag-by-id"},
	opTagsUpdate: {ID: "tags.update", Method: "Tags.Update", HTTPMethod: "PUT", Path: "/locations/{locationId}/tags/{tagId}", Version: version2021July, V3Path: "/locations/{locationId}/tags/{tagId}",
		Scopes: []string{"locations/tags.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-tag"},
	opTagsDelete: {ID: "tags.delete", Method: "Tags.Delete", HTTPMethod: "DELETE", Path: "/locations/{locationId}/tags/{tagId}", Version: version2021July, V3Path: "/locations/{locationId}/tags/{tagId}",
		Scopes: []string{"locations/tags.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-tag"},
	opTasksSearch: {ID: "tasks.search", Method: "Tasks.Search", HTTPMethod: "POST", Path: "/locations/{locationId}/tasks/search", Version: version2021July, V3Path: "/locations/{locationId}/tasks/search",
		Scopes: []string{"locations/tasks.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "task-search"},
	opRecurringTasksGet: {ID: "recurringTasks.get", Method: "RecurringTasks.Get", HTTPMethod: "GET", Path: "/locations/{locationId}/recurring-tasks/{id}", Version: version2021July, V3Path: "/locations/{locationId}/recurring-tasks/{id}",
		Token: LocationToken, Repeatable: true, VendorID: "get-recurring-task-by-id"},
	opRecurringTasksUpdate: {ID: "recurringTasks.update", Method: "RecurringTasks.Update", HTTPMethod: "PUT", Path: "/locations/{locationId}/recurring-tasks/{id}", Version: version2021July, V3Path: "/locations/{locationId}/recurring-tasks/{id}",
		Token: LocationToken, Repeatable: true, VendorID: "update-recurring-task"},
	opRecurringTasksDelete: {ID: "recurringTasks.delete", Method: "RecurringTasks.Delete", HTTPMethod: "DELETE", Path: "/locations/{locationId}/recurring-tasks/{id}", Version: version2021July, V3Path: "/locations/{locationId}/recurring-tasks/{id}",
		Token: LocationToken, Repeatable: true, VendorID: "delete-recurring-task"},
	opRecurringTasksCreate: {ID: "recurringTasks.create", Method: "RecurringTasks.Create", HTTPMethod: "POST", Path: "/locations/{locationId}/recurring-tasks", Version: version2021July, V3Path: "/locations/{locationId}/recurring-tasks",
		Token: LocationToken, VendorID: "create-recurring-task"},
	opCustomFieldsList: {ID: "customFields.list", Method: "CustomFields.List", HTTPMethod: "GET", Path: "/locations/{locationId}/customFields", Version: version2021July, V3Path: "/locations/{locationId}/customFields",
		Scopes: []string{"locations/customFields.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-custom-fields"},
	opCustomFieldsCreate: {ID: "customFields.create", Method: "CustomFields.Create", HTTPMethod: "POST", Path: "/locations/{locationId}/customFields", Version: version2021July, V3Path: "/locations/{locationId}/customFields",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, VendorID: "create-custom-field"},
	opCustomFieldsGet: {ID: "customFields.get", Method: "CustomFields.Get", HTTPMethod: "GET", Path: "/locations/{locationId}/customFields/{id}", Version: version2021July, V3Path: "/locations/{locationId}/customFields/{id}",
		Scopes: []string{"locations/customFields.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-custom-field"},
	opCustomFieldsUpdate: {ID: "customFields.update", Method: "CustomFields.Update", HTTPMethod: "PUT", Path: "/locations/{locationId}/customFields/{id}", Version: version2021July, V3Path: "/locations/{locationId}/customFields/{id}",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-custom-field"},
	opCustomFieldsDelete: {ID: "customFields.delete", Method: "CustomFields.Delete", HTTPMethod: "DELETE", Path: "/locations/{locationId}/customFields/{id}", Version: version2021July, V3Path: "/locations/{locationId}/customFields/{id}",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-custom-field"},
	opCustomFieldsUpload: {ID: "customFields.upload", Method: "CustomFields.Upload", HTTPMethod: "POST", Path: "/locations/{locationId}/customFields/upload", Version: version2021July, V3Path: "/locations/{locationId}/customFields/upload",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, VendorID: "upload-file-customFields"},
	opCustomValuesList: {ID: "customValues.list", Method: "CustomValues.List", HTTPMethod: "GET", Path: "/locations/{locationId}/customValues", Version: version2021July, V3Path: "/locations/{locationId}/customValues",
		Scopes: []string{"locations/customValues.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-custom-values"},
	opCustomValuesCreate: {ID: "customValues.create", Method: "CustomValues.Create", HTTPMethod: "POST", Path: "/locations/{locationId}/customValues", Version: version2021July, V3Path: "/locations/{locationId}/customValues",
		Scopes: []string{"locations/customValues.write"}, Token: LocationToken, VendorID: "create-custom-value"},
	opCustomValuesGet: {ID: "customValues.get", Method: "CustomValues.Get", HTTPMethod: "GET", Path: "/locations/{locationId}/customValues/{id}", Version: version2021July, V3Path: "/locations/{locationId}/customValues/{id}",
		Scopes: []string{"locations/customValues.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-custom-value"},
	opCustomValuesUpdate: {ID: "customValues.update", Method: "CustomValues.Update", HTTPMethod: "PUT", Path: "/locations/{locationId}/customValues/{id}", Version: version2021July, V3Path: "/locations/{locationId}/customValues/{id}",
		Scopes: []string{"locations/customValues.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-custom-value"},
	opCustomValuesDelete: {ID: "customValues.delete", Method: "CustomValues.Delete", HTTPMethod: "DELETE", Path: "/locations/{locationId}/customValues/{id}", Version: version2021July, V3Path: "/locations/{locationId}/customValues/{id}",
		Scopes: []string{"locations/customValues.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-custom-value"},
	opLocationsTimezones: {ID: "locations.timezones", Method: "Locations.Timezones", HTTPMethod: "GET", Path: "/locations/{locationId}/timezones", Version: version2021July, V3Path: "/locations/{locationId}/timezones",
		Scopes: []string{"locations.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-timezones"},
	opLocationsTemplates: {ID: "locations.templates", Method: "Locations.Templates", HTTPMethod: "GET", Path: "/locations/{locationId}/templates", Version: version2021July, V3Path: "/locations/{locationId}/templates",
		Scopes: []string{"locations/templates.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "GET-all-or-email-sms-templates"},
	opLocationsDeleteTemplate: {ID: "locations.deleteTemplate", Method: "Locations.DeleteTemplate", HTTPMethod: "DELETE", Path: "/locations/{locationId}/templates/{id}", Version: version2021July, V3Path: "/locations/{locationId}/templates/{id}",
		Token: LocationToken, Repeatable: true, VendorID: "DELETE-an-email-sms-template"},
	opLocationsCreate: {ID: "locations.create", Method: "Locations.Create", HTTPMethod: "POST", Path: "/locations/", Version: version2021July, V3Path: "/locations/",
		Scopes: []string{"locations.write"}, Token: AgencyToken, VendorID: "create-location"},
	opCalendarsListGroups: {ID: "calendars.listGroups", Method: "Calendars.ListGroups", HTTPMethod: "GET", Path: "/calendars/groups", Version: version2021April, V3Path: "/calendars/groups",
		Scopes: []string{"calendars/groups.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-groups"},
	opCalendarsCreateGroup: {ID: "calendars.createGroup", Method: "Calendars.CreateGroup", HTTPMethod: "POST", Path: "/calendars/groups", Version: version2021April, V3Path: "/calendars/groups",
		Scopes: []string{"calendars/groups.write"}, Token: LocationToken, VendorID: "create-calendar-group"},
	opCalendarsValidateGroupSlug: {ID: "calendars.validateGroupSlug", Method: "Calendars.ValidateGroupSlug", HTTPMethod: "POST", Path: "/calendars/groups/validate-slug", Version: version2021April, V3Path: "/calendars/groups/validate-slug",
		Scopes: []string{"calendars/groups.write"}, Token: LocationToken, Repeatable: true, VendorID: "validate-groups-slug"},
	opCalendarsDeleteGroup: {ID: "calendars.deleteGroup", Method: "Calendars.DeleteGroup", HTTPMethod: "DELETE", Path: "/calendars/groups/{groupId}", Version: version2021April, V3Path: "/calendars/groups/{groupId}",
		Scopes: []string{"calendars/groups.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-group"},
	opCalendarsUpdateGroup: {ID: "calendars.updateGroup", Method: "Calendars.UpdateGroup", HTTPMethod: "PUT", Path: "/calendars/groups/{groupId}", Version: version2021April, V3Path: "/calendars/groups/{groupId}",
		Scopes: []string{"calendars/groups.write"}, Token: LocationToken, Repeatable: true, VendorID: "edit-group"},
	opCalendarsSetGroupStatus: {ID: "calendars.setGroupStatus", Method: "Calendars.SetGroupStatus", HTTPMethod: "PUT", Path: "/calendars/groups/{groupId}/status", Version: version2021April, V3Path: "/calendars/groups/{groupId}/status",
		Scopes: []string{"calendars/groups.write"}, Token: LocationToken, Repeatable: true, VendorID: "disable-group"},
	opAppointmentsCreate: {ID: "appointments.create", Method: "Appointments.Create", HTTPMethod: "POST", Path: "/calendars/events/appointments", Version: version2021April, V3Path: "/calendars/events/appointments",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, VendorID: "create-appointment"},
	opAppointmentsUpdate: {ID: "appointments.update", Method: "Appointments.Update", HTTPMethod: "PUT", Path: "/calendars/events/appointments/{eventId}", Version: version2021April, V3Path: "/calendars/events/appointments/{eventId}",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, Repeatable: true, VendorID: "edit-appointment"},
	opAppointmentsGet: {ID: "appointments.get", Method: "Appointments.Get", HTTPMethod: "GET", Path: "/calendars/events/appointments/{eventId}", Version: version2021April, V3Path: "/calendars/events/appointments/{eventId}",
		Scopes: []string{"calendars/events.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-appointment"},
	opCalendarsEvents: {ID: "calendars.events", Method: "Calendars.Events", HTTPMethod: "GET", Path: "/calendars/events", Version: version2021April, V3Path: "/calendars/events",
		Scopes: []string{"calendars/events.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-calendar-events"},
	opCalendarsBlockedSlots: {ID: "calendars.blockedSlots", Method: "Calendars.BlockedSlots", HTTPMethod: "GET", Path: "/calendars/blocked-slots", Version: version2021April, V3Path: "/calendars/blocked-slots",
		Scopes: []string{"calendars/events.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-blocked-slots"},
	opCalendarsCreateBlockSlot: {ID: "calendars.createBlockSlot", Method: "Calendars.CreateBlockSlot", HTTPMethod: "POST", Path: "/calendars/events/block-slots", Version: version2021April, V3Path: "/calendars/events/block-slots",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, VendorID: "create-block-slot"},
	opCalendarsUpdateBlockSlot: {ID: "calendars.updateBlockSlot", Method: "Calendars.UpdateBlockSlot", HTTPMethod: "PUT", Path: "/calendars/events/block-slots/{eventId}", Version: version2021April, V3Path: "/calendars/events/block-slots/{eventId}",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, Repeatable: true, VendorID: "edit-block-slot"},
	opCalendarsFreeSlots: {ID: "calendars.freeSlots", Method: "Calendars.FreeSlots", HTTPMethod: "GET", Path: "/calendars/{calendarId}/free-slots", Version: version2021April, V3Path: "/calendars/{calendarId}/free-slots",
		Scopes: []string{"calendars.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-slots"},
	opCalendarsUpdate: {ID: "calendars.update", Method: "Calendars.Update", HTTPMethod: "PUT", Path: "/calendars/{calendarId}", Version: version2021April, V3Path: "/calendars/{calendarId}",
		Scopes: []string{"calendars.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-calendar"},
	opCalendarsGet: {ID: "calendars.get", Method: "Calendars.Get", HTTPMethod: "GET", Path: "/calendars/{calendarId}", Version: version2021April, V3Path: "/calendars/{calendarId}",
		Scopes: []string{"calendars.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-calendar"},
	opCalendarsDelete: {ID: "calendars.delete", Method: "Calendars.Delete", HTTPMethod: "DELETE", Path: "/calendars/{calendarId}", Version: version2021April, V3Path: "/calendars/{calendarId}",
		Scopes: []string{"calendars.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-calendar"},
	opAppointmentsDelete: {ID: "appointments.delete", Method: "Appointments.Delete", HTTPMethod: "DELETE", Path: "/calendars/events/{eventId}", Version: version2021April, V3Path: "/calendars/events/{eventId}",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-event"},
	opAppointmentsListNotes: {ID: "appointments.listNotes", Method: "Appointments.ListNotes", HTTPMethod: "GET", Path: "/calendars/appointments/{appointmentId}/notes", Version: version2021April, V3Path: "/calendars/appointments/{appointmentId}/notes",
		Scopes: []string{"calendars/events.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-appointment-notes"},
	opAppointmentsCreateNote: {ID: "appointments.createNote", Method: "Appointments.CreateNote", HTTPMethod: "POST", Path: "/calendars/appointments/{appointmentId}/notes", Version: version2021April, V3Path: "/calendars/appointments/{appointmentId}/notes",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, VendorID: "create-appointment-note"},
	opAppointmentsUpdateNote: {ID: "appointments.updateNote", Method: "Appointments.UpdateNote", HTTPMethod: "PUT", Path: "/calendars/appointments/{appointmentId}/notes/{noteId}", Version: version2021April, V3Path: "/calendars/appointments/{appointmentId}/notes/{noteId}",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-appointment-note"},
	opAppointmentsDeleteNote: {ID: "appointments.deleteNote", Method: "Appointments.DeleteNote", HTTPMethod: "DELETE", Path: "/calendars/appointments/{appointmentId}/notes/{noteId}", Version: version2021April, V3Path: "/calendars/appointments/{appointmentId}/notes/{noteId}",
		Scopes: []string{"calendars/events.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-appointment-note"},
	opCalendarsList: {ID: "calendars.list", Method: "Calendars.List", HTTPMethod: "GET", Path: "/calendars/", Version: version2021April, V3Path: "/calendars/",
		Scopes: []string{"calendars.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-calendars"},
	opCalendarsCreate: {ID: "calendars.create", Method: "Calendars.Create", HTTPMethod: "POST", Path: "/calendars/", Version: version2021April, V3Path: "/calendars/",
		Scopes: []string{"calendars.write"}, Token: LocationToken, VendorID: "create-calendar"},
	opUsersSearch: {ID: "users.search", Method: "Users.Search", HTTPMethod: "GET", Path: "/users/search", Version: version2021July, V3Path: "/users/search",
		Scopes: []string{"users.readonly"}, Token: AnyToken, Repeatable: true, VendorID: "search-users"},
	opUsersFilterByEmail: {ID: "users.filterByEmail", Method: "Users.FilterByEmail", HTTPMethod: "POST", Path: "/users/search/filter-by-email", Version: version2021July, V3Path: "/users/search/filter-by-email",
		Scopes: []string{"users.readonly"}, Token: AgencyToken, Repeatable: true, VendorID: "filter-users-by-email"},
	opUsersGet: {ID: "users.get", Method: "Users.Get", HTTPMethod: "GET", Path: "/users/{userId}", Version: version2021July, V3Path: "/users/{userId}",
		Scopes: []string{"users.readonly"}, Token: AnyToken, Repeatable: true, VendorID: "get-user"},
	opUsersUpdate: {ID: "users.update", Method: "Users.Update", HTTPMethod: "PUT", Path: "/users/{userId}", Version: version2021July, V3Path: "/users/{userId}",
		Scopes: []string{"users.write"}, Token: AnyToken, Repeatable: true, VendorID: "update-user"},
	opUsersDelete: {ID: "users.delete", Method: "Users.Delete", HTTPMethod: "DELETE", Path: "/users/{userId}", Version: version2021July, V3Path: "/users/{userId}",
		Scopes: []string{"users.write"}, Token: AnyToken, Repeatable: true, VendorID: "delete-user"},
	opUsersListByLocation: {ID: "users.listByLocation", Method: "Users.ListByLocation", HTTPMethod: "GET", Path: "/users/", Version: version2021July,
		Scopes: []string{"users.readonly"}, Token: LocationToken, Repeatable: true, Deprecated: true, VendorID: "get-user-by-location"},
	opUsersCreate: {ID: "users.create", Method: "Users.Create", HTTPMethod: "POST", Path: "/users/", Version: version2021July, V3Path: "/users/",
		Scopes: []string{"users.write"}, Token: AnyToken, VendorID: "create-user"},
	opBusinessesUpdate: {ID: "businesses.update", Method: "Businesses.Update", HTTPMethod: "PUT", Path: "/businesses/{businessId}", Version: version2021July, V3Path: "/businesses/{businessId}",
		Scopes: []string{"businesses.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-business"},
	opBusinessesDelete: {ID: "businesses.delete", Method: "Businesses.Delete", HTTPMethod: "DELETE", Path: "/businesses/{businessId}", Version: version2021July, V3Path: "/businesses/{businessId}",
		Scopes: []string{"businesses.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-Business"},
	opBusinessesGet: {ID: "businesses.get", Method: "Businesses.Get", HTTPMethod: "GET", Path: "/businesses/{businessId}", Version: version2021July, V3Path: "/businesses/{businessId}",
		Scopes: []string{"businesses.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-business"},
	opBusinessesList: {ID: "businesses.list", Method: "Businesses.List", HTTPMethod: "GET", Path: "/businesses/", Version: version2021July, V3Path: "/businesses/",
		Scopes: []string{"businesses.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-businesses-by-location"},
	opBusinessesCreate: {ID: "businesses.create", Method: "Businesses.Create", HTTPMethod: "POST", Path: "/businesses/", Version: version2021July, V3Path: "/businesses/",
		Scopes: []string{"businesses.write"}, Token: LocationToken, VendorID: "create-business"},
	opOAuthToken: {ID: "oauth.token", Method: "OAuth.Token", HTTPMethod: "POST", Path: "/oauth/token",
		Token: AnyToken, VendorID: "get-access-token"},
	opOAuthLocationToken: {ID: "oauth.locationToken", Method: "OAuth.LocationToken", HTTPMethod: "POST", Path: "/oauth/locationToken", Version: version2021July, V3Path: "/oauth/location-token",
		Scopes: []string{"oauth.write"}, Token: AgencyToken, Repeatable: true, VendorID: "get-location-access-token"},
	opOAuthInstalledLocations: {ID: "oauth.installedLocations", Method: "OAuth.InstalledLocations", HTTPMethod: "GET", Path: "/oauth/installedLocations", Version: version2021July, V3Path: "/oauth/installed-locations",
		Scopes: []string{"oauth.readonly"}, Token: AgencyToken, Repeatable: true, VendorID: "get-installed-location"},
	opOpportunitiesLostReasons: {ID: "opportunities.lostReasons", Method: "Opportunities.LostReasons", HTTPMethod: "GET", Path: "/opportunities/lost-reason", Version: version2021July, V3Path: "/opportunities/lost-reason",
		Scopes: []string{"opportunities.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-lost-reason"},
	opOpportunitiesList: {ID: "opportunities.list", Method: "Opportunities.List", HTTPMethod: "GET", Path: "/opportunities/search", Version: version2021July, V3Path: "/opportunities/search",
		Scopes: []string{"opportunities.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "search-opportunity"},
	opOpportunitiesSearch: {ID: "opportunities.search", Method: "Opportunities.Search", HTTPMethod: "POST", Path: "/opportunities/search", Version: version2021July, V3Path: "/opportunities/search",
		Scopes: []string{"opportunities.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "search-opportunities-advanced"},
	opOpportunitiesPipelines: {ID: "opportunities.pipelines", Method: "Opportunities.Pipelines", HTTPMethod: "GET", Path: "/opportunities/pipelines", Version: version2021July, V3Path: "/opportunities/pipelines",
		Scopes: []string{"opportunities.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-pipelines"},
	opOpportunitiesGet: {ID: "opportunities.get", Method: "Opportunities.Get", HTTPMethod: "GET", Path: "/opportunities/{id}", Version: version2021July, V3Path: "/opportunities/{id}",
		Scopes: []string{"opportunities.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-opportunity"},
	opOpportunitiesDelete: {ID: "opportunities.delete", Method: "Opportunities.Delete", HTTPMethod: "DELETE", Path: "/opportunities/{id}", Version: version2021July, V3Path: "/opportunities/{id}",
		Scopes: []string{"opportunities.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-opportunity"},
	opOpportunitiesUpdate: {ID: "opportunities.update", Method: "Opportunities.Update", HTTPMethod: "PUT", Path: "/opportunities/{id}", Version: version2021July, V3Path: "/opportunities/{id}",
		Scopes: []string{"opportunities.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-opportunity"},
	opOpportunitiesSetStatus: {ID: "opportunities.setStatus", Method: "Opportunities.SetStatus", HTTPMethod: "PUT", Path: "/opportunities/{id}/status", Version: version2021July, V3Path: "/opportunities/{id}/status",
		Scopes: []string{"opportunities.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-opportunity-status"},
	opOpportunitiesUpsert: {ID: "opportunities.upsert", Method: "Opportunities.Upsert", HTTPMethod: "POST", Path: "/opportunities/upsert", Version: version2021July, V3Path: "/opportunities/upsert",
		Scopes: []string{"opportunities.write"}, Token: LocationToken, VendorID: "Upsert-opportunity"},
	opOpportunitiesAddFollowers: {ID: "opportunities.addFollowers", Method: "Opportunities.AddFollowers", HTTPMethod: "POST", Path: "/opportunities/{id}/followers", Version: version2021July, V3Path: "/opportunities/{id}/followers",
		Scopes: []string{"opportunities.write"}, Token: LocationToken, Repeatable: true, VendorID: "add-followers-opportunity"},
	opOpportunitiesRemoveFollowers: {ID: "opportunities.removeFollowers", Method: "Opportunities.RemoveFollowers", HTTPMethod: "DELETE", Path: "/opportunities/{id}/followers", Version: version2021July, V3Path: "/opportunities/{id}/followers",
		Scopes: []string{"opportunities.write"}, Token: LocationToken, Repeatable: true, VendorID: "remove-followers-opportunity"},
	opOpportunitiesCreate: {ID: "opportunities.create", Method: "Opportunities.Create", HTTPMethod: "POST", Path: "/opportunities/", Version: version2021July, V3Path: "/opportunities/",
		Scopes: []string{"opportunities.write"}, Token: LocationToken, VendorID: "create-opportunity"},
	opConversationsSearch: {ID: "conversations.search", Method: "Conversations.Search", HTTPMethod: "GET", Path: "/conversations/search", Version: version2021April, V3Path: "/conversations/search",
		Scopes: []string{"conversations.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "search-conversation"},
	opConversationsGet: {ID: "conversations.get", Method: "Conversations.Get", HTTPMethod: "GET", Path: "/conversations/{conversationId}", Version: version2021April, V3Path: "/conversations/{conversationId}",
		Scopes: []string{"conversations.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-conversation"},
	opConversationsUpdate: {ID: "conversations.update", Method: "Conversations.Update", HTTPMethod: "PUT", Path: "/conversations/{conversationId}", Version: version2021April, V3Path: "/conversations/{conversationId}",
		Scopes: []string{"conversations.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-conversation"},
	opConversationsDelete: {ID: "conversations.delete", Method: "Conversations.Delete", HTTPMethod: "DELETE", Path: "/conversations/{conversationId}", Version: version2021April, V3Path: "/conversations/{conversationId}",
		Scopes: []string{"conversations.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-conversation"},
	opConversationsExportMessages: {ID: "conversations.exportMessages", Method: "Conversations.ExportMessages", HTTPMethod: "GET", Path: "/conversations/messages/export", Version: version2021April, V3Path: "/conversations/messages/export",
		Scopes: []string{"conversations/message.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "export-messages-by-location"},
	opConversationsGetMessage: {ID: "conversations.getMessage", Method: "Conversations.GetMessage", HTTPMethod: "GET", Path: "/conversations/messages/{id}", Version: version2021April, V3Path: "/conversations/messages/{id}",
		Scopes: []string{"conversations/message.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-message"},
	opConversationsListMessages: {ID: "conversations.listMessages", Method: "Conversations.ListMessages", HTTPMethod: "GET", Path: "/conversations/{conversationId}/messages", Version: version2021April, V3Path: "/conversations/{conversationId}/messages",
		Scopes: []string{"conversations/message.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-messages"},
	opConversationsSendMessage: {ID: "conversations.sendMessage", Method: "Conversations.SendMessage", HTTPMethod: "POST", Path: "/conversations/messages", Version: version2021April, V3Path: "/conversations/messages",
		Scopes: []string{"conversations/message.write"}, Token: LocationToken, VendorID: "send-a-new-message"},
	opConversationsAddInboundMessage: {ID: "conversations.addInboundMessage", Method: "Conversations.AddInboundMessage", HTTPMethod: "POST", Path: "/conversations/messages/inbound", Version: version2021April, V3Path: "/conversations/messages/inbound",
		Scopes: []string{"conversations/message.write"}, Token: LocationToken, VendorID: "add-an-inbound-message"},
	opConversationsAddOutboundMessage: {ID: "conversations.addOutboundMessage", Method: "Conversations.AddOutboundMessage", HTTPMethod: "POST", Path: "/conversations/messages/outbound", Version: version2021April, V3Path: "/conversations/messages/outbound",
		Scopes: []string{"conversations/message.write"}, Token: LocationToken, VendorID: "add-an-outbound-message"},
	opConversationsCancelScheduledMessage: {ID: "conversations.cancelScheduledMessage", Method: "Conversations.CancelScheduledMessage", HTTPMethod: "DELETE", Path: "/conversations/messages/{messageId}/schedule", Version: version2021April, V3Path: "/conversations/messages/{messageId}/schedule",
		Scopes: []string{"conversations/message.write"}, Token: LocationToken, Repeatable: true, VendorID: "cancel-scheduled-message"},
	opConversationsUploadAttachments: {ID: "conversations.uploadAttachments", Method: "Conversations.UploadAttachments", HTTPMethod: "POST", Path: "/conversations/messages/upload", Version: version2021April, V3Path: "/conversations/messages/upload",
		Scopes: []string{"conversations/message.write"}, Token: LocationToken, VendorID: "upload-file-attachments"},
	opConversationsUpdateMessageStatus: {ID: "conversations.updateMessageStatus", Method: "Conversations.UpdateMessageStatus", HTTPMethod: "PUT", Path: "/conversations/messages/{messageId}/status", Version: version2021April, V3Path: "/conversations/messages/{messageId}/status",
		Scopes: []string{"conversations/message.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-message-status"},
	opConversationsTyping: {ID: "conversations.typing", Method: "Conversations.Typing", HTTPMethod: "POST", Path: "/conversations/providers/live-chat/typing", Version: version2021April, V3Path: "/conversations/providers/live-chat/typing",
		Scopes: []string{"conversations/livechat.write"}, Token: LocationToken, Repeatable: true, VendorID: "live-chat-agent-typing"},
	opConversationsCreate: {ID: "conversations.create", Method: "Conversations.Create", HTTPMethod: "POST", Path: "/conversations/", Version: version2021April, V3Path: "/conversations/",
		Scopes: []string{"conversations.write"}, Token: LocationToken, VendorID: "create-conversation"},
	opObjectFieldsGet: {ID: "objectFields.get", Method: "ObjectFields.Get", HTTPMethod: "GET", Path: "/custom-fields/{id}", Version: version2021July, V3Path: "/custom-fields/{id}",
		Scopes: []string{"locations/customFields.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-custom-field-by-id"},
	opObjectFieldsUpdate: {ID: "objectFields.update", Method: "ObjectFields.Update", HTTPMethod: "PUT", Path: "/custom-fields/{id}", Version: version2021July, V3Path: "/custom-fields/{id}",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-custom-field"},
	opObjectFieldsDelete: {ID: "objectFields.delete", Method: "ObjectFields.Delete", HTTPMethod: "DELETE", Path: "/custom-fields/{id}", Version: version2021July, V3Path: "/custom-fields/{id}",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-custom-field"},
	opObjectFieldsList: {ID: "objectFields.list", Method: "ObjectFields.List", HTTPMethod: "GET", Path: "/custom-fields/object-key/{objectKey}", Version: version2021July, V3Path: "/custom-fields/object-key/{objectKey}",
		Scopes: []string{"locations/customFields.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-custom-fields-by-object-key"},
	opObjectFieldsCreateFolder: {ID: "objectFields.createFolder", Method: "ObjectFields.CreateFolder", HTTPMethod: "POST", Path: "/custom-fields/folder", Version: version2021July, V3Path: "/custom-fields/folder",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, VendorID: "create-custom-field-folder"},
	opObjectFieldsUpdateFolder: {ID: "objectFields.updateFolder", Method: "ObjectFields.UpdateFolder", HTTPMethod: "PUT", Path: "/custom-fields/folder/{id}", Version: version2021July, V3Path: "/custom-fields/folder/{id}",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, Repeatable: true, VendorID: "update-custom-field-folder"},
	opObjectFieldsDeleteFolder: {ID: "objectFields.deleteFolder", Method: "ObjectFields.DeleteFolder", HTTPMethod: "DELETE", Path: "/custom-fields/folder/{id}", Version: version2021July, V3Path: "/custom-fields/folder/{id}",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, Repeatable: true, VendorID: "delete-custom-field-folder"},
	opObjectFieldsCreate: {ID: "objectFields.create", Method: "ObjectFields.Create", HTTPMethod: "POST", Path: "/custom-fields/", Version: version2021July, V3Path: "/custom-fields/",
		Scopes: []string{"locations/customFields.write"}, Token: LocationToken, VendorID: "create-custom-field"},
	opCampaignsList: {ID: "campaigns.list", Method: "Campaigns.List", HTTPMethod: "GET", Path: "/campaigns/", Version: version2021July, V3Path: "/campaigns/",
		Scopes: []string{"campaigns.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-campaigns"},
	opWorkflowsList: {ID: "workflows.list", Method: "Workflows.List", HTTPMethod: "GET", Path: "/workflows/", Version: version2021July, V3Path: "/workflows/",
		Scopes: []string{"workflows.readonly"}, Token: LocationToken, Repeatable: true, VendorID: "get-workflow"},
	opCompaniesGet: {ID: "companies.get", Method: "Companies.Get", HTTPMethod: "GET", Path: "/companies/{companyId}", Version: version2021July, V3Path: "/companies/{companyId}",
		Scopes: []string{"companies.readonly"}, Token: AgencyToken, Repeatable: true, VendorID: "get-company"},
}
