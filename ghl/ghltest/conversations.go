package ghltest

import (
	"cmp"
	"slices"
	"strings"
)

func conversationOps() []operation {
	op := area("conversations", "/conversations")
	const read, write = "conversations.readonly", "conversations.write"
	const readMessage, writeMessage = "conversations/message.readonly", "conversations/message.write"
	upload := op("POST", "/messages/upload", "upload-file-attachments", writeMessage, 200, "", (*Server).uploadAttachments)
	upload.form = true
	return []operation{
		op("GET", "/search", "search-conversation", read, 200, "", (*Server).searchConversations, "locationId"),
		op("GET", "/{conversationId}", "get-conversation", read, 200, "", (*Server).getConversation),
		op("PUT", "/{conversationId}", "update-conversation", write, 200, "locationId!:s unreadCount:n starred:b feedback~:o feedback^:e=positive|negative", (*Server).updateConversation),
		op("DELETE", "/{conversationId}", "delete-conversation", write, 200, "", (*Server).deleteConversation),
		op("GET", "/messages/export", "export-messages-by-location", readMessage, 200, "", (*Server).exportMessages, "locationId"),
		op("GET", "/messages/{id}", "get-message", readMessage, 200, "", (*Server).getMessage),
		op("GET", "/{conversationId}/messages", "get-messages", readMessage, 200, "", (*Server).listMessages),
		op("POST", "/messages", "send-a-new-message", writeMessage, 200, sendBody, (*Server).sendMessage),
		op("POST", "/messages/inbound", "add-an-inbound-message", writeMessage, 200, inboundBody, (*Server).addInbound),
		op("POST", "/messages/outbound", "add-an-outbound-message", writeMessage, 200, outboundBody, (*Server).addOutbound),
		op("DELETE", "/messages/{messageId}/schedule", "cancel-scheduled-message", writeMessage, 200, "", (*Server).cancelMessage),
		upload,
		op("PUT", "/messages/{messageId}/status", "update-message-status", writeMessage, 200,
			"status!:e=delivered|failed|pending|read error:o emailMessageId:s recipients:as", (*Server).setMessageStatus),
		op("POST", "/providers/live-chat/typing", "live-chat-agent-typing", "conversations/livechat.write", 201,
			"locationId!:s isTyping!:any visitorId!:s conversationId!:s", (*Server).typing),
		op("POST", "/", "create-conversation", write, 201, "locationId!:s contactId!:s", (*Server).createConversation),
	}
}

func (s *Server) conversationOf(c *call, id string) (Object, *failure) {
	return s.objectOf(c, Conversations, "Conversation", id)
}

func (s *Server) messagesOf(conversationID string) []Object {
	var out []Object
	for _, o := range s.collection(Messages).live() {
		if o.Fields["conversationId"] == conversationID {
			out = append(out, o)
		}
	}
	return out
}

// conversationWire is the shape of get and update: dates as ISO strings, lastMessageType as a number.
func (s *Server) conversationWire(o Object) object {
	out := o.wire("dateAdded", "dateUpdated")
	out["deleted"], out["type"] = o.Deleted, 1
	for key, fallback := range map[string]any{"inbox": true, "unreadCount": 0, "starred": false} {
		if out[key] == nil {
			out[key] = fallback
		}
	}
	if all := s.messagesOf(o.ID); len(all) > 0 {
		last := all[len(all)-1]
		out["lastMessageBody"], out["lastMessageType"] = last.Fields["body"], last.Fields["type"]
		out["lastMessageDate"] = stamp(last.DateAdded)
	}
	return out
}

