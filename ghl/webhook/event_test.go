package webhook_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/webhook"
)

// samples are payloads of all shapes, by the type as it is sent.
func samples() map[string]string {
	const contact = `"id":"c1","firstName":"Ada","email":"ada@example.com","tags":["vip"],"dnd":false,"dateAdded":"2026-01-02T03:04:05.000Z",
		"dateOfBirth":"1815-12-10","attachments":[],"customFields":[{"id":"f1","value":"x"},{"id":"f2","value":[1,2]}]`
	const task = `"id":"t1","title":"Call","dueDate":"2026-07-20T10:00:00.000Z"`
	const note = `"id":"n1","contactId":"c1","body":"text","dateAdded":"2026-01-02T03:04:05.000Z"`
	const appointment = `"appointment":{"id":"p1","contactId":"c1","calendarId":"k1","users":["u1"],"startTime":"2026-07-20T12:00:00+02:00"}`
	const opportunity = `"id":"o1","contactId":"c1","monetaryValue":12.5,"pipelineStageId":"s1","status":"open"`
	const message = `"messageId":"m1","contactId":"c1","conversationId":"v1","messageType":"SMS","body":"hi","attachments":["https://x"]`
	const invoice = `"_id":"i1","altId":"L1","altType":"location","status":"draft","total":10,"contactDetails":{"id":"c1"},"invoiceItems":[{"qty":1}]`
	const price = `"_id":"r1","product":"d1","amount":5,"priceType":"one_time","trackInventory":null`
	out := map[string]string{
		"INSTALL":   `"appId":"a1","installType":"Location","companyId":"co1","trial":{"onTrial":true,"trialDuration":10},"whitelabelDetails":{}`,
		"UNINSTALL": `"appId":"a1"`, "PLAN_CHANGE": `"currentPlanId":"p1","newPlanId":"p2"`,
		"EXTERNAL_AUTH_CONNECTED": `"authType":"oauth2","scopes":"a b","isAutoRefreshTokenEnabled":true`,
		"SaasPlanCreate":          `"planId":"p1","title":"Pro","prices":[{"id":"x","amount":19700}]`,
		"ContactDndUpdate":        contact + `,"dndSettings":{"SMS":{"status":"active"}}`,
		"InboundMessage":          message + `,"to":["a@b"],"cc":"c@d"`, "OutboundMessage": message,
		"ConversationUnreadUpdate": `"id":"v1","contactId":"c1","unreadCount":3`,
		"LCEmailStats":             `"webhookPayload":{"event":"delivered","id":"e1","timestamp":1700000000,"recipient":"a@b","delivery-status":{"code":250}}`,
		"CampaignStatusUpdate":     `"id":"g1","contactId":"c1","status":"paused"`,
		"VoiceAiCallEnd":           `"id":"call1","contactId":"c1","duration":187,"executedCallActions":[{"_id":"x","actionType":"SMS","actionParameters":{"a":1}}]`,
		"LocationCreate":           `"id":"L1","companyId":"co1","name":"Main"`, "LocationUpdate": `"id":"L1"`,
		"ObjectSchemaCreate": `"id":"s1","key":"custom_objects.pet","labels":{"singular":"Pet","plural":"Pets"}`, "ObjectSchemaUpdate": `"id":"s1"`,
		"RelationCreate": `"id":"x1","firstRecordId":"r1","secondObjectKey":"contact"`, "RelationDelete": `"id":"x1"`,
		"OrderCreate":       `"_id":"d1","contactId":"c1","amount":9,"items":[{"name":"x","qty":1,"product":{"_id":"p"},"price":{"_id":"q","type":"one_time"}}]`,
		"OrderStatusUpdate": `"_id":"d1"`,
		"SMS":               `"messageId":"m1","contactId":"c1","phone":"+1555","message":"hi"`,
	}
	for _, kind := range []string{"Create", "Update", "Delete", "TagUpdate"} {
		out["Contact"+kind] = contact
	}
	for _, kind := range []string{"Create", "Complete", "Delete"} {
		out["Task"+kind] = task
	}
	for _, kind := range []string{"Create", "Update", "Delete"} {
		out["Note"+kind], out["Appointment"+kind], out["User"+kind] = note, appointment, `"id":"u1","role":"user","permissions":{"tagsEnabled":true}`
		out["Record"+kind] = `"id":"r1","owners":["u1"],"properties":[{"key":"k","valueString":"v"}]`
		out["Association"+kind] = `"id":"a1","associationType":"USER_DEFINED","key":"k"`
		out["Price"+kind], out["Product"+kind] = price, `"_id":"d1","name":"Hat","variants":[{"id":"v","options":[{"id":"o"}]}]`
	}
	for _, kind := range []string{"Create", "Update", "Delete", "AssignedToUpdate", "MonetaryValueUpdate", "StageUpdate", "StatusUpdate"} {
		out["Opportunity"+kind] = opportunity
	}
	for _, kind := range []string{"Create", "Update", "Delete", "Paid", "PartiallyPaid", "Sent", "Void"} {
		out["Invoice"+kind] = invoice
	}
	for kind, fields := range out {
		out[kind] = `{"type":"` + kind + `","locationId":"L1","webhookId":"w1","timestamp":"2026-07-18T09:30:00.000Z",` + fields + `}`
	}
	return out
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	all := webhook.Events()
	assert.Len(t, all, 63)
	types, names := map[webhook.Type]bool{}, map[string]bool{}
	for _, e := range all {
		assert.False(t, types[e.Type] || names[e.Name], e.Name)
		types[e.Type], names[e.Name] = true, true
		assert.True(t, e.Type.Known(), e.Type)
		assert.NotEmpty(t, e.Group)
		assert.Equal(t, "https://marketplace.gohighlevel.com/docs/webhook/"+e.Name, e.Page)
	}
	all[0].Name = "changed"
	assert.NotEqual(t, "changed", webhook.Events()[0].Name)
	assert.False(t, webhook.Type("TaskUpdate").Known(), "the vendor has no such event")
	assert.False(t, webhook.Type("").Known())
}

