package pagicotest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
)

// problemPrefix starts every problem type; the project owns no pagico.com URL.
const problemPrefix = "urn:pagico-contract:problem:"

// fieldError is one entry of a problem's errors[].
type fieldError struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// problem is an error answer (RFC 9457).
type problem struct {
	Type       string       `json:"type"`
	Title      string       `json:"title"`
	Status     int          `json:"status"`
	Detail     string       `json:"detail,omitempty"`
	Instance   string       `json:"instance,omitempty"`
	RequestID  string       `json:"requestId,omitempty"`
	ExistingID string       `json:"existingId,omitempty"`
	Errors     []fieldError `json:"errors,omitempty"`

	header http.Header
}

// Error makes a problem usable as a Go error inside the package.
func (p *problem) Error() string {
	return fmt.Sprintf("pagicotest: %d %s: %s", p.Status, p.Title, p.Detail)
}

func newProblem(status int, kind, title, detail string, args ...any) *problem {
	return &problem{Type: problemPrefix + kind, Title: title, Status: status, Detail: fmt.Sprintf(detail, args...)}
}

func badRequest(detail string, args ...any) *problem {
	return newProblem(http.StatusBadRequest, "invalid-request", "Invalid request", detail, args...)
}

func notFound(what string) *problem {
	return newProblem(http.StatusNotFound, "not-found", "Not found", "no such %s", what)
}

func invalid(errs []fieldError) *problem {
	p := newProblem(http.StatusUnprocessableEntity, "validation-error", "Validation failed", "%s %s", errs[0].Pointer, errs[0].Detail)
	p.Errors = errs
	return p
}

func externalConflict(existing string) *problem {
	p := newProblem(http.StatusConflict, "external-id-conflict", "External id in use", "another record has this externalId")
	p.ExistingID = existing
	return p
}

// reply is an answer before it is written.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func jsonReply(status int, body []byte) reply {
	return reply{status, http.Header{"Content-Type": {"application/json"}}, body}
}

// reply turns a problem into an answer for one request.
func (p *problem) reply(instance, requestID string) reply {
	c := *p
	c.Instance, c.RequestID = instance, requestID
	body, err := json.Marshal(c)
	if err != nil {
		body = []byte(`{"status":500}`)
	}
	h := http.Header{"Content-Type": {"application/problem+json"}}
	maps.Copy(h, p.header)
	return reply{p.Status, h, body}
}
