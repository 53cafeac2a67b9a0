package ghl

import (
	"context"
	"encoding/json"
	"slices"
)

// MessageSend is the body of [ConversationsService.SendMessage]. Type and ContactID are required, and what the type needs: Message
// for texts, HTML or Message with Subject for e-mail.
type MessageSend struct {
	// Type is SMS, RCS, Email, WhatsApp, IG, FB, Custom, Live_Chat or TIKTOK.
	Type           string   `json:"type"`
	ContactID      string   `json:"contactId"`
	Message        string   `json:"message,omitempty"`
	HTML           string   `json:"html,omitempty"`
	Subject        string   `json:"subject,omitempty"`
	Attachments    []string `json:"attachments,omitempty"`
	EmailFrom      string   `json:"emailFrom,omitempty"`
	EmailTo        string   `json:"emailTo,omitempty"`
	EmailCC        []string `json:"emailCc,omitempty"`
	EmailBCC       []string `json:"emailBcc,omitempty"`
	ReplyMessageID string   `json:"replyMessageId,omitempty"`
	ThreadID       string   `json:"threadId,omitempty"`
	TemplateID     string   `json:"templateId,omitempty"`
	AppointmentID  string   `json:"appointmentId,omitempty"`
	// ConversationProviderID is for Type Custom.
	ConversationProviderID string `json:"conversationProviderId,omitempty"`
	FromNumber             string `json:"fromNumber,omitempty"`
	ToNumber               string `json:"toNumber,omitempty"`
	// ScheduledTimestamp sends later: seconds since 1970, UTC; 0 means now.
	ScheduledTimestamp int64 `json:"scheduledTimestamp,omitempty"`
	// UsesNativeSchedulingAI lets the vendor choose the time within OptimizationPeriod: 24h, 48h or 72h.
	UsesNativeSchedulingAI Opt[bool] `json:"usesNativeSchedulingAi,omitzero"`
	OptimizationPeriod     string    `json:"optimizationPeriod,omitempty"`
	// EmailReplyMode is reply or reply_all.
	EmailReplyMode  string `json:"emailReplyMode,omitempty"`
	CustomSubtypeID string `json:"customSubtypeId,omitempty"`
	// SubType is an object whose shape the vendor does not describe.
	SubType map[string]any `json:"subType,omitempty"`
	// Status is delivered, failed, pending or read, for messages that were sent elsewhere.
	Status  string              `json:"status,omitempty"`
	Forward Opt[MessageForward] `json:"forward,omitzero"`
}

// MessageForward says what is forwarded.
type MessageForward struct {
	IsForwarded             bool   `json:"isForwarded"`
	ForwardWholeThread      bool   `json:"forwardWholeThread,omitempty"`
	MessageID               string `json:"messageId,omitempty"`
	EmailMessageID          string `json:"emailMessageId,omitempty"`
	SourceContactID         string `json:"sourceContactId,omitempty"`
	SourceConversationID    string `json:"sourceConversationId,omitempty"`
	ToEmail                 string `json:"toEmail,omitempty"`
	RecipientContactID      string `json:"recipientContactId,omitempty"`
	RecipientConversationID string `json:"recipientConversationId,omitempty"`
}

// MessageResult is the answer to writing a message. RawJSON has what no field holds, for example forwardData.
type MessageResult struct {
	ConversationID string   `json:"conversationId"`
	MessageID      string   `json:"messageId"`
	MessageIDs     []string `json:"messageIds"`
	EmailMessageID string   `json:"emailMessageId"`
	ContactID      string   `json:"contactId"`
	Message        string   `json:"message"`
	Msg            string   `json:"msg"`
	Status         string   `json:"status"`
	Success        bool     `json:"success"`
	DateAdded      Time     `json:"dateAdded"`

	raw raw
}

// RawJSON returns the answer as it was received.
func (m MessageResult) RawJSON() json.RawMessage { return m.raw.copy() }

// UnmarshalJSON reads an answer.
func (m *MessageResult) UnmarshalJSON(data []byte) error {
	type fields MessageResult
	data = slices.Clone(data)
	err := unmarshal(data, (*fields)(m))
	m.raw.data = data
	return err
}

// SendMessage sends a message to a contact. It is sent once; after an unclear failure the error is ErrUncertain, and the
// message may have gone out.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/send-a-new-message
//
//api:op POST /conversations/messages
func (s *ConversationsService) SendMessage(ctx context.Context, body MessageSend, opts ...CallOption) (MessageResult, error) {
	if err := required(opConversationsSendMessage, "type", body.Type, "contactId", body.ContactID); err != nil {
		return MessageResult{}, err
	}
	return s.message(ctx, opConversationsSendMessage, args{body: body}, opts)
}

// MessageInbound is the body of [ConversationsService.AddInboundMessage]. Type, ConversationID and ConversationProviderID are required.
type MessageInbound struct {
	Type                   string           `json:"type"`
	ConversationID         string           `json:"conversationId"`
	ConversationProviderID string           `json:"conversationProviderId"`
	ContactID              string           `json:"contactId"`
	Message                string           `json:"message,omitempty"`
	HTML                   string           `json:"html,omitempty"`
	Subject                string           `json:"subject,omitempty"`
	Attachments            []string         `json:"attachments,omitempty"`
	EmailFrom              string           `json:"emailFrom,omitempty"`
	EmailTo                string           `json:"emailTo,omitempty"`
	EmailCC                []string         `json:"emailCc,omitempty"`
	EmailBCC               []string         `json:"emailBcc,omitempty"`
	EmailMessageID         string           `json:"emailMessageId,omitempty"`
	AltID                  string           `json:"altId,omitempty"`
	Direction              map[string]any   `json:"direction,omitempty"`
	Date                   string           `json:"date,omitempty"`
	Call                   Opt[MessageCall] `json:"call,omitzero"`
}