func TestEveryTypeIsDecoded(t *testing.T) {
	t.Parallel()
	seen := map[webhook.Type]bool{}
	for wire, body := range samples() {
		e := webhook.Decode([]byte(body))
		require.True(t, e.Type.Known(), wire)
		seen[e.Type] = true
		require.NotNil(t, e.Payload, wire)
		assert.Equal(t, "w1", e.ID)
		assert.Equal(t, "L1", e.LocationID)
		assert.Equal(t, body, string(e.Raw))
		assert.False(t, e.Timestamp.IsZero())
		assert.Empty(t, lostMembers(t, body, e), wire)
		if e.Ref.Kind != "" {
			assert.NotEmpty(t, e.Ref.ID, wire)
		}
	}
	for _, e := range webhook.Events() {
		assert.True(t, seen[e.Type], e.Type)
	}
}

// lostMembers names the top members of a body that neither the event nor its payload has a field for.
func lostMembers(t *testing.T, body string, e webhook.Event) (lost []string) {
	t.Helper()
	known := map[string]bool{"type": true, "locationId": true, "webhookId": true, "timestamp": true, "companyId": true, "webhookPayload": true}
	typ := reflect.TypeOf(e.Payload).Elem()
	for field := range typ.Fields() {
		known[field.Tag.Get("json")] = true
	}
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(body), &members))
	for name := range members {
		if !known[name] && name != "appointment" {
			lost = append(lost, name)
		}
	}
	return lost
}

func TestPayloads(t *testing.T) {
	t.Parallel()
	s := samples()
	decode := func(wire string) webhook.Event { return webhook.Decode([]byte(s[wire])) }

	contact, ok := decode("ContactDndUpdate").Payload.(*webhook.Contact)
	require.True(t, ok)
	assert.Equal(t, []string{"vip"}, contact.Tags)
	assert.Equal(t, "1815-12-10", contact.DateOfBirth.Text)
	assert.True(t, contact.DateOfBirth.IsZero())
	assert.Equal(t, at("2026-01-02T03:04:05Z"), contact.DateAdded.Time)
	assert.JSONEq(t, `[1,2]`, string(contact.CustomFields[1].Value))
	assert.Equal(t, "active", contact.DNDSettings["SMS"].Status)
	assert.Equal(t, webhook.Ref{Kind: "contact", ID: "c1", ContactID: "c1"}, decode("ContactUpdate").Ref)

	e := decode("AppointmentUpdate")
	appointment, ok := e.Payload.(*webhook.Appointment)
	require.True(t, ok)
	assert.Equal(t, "k1", appointment.CalendarID)
	assert.True(t, at("2026-07-20T10:00:00Z").Equal(appointment.StartTime.Time))
	assert.Equal(t, webhook.Ref{Kind: "appointment", ID: "p1", ContactID: "c1"}, e.Ref)

	message, ok := decode("InboundMessage").Payload.(*webhook.Message)
	require.True(t, ok)
	assert.Equal(t, webhook.Addresses{"a@b"}, message.To)
	assert.Equal(t, webhook.Addresses{"c@d"}, message.CC)
	e = decode("SMS")
	assert.Equal(t, webhook.ProviderOutboundMessage, e.Type)
	provider, ok := e.Payload.(*webhook.ProviderMessage)
	require.True(t, ok)
	assert.Equal(t, "SMS", provider.Channel)
	assert.Equal(t, "m1", e.Ref.ID)

	stats, ok := decode("LCEmailStats").Payload.(*webhook.EmailStats)
	require.True(t, ok)
	assert.Equal(t, "delivered", stats.Event)
	assert.Equal(t, time.Unix(1700000000, 0).UTC(), stats.Timestamp.Time)
	assert.InDelta(t, 250, stats.DeliveryStatus.Code, 0)
	assert.Equal(t, webhook.Ref{Kind: "invoice", ID: "i1", ContactID: "c1"}, decode("InvoicePaid").Ref)
	assert.Equal(t, webhook.Ref{}, decode("INSTALL").Ref)
	assert.Equal(t, "L9", webhook.Decode([]byte(`{"type":"InvoicePaid","_id":"i1","altId":"L9","altType":"location"}`)).LocationID)
}

