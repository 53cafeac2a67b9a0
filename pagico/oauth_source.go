package pagico

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

// ErrAuthorizeAgain means that no refresh can help any more: the user has to grant access again, after which the same token
// source works. It is reported at once and without a request until then. Such errors match [ErrUnauthorized] too; the
// details are in [*AuthorizeAgainError].
var ErrAuthorizeAgain = errors.New("pagico: authorize again")

// AuthorizeAgainError says whose authorization has ended, why, and since when.
type AuthorizeAgainError struct {
	// Account is the one of [TokenSourceConfig].
	Account string
	// Reason is for people: the refresh token was refused, its pair was lost in a crash, or nothing is stored.
	Reason string
	// At is when that was found; zero when nothing is stored.
	At time.Time
}

// Error returns one line without secrets.
func (e *AuthorizeAgainError) Error() string {
	return "pagico: authorize again for account " + e.Account + ": " + strings.Join(strings.Fields(e.Reason), " ")
}

// Is matches [ErrAuthorizeAgain] and [ErrUnauthorized].
func (e *AuthorizeAgainError) Is(target error) bool {
	return target == ErrAuthorizeAgain || target == ErrUnauthorized
}

// TokenSourceConfig sets up a [TokenSource].
type TokenSourceConfig struct {
	// Store keeps the tokens. Required; all processes that act for the account must share it.
	Store TokenStore
	// Account is the caller's name of the account, 1 to 128 visible ASCII characters without "/".
	Account string
	// Early is how long before its end a token is refreshed, default 5 minutes and never more than a quarter of its life.
	Early time.Duration
	// Lease bounds how long one process may work on the account's token, default 1 minute, at least 1 second: when a process
	// dies during a refresh, the others go on after that time at the latest. One request to the token endpoint may take
	// two fifths of it.
	Lease time.Duration
	// Logger hears of failed refreshes, without secrets. The default is silence.
	Logger *slog.Logger
}

// TokenSource gives the valid token of one account; pass it to [WithTokenSource]. Any number of goroutines and processes may
// use the same account: together they refresh once, and the new pair is stored before it is used, as refresh tokens may
// rotate (contract §3.9). It is safe for concurrent use. Make one per account and process with [OAuth.TokenSource].
//
// Errors match [ErrAuthorizeAgain] when only the user can help, and [ErrTokenUnreadable] when the stored token cannot be
// read. All others may pass: a store or a token endpoint that cannot be reached. A failed refresh is not repeated for two
// seconds, and after two whose outcome is unknown not for half a minute and longer; calls in between get the same error.
type TokenSource struct {
	inner *tokens.Source
	cfg   TokenSourceConfig
	key   string
}

var (
	_ TokenRefresher     = (*TokenSource)(nil)
	_ ContextTokenSource = (*TokenSource)(nil)
)

