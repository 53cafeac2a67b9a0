package pagico

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"
)

// maxErrorBody is how much of an answer is read when it is not a success.
const maxErrorBody = 4 << 10

// requestIDHeaders are asked in turn when the problem document has no request id.
var requestIDHeaders = [...]string{"X-Request-Id", "Request-Id"}

// decodeError makes an *Error of an answer that is not a success. It never fails: proxies and gateways answer with HTML, with
// nothing, or with half a document, and the status is then all there is.
func decodeError(op Operation, status int, h http.Header, body []byte, now time.Time) *Error {
	e := &Error{Operation: op, Status: status, body: body}
	if looksLikeJSON(h, body) {
		e.readProblem(body)
	}
	e.RetryAfter = retryAfter(h, now)
	if e.RequestID == "" {
		e.RequestID = requestID(h)
	}
	return e
}

// readProblem fills e from a problem document. Members of the wrong type are skipped
// one by one, as RFC 9457 §3.1 asks. The status member is only advisory; the status of
// the answer stays.
func (e *Error) readProblem(body []byte) {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil {
		return
	}
	for name, dst := range map[string]*string{
		"type": &e.Type, "title": &e.Title, "detail": &e.Detail, "instance": &e.Instance,
		"requestId": &e.RequestID, "existingId": &e.ExistingID,
	} {
		var s string
		if json.Unmarshal(doc[name], &s) == nil {
			*dst = s
		}
	}
	var list []json.RawMessage
	if json.Unmarshal(doc["errors"], &list) != nil {
		return
	}
	for _, raw := range list {
		var f FieldError
		if json.Unmarshal(raw, &f) == nil && (f.Pointer != "" || f.Detail != "") {
			e.Errors = append(e.Errors, f)
		}
	}
}

func looksLikeJSON(h http.Header, body []byte) bool {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")) {
		return true
	}
	return strings.HasPrefix(strings.TrimLeft(string(body), " \t\r\n"), "{")
}

func requestID(h http.Header) string {
	for _, name := range requestIDHeaders {
		if v := h.Get(name); v != "" {
			return v
		}
	}
	return ""
}