// A TaskCreate has come without contactId and body.
func TestThinTask(t *testing.T) {
	t.Parallel()
	e := webhook.Decode([]byte(taskBody))
	task, ok := e.Payload.(*webhook.Task)
	require.True(t, ok)
	assert.Equal(t, "Call Ada", task.Title)
	assert.Empty(t, task.ContactID)
	assert.Equal(t, webhook.Ref{Kind: "task", ID: "t1"}, e.Ref)
}

func TestOddBodiesAreKept(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `null`, `[]`, `"x"`, `{`, `{"type":"TaskUpdate","id":"t1"}`, `{"id":"r1","firstObjectKey":"contact"}`, `[{},{}]`, "\xff"} {
		e := webhook.Decode([]byte(body))
		assert.Nil(t, e.Payload, body)
		assert.Equal(t, body, string(e.Raw))
		assert.True(t, strings.HasPrefix(e.ID, "sha256:"), body)
		assert.Equal(t, e.ID, webhook.Decode([]byte(body)).ID)
		assert.False(t, e.Type.Known())
	}
	assert.Equal(t, webhook.Type("TaskUpdate"), webhook.Decode([]byte(`{"type":"TaskUpdate"}`)).Type)

	// Members of another JSON type are left out, the others stay.
	e := webhook.Decode([]byte(`{"type":"TaskCreate","id":17,"title":["x"],"assignedTo":"u1","dueDate":{},"webhookId":5,"locationId":null}`))
	task, ok := e.Payload.(*webhook.Task)
	require.True(t, ok)
	assert.Equal(t, "u1", task.AssignedTo)
	assert.Empty(t, task.Title)
	assert.Equal(t, "5", e.ID)
	assert.Equal(t, "17", e.Ref.ID)

	for _, spelling := range []string{"SaaSPlanCreate", "SaasPlanCreate", "PlanChange", "AppInstall", "ExternalAuthConnected", "ConversationUnreadWebhook"} {
		assert.NotNil(t, webhook.Decode([]byte(`{"type":"`+spelling+`"}`)).Payload, spelling)
	}
	e = webhook.Decode([]byte(`[{"type":"SaasPlanCreate","planId":"p1","webhookId":"w9"}]`))
	plan, ok := e.Payload.(*webhook.SaaSPlan)
	require.True(t, ok)
	assert.Equal(t, "p1", plan.PlanID)
	assert.Equal(t, "w9", e.ID)
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"2026-07-20T10:00:00.000Z"`: "2026-07-20T10:00:00Z", `"2026-07-20T12:00:00+02:00"`: "2026-07-20T10:00:00Z",
		`1784541600000`: "2026-07-20T10:00:00Z", `"1784541600"`: "2026-07-20T10:00:00Z",
		`null`: "", `"soon"`: "", `{}`: "", `[1]`: "", `-5`: "", `"2026-07-20"`: "",
	} {
		var got webhook.Time
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		if want == "" {
			assert.True(t, got.IsZero(), text)
			continue
		}
		assert.True(t, at(want).Equal(got.Time), "%s %s", text, got)
		out, err := json.Marshal(got)
		require.NoError(t, err)
		var again webhook.Time
		require.NoError(t, json.Unmarshal(out, &again))
		assert.Equal(t, got, again)
	}
	out, err := json.Marshal([]webhook.Time{{}, {Time: at("2026-07-20T10:00:00Z")}})
	require.NoError(t, err)
	assert.JSONEq(t, `[null,"2026-07-20T10:00:00.000Z"]`, string(out))
}

func BenchmarkParse(b *testing.B) {
	v := newVerifier(b)
	h, body := signed(1, taskBody), []byte(taskBody)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Parse(h, body); err != nil {
			b.Fatal(err)
		}
	}
}
