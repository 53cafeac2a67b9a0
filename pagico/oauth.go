package pagico

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// scopeOffline asks for a refresh token.
const scopeOffline = "offline_access"

// maxTokenAnswer is far more than any token answer needs.
const maxTokenAnswer = 1 << 20

// OAuthConfig describes an app that asks users for access. Source: contract §3.9.
type OAuthConfig struct {
	// BaseURL is that of the API, as for [New]. The endpoints are found below it by Routes.
	BaseURL string
	// ClientID names the app. Required.
	ClientID string
	// ClientSecret is empty for public clients, which PKCE protects alone.
	ClientSecret string
	// RedirectURL is where the user comes back; it must match the registered one exactly.
	RedirectURL string
	// Scopes are what to ask for; nil means those that Routes name, and offline_access.
	Scopes []string
	// Routes are the routes of the backend; the zero value means [DefaultRoutes].
	Routes Routes
	// Metadata, when it has a token endpoint, replaces the endpoints of Routes; see
	// [DiscoverOAuth].
	Metadata OAuthMetadata
	// SecretInBody sends the client secret as a form field instead of by HTTP Basic.
	SecretInBody bool
	// HTTPClient is copied and never follows redirects, because a redirected form would
	// carry the secrets elsewhere. Nil means a client with a limit of 30 seconds.
	HTTPClient *http.Client
}

// OAuth runs the authorization code flow with PKCE (RFC 6749, 7636, 9700). It keeps no
// tokens: whoever refreshes must save the new refresh token before using the new access
// token, and refresh one at a time, because the server may void the old one at once. It is
// safe for concurrent use.
type OAuth struct {
	conf   oauth2.Config
	revoke string
	client *http.Client
}

// NewOAuth checks the configuration. Errors match [ErrInvalidArgument].
func NewOAuth(cfg OAuthConfig) (*OAuth, error) {
	if err := checkBaseURL(cfg.BaseURL); err != nil {
		return nil, err
	}
	if cfg.ClientID == "" {
		return nil, invalid(opOAuth, "the client id is empty")
	}
	if cfg.Routes.Operations == nil {
		cfg.Routes = DefaultRoutes()
	}
	if err := cfg.Routes.Validate(); err != nil {
		return nil, err
	}
	meta := cfg.Metadata
	if meta.TokenEndpoint == "" {
		meta.AuthorizationEndpoint = endpoint(cfg.BaseURL, cfg.Routes, OpOAuthAuthorize)
		meta.TokenEndpoint = endpoint(cfg.BaseURL, cfg.Routes, OpOAuthToken)
		meta.RevocationEndpoint = endpoint(cfg.BaseURL, cfg.Routes, OpOAuthRevoke)
	}
	if meta.TokenEndpoint == "" || meta.AuthorizationEndpoint == "" {
		return nil, &Error{Operation: opOAuth, Err: errNotOffered, is: ErrNotSupported}
	}
	for _, address := range []string{meta.AuthorizationEndpoint, meta.TokenEndpoint, meta.RevocationEndpoint} {
		if address != "" && checkBaseURL(address) != nil {
			return nil, invalid(opOAuth, "the endpoints must be https; http is for loopback addresses only")
		}
	}
	scopes := cfg.Scopes
	if scopes == nil {
		scopes = defaultScopes(cfg.Routes)
	}
	style := oauth2.AuthStyleInHeader
	if cfg.SecretInBody || cfg.ClientSecret == "" {
		style = oauth2.AuthStyleInParams
	}
	return &OAuth{
		conf: oauth2.Config{
			ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret, RedirectURL: cfg.RedirectURL, Scopes: slices.Clone(scopes),
			Endpoint: oauth2.Endpoint{AuthURL: meta.AuthorizationEndpoint, TokenURL: meta.TokenEndpoint, AuthStyle: style},
		},
		revoke: meta.RevocationEndpoint,
		client: noRedirects(cfg.HTTPClient),
	}, nil
}

// NewState returns a random value for the state parameter. Keep it with the user's session.
func NewState() string { return rand.Text() }

// NewVerifier returns a random PKCE verifier. Keep it, secret, with the user's session.
func NewVerifier() string { return oauth2.GenerateVerifier() }

// AuthCodeURL returns the address to send the user to. Errors match [ErrInvalidArgument].
func (o *OAuth) AuthCodeURL(state, verifier string) (string, error) {
	if len(state) < 8 {
		return "", invalid(OpOAuthAuthorize, "the state is shorter than 8 characters; use NewState")
	}
	if err := checkVerifier(OpOAuthAuthorize, verifier); err != nil {
		return "", err
	}
	return o.conf.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), nil
}

