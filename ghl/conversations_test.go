package ghl_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestConversationMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "conversations.search", answer: `{"conversations":[],"total":0}`, wantQuery: "contactId=c&limit=100&locationId=L&startDate=1000&status=unread",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Conversations.Search(ctx, ghl.ConversationSearch{LocationID: "L", ContactID: "c", Status: "unread", Start: time.Unix(1, 0)}))
			}},
		{op: "conversations.get", answer: `{"id":"v","type":1}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Conversations.Get(ctx, id))
			}},
		{op: "conversations.create", answer: `{"success":true,"conversation":{"id":"v"}}`, wantBody: `{"locationId":"L","contactId":"c"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Conversations.Create(ctx, "L", "c"))
			}},
		{op: "conversations.update", answer: `{"success":true,"conversation":{"id":"v"}}`, wantBody: `{"locationId":"L","starred":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Conversations.Update(ctx, id, ghl.ConversationUpdate{LocationID: "L", Starred: ghl.Set(true)}))
			}},
		{op: "conversations.delete", answer: `{"success":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Conversations.Delete(ctx, id) }},
		{op: "conversations.typing", answer: `{"success":true}`, wantBody: `{"locationId":"L","isTyping":"true","visitorId":"w","conversationId":"v"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return c.Conversations.Typing(ctx, ghl.Typing{LocationID: "L", ConversationID: "v", VisitorID: "w", IsTyping: true})
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Conversations.Search(ctx, ghl.ConversationSearch{}))
		},
		func(ctx context.Context, c *ghl.Client) error { return errorOf(c.Conversations.Create(ctx, "L", "")) },
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Conversations.Update(ctx, "v", ghl.ConversationUpdate{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return c.Conversations.Typing(ctx, ghl.Typing{LocationID: "L"})
		},
	)
}

func TestMessageMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "conversations.getMessage", answer: `{"message":{"id":"m"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Conversations.GetMessage(ctx, id))
			}},
		{op: "conversations.listMessages", answer: `{"messages":{"lastMessageId":"m","nextPage":false,"messages":[{"id":"m"}]}}`, wantQuery: "limit=100&type=TYPE_SMS",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.Conversations.ListMessages(ctx, id, "TYPE_SMS"))
			}},
		{op: "conversations.exportMessages", answer: `{"messages":[],"total":0}`, wantQuery: "channel=SMS&limit=10&locationId=L&startDate=1970-01-01T00%3A00%3A01.000Z",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Conversations.ExportMessages(ctx, ghl.MessageExport{LocationID: "L", Channel: "SMS", Limit: 3, Start: time.Unix(1, 0)}))
			}},
		{op: "conversations.sendMessage", answer: `{"conversationId":"v","messageId":"m"}`, wantBody: `{"type":"SMS","contactId":"c","message":"hi"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Conversations.SendMessage(ctx, ghl.MessageSend{Type: "SMS", ContactID: "c", Message: "hi"}))
			}},
		{op: "conversations.addInboundMessage", answer: `{"success":true}`,
			wantBody: `{"type":"SMS","conversationId":"v","conversationProviderId":"p","contactId":"c","message":"hi"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Conversations.AddInboundMessage(ctx, ghl.MessageInbound{Type: "SMS", ConversationID: "v", ContactID: "c", ConversationProviderID: "p", Message: "hi"}))
			}},
		{op: "conversations.addOutboundMessage", answer: `{"success":true}`,
			wantBody: `{"type":"Call","conversationId":"v","conversationProviderId":"p","call":{"status":"completed"}}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Conversations.AddOutboundMessage(ctx, ghl.MessageOutbound{Type: "Call", ConversationID: "v", ConversationProviderID: "p",
					Call: ghl.Set(ghl.MessageCall{Status: "completed"})}))
			}},
		{op: "conversations.cancelScheduledMessage", answer: `{"status":200,"message":"ok"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Conversations.CancelScheduledMessage(ctx, id)
			}},
		{op: "conversations.updateMessageStatus", answer: `{"messageId":"m"}`, wantBody: `{"status":"failed","error":{"code":"1","type":"t","message":"x"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Conversations.UpdateMessageStatus(ctx, id, ghl.MessageStatus{Status: "failed", Error: ghl.Set(ghl.MessageError{Code: "1", Type: "t", Message: "x"})}))
			}},
		{op: "conversations.uploadAttachments", answer: `{"uploadedFiles":{"a":"https://x"}}`, multipart: true,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Conversations.UploadAttachments(ctx, ghl.AttachmentUpload{ConversationID: "v", ContactID: "c", LocationID: "L",
					URLs: []string{"https://x"}, Files: []ghl.File{{Name: "a", Content: strings.NewReader("x")}}}))
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Conversations.ExportMessages(ctx, ghl.MessageExport{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Conversations.SendMessage(ctx, ghl.MessageSend{Type: "SMS"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Conversations.AddInboundMessage(ctx, ghl.MessageInbound{Type: "SMS"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Conversations.AddOutboundMessage(ctx, ghl.MessageOutbound{Type: "Call"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Conversations.UpdateMessageStatus(ctx, "m", ghl.MessageStatus{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Conversations.UploadAttachments(ctx, ghl.AttachmentUpload{ConversationID: "v", ContactID: "c", LocationID: "L"}))
		},
	)
}

func TestConversationPages(t *testing.T) {
	t.Parallel()
	c, x := serve(t, inTurn(`{"conversations":[{"id":"1","sort":[30]},{"id":"2","sort":[20]}],"total":4}`,
		`{"conversations":[{"id":"2","sort":[20]},{"id":"3","lastMessageDate":15}],"total":4}`, `{"conversations":[{"id":"4","sort":[5]}],"total":4}`))
	rows, err := drain(c.Conversations.Search(t.Context(), ghl.ConversationSearch{LocationID: "L", Limit: 2}))
	require.NoError(t, err)
	assert.Len(t, rows, 4)
	assert.Equal(t, "20", x.requests()[1].URL.Query().Get("startAfterDate"))
	assert.Equal(t, "15000", x.requests()[2].URL.Query().Get("startAfterDate"))
	c, _ = serve(t, inTurn(`{"conversations":[{"id":"1"},{"id":"2"}],"total":4}`))
	err = drained(c.Conversations.Search(t.Context(), ghl.ConversationSearch{LocationID: "L", Limit: 2}))
	require.ErrorIs(t, err, ghl.ErrAnswer)
	require.ErrorContains(t, err, "the server announces more rows, but the last one has no cursor")
	c, _ = serve(t, inTurn(`{"conversations":[{"id":"1","sort":[30]},{"id":"2","sort":[20]}],"total":9}`, `{"conversations":[{"id":"3","sort":[20]}],"total":9}`))
	err = drained(c.Conversations.Search(t.Context(), ghl.ConversationSearch{LocationID: "L", Limit: 2}))
	require.ErrorIs(t, err, ghl.ErrAnswer)
	require.ErrorContains(t, err, "the server repeats the cursor 20")
}

func TestConversationScores(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"conversations":[],"total":0}`))
	require.NoError(t, drained(c.Conversations.Search(t.Context(), ghl.ConversationSearch{LocationID: "L", SortBy: "score_profile", SortScoreProfile: "s",
		ScoreProfile: "p", ScoreProfileMin: ghl.Set(0.0), ScoreProfileMax: ghl.Set(2.5)})))
	assert.Equal(t, "limit=100&locationId=L&scoreProfile=p&scoreProfileMax=2.5&scoreProfileMin=0&sortBy=score_profile&sortScoreProfile=s",
		x.requests()[0].URL.RawQuery)
}

