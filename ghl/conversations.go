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

// ConversationsService calls conversations and their messages,
// https://marketplace.gohighlevel.com/docs/ghl/conversations/conversations.
type ConversationsService struct{ service }

// Conversation is all that was said with a contact. Search rows and single reads differ in shape; types and times read
// both.
type Conversation struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	ContactID  string `json:"contactId"`
	AssignedTo string `json:"assignedTo"`
	UserID     string `json:"userId"`
	// Type and LastMessageType are names in searches ("TYPE_PHONE") and numbers in single reads.
	Type            string          `json:"type"`
	LastMessageType string          `json:"lastMessageType"`
	LastMessageBody string          `json:"lastMessageBody"`
	LastMessageDate Time            `json:"lastMessageDate"`
	UnreadCount     int             `json:"unreadCount"`
	Inbox           bool            `json:"inbox"`
	Starred         bool            `json:"starred"`
	Deleted         bool            `json:"deleted"`
	FullName        string          `json:"fullName"`
	ContactName     string          `json:"contactName"`
	Email           string          `json:"email"`
	Phone           string          `json:"phone"`
	Tags            []string        `json:"tags"`
	DateAdded       Time            `json:"dateAdded"`
	DateUpdated     Time            `json:"dateUpdated"`
	Sort            json.RawMessage `json:"sort"`

	raw raw
}

// RawJSON returns the conversation as it was received.
func (c Conversation) RawJSON() json.RawMessage { return c.raw.copy() }

// UnmarshalJSON reads a conversation.
func (c *Conversation) UnmarshalJSON(data []byte) error { return c.decode(slices.Clone(data)) }

type conversationFields Conversation

func (c *Conversation) decode(data json.RawMessage) error {
	w := struct {
		*conversationFields
		UnderscoreID string `json:"_id"`
	}{conversationFields: (*conversationFields)(c)}
	err := unmarshal(data, &w)
	c.ID, c.raw.data = cmp.Or(c.ID, w.UnderscoreID), data
	return err
}

// ConversationSearch narrows [ConversationsService.Search]; LocationID is required.
type ConversationSearch struct {
	LocationID string
	ContactID  string
	AssignedTo string
	Followers  string
	Mentions   string
	Query      string
	ID         string
	// LastMessageType is for example TYPE_SMS; LastMessageAction automated or manual; LastMessageDirection inbound or outbound.
	LastMessageType, LastMessageAction, LastMessageDirection string
	// Status is all, read, unread, starred or recents.
	Status string
	// SortBy is last_manual_message_date, last_message_date, score_profile, overdue_at or due_at; Sort asc or desc.
	SortBy, Sort string
	// SortScoreProfile is the id of the score profile that SortBy score_profile sorts by.
	SortScoreProfile string
	// ScoreProfile keeps the conversations whose score in this profile is between ScoreProfileMin and ScoreProfileMax.
	ScoreProfile                     string
	ScoreProfileMin, ScoreProfileMax Opt[float64]
	// Start and End bound the conversations by time.
	Start, End time.Time
	// Limit is the page size, default and maximum 100.
	Limit int
}

func (q ConversationSearch) values() url.Values {
	v := url.Values{"locationId": {q.LocationID}, "limit": {strconv.Itoa(pageSize(q.Limit, 100, 100))}}
	for _, kv := range [...][2]string{{"contactId", q.ContactID}, {"assignedTo", q.AssignedTo}, {"followers", q.Followers},
		{"mentions", q.Mentions}, {"query", q.Query}, {"id", q.ID}, {"lastMessageType", q.LastMessageType},
		{"lastMessageAction", q.LastMessageAction}, {"lastMessageDirection", q.LastMessageDirection}, {"status", q.Status},
		{"sortBy", q.SortBy}, {"sort", q.Sort},
		{"sortScoreProfile", q.SortScoreProfile}, {"scoreProfile", q.ScoreProfile}} {
		setQuery(v, kv[0], kv[1])
	}
	setFloat(v, "scoreProfileMin", q.ScoreProfileMin)
	setFloat(v, "scoreProfileMax", q.ScoreProfileMax)
	if !q.Start.IsZero() {
		v.Set("startDate", strconv.FormatInt(q.Start.UnixMilli(), 10))
	}
	if !q.End.IsZero() {
		v.Set("endDate", strconv.FormatInt(q.End.UnixMilli(), 10))
	}
	return v
}

