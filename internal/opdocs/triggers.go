package main

// trigger is a group of webhook events of a marketplace app.
type trigger struct {
	area   string
	events []string
}

// triggers returns the webhook events that the vendor documents
// (https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide). AppInstall and AppUninstall arrive with the
// types INSTALL and UNINSTALL.
func triggers() []trigger {
	return []trigger{
		{"app", []string{"AppInstall", "AppUninstall", "PlanChange", "ExternalAuthConnected", "SaaSPlanCreate"}},
		{"contacts", []string{"ContactCreate", "ContactUpdate", "ContactDelete", "ContactDndUpdate", "ContactTagUpdate"}},
		{"tasks", []string{"TaskCreate", "TaskComplete", "TaskDelete"}},
		{"notes", []string{"NoteCreate", "NoteUpdate", "NoteDelete"}},
		{"appointments", []string{"AppointmentCreate", "AppointmentUpdate", "AppointmentDelete"}},
		{"opportunities", []string{"OpportunityCreate", "OpportunityUpdate", "OpportunityDelete", "OpportunityAssignedToUpdate",
			"OpportunityMonetaryValueUpdate", "OpportunityStageUpdate", "OpportunityStatusUpdate"}},
		{"conversations", []string{"InboundMessage", "OutboundMessage", "ProviderOutboundMessage", "ConversationUnreadWebhook",
			"LCEmailStats", "CampaignStatusUpdate", "VoiceAiCallEnd"}},
		{"locations and users", []string{"LocationCreate", "LocationUpdate", "UserCreate", "UserUpdate", "UserDelete"}},
		{"objects", []string{"ObjectSchemaCreate", "ObjectSchemaUpdate", "RecordCreate", "RecordUpdate", "RecordDelete",
			"AssociationCreate", "AssociationUpdate", "AssociationDelete", "RelationCreate", "RelationDelete"}},
		{"commerce", []string{"InvoiceCreate", "InvoiceUpdate", "InvoiceDelete", "InvoicePaid", "InvoicePartiallyPaid", "InvoiceSent",
			"InvoiceVoid", "OrderCreate", "OrderStatusUpdate", "PriceCreate", "PriceUpdate", "PriceDelete", "ProductCreate",
			"ProductUpdate", "ProductDelete"}},
	}
}
