package ghltest_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// inbox is a receiver of webhooks, reached without a socket.
type inbox struct {
	mu     sync.Mutex
	status int
	got    []*http.Request
	bodies [][]byte
}

func (in *inbox) RoundTrip(r *http.Request) (*http.Response, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil || in.status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	in.got, in.bodies = append(in.got, r), append(in.bodies, body)
	return &http.Response{StatusCode: in.status, Body: http.NoBody, Header: http.Header{}}, nil
}

func (in *inbox) payloads(t *testing.T) (out []object) {
	t.Helper()
	for _, b := range in.bodies {
		var o object
		require.NoError(t, json.Unmarshal(b, &o))
		out = append(out, o)
	}
	return out
}

func (in *inbox) types(t *testing.T) (out []string) {
	t.Helper()
	for _, o := range in.payloads(t) {
		out = append(out, o["type"].(string))
	}
	return out
}

func hookRig(t *testing.T, w ghltest.Webhooks, opts ...ghltest.Option) (*rig, *inbox) {
	t.Helper()
	in := &inbox{status: 200}
	w.URL, w.Client = "http://receiver.test/hook", &http.Client{Transport: in}
	r := newRig(t, append(opts, ghltest.WithWebhooks(w))...)
	r.seedPeople()
	return r, in
}

func (r *rig) flush() int {
	r.t.Helper()
	n, err := r.Flush(r.t.Context())
	require.NoError(r.t, err)
	return n
}

func TestWebhooksOfContactsTasksNotesAppointments(t *testing.T) {
	t.Parallel()
	r, in := hookRig(t, ghltest.Webhooks{})
	assert.Zero(t, r.flush(), "seeding is silent")
	id := r.ok(201, "POST", "/contacts/", loc(`{"locationId":"LOC","firstName":"x"}`))["contact"].(object)["id"].(string)
	r.ok(200, "PUT", "/contacts/"+id, `{"city":"y"}`)
	r.ok(200, "PUT", "/contacts/"+id, `{"city":"y"}`)
	r.ok(201, "POST", "/contacts/"+id+"/tags", `{"tags":["t"]}`)
	r.ok(200, "PUT", "/contacts/"+id, `{"dndSettings":{"SMS":{"status":"active"}}}`)
	task := r.ok(201, "POST", "/contacts/"+id+"/tasks", `{"title":"t","body":"b","dueDate":"2026-01-01","completed":false}`)["task"].(object)["id"].(string)
	r.ok(200, "PUT", "/contacts/"+id+"/tasks/"+task, `{"title":"t2"}`)
	r.ok(200, "PUT", "/contacts/"+id+"/tasks/"+task+"/completed", `{"completed":true}`)
	r.ok(200, "PUT", "/contacts/"+id+"/tasks/"+task, `{"title":"t3"}`)
	r.ok(200, "PUT", "/contacts/"+id+"/tasks/"+task+"/completed", `{"completed":false}`)
	r.ok(200, "DELETE", "/contacts/"+id+"/tasks/"+task, "")
	note := r.AddNote(ghltest.Note{ContactID: id, Body: "n"})
	require.NoError(t, r.EditNote(note.ID, func(n *ghltest.Note) { n.Body = "m" }))
	a := r.AddAppointment(ghltest.Appointment{ContactID: id, StartTime: start, EndTime: start})
	require.NoError(t, r.DeleteAppointment(a.ID))
	r.AddTask(ghltest.Task{ContactID: id, Title: "child"})
	require.NoError(t, r.DeleteContact(id))
	r.flush()
	assert.Equal(t, []string{"ContactCreate", "ContactUpdate", "ContactUpdate", "ContactTagUpdate", "ContactDndUpdate", "TaskCreate", "TaskComplete",
		"TaskDelete", "NoteCreate", "NoteUpdate", "AppointmentCreate", "AppointmentDelete", "TaskCreate", "ContactDelete"}, in.types(t),
		"no TaskUpdate, nothing when a task is opened again, no TaskDelete for the children of a deleted contact")

	seen := map[string]bool{}
	for _, p := range in.payloads(t) {
		assert.Equal(t, ghltest.DefaultLocationID, p["locationId"])
		assert.Equal(t, "2026-07-20T10:00:00.000Z", p["timestamp"])
		assert.False(t, seen[p["webhookId"].(string)])
		seen[p["webhookId"].(string)] = true
		assert.NotContains(t, p, "dateUpdated")
	}
	created := in.payloads(t)[5]
	assert.NotContains(t, created, "contactId", "the real TaskCreate lacks it")
	assert.NotContains(t, created, "body")
	assert.Equal(t, id, in.payloads(t)[6]["contactId"])
	assert.Equal(t, "2026-07-20T12:00:00+02:00", dig(in.payloads(t)[10], "appointment", "startTime"))
}