// Search walks the conversations that match. Pages follow the sort value of the last row; rows that share it with the next
// page are yielded once.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/search-conversation
//
//api:op GET /conversations/search
func (s *ConversationsService) Search(ctx context.Context, q ConversationSearch, opts ...CallOption) iter.Seq2[Conversation, error] {
	return func(yield func(Conversation, error) bool) {
		if err := required(opConversationsSearch, "locationId", q.LocationID); err != nil {
			yield(Conversation{}, err)
			return
		}
		query := q.values()
		limit, seen := pageSize(q.Limit, 100, 100), 0
		var before map[string]bool
		for {
			resp, err := s.client.send(ctx, opConversationsSearch, args{query: query}, opts)
			var rows []Conversation
			if err == nil {
				rows, err = decodeList[Conversation](opConversationsSearch, resp, "conversations")
			}
			fresh, ids := unseen(rows, before, func(c Conversation) string { return c.ID })
			if !yieldAll(yield, fresh, err) || len(fresh) == 0 {
				return
			}
			if seen += len(fresh); len(rows) < limit && seen >= total(resp.Body) {
				return
			}
			after := rows[len(rows)-1].cursor()
			if after == "" {
				yield(Conversation{}, errNoCursor(opConversationsSearch))
				return
			}
			if after == query.Get("startAfterDate") {
				yield(Conversation{}, errCursor(opConversationsSearch, json.RawMessage(after)))
				return
			}
			query.Set("startAfterDate", after)
			before = ids
		}
	}
}

// cursor returns what the next page begins behind: the sort value, else the time of the last message.
func (c Conversation) cursor() string {
	if after := firstOf(c.Sort); after != "" || c.LastMessageDate.IsZero() {
		return after
	}
	return strconv.FormatInt(c.LastMessageDate.UnixMilli(), 10)
}

// firstOf returns the first scalar of an array, or the scalar itself.
func firstOf(data json.RawMessage) string {
	for el := range elements(data) {
		return scalar(el)
	}
	return scalar(data)
}

// Get reads one conversation.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/get-conversation
//
//api:op GET /conversations/{conversationId}
func (s *ConversationsService) Get(ctx context.Context, id string, opts ...CallOption) (Conversation, error) {
	return one[Conversation](ctx, s.client, opConversationsGet, args{params: []string{id}}, opts, "conversation")
}

// Create begins a conversation with a contact. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/create-conversation
//
//api:op POST /conversations/
func (s *ConversationsService) Create(ctx context.Context, locationID, contactID string, opts ...CallOption) (Conversation, error) {
	if err := required(opConversationsCreate, "locationId", locationID, "contactId", contactID); err != nil {
		return Conversation{}, err
	}
	body := struct {
		LocationID string `json:"locationId"`
		ContactID  string `json:"contactId"`
	}{locationID, contactID}
	return one[Conversation](ctx, s.client, opConversationsCreate, args{body: body}, opts, "conversation")
}

// ConversationUpdate is the body of [ConversationsService.Update]. LocationID is required; absent fields stay as they are.
type ConversationUpdate struct {
	LocationID  string    `json:"locationId"`
	UnreadCount Opt[int]  `json:"unreadCount,omitzero"`
	Starred     Opt[bool] `json:"starred,omitzero"`
	// Feedback is an object, whose properties are not documented, or "positive" or "negative" under version 3.
	Feedback Opt[any] `json:"feedback,omitzero"`
}

// Update changes the marks of a conversation.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/update-conversation
//
//api:op PUT /conversations/{conversationId}
func (s *ConversationsService) Update(ctx context.Context, id string, body ConversationUpdate, opts ...CallOption) (Conversation, error) {
	if err := required(opConversationsUpdate, "locationId", body.LocationID); err != nil {
		return Conversation{}, err
	}
	return one[Conversation](ctx, s.client, opConversationsUpdate, args{params: []string{id}, body: body}, opts, "conversation")
}

// Delete removes a conversation.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/delete-conversation
//
//api:op DELETE /conversations/{conversationId}
func (s *ConversationsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opConversationsDelete, args{params: []string{id}}, opts)
}

// Typing shows or hides the sign that an agent is typing in a live chat.
type Typing struct {
	LocationID     string
	ConversationID string
	VisitorID      string
	IsTyping       bool
}

// Typing sends the sign that an agent is typing; all fields are required.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/live-chat-agent-typing
//
//api:op POST /conversations/providers/live-chat/typing
func (s *ConversationsService) Typing(ctx context.Context, t Typing, opts ...CallOption) error {
	if err := required(opConversationsTyping, "locationId", t.LocationID, "conversationId", t.ConversationID, "visitorId", t.VisitorID); err != nil {
		return err
	}
	body := struct {
		LocationID     string `json:"locationId"`
		IsTyping       string `json:"isTyping"`
		VisitorID      string `json:"visitorId"`
		ConversationID string `json:"conversationId"`
	}{t.LocationID, strconv.FormatBool(t.IsTyping), t.VisitorID, t.ConversationID}
	return s.client.act(ctx, opConversationsTyping, args{body: body}, opts)
}
