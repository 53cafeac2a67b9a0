package ghl

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Sentinels; match them with errors.Is. Every error of this package that has to do with a call is an [*Error], so
// errors.AsType[*ghl.Error](err) gives the details.
var (
	// ErrInvalidArgument marks a call or a setting that was refused before any request.
	ErrInvalidArgument = errors.New("ghl: invalid argument")
	// ErrNotFound means that the record does not exist or is deleted: status 404 of a known route, and the status 400 that
	// says "not found" in its message. A route that does not exist, and an HTML page with status 404, do not match, so
	// that a wrong base URL is never taken for a deleted record.
	ErrNotFound = errors.New("ghl: not found")
	// ErrDuplicate means that the location forbids a second contact with this e-mail or phone; [Error.ContactID] is the
	// first one.
	ErrDuplicate = errors.New("ghl: duplicate contact")
	// ErrUnauthorized means that the token is wrong, expired or revoked. A new token is needed.
	ErrUnauthorized = errors.New("ghl: token refused")
	// ErrScope means that the token is valid and lacks a scope. A new token does not help; the app or the private
	// integration needs the scope that the operation table names.
	ErrScope = errors.New("ghl: scope missing")
	// ErrVersion means that the Version header is refused, or that the operation does not exist in that version.
	ErrVersion = errors.New("ghl: API version refused")
	// ErrLocation means that the token has no access to the location of the request.
	ErrLocation = errors.New("ghl: no access to this location")
	// ErrRateLimited means status 429 after all repetitions; [Error.RetryAfter] says how long to wait when it is known.
	ErrRateLimited = errors.New("ghl: rate limited")
	// ErrDailyLimit means that the calls of the day are spent: refused locally before any request, or by the server.
	// [Error.RetryAfter] is the time until the day ends.
	ErrDailyLimit = errors.New("ghl: daily limit reached")
	// ErrValidation means status 422: the body or the parameters do not satisfy the API; [Error.Messages] says why.
	ErrValidation = errors.New("ghl: validation failed")
	// ErrUncertain means that a create may have been carried out or not: its answer did not arrive, could not be read, or was
	// 5xx, 408 or 422. Look for the record before creating again.
	ErrUncertain = errors.New("ghl: outcome unknown")
	// ErrAnswer means that the status was a success and the body was not what the operation answers.
	ErrAnswer = errors.New("ghl: answer not understood")
)

// kind is a set of sentinels.
type kind uint16

const (
	kindInvalid kind = 1 << iota
	kindNotFound
	kindDuplicate
	kindUnauthorized
	kindScope
	kindVersion
	kindLocation
	kindRateLimited
	kindDailyLimit
	kindValidation
	kindUncertain
	kindAnswer
)

// sentinel returns the set of one sentinel, 0 for any other error.
func sentinel(err error) kind {
	for i, s := range [...]error{ErrInvalidArgument, ErrNotFound, ErrDuplicate, ErrUnauthorized, ErrScope, ErrVersion,
		ErrLocation, ErrRateLimited, ErrDailyLimit, ErrValidation, ErrUncertain, ErrAnswer} {
		if err == s { //nolint:errorlint // the target of errors.Is is compared, not a chain
			return 1 << i
		}
	}
	return 0
}

// Error is a call that failed. Compare it with the sentinels through errors.Is; several may match, for example
// ErrValidation and ErrUncertain for a refused create.
type Error struct {
	// Operation is the ID of the operation, for example "contacts.get".
	Operation string
	// Status is the HTTP status of the answer, 0 when there was none.
	Status int
	// Code is the vendor's short error, for example "Bad Request".
	Code string
	// Message is the vendor's text, the first one when there are several; Messages holds all. What looks like a secret is
	// masked in them.
	Message  string
	Messages []string
	// TraceID is what the vendor's support asks for.
	TraceID string
	// RetryAfter is the wait that the server or the local limit asks for, 0 when unknown.
	RetryAfter time.Duration
	// ContactID and MatchingField name the existing contact of ErrDuplicate.
	ContactID, MatchingField string
	// Err is the cause when there was no answer, or none that could be read. It is nil otherwise.
	Err error

	kinds kind
	body  []byte
}