// conversationRow is a row of the search: dates as epoch milliseconds, lastMessageType as text.
func (s *Server) conversationRow(o Object) object {
	contact, _ := s.contacts.any(str(o.Fields["contactId"]))
	out := object{"id": o.ID, "contactId": contact.ID, "locationId": o.LocationID, "type": "TYPE_PHONE", "unreadCount": 0,
		"fullName": fullName(contact), "contactName": fullName(contact), "email": contact.Email, "phone": contact.Phone, "tags": list(contact.Tags),
		"dateAdded": o.DateAdded.UnixMilli(), "dateUpdated": o.DateUpdated.UnixMilli(), "lastMessageBody": "", "lastMessageType": "TYPE_SMS",
		"lastMessageDate": o.DateUpdated.UnixMilli(), "sort": []int64{o.DateUpdated.UnixMilli()}}
	if v, ok := o.Fields["unreadCount"]; ok {
		out["unreadCount"] = v
	}
	if all := s.messagesOf(o.ID); len(all) > 0 {
		last := all[len(all)-1]
		out["lastMessageBody"], out["lastMessageType"] = last.Fields["body"], last.Fields["messageType"]
		out["lastMessageDirection"] = last.Fields["direction"]
	}
	return out
}

func (s *Server) searchConversations(c *call) (any, *failure) {
	limit, f := c.intQuery("limit", 20, 1, 100)
	if f != nil {
		return nil, f
	}
	after, f := c.intQuery("startAfterDate", 0, 0, 1<<53)
	if f != nil {
		return nil, f
	}
	contactID, query := c.query.Get("contactId"), strings.ToLower(c.query.Get("query"))
	oldest := c.query.Get("sort") == "asc"
	rows := s.listObjects(Conversations, c.query.Get("locationId"), func(o Object) bool {
		contact, _ := s.contacts.any(str(o.Fields["contactId"]))
		return (contactID == "" || contactID == contact.ID) && strings.Contains(strings.ToLower(fullName(contact)+" "+contact.Email), query)
	})
	slices.SortStableFunc(rows, func(a, b Object) int {
		r := cmp.Or(a.DateUpdated.Compare(b.DateUpdated), strings.Compare(a.ID, b.ID))
		if oldest {
			return r
		}
		return -r
	})
	total := len(rows)
	if after > 0 {
		rows = slices.DeleteFunc(rows, func(o Object) bool {
			ms := o.DateUpdated.UnixMilli()
			return oldest && ms <= int64(after) || !oldest && ms >= int64(after)
		})
	}
	out := []object{}
	for _, o := range rows[:min(limit, len(rows))] {
		out = append(out, s.conversationRow(o))
	}
	return object{"conversations": out, "total": total}, nil
}

func (s *Server) createConversation(c *call) (any, *failure) {
	contact, f := s.contactNamed(c, str(c.body["contactId"]))
	if f != nil {
		return nil, f
	}
	if o, ok := s.conversationWith(contact); ok {
		return nil, &failure{status: 400, message: "Conversation already exists", meta: object{"conversationId": o.ID}}
	}
	o := s.newObject(c, Conversations, contact.LocationID, c.body)
	out := s.conversationWire(o)
	out["lastMessageDate"] = stamp(c.now)
	return object{"success": true, "conversation": out}, nil
}

func (s *Server) conversationWith(contact Contact) (Object, bool) {
	found := s.listObjects(Conversations, contact.LocationID, func(o Object) bool { return o.Fields["contactId"] == contact.ID })
	if len(found) == 0 {
		return Object{}, false
	}
	return found[0], true
}

func (s *Server) getConversation(c *call) (any, *failure) {
	o, f := s.conversationOf(c, c.path["conversationId"])
	if f != nil {
		return nil, f
	}
	return s.conversationWire(o), nil
}

func (s *Server) updateConversation(c *call) (any, *failure) {
	o, f := s.conversationOf(c, c.path["conversationId"])
	if f != nil {
		return nil, f
	}
	return object{"success": true, "conversation": s.conversationWire(s.mergeObject(c, Conversations, o, c.body))}, nil
}

func (s *Server) deleteConversation(c *call) (any, *failure) {
	o, f := s.conversationOf(c, c.path["conversationId"])
	if f != nil {
		return nil, f
	}
	s.dropObject(c, Conversations, o)
	return object{"success": true}, nil
}

func (s *Server) typing(c *call) (any, *failure) {
	if _, f := s.conversationOf(c, str(c.body["conversationId"])); f != nil {
		return nil, f
	}
	return object{"success": true}, nil
}
