package ghl_test

import (
	"context"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func realPeople() []realAnswer {
	const user = `{"id":"u1","name":"U V","firstName":"U","lastName":"V","email":"u@example.com","phone":"+15550100001","extension":"7","permissions":{"campaignsEnabled":true,"somethingNew":false},
		"scopes":["contacts.write"],"roles":{"type":"account","role":"admin","locationIds":["L"],"restrictSubAccount":true},"deleted":true,"lcPhone":{"L":"+15550100002"},"platformLanguage":"en_US"`
	return []realAnswer{
		{name: "user", answer: user + `,"traceId":"t"}`, call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Users.Get(ctx, "u1")) }},
		{name: "user search row", answer: `{"users":[` + user + `}],"count":1,"traceId":"t"}`, beside: []string{"/count"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Users.Search(ctx, ghl.UserSearch{CompanyID: "C"}))
			}},
		{name: "business", answer: `{"business":{"id":"b1","name":"B","locationId":"L","phone":"+1","email":"b@example.com","website":"https://x","address":"A","city":"C","state":"S","postalCode":"1",
			"country":"US","description":"d","createdBy":{"source":"s"},"updatedBy":{"source":"t"},"createdAt":"2026-07-17T07:11:57.939Z","updatedAt":"2026-07-18T07:11:57.939Z"},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Businesses.Get(ctx, "b1")) }},
		{name: "business written", answer: `{"success":true,"buiseness":{"id":"b1","name":"B","locationId":"L"},"traceId":"t"}`, beside: []string{"/success"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Businesses.Create(ctx, ghl.BusinessCreate{Name: "B", LocationID: "L"}))
			}},
	}
}

func realSettings() []realAnswer {
	return []realAnswer{
		{name: "location", answer: `{"location":{"id":"L","companyId":"C","name":"N","domain":"d","logoUrl":"https://x","firstName":"F","lastName":"G","phone":"+1","email":"l@example.com","address":"A",
			"city":"Zurich","state":"ZH","country":"CH","postalCode":"8000","website":"https://y","timezone":"Europe/Zurich","brandId":"B","dateAdded":"2026-07-17T07:11:57.939Z","currency":"CHF",
			"business":{"name":"N"},"social":{"facebookUrl":"https://f"},"reseller":{"a":1},"permissions":{"b":true},
			"settings":{"allowDuplicateContact":true,"allowDuplicateOpportunity":true,"allowFacebookNameMerge":true,"disableContactTimezone":true,"contactUniqueIdentifiers":["email","phone"],"crmSettings":{"c":1}}},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Locations.Get(ctx, "L")) }},
		{name: "location search row", answer: `{"locations":[{"id":"L","name":"N","phone":"+1","email":"l@example.com","address":"A","city":"Z","state":"ZH","country":"CH","postalCode":"8","website":"https://y",
			"timezone":"Europe/Zurich","settings":{"allowDuplicateContact":true},"social":{"facebookUrl":"https://f"}}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Locations.Search(ctx, ghl.LocationSearch{}))
			}},
		{name: "tag", answer: `{"tags":[{"id":"g1","name":"vip","locationId":"L"}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return rows(c.Tags.List(ctx, "L")) }},
		{name: "custom field", answer: `{"customFields":[{"id":"f1","name":"Pin","fieldKey":"contact.pin","placeholder":"p","dataType":"TEXT","position":3,"picklistOptions":["a"],"picklistImageOptions":[{"label":"l"}],
			"isAllowedCustomOption":true,"isMultiFileAllowed":true,"maxFileLimit":2,"locationId":"L","model":"contact","documentType":"field","parentId":"d","dateAdded":"2026-07-17T07:11:57.939Z",
			"standard":true,"scopes":["s"]}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return rows(c.CustomFields.List(ctx, "L", "")) }},
		{name: "object field", answer: `{"field":{"id":"f1","locationId":"L","name":"N","description":"d","placeholder":"p","showInForms":true,"options":[{"key":"k","label":"l","url":"https://x"}],
			"acceptedFormats":".pdf","objectKey":"business","dataType":"TEXT","parentId":"d","fieldKey":"business.n","allowCustomOption":true,"maxFileLimit":2,"dateAdded":"2026-07-17T07:11:57.939Z",
			"dateUpdated":"2026-07-18T07:11:57.939Z"},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.ObjectFields.Get(ctx, "f1")) }},
		{name: "custom value", answer: `{"customValue":{"id":"v1","name":"N","fieldKey":"{{ custom_values.n }}","value":"V","locationId":"L","documentType":"field"},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.CustomValues.Get(ctx, "L", "v1")) }},
		{name: "time zones", answer: `{"timeZones":["Europe/Zurich"],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Locations.Timezones(ctx, "L")) }},
		{name: "campaign", answer: `{"campaigns":[{"id":"p1","name":"N","status":"published","locationId":"L"}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return rows(c.Campaigns.List(ctx, "L", "")) }},
		{name: "workflow", answer: `{"workflows":[{"id":"w1","name":"N","status":"draft","version":4,"createdAt":"2026-07-17T07:11:57.939Z","updatedAt":"2026-07-18T07:11:57.939Z","locationId":"L"}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return rows(c.Workflows.List(ctx, "L")) }},
	}
}