func TestWebhookSignatures(t *testing.T) {
	t.Parallel()
	legacy, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	r, in := hookRig(t, ghltest.Webhooks{LegacyKey: legacy, Headers: map[string]string{"X-Secret": "s"}})
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.City = "<x> & y" }))
	assert.Equal(t, 1, r.flush())
	assert.Contains(t, string(in.bodies[0]), `"<x> & y"`, "nothing is escaped that JavaScript would not escape")
	head, body := in.got[0].Header, in.bodies[0]
	assert.Equal(t, "s", head.Get("X-Secret"))
	block, _ := pem.Decode([]byte(ghltest.WebhookPublicKeyPEM(ghltest.WebhookKey())))
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	sig, err := base64.StdEncoding.DecodeString(head.Get("X-GHL-Signature"))
	require.NoError(t, err)
	assert.True(t, ed25519.Verify(public.(ed25519.PublicKey), body, sig))
	assert.Equal(t, head.Get("X-GHL-Signature"), ghltest.SignWebhook(ghltest.WebhookKey(), body))
	sig, err = base64.StdEncoding.DecodeString(head.Get("X-WH-Signature"))
	require.NoError(t, err)
	sum := sha256.Sum256(body)
	require.NoError(t, rsa.VerifyPKCS1v15(&legacy.PublicKey, crypto.SHA256, sum[:], sig))

	r, in = hookRig(t, ghltest.Webhooks{Unsigned: true})
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.City = "x" }))
	r.flush()
	assert.Equal(t, "N/A", in.got[0].Header.Get("X-GHL-Signature"))
	assert.Empty(t, in.got[0].Header.Get("X-WH-Signature"))
}

func TestWebhookRetriesTwelveTimes(t *testing.T) {
	t.Parallel()
	r, in := hookRig(t, ghltest.Webhooks{})
	in.status = 500
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.City = "x" }))
	assert.Zero(t, r.flush())
	assert.Zero(t, r.flush(), "not due yet")
	assert.Len(t, in.bodies, 1)
	for range 20 {
		r.now = r.now.Add(8 * time.Hour)
		r.flush()
	}
	assert.Len(t, in.bodies, 13, "one attempt and twelve retries")
	assert.Zero(t, r.PendingWebhooks())
	log := r.WebhookLog()
	assert.Equal(t, 13, log[0].Attempts)
	assert.Equal(t, 500, log[0].Status)
	assert.False(t, log[0].Done)
	in.status = 200
	require.NoError(t, r.Resend(log[0].ID))
	assert.Equal(t, 1, r.flush())
	assert.Equal(t, in.bodies[0], in.bodies[13], "the same bytes")
}