// MessageOutbound is the body of [ConversationsService.AddOutboundMessage], for calls only. Type, ConversationID and
// ConversationProviderID are required.
type MessageOutbound struct {
	// Type is "Call".
	Type                   string           `json:"type"`
	ConversationID         string           `json:"conversationId"`
	ConversationProviderID string           `json:"conversationProviderId"`
	Attachments            []string         `json:"attachments,omitempty"`
	AltID                  string           `json:"altId,omitempty"`
	Date                   string           `json:"date,omitempty"`
	Call                   Opt[MessageCall] `json:"call,omitzero"`
}

// MessageCall describes a telephone call.
type MessageCall struct {
	To   string `json:"to,omitempty"`
	From string `json:"from,omitempty"`
	// Status is pending, completed, answered, busy, no-answer, failed, canceled or voicemail.
	Status string `json:"status,omitempty"`
}

// AddInboundMessage records a message that came in through a provider of the caller. It is sent once; see ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/add-an-inbound-message
//
//api:op POST /conversations/messages/inbound
func (s *ConversationsService) AddInboundMessage(ctx context.Context, body MessageInbound, opts ...CallOption) (MessageResult, error) {
	if err := required(opConversationsAddInboundMessage, "type", body.Type, "conversationId or contactId", body.ConversationID+body.ContactID,
		"conversationProviderId", body.ConversationProviderID); err != nil {
		return MessageResult{}, err
	}
	return s.message(ctx, opConversationsAddInboundMessage, args{body: body}, opts)
}

// AddOutboundMessage records a call that went out through a provider of the caller. It is sent once; see ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/add-an-outbound-message
//
//api:op POST /conversations/messages/outbound
func (s *ConversationsService) AddOutboundMessage(ctx context.Context, body MessageOutbound, opts ...CallOption) (MessageResult, error) {
	if err := required(opConversationsAddOutboundMessage, "type", body.Type, "conversationId", body.ConversationID,
		"conversationProviderId", body.ConversationProviderID); err != nil {
		return MessageResult{}, err
	}
	return s.message(ctx, opConversationsAddOutboundMessage, args{body: body}, opts)
}

// CancelScheduledMessage stops a message that was not sent yet.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/cancel-scheduled-message
//
//api:op DELETE /conversations/messages/{messageId}/schedule
func (s *ConversationsService) CancelScheduledMessage(ctx context.Context, messageID string, opts ...CallOption) error {
	return s.client.remove(ctx, opConversationsCancelScheduledMessage, args{params: []string{messageID}}, opts)
}

// MessageStatus is the body of [ConversationsService.UpdateMessageStatus]. Status is required.
type MessageStatus struct {
	// Status is delivered, failed, pending or read.
	Status         string            `json:"status"`
	Error          Opt[MessageError] `json:"error,omitzero"`
	EmailMessageID string            `json:"emailMessageId,omitempty"`
	Recipients     []string          `json:"recipients,omitempty"`
}

// MessageError says why a message failed.
type MessageError struct {
	Code    string `json:"code"`
	Type    string `json:"type"`
	Message string `json:"message"`
}

// UpdateMessageStatus tells what became of a message; only the provider that sent it may.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/update-message-status
//
//api:op PUT /conversations/messages/{messageId}/status
func (s *ConversationsService) UpdateMessageStatus(ctx context.Context, messageID string, body MessageStatus, opts ...CallOption) (MessageResult, error) {
	if err := required(opConversationsUpdateMessageStatus, "status", body.Status); err != nil {
		return MessageResult{}, err
	}
	return s.message(ctx, opConversationsUpdateMessageStatus, args{params: []string{messageID}, body: body}, opts)
}

func (s *ConversationsService) message(ctx context.Context, id opID, a args, opts []CallOption) (MessageResult, error) {
	resp, err := s.client.send(ctx, id, a, opts)
	if err != nil {
		return MessageResult{}, err
	}
	var out MessageResult
	err = decodeInto(id, resp, &out)
	return out, err
}

// AttachmentUpload is the body of [ConversationsService.UploadAttachments]. ConversationID, ContactID and LocationID are required, and
// files or addresses.
type AttachmentUpload struct {
	ConversationID string
	ContactID      string
	LocationID     string
	// URLs are addresses of files that the vendor fetches; Files are sent.
	URLs  []string
	Files []File
	// GroupSMS says that the files are for a message to a group, one file per call; ChatServiceSID is then the Twilio chat
	// service.
	GroupSMS       bool
	ChatServiceSID string
}

// UploadAttachments stores files that messages can refer to. It is sent once; see ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/conversations/upload-file-attachments
//
//api:op POST /conversations/messages/upload
func (s *ConversationsService) UploadAttachments(ctx context.Context, u AttachmentUpload, opts ...CallOption) (Upload, error) {
	if err := required(opConversationsUploadAttachments, "conversationId", u.ConversationID, "contactId", u.ContactID, "locationId", u.LocationID); err != nil {
		return Upload{}, err
	}
	if len(u.URLs)+len(u.Files) == 0 {
		return Upload{}, invalid(operations[opConversationsUploadAttachments].ID, "a file or an address is required")
	}
	f := form{}
	f.field("conversationId", u.ConversationID)
	f.field("contactId", u.ContactID)
	f.field("locationId", u.LocationID)
	f.field("chatServiceSid", u.ChatServiceSID)
	if u.GroupSMS {
		f.field("isGroupSms", "true")
	}
	for _, address := range u.URLs {
		f.field("attachmentUrls", address)
	}
	return s.client.upload(ctx, opConversationsUploadAttachments, nil, f, u.Files, opts)
}