// TokenSource returns the token source of an account. It does no I/O. Errors match [ErrInvalidArgument].
func (o *OAuth) TokenSource(cfg TokenSourceConfig) (*TokenSource, error) {
	switch {
	case cfg.Store == nil:
		return nil, invalid(opOAuth, "%w", errNoStore)
	case cfg.Account == "" || len(cfg.Account) > 128 || strings.ContainsFunc(cfg.Account, func(r rune) bool { return r <= ' ' || r > '~' || r == '/' }):
		return nil, invalid(opOAuth, "the account needs 1 to 128 visible ASCII characters without a slash")
	case cfg.Early < 0 || cfg.Lease < 0 || cfg.Lease > 0 && cfg.Lease < time.Second:
		return nil, invalid(opOAuth, "Early is negative, or Lease is shorter than a second")
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	s := &TokenSource{cfg: cfg, key: "pagico/" + o.conf.ClientID + "/" + cfg.Account}
	s.inner = tokens.New(tokens.Config{Store: cfg.Store, Key: s.key, Early: cfg.Early, Lease: cfg.Lease,
		Log: cfg.Logger.With("account", cfg.Account), Exchange: o.trade})
	return s, nil
}

// trade makes one refresh. Its errors are marked for package tokens.
func (o *OAuth) trade(ctx context.Context, old tokens.Token) (tokens.Token, error) {
	tok, err := o.Refresh(ctx, old.Refresh)
	if err == nil {
		return kept(tok), nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return tokens.Token{}, tokens.Unclear(err)
	}
	e.Title, e.Detail = strings.ReplaceAll(e.Title, old.Refresh, "REDACTED"), strings.ReplaceAll(e.Detail, old.Refresh, "REDACTED")
	dial, isNet := errors.AsType[*net.OpError](err)
	switch {
	case isNet && dial.Op == "dial": // nothing was sent
		return tokens.Token{}, err
	case errors.Is(err, ErrUncertain):
		return tokens.Token{}, tokens.Unclear(err)
	case e.Title == "invalid_client", e.Title == "unauthorized_client":
		return tokens.Token{}, err // the app is at fault; the token was not used up
	case errors.Is(err, ErrUnauthorized):
		return tokens.Token{}, tokens.Refused(err)
	}
	return tokens.Token{}, err
}

// kept turns a token into what the store keeps.
func kept(t *oauth2.Token) tokens.Token {
	return tokens.Token{Access: t.AccessToken, Refresh: t.RefreshToken, Type: t.Type(), Expiry: t.Expiry.UTC(), Obtained: time.Now().UTC()}
}

// Save stores the token of a new authorization, as [OAuth.Exchange] returned it, whatever is stored for the account.
// Errors match [ErrInvalidArgument] for a token without secrets; others are those of the store, and Save may be tried again.
func (s *TokenSource) Save(ctx context.Context, t *oauth2.Token) error {
	if t == nil || t.AccessToken == "" && t.RefreshToken == "" {
		return invalid(opOAuth, "there is no token to save")
	}
	if err := tokens.Put(ctx, s.cfg.Store, s.key, kept(t)); err != nil {
		return s.fault(err)
	}
	s.inner.Forget()
	return nil
}

// Remove forgets the account's token; none is no error. It does not revoke it, see [OAuth.Revoke].
func (s *TokenSource) Remove(ctx context.Context) error {
	if err := tokens.Delete(ctx, s.cfg.Store, s.key); err != nil {
		return s.fault(err)
	}
	s.inner.Forget()
	return nil
}

// Token is [TokenSource.TokenContext] without a context.
func (s *TokenSource) Token() (*oauth2.Token, error) { return s.TokenContext(context.Background()) }

// TokenContext returns a token that is valid now, refreshed if need be. The refresh itself goes on when ctx ends. The
// refresh token is left out, so that nobody else uses it up.
func (s *TokenSource) TokenContext(ctx context.Context) (*oauth2.Token, error) {
	return s.out(s.inner.Token(ctx))
}

// Refresh returns another token than stale, which a server has refused. It refreshes only while stale is the stored one.
func (s *TokenSource) Refresh(ctx context.Context, stale *oauth2.Token) (*oauth2.Token, error) {
	if stale == nil {
		return nil, invalid(opOAuth, "the stale token is nil")
	}
	return s.out(s.inner.Refresh(ctx, stale.AccessToken))
}

// Wait returns when no refresh is under way in this process, or with the error of ctx. A program that ends in the middle of a
// refresh may lose the pair; call Wait before.
func (s *TokenSource) Wait(ctx context.Context) error { return s.inner.Wait(ctx) }

func (s *TokenSource) out(t tokens.Token, err error) (*oauth2.Token, error) {
	if err != nil {
		return nil, s.fault(err)
	}
	return &oauth2.Token{AccessToken: t.Access, TokenType: t.Type, Expiry: t.Expiry}, nil
}

// fault turns an error of package tokens into one of this package.
func (s *TokenSource) fault(err error) error {
	if again, ok := errors.AsType[*tokens.AuthorizeAgain](err); ok {
		return &AuthorizeAgainError{Account: s.cfg.Account, Reason: again.Reason, At: again.At}
	}
	if errors.Is(err, tokens.ErrNone) {
		return &AuthorizeAgainError{Account: s.cfg.Account, Reason: "no token is stored"}
	}
	return fmt.Errorf("pagico: token of account %s: %w", s.cfg.Account, err)
}
