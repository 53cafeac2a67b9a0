package transport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Sentinels; match them with errors.Is.
var (
	// ErrInvalid marks a request or a configuration that was refused before anything was sent.
	ErrInvalid = errors.New("invalid argument")
	// ErrRedirect marks an answer that redirects where this client does not follow: to another scheme or host, or from a
	// request that is not a plain read.
	ErrRedirect = errors.New("redirect refused")
	// ErrBodyTooLarge marks a successful answer whose body is over [Config.MaxBody].
	ErrBodyTooLarge = errors.New("response body over the limit")
	// ErrAttemptTimeout marks an attempt that took longer than its timeout while the context of the call was still alive.
	// It also matches context.DeadlineExceeded.
	ErrAttemptTimeout error = attemptTimeout{}
)

type attemptTimeout struct{}

func (attemptTimeout) Error() string {
	return "no complete answer within the time limit of one attempt"
}

func (attemptTimeout) Timeout() bool { return true }

// Error is a call that ended without a complete answer. An answer with an error status is not an Error but a [Response].
type Error struct {
	// Name is [Config.Name], the prefix of the text.
	Name string
	// Method and Template name the call; identifiers are not part of the text.
	Method, Template string
	// Attempts counts the requests that were started, 0 when the call was refused before that.
	Attempts int
	// Sent reports that the server may have seen the request and may have acted on it. When it is false, nothing was
	// done. For a repeatable request it means only that the state on the server is not known, and for a GET, which changes
	// nothing, only that an attempt was made.
	Sent bool
	// Hook reports that Authorize, Reauthorize or the Gate refused; Err is then their error.
	Hook bool
	// Err is the cause.
	Err error
}

// Error returns a text without secrets: query strings, tokens and keys are left out or masked.
func (e *Error) Error() string {
	text := Redact(e.Err.Error())
	if e.Attempts > 1 {
		text = fmt.Sprintf("%s (after %d attempts)", text, e.Attempts)
	}
	return fmt.Sprintf("%s: %s %s: %s", e.Name, e.Method, e.Template, text)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// hookError carries the refusal of a hook through the retry loop.
type hookError struct{ err error }

func (e *hookError) Error() string { return e.err.Error() }
func (e *hookError) Unwrap() error { return e.err }

// timeoutError joins the marker of an attempt timeout with what the standard library reported.
type timeoutError struct{ cause error }

func (e *timeoutError) Error() string   { return ErrAttemptTimeout.Error() }
func (e *timeoutError) Unwrap() []error { return []error{ErrAttemptTimeout, e.cause} }
func (e *timeoutError) Timeout() bool   { return true }

// peel removes the *url.Error around an error of net/http, because its text repeats the whole URL.
func peel(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}

// isRedirect reports whether status asks the client to go elsewhere.
func isRedirect(status int) bool {
	return status >= 300 && status < 400 && status != http.StatusNotModified
}