func realSales() []realAnswer {
	const opportunity = `"id":"o1","name":"Deal","monetaryValue":120.5,"pipelineId":"p","pipelineStageId":"s","status":"open","source":"web","assignedTo":"u","contactId":"c","locationId":"L",
		"createdAt":"2026-07-17T07:11:57.939Z","updatedAt":"2026-07-18T07:11:57.939Z","lastStatusChangeAt":"2026-07-17T08:11:57.939Z","lastStageChangeAt":"2026-07-17T09:11:57.939Z",
		"lastActionDate":"2026-07-17T10:11:57.939Z","followers":["u2"],"customFields":[{"id":"f","fieldValue":"x"}],
		"contact":{"id":"c","name":"Ada","companyName":"E","email":"ada@example.com","phone":"+1","tags":["vip"]},
		"internalSource":{"type":"oauth","id":"app-1","apiVersion":"v2","channel":"OAUTH","source":"INTEGRATION"}`
	return []realAnswer{
		{name: "opportunity", answer: `{"opportunity":{` + opportunity + `},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Opportunities.Get(ctx, "o1")) }},
		{name: "opportunity search row", answer: `{"opportunities":[{` + opportunity + `,"relations":[{"associationId":"x"}],"sort":[1784272317939,"o1"],"notes":[{"id":"n"}],"tasks":[{"id":"t"}],
			"calendarEvents":[{"id":"a"}]}],"total":1,"aggregations":{},"traceId":"t"}`, beside: []string{"/total"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Opportunities.Search(ctx, ghl.OpportunitySearch{LocationID: "L"}))
			}},
		{name: "opportunity list row", answer: `{"opportunities":[{` + opportunity + `}],"meta":{"total":1,"nextPage":null},"aggregations":{},"traceId":"t"}`, beside: []string{"/meta*"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Opportunities.List(ctx, ghl.OpportunityQuery{LocationID: "L"}))
			}},
	}
}

func realTalks() []realAnswer {
	const message = `{"id":"m1","type":2,"messageType":"TYPE_SMS","locationId":"L","contactId":"c","conversationId":"v","dateAdded":"2026-07-17T07:11:57.939Z","body":"hi","direction":"inbound",
		"status":"delivered","contentType":"text/plain","attachments":["https://x"],"source":"api","userId":"u","conversationProviderId":"p","meta":{"email":{"messageIds":["e"]}}}`
	return []realAnswer{
		{name: "conversation search row", answer: `{"conversations":[{"id":"v1","contactId":"c","locationId":"L","type":"TYPE_PHONE","unreadCount":2,"fullName":"Ada L","contactName":"ada l","email":"a@example.com",
			"phone":"+1","tags":["vip"],"assignedTo":"u","dateAdded":1784272317939,"dateUpdated":1784272317940,"lastMessageBody":"hi","lastMessageType":"TYPE_SMS","lastMessageDate":1784272317941,
			"sort":[1784272317941]}],"total":1,"traceId":"t"}`,
			beside: []string{"/total"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Conversations.Search(ctx, ghl.ConversationSearch{LocationID: "L"}))
			}},
		{name: "conversation", answer: `{"id":"v1","contactId":"c","locationId":"L","deleted":true,"inbox":true,"type":1,"unreadCount":2,"assignedTo":"u","starred":true,"dateAdded":"2026-07-17T07:11:57.939Z",
			"dateUpdated":"2026-07-18T07:11:57.939Z","lastMessageBody":"hi","lastMessageType":2,"lastMessageDate":"2026-07-18T07:11:57.939Z","traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Conversations.Get(ctx, "v1")) }},
		{name: "messages", answer: `{"messages":{"lastMessageId":"m1","nextPage":false,"messages":[` + message + `]},"traceId":"t"}`,
			beside: []string{"/messages/lastMessageId", "/messages/nextPage"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Conversations.ListMessages(ctx, "v1", ""))
			}},
		{name: "message", answer: `{"message":` + message + `,"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Conversations.GetMessage(ctx, "m1"))
			}},
	}
}
