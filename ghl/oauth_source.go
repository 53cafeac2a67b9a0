package ghl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

// ErrAuthorizeAgain means that no refresh can help any more: a person has to install the app again, after which the same
// token source works. It is reported at once and without a request until then. Such errors match [ErrUnauthorized] too; the
// details are in [*AuthorizeAgainError].
var ErrAuthorizeAgain = errors.New("ghl: authorize the app again")

// AuthorizeAgainError says whose authorization has ended, why, and since when.
type AuthorizeAgainError struct {
	// Tenant names the installation, for example "location L1".
	Tenant string
	// Reason is for people: the refresh token was refused, its pair was lost in a crash, or nothing is stored.
	Reason string
	// At is when that was found; zero when nothing is stored.
	At time.Time
}

// Error returns one line without secrets.
func (e *AuthorizeAgainError) Error() string {
	return "ghl: authorize the app again for " + e.Tenant + ": " + oneLine(e.Reason)
}

// Is matches [ErrAuthorizeAgain] and [ErrUnauthorized].
func (e *AuthorizeAgainError) Is(target error) bool {
	return target == ErrAuthorizeAgain || target == ErrUnauthorized
}

// TokenSource gives the valid token of one installation; pass it to [WithTokenSource]. Any number of goroutines and processes
// may use the same installation: together they refresh once, and the new pair is stored before it is used. Get one from
// [OAuth.Location], [OAuth.Company] or [OAuth.LocationOf].
//
// Errors match [ErrAuthorizeAgain] when only a person can help, and [ErrTokenUnreadable] when the stored token cannot be read.
// All others may pass: a store or a token endpoint that cannot be reached. A failed refresh is not repeated for two
// seconds, and after two whose outcome is unknown not for half a minute and longer; calls in between get the same error.
type TokenSource struct {
	owner  *OAuth
	inner  *tokens.Source
	key    string
	tenant string
	bad    error
	// company and location are the parts of a source made by LocationOf.
	company, location string
}

var (
	_ TokenRefresher     = (*TokenSource)(nil)
	_ ContextTokenSource = (*TokenSource)(nil)
)

// Token is [TokenSource.TokenContext] without a context.
func (s *TokenSource) Token() (*oauth2.Token, error) { return s.TokenContext(context.Background()) }

// TokenContext returns a token that is valid now, refreshed if need be. The refresh itself goes on when ctx ends. The
// refresh token is left out, so that nobody else uses it up.
func (s *TokenSource) TokenContext(ctx context.Context) (*oauth2.Token, error) {
	if s.bad != nil {
		return nil, s.bad
	}
	return s.out(s.inner.Token(ctx))
}

// Refresh returns another token than stale, which a server has refused. It refreshes only while stale is the stored one.
func (s *TokenSource) Refresh(ctx context.Context, stale *oauth2.Token) (*oauth2.Token, error) {
	switch {
	case s.bad != nil:
		return nil, s.bad
	case stale == nil:
		return nil, invalid("oauth", "the stale token is nil")
	}
	return s.out(s.inner.Refresh(ctx, stale.AccessToken))
}

// Wait returns when no refresh is under way in this process, or with the error of ctx. A program that ends in the middle of a
// refresh may lose the pair; call Wait before.
func (s *TokenSource) Wait(ctx context.Context) error {
	if s.bad != nil {
		return s.bad
	}
	return s.inner.Wait(ctx)
}

// Stored returns what the store holds, secrets included, without a refresh: to see scopes and ids. Errors match
// [ErrAuthorizeAgain] when nothing is stored.
func (s *TokenSource) Stored(ctx context.Context) (OAuthToken, error) {
	if s.bad != nil {
		return OAuthToken{}, s.bad
	}
	t, err := tokens.Get(ctx, s.owner.cfg.Store, s.key)
	if err != nil {
		return OAuthToken{}, s.fault(err)
	}
	out, err := restored(t)
	if err != nil {
		return OAuthToken{}, s.fault(err)
	}
	return out, nil
}

func (s *TokenSource) out(t tokens.Token, err error) (*oauth2.Token, error) {
	if err != nil {
		return nil, s.fault(err)
	}
	return &oauth2.Token{AccessToken: t.Access, TokenType: "Bearer", Expiry: t.Expiry}, nil
}