func TestWebhookTrouble(t *testing.T) {
	t.Parallel()
	r, in := hookRig(t, ghltest.Webhooks{Trouble: ghltest.WebhookTrouble{Lose: 1}})
	edit := func(city string) {
		require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.City = city }))
	}
	edit("a")
	assert.Zero(t, r.flush())
	assert.True(t, r.WebhookLog()[0].Lost)

	r.SetWebhookTrouble(ghltest.WebhookTrouble{Duplicate: 1})
	edit("b")
	assert.Equal(t, 2, r.flush())
	assert.Equal(t, in.bodies[0], in.bodies[1])

	r.SetWebhookTrouble(ghltest.WebhookTrouble{Late: 1, LateBy: time.Minute})
	edit("c")
	assert.Zero(t, r.flush())
	r.now = r.now.Add(time.Minute)
	assert.Equal(t, 1, r.flush())

	r.SetWebhookTrouble(ghltest.WebhookTrouble{Reorder: true})
	for _, city := range []string{"d", "e", "f", "g", "h", "i", "j", "k"} {
		edit(city)
	}
	assert.Equal(t, 8, r.flush())
	var order []string
	for _, p := range in.payloads(t)[3:] {
		order = append(order, p["city"].(string))
	}
	assert.Len(t, order, 8)
	assert.False(t, slices.IsSorted(order))

	r.SetWebhookTrouble(ghltest.WebhookTrouble{Thin: true})
	r.AddNote(ghltest.Note{ContactID: ada, Body: "n"})
	r.flush()
	assert.NotContains(t, in.payloads(t)[11], "contactId")
}

func TestWebhookOfInstallAndOpportunity(t *testing.T) {
	t.Parallel()
	r, in := hookRig(t, ghltest.Webhooks{}, ghltest.WithApp(ghltest.App{ClientID: "app1-x", ClientSecret: "s"}))
	r.Authorize(ghltest.Grant{ClientID: "app1-x", CompanyID: ghltest.DefaultCompanyID})
	r.Uninstall("app1-x", "")
	o := r.AddObject(ghltest.Opportunities, ghltest.Object{Fields: object{"name": "d", "status": "open", "pipelineStageId": "s1", "contactId": ada}})
	require.NoError(t, r.EditObject(ghltest.Opportunities, o.ID, func(o *ghltest.Object) { o.Fields["pipelineStageId"] = "s2" }))
	require.NoError(t, r.DeleteObject(ghltest.Opportunities, o.ID))
	r.flush()
	assert.Equal(t, []string{"INSTALL", "UNINSTALL", "OpportunityCreate", "OpportunityUpdate", "OpportunityStageUpdate", "OpportunityUpdate",
		"OpportunityDelete"}, in.types(t))
	assert.Equal(t, "app1", in.payloads(t)[0]["appId"])
	assert.Equal(t, ghltest.DefaultLocationID, in.payloads(t)[0]["locationId"])
	assert.NotContains(t, in.payloads(t)[1], "locationId", "an agency event names only the company")
}

func TestDeliverWebhooksInTheBackground(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{status: 0}
		s := ghltest.New(ghltest.WithWebhooks(ghltest.Webhooks{URL: "http://receiver.test", Client: &http.Client{Transport: in}}))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.DeliverWebhooks(ctx) }()
		s.AddContact(ghltest.Contact{FirstName: "x"})
		synctest.Wait()
		assert.Empty(t, in.bodies, "the receiver is down")
		in.mu.Lock()
		in.status = 200
		in.mu.Unlock()
		<-time.After(15 * time.Second) // virtual
		synctest.Wait()
		assert.Len(t, in.bodies, 1)
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	})
}

func TestTimezoneChangeIsAnUpdate(t *testing.T) {
	t.Parallel()
	r, in := hookRig(t, ghltest.Webhooks{})
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.Timezone = "Asia/Tokyo" }))
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.Gender = "female" }))
	r.flush()
	assert.Equal(t, []string{"ContactUpdate"}, in.types(t), "what the payload does not show sends nothing, but for the time zone")
}

func TestOnlySubscribedEvents(t *testing.T) {
	t.Parallel()
	r, in := hookRig(t, ghltest.Webhooks{Events: []string{"TaskCreate"}})
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.City = "x" }))
	r.AddTask(ghltest.Task{ContactID: ada, Title: "t"})
	r.flush()
	assert.Equal(t, []string{"TaskCreate"}, in.types(t))
}