// Callback reads the query that the user came back with. It compares the state in constant
// time and returns the code for Exchange. Errors: [ErrInvalidArgument] for a wrong state or
// a missing code, and [ErrUnauthorized] when the user or the server refused.
func (o *OAuth) Callback(query url.Values, state string) (code string, err error) {
	if state == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(state)) != 1 {
		return "", invalid(OpOAuthAuthorize, "the state is not the one of this session")
	}
	if query.Has("error") {
		return "", &Error{Operation: OpOAuthAuthorize, Title: query.Get("error"), Detail: query.Get("error_description"),
			Err: errors.New("access was refused"), is: ErrUnauthorized}
	}
	if query.Get("code") == "" {
		return "", invalid(OpOAuthAuthorize, "the code is missing")
	}
	return query.Get("code"), nil
}

// Exchange trades the code for a token. A code works once, so the call is not repeated.
// Errors: [ErrUnauthorized] for a code or client that is refused, [ErrUncertain] when the
// answer was lost.
func (o *OAuth) Exchange(ctx context.Context, code, verifier string) (*oauth2.Token, error) {
	if code == "" {
		return nil, invalid(OpOAuthToken, "the code is empty")
	}
	if err := checkVerifier(OpOAuthToken, verifier); err != nil {
		return nil, err
	}
	tok, err := o.conf.Exchange(o.with(ctx), code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, grantError(err)
	}
	return tok, nil
}

// Refresh trades a refresh token for a new token, once and without repetition. The answer
// holds the refresh token to keep: a new one, or the old one where the server does not
// rotate. Errors: [ErrUnauthorized] when the refresh token is void and the user has to
// grant access again; [ErrUncertain] when the answer was lost: the old refresh token may
// then be void or not, and has to be tried.
func (o *OAuth) Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error) {
	if refreshToken == "" {
		return nil, invalid(OpOAuthToken, "the refresh token is empty")
	}
	expired := &oauth2.Token{RefreshToken: refreshToken, Expiry: time.Unix(1, 0)}
	tok, err := o.conf.TokenSource(o.with(ctx), expired).Token()
	if err != nil {
		return nil, grantError(err)
	}
	return tok, nil
}

// Revoke voids a token (RFC 7009); voiding a refresh token voids what came from it. A token
// that is already void is a success. Errors: [ErrNotSupported] when there is no such
// endpoint.
func (o *OAuth) Revoke(ctx context.Context, token string) error {
	if o.revoke == "" {
		return &Error{Operation: OpOAuthRevoke, Err: errNotOffered, is: ErrNotSupported}
	}
	if token == "" {
		return invalid(OpOAuthRevoke, "the token is empty")
	}
	form := url.Values{"token": {token}}
	if o.conf.Endpoint.AuthStyle == oauth2.AuthStyleInParams {
		form.Set("client_id", o.conf.ClientID)
		if o.conf.ClientSecret != "" {
			form.Set("client_secret", o.conf.ClientSecret)
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.revoke, strings.NewReader(form.Encode()))
	if err != nil {
		return invalid(OpOAuthRevoke, "the revocation endpoint is not an address")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if o.conf.Endpoint.AuthStyle == oauth2.AuthStyleInHeader {
		r.SetBasicAuth(url.QueryEscape(o.conf.ClientID), url.QueryEscape(o.conf.ClientSecret))
	}
	resp, body, err := fetch(o.client, r) //nolint:bodyclose // fetch has read and closed it
	if err != nil {
		return &Error{Operation: OpOAuthRevoke, Err: err, uncertain: true}
	}
	if resp.StatusCode >= 300 {
		return oauthError(OpOAuthRevoke, resp, body)
	}
	return nil
}

// with makes x/oauth2 use the client of o.
func (o *OAuth) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, o.client)
}

func checkVerifier(op Operation, verifier string) error {
	if len(verifier) < 43 || len(verifier) > 128 {
		return invalid(op, "a PKCE verifier has 43 to 128 characters; use NewVerifier")
	}
	return nil
}

// defaultScopes are what the routes need, and a refresh token.
func defaultScopes(r Routes) []string { return append(r.Scopes(), scopeOffline) }

// endpoint is the address of an OAuth operation, or "" when it is not offered.
func endpoint(base string, routes Routes, op Operation) string {
	route, ok := routes.Operations[op]
	if !ok {
		return ""
	}
	return strings.TrimRight(strings.TrimSpace(base), "/") + route.Path
}

func noRedirects(hc *http.Client) *http.Client {
	out := http.Client{Timeout: 30 * time.Second}
	if hc != nil {
		out = *hc
	}
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &out
}