// Error returns one line without secrets and without the raw body.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("ghl: ")
	if e.Operation != "" {
		b.WriteString(e.Operation + ": ")
	}
	switch {
	case e.Status != 0:
		fmt.Fprintf(&b, "status %d", e.Status)
		if text := oneLine(strings.Join(e.Messages, "; ")); text != "" {
			b.WriteString(" " + text)
		} else if e.Err == nil {
			b.WriteString(" " + http.StatusText(e.Status))
		}
		if e.Err != nil {
			b.WriteString(": " + oneLine(e.Err.Error()))
		}
	case e.Err != nil:
		b.WriteString(oneLine(e.Err.Error()))
	default:
		b.WriteString("failed")
	}
	if e.kinds&kindUncertain != 0 {
		b.WriteString("; the create may have happened")
	}
	if e.TraceID != "" {
		b.WriteString(" (trace " + oneLine(e.TraceID) + ")")
	}
	return b.String()
}

// Is makes errors.Is match the sentinels of this package.
func (e *Error) Is(target error) bool { return e.kinds&sentinel(target) != 0 }

// Unwrap returns the cause, nil when the error is an answer of the server.
func (e *Error) Unwrap() error { return e.Err }

// Body returns the beginning of the answer, at most 64 KiB, with what looks like a secret masked. It is meant for people;
// the fields of Error hold what a program needs.
func (e *Error) Body() string { return transport.Redact(string(e.body)) }

// oneLine shortens and cleans a text for an error message.
func oneLine(s string) string {
	const limit = 300
	s = s[:min(len(s), 16*limit)] // far beyond what is shown, so that no secret is cut in two
	s = strings.TrimPrefix(transport.Redact(s), "ghl: ")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return strings.Join(strings.Fields(s), " ")
}

// invalid makes the error of a call that was refused before any request.
func invalid(op, format string, args ...any) error {
	return &Error{Operation: op, Err: fmt.Errorf(format, args...), kinds: kindInvalid}
}

// required checks the named values of a call; pairs are name, value.
func required(id opID, pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) == "" {
			return invalid(operations[id].ID, "%s is empty", pairs[i])
		}
	}
	return nil
}

// lost turns a call without an answer into an *Error.
func lost(op Operation, err error) error {
	e := &Error{Operation: op.ID, Err: err}
	if inner, ok := errors.AsType[*Error](err); ok { // a refusal of the limiter or of a token source
		e.kinds, e.RetryAfter, e.Err = inner.kinds, inner.RetryAfter, inner.Err
	}
	te, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return e
	}
	if e.Err == err { //nolint:errorlint // the very same value
		e.Err = &cause{te}
	}
	if errors.Is(err, transport.ErrInvalid) {
		e.kinds |= kindInvalid
	}
	if te.Sent && !op.Repeatable {
		e.kinds |= kindUncertain
	}
	return e
}

// cause keeps the chain of a transport error and drops its prefix, which the *Error repeats.
type cause struct{ inner *transport.Error }

func (c *cause) Error() string { return transport.Redact(c.inner.Err.Error()) }
func (c *cause) Unwrap() error { return c.inner }

// unreadable makes the error of a success whose body cannot be used.
func unreadable(op Operation, resp *transport.Response, err error) error {
	e := &Error{Operation: op.ID, Status: resp.Status, Err: err, body: resp.Body, kinds: kindAnswer}
	e.body = slices.Clone(e.body[:min(len(e.body), transport.DefaultMaxErrorBody)])
	if !op.Repeatable {
		e.kinds |= kindUncertain
	}
	return e
}