// fault turns an error of package tokens into one of this package.
func (s *TokenSource) fault(err error) error {
	if again, ok := errors.AsType[*tokens.AuthorizeAgain](err); ok {
		return &AuthorizeAgainError{Tenant: s.tenant, Reason: again.Reason, At: again.At}
	}
	if errors.Is(err, tokens.ErrNone) {
		return &AuthorizeAgainError{Tenant: s.tenant, Reason: "no token is stored"}
	}
	return fmt.Errorf("ghl: token of %s: %w", s.tenant, err)
}

// Location returns the token source of a location in which the app was installed by itself. It does no I/O; an empty id is
// reported by the first use, with [ErrInvalidArgument].
func (o *OAuth) Location(locationID string) *TokenSource {
	return o.source("location/"+locationID, "location "+locationID, o.refresh, locationID)
}

// Company returns the token source of an agency, for the operations that take an agency token and for [OAuth.LocationOf].
func (o *OAuth) Company(companyID string) *TokenSource {
	return o.source("company/"+companyID, "company "+companyID, o.refresh, companyID)
}

// LocationOf returns the token source of a location whose agency has the app installed: its tokens are made from the
// agency's, whenever one is needed, and stored like the others.
func (o *OAuth) LocationOf(companyID, locationID string) *TokenSource {
	mint := func(ctx context.Context, _ tokens.Token) (tokens.Token, error) {
		t, err := o.LocationToken(ctx, companyID, locationID)
		if err != nil {
			return tokens.Token{}, err
		}
		t.RefreshToken = "" // the agency's token makes the next one; a second chain would only be lost
		return t.stored(nil)
	}
	return o.source(mintedName(companyID, locationID), "location "+locationID+" of company "+companyID, mint, companyID, locationID)
}

// mintedName is the part of a key that stands for a location whose tokens are made from its agency's.
func mintedName(companyID, locationID string) string {
	return "company/" + companyID + "/location/" + locationID
}

// key is what the store knows an installation by.
func (o *OAuth) key(name string) string { return "ghl/" + o.AppID() + "/" + name }

// source returns the one source that this process has for an installation. Two ids are an agency and its location.
func (o *OAuth) source(name, tenant string, exchange func(context.Context, tokens.Token) (tokens.Token, error), ids ...string) *TokenSource {
	key := o.key(name)
	o.mu.Lock()
	defer o.mu.Unlock()
	if s := o.sources[key]; s != nil {
		return s
	}
	s := &TokenSource{owner: o, key: key, tenant: tenant}
	for _, id := range ids {
		if !plainID(id) {
			s.bad = invalid("oauth", "an id of the installation is empty or holds odd characters")
			return s
		}
	}
	if len(ids) == 2 {
		s.company, s.location = ids[0], ids[1]
	}
	s.inner = tokens.New(tokens.Config{Store: o.cfg.Store, Key: key, Exchange: exchange, Mint: s.company != "", Early: o.cfg.Early, Lease: o.cfg.Lease,
		Log: o.cfg.Logger.With("tenant", tenant)})
	o.sources[key] = s
	return s
}

// plainID keeps ids from changing the shape of keys and messages.
func plainID(id string) bool {
	for _, r := range id {
		if r <= ' ' || r > '~' || r == '/' {
			return false
		}
	}
	return id != "" && len(id) <= 128
}

// of returns the source that a token belongs to.
func (o *OAuth) of(t OAuthToken) *TokenSource {
	if t.UserType == UserLocation || t.UserType == "" && t.LocationID != "" {
		return o.Location(t.LocationID)
	}
	return o.Company(t.CompanyID)
}

// Save stores tokens for the installation that they name, whatever is stored there: those of [OAuth.Token], or those that
// another program has kept until now and must not use any more. A token whose AccessToken is empty, or whose Expiry is over
// or zero, is refreshed at its first use. Errors match [ErrInvalidArgument] when ids or tokens are missing.
func (o *OAuth) Save(ctx context.Context, t OAuthToken) error {
	if t.AccessToken == "" && t.RefreshToken == "" {
		return invalid("oauth", "there is no token to save")
	}
	s := o.of(t)
	if s.bad != nil {
		return s.bad
	}
	if t.Expiry.IsZero() {
		t.Expiry = time.Now()
	}
	kept, err := t.stored(nil)
	if err != nil {
		return invalid("oauth", "the token cannot be written: %w", err)
	}
	if err := tokens.Put(ctx, o.cfg.Store, s.key, kept); err != nil {
		return s.fault(err)
	}
	s.inner.Forget()
	return nil
}
