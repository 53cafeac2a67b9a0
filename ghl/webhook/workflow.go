package webhook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// DefaultSecretHeader is the header that a workflow's "Custom Webhook" action has to set to the secret.
const DefaultSecretHeader = "X-Webhook-Secret" //nolint:gosec // the name of a header, not a secret

// minSecret is the shortest secret, in bytes.
const minSecret = 16

// ErrSecret marks a secret of a workflow webhook that is missing or too short.
var ErrSecret = errors.New("webhook: unusable secret")

// WorkflowEvent is what a workflow sends. Its members depend on the trigger and on what the person put into customData; the
// names are those of the samples, and all may be missing.
type WorkflowEvent struct {
	ContactID   string `json:"contact_id"`
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name"`
	FullName    string `json:"full_name"`
	Email       string `json:"email"`
	Phone       string `json:"phone"`
	Tags        string `json:"tags"` // separated by commas
	Country     string `json:"country"`
	DateCreated Time   `json:"date_created"`
	ContactType string `json:"contact_type"`
	// Location is where the workflow runs, Workflow which one it is.
	Location WorkflowPlace `json:"location"`
	Workflow WorkflowPlace `json:"workflow"`
	// CustomData is what the action adds; TriggerData, Calendar and Task belong to the trigger, for example
	// calendar.appointmentId.
	CustomData  map[string]any  `json:"customData"`
	TriggerData json.RawMessage `json:"triggerData"`
	Calendar    json.RawMessage `json:"calendar"`
	Task        json.RawMessage `json:"task"`
	// Raw is the body as it came.
	Raw json.RawMessage `json:"-"`
}

// WorkflowPlace names a location or a workflow.
type WorkflowPlace struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// WorkflowFunc takes one workflow webhook. It should store what is to be done and return; whether a workflow tries again
// after an error is not documented.
type WorkflowFunc func(ctx context.Context, e WorkflowEvent) error

// WorkflowHandler is an [http.Handler] for the webhooks of workflows, which are not signed: it asks for a secret in a header. Its
// answers are those of [Handler]; 401 means that the secret is missing or wrong, and a body that is not a JSON object is
// handed over with Raw alone. It is safe for concurrent use.
type WorkflowHandler struct {
	header  string
	secrets [][sha256.Size]byte
	fn      WorkflowFunc
	set     handling
}

// NewWorkflowHandler returns a handler that accepts any of the secrets in a header; an empty name means
// [DefaultSecretHeader]. Several secrets allow a change without a gap. Each needs at least 16 bytes, else the error matches
// [ErrSecret].
func NewWorkflowHandler(header string, secrets []string, fn WorkflowFunc, opts ...HandlerOption) (*WorkflowHandler, error) {
	if fn == nil {
		return nil, errNoFunc
	}
	if len(secrets) == 0 {
		return nil, fmt.Errorf("%w: none given", ErrSecret)
	}
	if header == "" {
		header = DefaultSecretHeader
	}
	h := &WorkflowHandler{header: header, fn: fn, set: defaults()}
	for i, s := range secrets {
		if len(s) < minSecret {
			return nil, fmt.Errorf("%w: number %d of %d is shorter than %d bytes", ErrSecret, i+1, len(secrets), minSecret)
		}
		h.secrets = append(h.secrets, sha256.Sum256([]byte(s)))
	}
	for _, opt := range opts {
		opt(&h.set)
	}
	return h, nil
}

// ServeHTTP answers one delivery.
func (h *WorkflowHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.allowed(r.Header) {
		h.set.refuse(w, r, http.StatusUnauthorized, fmt.Errorf("%w: the header %s is missing or wrong", ErrSecret, h.header))
		return
	}
	body, ok := h.set.read(w, r)
	if !ok {
		return
	}
	e := DecodeWorkflow(body)
	if err := h.fn(r.Context(), e); err != nil {
		h.set.log.ErrorContext(r.Context(), "workflow webhook not taken, asking for a retry", "error", err)
		h.set.later(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// allowed compares hashes, so that neither the length nor the beginning of a secret shows in the time, and always with all of
// them.
func (h *WorkflowHandler) allowed(header http.Header) bool {
	values := header.Values(h.header)
	if len(values) != 1 || len(h.secrets) == 0 {
		return false
	}
	given := sha256.Sum256([]byte(values[0]))
	found := 0
	for _, s := range h.secrets {
		found |= subtle.ConstantTimeCompare(given[:], s[:])
	}
	return found == 1
}

// DecodeWorkflow reads a body without checking where it came from. It never fails; Raw is a copy.
func DecodeWorkflow(body []byte) WorkflowEvent {
	var e WorkflowEvent
	if object := bytes.TrimSpace(body); len(object) == 0 || object[0] != '{' || !usable(json.Unmarshal(object, &e)) {
		e = WorkflowEvent{}
	}
	e.Raw = slices.Clone(body)
	return e
}
