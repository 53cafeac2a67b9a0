package ghl

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// refused turns an answer with an error status into an *Error.
func refused(op Operation, resp *transport.Response) error {
	e := &Error{Operation: op.ID, Status: resp.Status, RetryAfter: resp.RetryAfter, body: resp.Body}
	html := e.parse(resp.Body)
	e.TraceID = cmp.Or(e.TraceID, traceHeader(resp.Header))
	e.kinds = e.classify(html)
	if e.Status == http.StatusTooManyRequests {
		rate := readRate(resp.Header)
		if rate.dayKnown && rate.dayRemaining == 0 {
			e.kinds |= kindDailyLimit
			e.RetryAfter = cmp.Or(e.RetryAfter, rate.dayReset)
		}
	}
	if !op.Repeatable && (e.Status >= 500 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusUnprocessableEntity) {
		e.kinds |= kindUncertain
	}
	return e
}

// traceHeader is the trace id that some answers carry in a header alone.
func traceHeader(h http.Header) string { return cmp.Or(h.Get("Traceid"), h.Get("X-Trace-Id")) }

// redact masks what looks like a secret in the texts: a server may repeat the request that it refuses.
func (e *Error) redact() {
	e.Message, e.Code, e.TraceID = transport.Redact(e.Message), transport.Redact(e.Code), transport.Redact(e.TraceID)
	for i, text := range e.Messages {
		e.Messages[i] = transport.Redact(text)
	}
}

// errorBody holds the known keys of error answers; each is decoded on its own, so that an odd one spoils nothing.
type errorBody struct {
	Message, Error, Detail, Code, TraceID, Meta, Msg, Description json.RawMessage
}

// parse fills the texts from a body that may be JSON in several shapes, a JSON string, HTML, cut off, or empty. It
// reports whether the body is a page for people.
func (e *Error) parse(body []byte) (html bool) {
	defer e.redact()
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return false
	}
	if body[0] == '<' {
		return true
	}
	if body[0] != '{' {
		e.Messages = texts(body)
		e.Message = first(e.Messages)
		return false
	}
	b := errorBody{}
	for key, raw := range members(body) {
		switch key {
		case "message":
			b.Message = raw
		case "error":
			b.Error = raw
		case "detail", "details":
			b.Detail = raw
		case "code":
			b.Code = raw
		case "traceId", "trace_id":
			b.TraceID = raw
		case "meta":
			b.Meta = raw
		case "msg":
			b.Msg = raw
		case "error_description":
			b.Description = raw
		}
	}
	e.fill(b)
	return false
}

func (e *Error) fill(b errorBody) {
	e.TraceID = first(texts(b.TraceID))
	e.Code = first(texts(b.Code))
	if len(b.Error) > 0 && b.Error[0] == '{' { // the envelope of version 3
		inner := Error{}
		inner.parse(b.Error)
		e.Code, e.Messages = cmp.Or(e.Code, inner.Code), inner.Messages
		e.TraceID = cmp.Or(e.TraceID, inner.TraceID)
	} else {
		e.Code = cmp.Or(first(texts(b.Error)), e.Code)
	}
	for _, raw := range []json.RawMessage{b.Message, b.Description, b.Msg, b.Detail, b.Error} {
		if len(e.Messages) == 0 {
			e.Messages = texts(raw)
		}
	}
	e.Message = first(e.Messages)
	for key, raw := range members(b.Meta) {
		switch key {
		case "contactId":
			e.ContactID = first(texts(raw))
		case "matchingField":
			e.MatchingField = first(texts(raw))
		}
	}
}

// texts reads a string, an array of strings, or an object with a message, and shows anything else as it is.
func texts(raw json.RawMessage) []string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		if s = strings.TrimSpace(s); s == "" {
			return nil
		}
		return []string{s}
	case '[':
		var out []string
		for el := range elements(raw) {
			out = append(out, texts(el)...)
		}
		return out
	case '{':
		inner := Error{}
		if inner.parse(raw); len(inner.Messages) > 0 {
			return inner.Messages
		}
	}
	return []string{string(raw[:min(len(raw), 1024)])}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// The patterns are compiled once and never change.
var (
	noRoute     = regexp.MustCompile(`(?i)^cannot (get|post|put|patch|delete|head|options) `)
	saysScope   = regexp.MustCompile(`(?i)\bscopes?\b`)
	saysVersion = regexp.MustCompile(`(?i)version header|api version|in version|\bversion\b.*\b(invalid|not found|not supported|removed|retired)`)
	saysGone    = regexp.MustCompile(`(?i)\b(not found|does not exist|doesn't exist|no longer exists)\b`)
)

// classify reads the sentinels from status and message, as observed; see the vendor's common schemas for the bare statuses.
func (e *Error) classify(html bool) kind {
	text := strings.Join(e.Messages, " ")
	switch e.Status {
	case http.StatusBadRequest:
		switch {
		case saysVersion.MatchString(text):
			return kindVersion
		case e.ContactID != "" || strings.Contains(strings.ToLower(text), "duplicated contact"):
			return kindDuplicate
		case saysGone.MatchString(text) && !noRoute.MatchString(text):
			return kindNotFound
		}
	case http.StatusUnauthorized:
		switch {
		case saysVersion.MatchString(text):
			return kindVersion
		case saysScope.MatchString(text):
			return kindScope
		}
		return kindUnauthorized
	case http.StatusForbidden:
		switch {
		case saysScope.MatchString(text):
			return kindScope
		case strings.Contains(strings.ToLower(text), "location"):
			return kindLocation
		}
	case http.StatusNotFound, http.StatusGone:
		if !html && !noRoute.MatchString(text) {
			return kindNotFound
		}
	case http.StatusUnprocessableEntity:
		return kindValidation
	case http.StatusTooManyRequests:
		return kindRateLimited
	}
	return 0
}