func TestGroupUpload(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"uploadedFiles":{"a":"https://x"},"twilioMediaSids":["ME1"]}`))
	up, err := c.Conversations.UploadAttachments(t.Context(), ghl.AttachmentUpload{ConversationID: "v", ContactID: "c", LocationID: "L",
		GroupSMS: true, ChatServiceSID: "IS1", URLs: []string{"https://x"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"ME1"}, up.TwilioMediaSIDs)
	assert.Regexp(t, `name="isGroupSms"\s+true\s`, x.requests()[0].body)
	assert.Regexp(t, `name="chatServiceSid"\s+IS1\s`, x.requests()[0].body)
}

func TestMessagePages(t *testing.T) {
	t.Parallel()
	for _, pages := range [][]string{
		{`{"messages":{"lastMessageId":"1","nextPage":true,"messages":[{"id":"1"}]},"traceId":"x"}`, `{"messages":{"lastMessageId":"2","nextPage":false,"messages":[{"id":"2"}]}}`},
		{`{"lastMessageId":"1","nextPage":true,"messages":[{"id":"1"}]}`, `{"lastMessageId":"2","nextPage":false,"messages":[{"id":"2"}]}`},
	} {
		c, x := serve(t, inTurn(pages...))
		rows, err := drain(c.Conversations.ListMessages(t.Context(), "v", ""))
		require.NoError(t, err)
		assert.Len(t, rows, 2)
		assert.Equal(t, "1", x.requests()[1].URL.Query().Get("lastMessageId"))
	}
	c, x := serve(t, inTurn(`{"messages":[{"id":"1"}],"nextCursor":"k1"}`, `{"messages":[{"id":"2"}],"nextCursor":null}`))
	rows, err := drain(c.Conversations.ExportMessages(t.Context(), ghl.MessageExport{LocationID: "L"}))
	require.NoError(t, err)
	assert.Len(t, rows, 2)
	assert.Equal(t, "k1", x.requests()[1].URL.Query().Get("cursor"))
}

func TestConversationShapes(t *testing.T) {
	t.Parallel()
	var row, single ghl.Conversation
	require.NoError(t, json.Unmarshal([]byte(`{"id":"v","lastMessageType":"TYPE_SMS","type":"TYPE_PHONE","lastMessageDate":1784272317939,"unreadCount":2,"sort":[1784272317939]}`), &row))
	require.NoError(t, json.Unmarshal([]byte(`{"id":"v","lastMessageType":2,"type":1,"lastMessageDate":"2026-07-17T07:11:57.939Z"}`), &single))
	assert.Equal(t, row.LastMessageDate.UnixMilli(), single.LastMessageDate.UnixMilli())
	assert.Equal(t, "1", single.Type)
	assert.Equal(t, "TYPE_PHONE", row.Type)
}
