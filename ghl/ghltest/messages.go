package ghltest

import (
	"maps"
	"slices"
	"strconv"
)

const (
	sendBody = "type!:e=SMS|RCS|Email|WhatsApp|IG|FB|Custom|Live_Chat|TIKTOK contactId!:s subType:any status:e=delivered|failed|pending|read " +
		"appointmentId:s attachments:as emailFrom:s emailCc:as emailBcc:as html:s message:s subject:s replyMessageId:s templateId:s threadId:s " +
		"scheduledTimestamp:n conversationProviderId:s emailTo:s customSubtypeId:s emailReplyMode:e=reply|reply_all fromNumber:s toNumber:s " +
		"forward:o usesNativeSchedulingAi:b optimizationPeriod:e=24h|48h|72h"
	inboundBody = "type!:s attachments:as message:s conversationId:s contactId:s conversationProviderId:s html:s subject:s emailFrom:s emailTo:s " +
		"emailCc:as emailBcc:as emailMessageId:s altId:s direction:any date:t call:o"
	outboundBody = "type!:s attachments:as conversationId!:s conversationProviderId!:s altId:s date:t call:o"
)

// messageTypes are the message kinds of a send body with the number and name that reads show.
var messageTypes = map[string]struct {
	number int
	name   string
}{
	"SMS": {2, "TYPE_SMS"}, "Email": {3, "TYPE_EMAIL"}, "Call": {1, "TYPE_CALL"}, "WhatsApp": {19, "TYPE_WHATSAPP"}, "IG": {18, "TYPE_INSTAGRAM"},
	"FB": {11, "TYPE_FACEBOOK"}, "Custom": {20, "TYPE_CUSTOM_SMS"}, "Live_Chat": {29, "TYPE_LIVE_CHAT"}, "GMB": {14, "TYPE_GMB"},
	"WebChat": {5, "TYPE_WEBCHAT"}, "RCS": {40, "TYPE_RCS"}, "TIKTOK": {41, "TYPE_TIKTOK"},
}

func messageWire(o Object) object {
	out := o.wire("dateAdded", "")
	for _, key := range []string{"emailMessageId", "conversationProviderId", "subject", "userId"} {
		if out[key] == nil || out[key] == "" {
			delete(out, key)
		}
	}
	return out
}

func (s *Server) messageOf(c *call, id string) (Object, *failure) {
	return s.objectOf(c, Messages, "Message", id)
}

// storeMessage adds a message to the conversation of a contact, which it opens when there is none.
func (s *Server) storeMessage(c *call, contact Contact, direction, status, body string) (message, conversation Object) {
	conversation, ok := s.conversationWith(contact)
	if !ok {
		conversation = s.newObject(c, Conversations, contact.LocationID, object{"contactId": contact.ID})
	}
	kind := messageTypes[str(c.body["type"])]
	if kind.name == "" {
		kind = messageTypes["SMS"]
	}
	attachments := []any{}
	if v, ok := c.body["attachments"].([]any); ok {
		attachments = v
	}
	fields := object{"conversationId": conversation.ID, "contactId": contact.ID, "direction": direction, "status": status, "body": body,
		"type": kind.number, "messageType": kind.name, "contentType": "text/plain", "attachments": attachments, "source": "api",
		"subject": str(c.body["subject"]), "conversationProviderId": str(c.body["conversationProviderId"])}
	if kind.name == "TYPE_EMAIL" {
		fields["contentType"], fields["emailMessageId"] = "text/html", s.newID()
	}
	message = s.newObject(c, Messages, contact.LocationID, fields)
	unread := num(conversation.Fields["unreadCount"])
	if direction == "inbound" {
		unread++
	}
	conversation = s.mergeObject(c, Conversations, conversation, object{"unreadCount": unread})
	return message, conversation
}

func (s *Server) sendMessage(c *call) (any, *failure) {
	contact, f := s.contactNamed(c, str(c.body["contactId"]))
	if f != nil {
		return nil, f
	}
	text := str(c.body["message"])
	if text == "" {
		text = str(c.body["html"])
	}
	if text == "" && c.body["attachments"] == nil && c.body["templateId"] == nil {
		return nil, fail(400, "There is no message or attachments for this message. Skip sending.")
	}
	status := "pending"
	if c.body["scheduledTimestamp"] != nil {
		status = "scheduled"
	}
	m, conversation := s.storeMessage(c, contact, "outbound", status, text)
	out := object{"conversationId": conversation.ID, "messageId": m.ID, "msg": "Message queued successfully.", "status": "pending"}
	if id := str(m.Fields["emailMessageId"]); id != "" {
		out["emailMessageId"] = id
	}
	return out, nil
}

func (s *Server) addInbound(c *call) (any, *failure) { return s.addMessage(c, "inbound") }

func (s *Server) addOutbound(c *call) (any, *failure) { return s.addMessage(c, "outbound") }

