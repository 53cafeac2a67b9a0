package tokens

import (
	"errors"
	"fmt"
	"time"
)

// Sentinels; the public packages re-export or translate them.
var (
	// ErrAuthorizeAgain means that only a person can help, by authorizing the app again.
	ErrAuthorizeAgain = errors.New("authorize again")
	// ErrNone means that the store has no token for the key.
	ErrNone = errors.New("no token is stored")
	// ErrUnreadable means that stored bytes cannot be read: damaged, moved from another tenant, or sealed with a key
	// that is not among the given ones.
	ErrUnreadable = errors.New("stored token cannot be read")
)

// AuthorizeAgain says why and since when; it matches [ErrAuthorizeAgain].
type AuthorizeAgain struct {
	Reason string
	At     time.Time
}

// Error returns the reason.
func (e *AuthorizeAgain) Error() string { return "authorize again: " + e.Reason }

// Is matches [ErrAuthorizeAgain].
func (e *AuthorizeAgain) Is(target error) bool { return target == ErrAuthorizeAgain }

// outcome is what a failed exchange says about the old token.
type outcome int

const (
	unchanged outcome = iota // it was not used up
	refused                  // it is void
	unclear                  // nobody knows
)

type failure struct {
	outcome outcome
	err     error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// Refused marks the error of an exchange whose server said that the refresh token is void.
func Refused(err error) error { return &failure{refused, err} }

// Unclear marks the error of an exchange that may have used the refresh token up: the request was sent, and the answer
// did not arrive or says nothing.
func Unclear(err error) error { return &failure{unclear, err} }

func outcomeOf(err error) outcome {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.outcome
	}
	return unchanged
}

// waiting is the error of a token whose exchange was unclear twice, until the next try.
type waiting struct {
	tries int
	until time.Time
}

func (w *waiting) Error() string {
	return fmt.Sprintf("the outcome of %d refreshes is unknown; the next one is made at %s", w.tries, w.until.UTC().Format(time.RFC3339))
}
