package pagico

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

var errNoToken = errors.New("the token source gave no token")

// TokenRefresher is an ability that a token source may have besides
// [oauth2.TokenSource]: to replace a token that the server has refused although it had
// not expired.
//
// The client calls Refresh at most once per call, after a 401, from any number of
// goroutines; stale holds the access token that was refused. An implementation returns
// the token that is now valid, and refreshes only when stale is still the newest one it
// knows. Its error ends the call. Package ghl has an interface of the same shape, so that
// one implementation serves both.
//
// The client looks for the method at run time, and one of another shape goes unnoticed;
// let the compiler check:
//
//	var _ pagico.TokenRefresher = (*Source)(nil)
type TokenRefresher interface {
	Refresh(ctx context.Context, stale *oauth2.Token) (*oauth2.Token, error)
}

// ContextTokenSource is an ability that a token source may have: to fetch a token under
// the context of the call. It must be safe for concurrent use. As with
// [TokenRefresher], let the compiler check that a source has it.
type ContextTokenSource interface {
	TokenContext(ctx context.Context) (*oauth2.Token, error)
}

const bearerPrefix = "Bearer "

// bearer sets the Authorization header of one attempt.
func bearer(src oauth2.TokenSource) func(context.Context, http.Header) error {
	return func(ctx context.Context, h http.Header) error {
		var tok *oauth2.Token
		var err error
		if s, ok := src.(ContextTokenSource); ok {
			tok, err = s.TokenContext(ctx)
		} else {
			tok, err = src.Token()
		}
		if err != nil {
			return tokenError(err)
		}
		if tok == nil || tok.AccessToken == "" || strings.ContainsAny(tok.AccessToken, "\r\n") {
			return tokenError(errNoToken)
		}
		h.Set("Authorization", bearerPrefix+tok.AccessToken)
		return nil
	}
}

// reauthorize asks the token source for another token after a 401.
func reauthorize(src oauth2.TokenSource) func(context.Context, string, *transport.Response) (bool, error) {
	return func(ctx context.Context, used string, _ *transport.Response) (bool, error) {
		s, ok := src.(TokenRefresher)
		if !ok {
			return false, nil
		}
		stale := strings.TrimPrefix(used, bearerPrefix)
		tok, err := s.Refresh(ctx, &oauth2.Token{AccessToken: stale})
		if err != nil {
			return false, tokenError(err)
		}
		return tok != nil && tok.AccessToken != stale, nil
	}
}

// tokenError is a call that got no token. Where the authorization server refused, it is
// ErrUnauthorized: asking again does not help, the user has to grant access anew.
func tokenError(err error) *Error {
	e := &Error{Err: err}
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); errors.Is(err, errNoToken) ||
		ok && (refused.Response == nil || refused.Response.StatusCode < 500) {
		e.is = ErrUnauthorized
	}
	return e
}