func (s *Server) addMessage(c *call, direction string) (any, *failure) {
	contactID := str(c.body["contactId"])
	if id := str(c.body["conversationId"]); id != "" {
		o, f := s.conversationOf(c, id)
		if f != nil {
			return nil, f
		}
		contactID = str(o.Fields["contactId"])
	}
	if contactID == "" {
		return nil, fail(400, "Either conversationId or contactId is required")
	}
	contact, f := s.contactNamed(c, contactID)
	if f != nil {
		return nil, f
	}
	m, conversation := s.storeMessage(c, contact, direction, "delivered", str(c.body["message"]))
	return object{"success": true, "conversationId": conversation.ID, "messageId": m.ID, "message": str(c.body["message"]),
		"contactId": contact.ID, "dateAdded": stamp(m.DateAdded)}, nil
}

func (s *Server) getMessage(c *call) (any, *failure) {
	o, f := s.messageOf(c, c.path["id"])
	if f != nil {
		return nil, f
	}
	if s.cfg.quirks.NestedMessages {
		return object{"message": messageWire(o)}, nil
	}
	return messageWire(o), nil
}

// listMessages answers newest first; lastMessageId continues behind that message.
func (s *Server) listMessages(c *call) (any, *failure) {
	o, f := s.conversationOf(c, c.path["conversationId"])
	if f != nil {
		return nil, f
	}
	limit, f := c.intQuery("limit", 20, 1, 100)
	if f != nil {
		return nil, f
	}
	rows := s.messagesOf(o.ID)
	slices.Reverse(rows)
	if last := c.query.Get("lastMessageId"); last != "" {
		rows = rows[1+slices.IndexFunc(rows, func(m Object) bool { return m.ID == last }):]
	}
	page, messages := object{"nextPage": len(rows) > limit, "lastMessageId": nil}, []object{}
	for _, m := range rows[:min(limit, len(rows))] {
		messages = append(messages, messageWire(m))
		page["lastMessageId"] = m.ID
	}
	page["messages"] = messages
	if s.cfg.quirks.NestedMessages {
		return object{"messages": page}, nil
	}
	return page, nil
}

// exportMessages walks all messages of a location, newest first; the cursor is the offset.
func (s *Server) exportMessages(c *call) (any, *failure) {
	limit, f := c.intQuery("limit", 100, 10, 500)
	if f != nil {
		return nil, f
	}
	begin, f := c.intQuery("cursor", 0, 0, 1<<30)
	if f != nil {
		return nil, f
	}
	conversation, contact := c.query.Get("conversationId"), c.query.Get("contactId")
	rows := s.listObjects(Messages, c.query.Get("locationId"), func(o Object) bool {
		return (conversation == "" || o.Fields["conversationId"] == conversation) && (contact == "" || o.Fields["contactId"] == contact)
	})
	if c.query.Get("sortOrder") != "asc" {
		slices.Reverse(rows)
	}
	messages := []object{}
	for _, m := range rows[min(begin, len(rows)):min(begin+limit, len(rows))] {
		messages = append(messages, messageWire(m))
	}
	out := object{"messages": messages, "total": len(rows)}
	if begin+limit < len(rows) {
		out["nextCursor"] = strconv.Itoa(begin + limit)
	}
	return out, nil
}

func (s *Server) cancelMessage(c *call) (any, *failure) {
	o, f := s.messageOf(c, c.path["messageId"])
	if f != nil {
		return nil, f
	}
	if o.Fields["status"] != "scheduled" {
		return object{"status": 404, "message": "Failed cancel the scheduled message"}, nil
	}
	s.dropObject(c, Messages, o)
	return object{"status": 200, "message": "Scheduled message cancelled"}, nil
}

func (s *Server) setMessageStatus(c *call) (any, *failure) {
	o, f := s.messageOf(c, c.path["messageId"])
	if f != nil {
		return nil, f
	}
	o = s.mergeObject(c, Messages, o, object{"status": c.body["status"]})
	return object{"conversationId": o.Fields["conversationId"], "messageId": o.ID, "status": c.body["status"],
		"msg": "Message status updated."}, nil
}

func (s *Server) uploadAttachments(c *call) (any, *failure) {
	fields, files, f := c.files()
	if f != nil {
		return nil, f
	}
	if len(files) == 0 {
		return nil, &failure{status: 400, raw: object{"status": 400, "message": "Failed to upload the files"}}
	}
	if f := s.checkLocation(c, fields["locationId"]); f != nil {
		return nil, f
	}
	urls := object{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if files[name] > 5<<20 {
			return nil, &failure{status: 413, raw: object{"status": 413, "message": "File too large"}}
		}
		urls[name] = "https://files.ghl.test/conversations/" + s.newID() + "/" + name
	}
	return object{"uploadedFiles": urls}, nil
}
