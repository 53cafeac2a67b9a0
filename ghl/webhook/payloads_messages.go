package webhook

import "encoding/json"

// Message is the payload of InboundMessage and OutboundMessage, for all channels; which fields are there depends on
// MessageType.
type Message struct {
	MessageID              string   `json:"messageId"`
	ConversationID         string   `json:"conversationId"`
	ContactID              string   `json:"contactId"`
	UserID                 string   `json:"userId"`
	ConversationProviderID string   `json:"conversationProviderId"`
	Direction              string   `json:"direction"`   // "inbound" or "outbound"
	MessageType            string   `json:"messageType"` // "SMS", "CALL", "Email", "VoiceMail" and others
	ContentType            string   `json:"contentType"`
	Status                 string   `json:"status"`
	Source                 string   `json:"source"`
	Body                   string   `json:"body"`
	Attachments            []string `json:"attachments"` // addresses; of a call, its recording
	DateAdded              Time     `json:"dateAdded"`
	// CallDuration is in seconds; CallStatus is "voicemail" when nobody answered.
	CallDuration float64 `json:"callDuration"`
	CallStatus   string  `json:"callStatus"`
	// The rest is for e-mail.
	EmailMessageID string    `json:"emailMessageId"`
	ThreadID       string    `json:"threadId"`
	Provider       string    `json:"provider"`
	Subject        string    `json:"subject"`
	From           string    `json:"from"`
	To             Addresses `json:"to"`
	CC             Addresses `json:"cc"`
	BCC            Addresses `json:"bcc"`
}

// Addresses are e-mail addresses: the documentation says one text, the samples a list. Both are read.
type Addresses []string

// UnmarshalJSON reads a text or a list of texts, and anything else as nothing.
func (a *Addresses) UnmarshalJSON(data []byte) error {
	*a = nil
	var one string
	if json.Unmarshal(data, &one) == nil {
		if one != "" {
			*a = Addresses{one}
		}
		return nil
	}
	var list []string
	if json.Unmarshal(data, &list) == nil {
		*a = list
	}
	return nil
}

// ProviderMessage is the payload of ProviderOutboundMessage: a message that the conversation provider has to deliver. It is not
// flat as the other payloads are, and names its channel as the type.
type ProviderMessage struct {
	Channel        string    `json:"type"` // "SMS" or "Email"
	MessageID      string    `json:"messageId"`
	EmailMessageID string    `json:"emailMessageId"`
	ContactID      string    `json:"contactId"`
	UserID         string    `json:"userId"`
	Phone          string    `json:"phone"`
	Message        string    `json:"message"`
	EmailTo        Addresses `json:"emailTo"`
	EmailFrom      string    `json:"emailFrom"`
	Subject        string    `json:"subject"`
	HTML           string    `json:"html"`
	Attachments    []string  `json:"attachments"`
}

// Conversation is the payload of ConversationUnread.
type Conversation struct {
	ID          string  `json:"id"`
	ContactID   string  `json:"contactId"`
	UnreadCount float64 `json:"unreadCount"`
	Inbox       bool    `json:"inbox"`
	Starred     bool    `json:"starred"`
	Deleted     bool    `json:"deleted"`
}

// CampaignStatus is the payload of CampaignStatusUpdate.
type CampaignStatus struct {
	ID         string `json:"id"`
	ContactID  string `json:"contactId"`
	Status     string `json:"status"`
	TemplateID string `json:"templateId"`
	Replied    string `json:"replied"`
	DateAdded  Time   `json:"dateAdded"`
}

// EmailStats is the payload of LCEmailStats, what became of one e-mail.
type EmailStats struct {
	ID                string          `json:"id"`
	Event             string          `json:"event"` // "delivered", "opened", "failed" and others
	Timestamp         Time            `json:"timestamp"`
	LogLevel          string          `json:"log-level"`
	Recipient         string          `json:"recipient"`
	RecipientDomain   string          `json:"recipient-domain"`
	RecipientProvider string          `json:"recipient-provider"`
	Tags              []string        `json:"tags"`
	Campaigns         []any           `json:"campaigns"`
	Flags             map[string]bool `json:"flags"`
	Message           EmailMessage    `json:"message"`
	DeliveryStatus    EmailDelivery   `json:"delivery-status"`
	Envelope          EmailEnvelope   `json:"envelope"`
}

// EmailMessage describes the e-mail.
type EmailMessage struct {
	Headers     map[string]string `json:"headers"` // "message-id", "from", "to"
	Attachments []any             `json:"attachments"`
	Size        float64           `json:"size"` // bytes
}

// EmailDelivery is the answer of the recipient's server.
type EmailDelivery struct {
	AttemptNo           float64 `json:"attempt-no"`
	Code                float64 `json:"code"`
	EnhancedCode        string  `json:"enhanced-code"`
	Message             string  `json:"message"`
	Description         string  `json:"description"`
	SessionSeconds      float64 `json:"session-seconds"`
	FirstAttemptSeconds float64 `json:"i-first-delivery-attempt-seconds"`
	MXHost              string  `json:"mx-host"`
	UTF8                bool    `json:"utf8"`
}

// EmailEnvelope is how the e-mail travelled.
type EmailEnvelope struct {
	Sender     string `json:"sender"`
	Targets    string `json:"targets"`
	Transport  string `json:"transport"`
	SendingIP  string `json:"sending-ip"`
	IPPoolID   string `json:"i-ip-pool-id"`
	IPPoolName string `json:"i-ip-pool-name"`
}

// VoiceAiCall is the payload of VoiceAiCallEnd. The documented sample names no type.
type VoiceAiCall struct {
	ID            string            `json:"id"`
	AgentID       string            `json:"agentId"`
	ContactID     string            `json:"contactId"`
	MessageID     string            `json:"messageId"`
	FromNumber    string            `json:"fromNumber"`
	Duration      float64           `json:"duration"` // seconds
	Summary       string            `json:"summary"`
	Transcript    string            `json:"transcript"`
	Translation   VoiceTranslation  `json:"translation"`
	ExtractedData map[string]any    `json:"extractedData"`
	TrialCall     bool              `json:"trialCall"`
	Actions       []VoiceCallAction `json:"executedCallActions"`
	CreatedAt     Time              `json:"createdAt"`
}

// VoiceTranslation is a transcript in another language.
type VoiceTranslation struct {
	Transcript string `json:"transcript"`
	Language   string `json:"language"`
}

// VoiceCallAction is what the agent did during a call.
type VoiceCallAction struct {
	ID          string `json:"_id"`
	ActionType  string `json:"actionType"` // for example "CALL_TRANSFER" or "APPOINTMENT_BOOKING"
	ActionName  string `json:"actionName"`
	Description string `json:"description"`
	// Parameters depend on ActionType, and may hold secrets of custom actions.
	Parameters        json.RawMessage `json:"actionParameters"`
	ExecutedAt        Time            `json:"executedAt"`
	TriggerReceivedAt Time            `json:"triggerReceivedAt"`
}
