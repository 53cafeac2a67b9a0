package pagico

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Sentinels for errors.Is. Each stands for one answer a caller can act on; the
// *Error behind it has the details. Source: contract §3.7.
var (
	// ErrInvalidRequest: 400, the request is malformed.
	ErrInvalidRequest = errors.New("pagico: invalid request")
	// ErrUnauthorized: 401, no token, or one that is expired or revoked.
	ErrUnauthorized = errors.New("pagico: unauthorized")
	// ErrScope: 403, the token lacks the scope of this operation.
	ErrScope = errors.New("pagico: insufficient scope")
	// ErrNotFound: 404, there is no such record, or 410 without a cursor.
	ErrNotFound = errors.New("pagico: not found")
	// ErrExternalIDConflict: 409, the external id is taken; see Error.ExistingID.
	ErrExternalIDConflict = errors.New("pagico: external id already used")
	// ErrIdempotencyInProgress: 409, the first request with this key is still running.
	ErrIdempotencyInProgress = errors.New("pagico: a request with this idempotency key is in progress")
	// ErrIdempotencyKeyReused: 422, the key was used before with another body.
	ErrIdempotencyKeyReused = errors.New("pagico: idempotency key reused with another body")
	// ErrCursorExpired: 410, the page cursor is too old; start the list again.
	ErrCursorExpired = errors.New("pagico: cursor expired")
	// ErrPreconditionFailed: 412, the record changed since the given etag; read it again.
	ErrPreconditionFailed = errors.New("pagico: precondition failed")
	// ErrPreconditionRequired: 428, the server demands [IfMatch] for this write.
	ErrPreconditionRequired = errors.New("pagico: precondition required")
	// ErrTooLarge: 413, the request body is too large.
	ErrTooLarge = errors.New("pagico: request too large")
	// ErrUnsupportedMedia: 415, the server does not take this content type.
	ErrUnsupportedMedia = errors.New("pagico: unsupported media type")
	// ErrValidation: 422, fields have values that the server refuses; see Error.Errors.
	ErrValidation = errors.New("pagico: validation failed")
	// ErrRateLimited: 429 after all retries, or a wait longer than the client may take;
	// see Error.RetryAfter.
	ErrRateLimited = errors.New("pagico: rate limited")
	// ErrNotSupported: 501, or an operation that the client's [Routes] do not offer; in
	// the second case nothing was sent.
	ErrNotSupported = errors.New("pagico: operation not supported")
	// ErrServer: any other 5xx answer.
	ErrServer = errors.New("pagico: server error")
	// ErrNotModified: 304, the record still has the etag given with [IfNoneMatch].
	ErrNotModified = errors.New("pagico: not modified")
	// ErrUncertain: a write was sent and its answer was lost, so it may or may not have
	// taken effect, and repeating it blindly is not safe. Read the record, or repeat the
	// call with the same [IdempotencyKey].
	ErrUncertain = errors.New("pagico: outcome unknown")
	// ErrAnswer: the status was a success and the body was not what the operation answers.
	ErrAnswer = errors.New("pagico: answer not understood")
	// ErrInvalidArgument: a call or a setting was refused before anything was sent.
	ErrInvalidArgument = errors.New("pagico: invalid argument")
)

// problemPrefix starts the type of every problem the contract names. Only the part
// after it decides, so a gateway may use a prefix of its own.
const problemPrefix = "urn:pagico-contract:problem:"

// Problem types of the contract, without their prefix (contract §3.7).
const (
	problemInvalidRequest       = "invalid-request"
	problemInvalidToken         = "invalid-token"
	problemInsufficientScope    = "insufficient-scope"
	problemNotFound             = "not-found"
	problemExternalIDConflict   = "external-id-conflict"
	problemIdempotencyRunning   = "idempotency-in-progress"
	problemIdempotencyReused    = "idempotency-key-reused"
	problemCursorExpired        = "cursor-expired"
	problemPreconditionFailed   = "precondition-failed"
	problemPreconditionRequired = "precondition-required"
	problemTooLarge             = "too-large"
	problemUnsupportedMedia     = "unsupported-media-type"
	problemValidation           = "validation-error"
	problemRateLimited          = "rate-limited"
	problemNotSupported         = "not-supported"
	problemServer               = "server-error"
)

// Error is a call that failed: with an answer that is not a success, read from a problem
// document (RFC 9457) or, where the body is something else, from the status alone; with a
// success that cannot be read; or, with Status 0, without an answer, and then errors.Is
// also sees the cause, such as context.DeadlineExceeded. Every error of this package is
// one. Match it with the sentinels, of which several may apply, or take it whole:
//
//	if e, ok := errors.AsType[*pagico.Error](err); ok { … }
//
// Error() never holds the request or response body. Source: contract §3.7.
type Error struct {
	// Operation is the route that was called, such as "tasks.update".
	Operation Operation
	// Type is the problem type as sent, usually "urn:pagico-contract:problem:…".
	Type string
	// Title is the server's short summary of the type.
	Title string
	// Status is the HTTP status of the answer.
	Status int
	// Detail is the server's explanation of this occurrence.
	Detail string
	// Instance is the server's name for this occurrence, often the request path.
	Instance string
	// RequestID names the request in the server's log; quote it when asking for help.
	RequestID string
	// Errors lists the fields at fault, when the server named them.
	Errors []FieldError
	// ExistingID is the record that already has the external id (with
	// ErrExternalIDConflict).
	ExistingID string
	// RetryAfter is how long the server asked to wait, or 0 when it did not say. It is
	// not capped.
	RetryAfter time.Duration
	// IdempotencyKey is the key that a create was sent with, or "". Repeating the call
	// with it and the same body is safe, whatever became of this one.
	IdempotencyKey string
	// Err is the cause when there was no answer, or none that could be read. It is nil
	// otherwise.
	Err error

	body      []byte
	is        error // the sentinel, when neither type nor status decides
	uncertain bool  // a write may have taken effect
	doubt     bool  // an earlier attempt of the call may have taken effect
}

