package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Message is one message of a conversation.
type Message struct {
	ID             string `json:"id"`
	LocationID     string `json:"locationId"`
	ContactID      string `json:"contactId"`
	ConversationID string `json:"conversationId"`
	// Type is a number, MessageType its name, for example "TYPE_SMS".
	Type        int    `json:"type"`
	MessageType string `json:"messageType"`
	// Direction is inbound or outbound.
	Direction string `json:"direction"`
	// Status is for example delivered, failed, pending, read, sent or scheduled.
	Status                 string          `json:"status"`
	ContentType            string          `json:"contentType"`
	Body                   string          `json:"body"`
	Attachments            []string        `json:"attachments"`
	Source                 string          `json:"source"`
	UserID                 string          `json:"userId"`
	ConversationProviderID string          `json:"conversationProviderId"`
	ChatWidgetID           string          `json:"chatWidgetId"`
	DateAdded              Time            `json:"dateAdded"`
	DateUpdated            Time            `json:"dateUpdated"`
	Meta                   json.RawMessage `json:"meta"`

	raw raw
}

// RawJSON returns the message as it was received.
func (m Message) RawJSON() json.RawMessage { return m.raw.copy() }

// UnmarshalJSON reads a message.
func (m *Message) UnmarshalJSON(data []byte) error { return m.decode(slices.Clone(data)) }

type messageFields Message

func (m *Message) decode(data json.RawMessage) error {
	w := struct {
		*messageFields
		UnderscoreID string `json:"_id"`
	}{messageFields: (*messageFields)(m)}
	err := unmarshal(data, &w)
	m.ID, m.raw.data = cmp.Or(m.ID, w.UnderscoreID), data
	return err
}

// GetMessage reads one message.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/get-message
//
//api:op GET /conversations/messages/{id}
func (s *ConversationsService) GetMessage(ctx context.Context, id string, opts ...CallOption) (Message, error) {
	return one[Message](ctx, s.client, opConversationsGetMessage, args{params: []string{id}}, opts, "message")
}

// ListMessages walks the messages of a conversation, newest first, 100 to a page. messageType, for example "TYPE_SMS",
// narrows them; empty means all.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/get-messages
//
//api:op GET /conversations/{conversationId}/messages
func (s *ConversationsService) ListMessages(ctx context.Context, conversationID, messageType string, opts ...CallOption) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		query := url.Values{"limit": {"100"}}
		setQuery(query, "type", messageType)
		for {
			resp, err := s.client.send(ctx, opConversationsListMessages, args{params: []string{conversationID}, query: query}, opts)
			var rows []Message
			page := json.RawMessage(nil)
			if err == nil {
				page = resp.Body
				// The rows lie one level deeper than the specification says.
				if inner, _ := pick(resp.Body, "messages"); len(inner) > 0 && inner[0] == '{' {
					page = inner
					copied := *resp
					copied.Body = inner
					resp = &copied
				}
				rows, err = decodeList[Message](opConversationsListMessages, resp, "messages")
			}
			if !yieldAll(yield, rows, err) || len(rows) == 0 {
				return
			}
			last, _ := pick(page, "lastMessageId")
			next, _ := pick(page, "nextPage")
			id := scalar(last)
			if string(next) != "true" || id == "" || id == query.Get("lastMessageId") {
				return
			}
			query.Set("lastMessageId", id)
		}
	}
}

// MessageExport narrows [ConversationsService.ExportMessages]; LocationID is required.
type MessageExport struct {
	LocationID     string
	ConversationID string
	ContactID      string
	// Channel is Call, SMS, Email, WhatsApp, Instagram or Facebook.
	Channel string
	// SortBy is createdAt or updatedAt, SortOrder asc or desc.
	SortBy, SortOrder string
	Start, End        time.Time
	// Limit is the page size, 10 to 500, default 500.
	Limit int
}

// ExportMessages walks the messages of a location.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/export-messages-by-location
//
//api:op GET /conversations/messages/export
func (s *ConversationsService) ExportMessages(ctx context.Context, q MessageExport, opts ...CallOption) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		if err := required(opConversationsExportMessages, "locationId", q.LocationID); err != nil {
			yield(Message{}, err)
			return
		}
		query := url.Values{"locationId": {q.LocationID}, "limit": {strconv.Itoa(max(pageSize(q.Limit, 500, 500), 10))}}
		for _, kv := range [...][2]string{{"conversationId", q.ConversationID}, {"contactId", q.ContactID}, {"channel", q.Channel},
			{"sortBy", q.SortBy}, {"sortOrder", q.SortOrder}} {
			setQuery(query, kv[0], kv[1])
		}
		if !q.Start.IsZero() {
			query.Set("startDate", outgoing(q.Start).Format(timeLayout))
		}
		if !q.End.IsZero() {
			query.Set("endDate", outgoing(q.End).Format(timeLayout))
		}
		for {
			resp, err := s.client.send(ctx, opConversationsExportMessages, args{query: query}, opts)
			var rows []Message
			if err == nil {
				rows, err = decodeList[Message](opConversationsExportMessages, resp, "messages")
			}
			if !yieldAll(yield, rows, err) || len(rows) == 0 {
				return
			}
			next, _ := pick(resp.Body, "nextCursor")
			cursor := scalar(next)
			if cursor == "" {
				return
			}
			if cursor == query.Get("cursor") {
				yield(Message{}, errCursor(opConversationsExportMessages, next))
				return
			}
			query.Set("cursor", cursor)
		}
	}
}