// FieldError is one entry of Error.Errors.
type FieldError struct {
	// Pointer is a JSON pointer in URI fragment form to the member at fault: "#/dueDate".
	Pointer string `json:"pointer"`
	// Detail says what is wrong with it.
	Detail string `json:"detail"`
}

// Error gives operation, status, and the server's own short words.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "pagico: %s: ", e.Operation)
	if e.Status != 0 {
		fmt.Fprintf(&b, "%d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Err != nil {
		if e.Status != 0 {
			b.WriteString(": ")
		}
		b.WriteString(clip(strings.TrimPrefix(transport.Redact(e.Err.Error()), "pagico: "), 1000))
	}
	if kind := e.kind(); kind != "" {
		fmt.Fprintf(&b, " (%s)", clip(kind, 60))
	}
	if e.Detail != "" {
		fmt.Fprintf(&b, ": %s", clip(e.Detail, 300))
	} else if e.Title != "" {
		fmt.Fprintf(&b, ": %s", clip(e.Title, 300))
	}
	for i, f := range e.Errors {
		if i == 5 {
			fmt.Fprintf(&b, "; and %d more", len(e.Errors)-i)
			break
		}
		fmt.Fprintf(&b, "; %s: %s", clip(f.Pointer, 60), clip(f.Detail, 120))
	}
	if e.uncertain {
		b.WriteString("; the write may have happened")
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " [request %s]", clip(e.RequestID, 80))
	}
	return b.String()
}

// Body returns the beginning of the answer, at most 4 KiB, with what looks like a secret
// masked. It is meant for people; the fields hold what a program needs.
func (e *Error) Body() string { return transport.Redact(string(e.body)) }

// Is matches the sentinels of this package, by problem type first and by status where
// the type is missing or unknown.
// [ErrUncertain] is matched besides.
func (e *Error) Is(target error) bool {
	if target == ErrUncertain {
		return e.uncertain
	}
	return target != nil && target == e.sentinel()
}

// Unwrap returns why there is no answer, or nil when there is one.
func (e *Error) Unwrap() error { return e.Err }

// kind is the problem type without its prefix, or "".
func (e *Error) kind() string {
	if e.Type == "" || e.Type == "about:blank" {
		return ""
	}
	if rest, ok := strings.CutPrefix(e.Type, problemPrefix); ok {
		return rest
	}
	return e.Type[strings.LastIndexAny(e.Type, ":/#")+1:]
}

func (e *Error) sentinel() error {
	if e.is != nil {
		return e.is
	}
	switch e.kind() {
	case problemInvalidRequest:
		return ErrInvalidRequest
	case problemInvalidToken:
		return ErrUnauthorized
	case problemInsufficientScope:
		return ErrScope
	case problemNotFound:
		return ErrNotFound
	case problemExternalIDConflict:
		return ErrExternalIDConflict
	case problemIdempotencyRunning:
		return ErrIdempotencyInProgress
	case problemIdempotencyReused:
		return ErrIdempotencyKeyReused
	case problemCursorExpired:
		return ErrCursorExpired
	case problemPreconditionFailed:
		return ErrPreconditionFailed
	case problemPreconditionRequired:
		return ErrPreconditionRequired
	case problemTooLarge:
		return ErrTooLarge
	case problemUnsupportedMedia:
		return ErrUnsupportedMedia
	case problemValidation:
		return ErrValidation
	case problemRateLimited:
		return ErrRateLimited
	case problemNotSupported:
		return ErrNotSupported
	case problemServer:
		return ErrServer
	}
	return e.statusSentinel()
}

func (e *Error) statusSentinel() error {
	switch e.Status {
	case http.StatusNotModified:
		return ErrNotModified
	case http.StatusBadRequest:
		return ErrInvalidRequest
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusForbidden:
		return ErrScope
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusConflict:
		if e.ExistingID != "" {
			return ErrExternalIDConflict
		}
	case http.StatusGone:
		if strings.HasSuffix(string(e.Operation), ".list") {
			return ErrCursorExpired
		}
		return ErrNotFound
	case http.StatusPreconditionFailed:
		return ErrPreconditionFailed
	case http.StatusPreconditionRequired:
		return ErrPreconditionRequired
	case http.StatusRequestEntityTooLarge:
		return ErrTooLarge
	case http.StatusUnsupportedMediaType:
		return ErrUnsupportedMedia
	case http.StatusUnprocessableEntity:
		return ErrValidation
	case http.StatusTooManyRequests:
		return ErrRateLimited
	case http.StatusNotImplemented:
		return ErrNotSupported
	}
	if e.Status >= 500 {
		return ErrServer
	}
	return nil
}

// clip shortens server text for a message and takes control characters out of it, so
// that it cannot forge log lines.
func clip(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// opNew and opCall stand for the operation where there is none yet.
const (
	opNew    Operation = "new"
	opCall   Operation = "call"
	opRoutes Operation = "routes"
	opOAuth  Operation = "oauth"
	opRaw    Operation = "do"
)

// invalid makes the error of a call or a setting that was refused before any request.
func invalid(op Operation, format string, args ...any) *Error {
	return &Error{Operation: op, Err: fmt.Errorf(format, args...), is: ErrInvalidArgument}
}
