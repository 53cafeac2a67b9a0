package ghl

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// The pages on which a person chooses the location or agency to install an app in. See
// https://marketplace.gohighlevel.com/docs/Authorization/OAuth2.0.
const (
	// AuthorizeURL is the vendor's own page.
	AuthorizeURL = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
	// WhiteLabelAuthorizeURL is the same page without the vendor's name.
	WhiteLabelAuthorizeURL = "https://marketplace.leadconnectorhq.com/v2/oauth/chooselocation"
)

// UserType is the level of an OAuth token.
type UserType string

// The levels: of a sub-account (location) and of an agency (company).
const (
	UserLocation UserType = "Location"
	UserCompany  UserType = "Company"
)

// OAuthConfig describes a marketplace app.
type OAuthConfig struct {
	// ClientID and ClientSecret are the app's credentials. The part of ClientID before the first "-" is the app id.
	ClientID, ClientSecret string
	// RedirectURL is where the person comes back with a code; it must be one of the app's registered ones.
	RedirectURL string
	// Scopes are what to ask for, at most what the app version declares; see [RequiredScopes]. Scopes that are added later take
	// a new installation.
	Scopes []string
	// UserType is the level of the token that a code is traded for; empty lets the installation decide.
	UserType UserType
	// AuthorizeURL is the page to send people to: [AuthorizeURL], the default, or [WhiteLabelAuthorizeURL].
	AuthorizeURL string
	// Store keeps the tokens. Required; all processes of the app must share it.
	Store TokenStore
	// BaseURL is the API host, default [DefaultBaseURL]. It must be https, except for loopback addresses.
	BaseURL string
	// APIVersion is the generation for the calls besides the token endpoint; default V2.
	APIVersion APIVersion
	// HTTPClient is copied and never follows redirects, because a redirected form would carry the secrets elsewhere. Nil
	// means a new client.
	HTTPClient *http.Client
	// Early is how long before its end a token is refreshed, default 5 minutes and never more than a quarter of its life.
	Early time.Duration
	// Lease bounds how long one process may work on the token of one installation, default 1 minute: when a process dies
	// during a refresh, the others go on after that time at the latest. One request to the token endpoint may take two
	// fifths of it.
	Lease time.Duration
	// Logger hears of failed refreshes, without secrets. The default is silence.
	Logger *slog.Logger
}

// OAuth installs an app and keeps its tokens. It is safe for concurrent use. Make one per app and process; see [NewOAuth].
type OAuth struct {
	cfg     OAuthConfig
	conf    oauth2.Config
	client  *http.Client
	mu      sync.Mutex
	sources map[string]*TokenSource
	agency  map[string]*Client
}

// NewOAuth checks the configuration; it does no I/O. Its errors match [ErrInvalidArgument].
func NewOAuth(cfg OAuthConfig) (*OAuth, error) {
	if cfg.BaseURL = strings.TrimRight(strings.TrimSpace(cfg.BaseURL), "/"); cfg.BaseURL == "" {
		cfg.BaseURL = DefaultBaseURL
	}
	if cfg.AuthorizeURL == "" {
		cfg.AuthorizeURL = AuthorizeURL
	}
	if cfg.APIVersion == "" {
		cfg.APIVersion = V2
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if err := cfg.check(); err != nil {
		return nil, invalid("oauth", "%w", err)
	}
	cfg.Scopes = slices.Clone(cfg.Scopes)
	client := http.Client{}
	if cfg.HTTPClient != nil {
		client = *cfg.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &OAuth{
		cfg: cfg,
		conf: oauth2.Config{ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret, RedirectURL: cfg.RedirectURL, Scopes: cfg.Scopes,
			// The style is named, because guessing it costs a second request, and a code and a refresh token work once.
			Endpoint: oauth2.Endpoint{AuthURL: cfg.AuthorizeURL, TokenURL: cfg.BaseURL + operations[opOAuthToken].Path, AuthStyle: oauth2.AuthStyleInParams}},
		client: &client, sources: map[string]*TokenSource{}, agency: map[string]*Client{},
	}, nil
}

func (cfg *OAuthConfig) check() error {
	switch {
	case strings.TrimSpace(cfg.ClientID) == "":
		return errors.New("ClientID is empty")
	case strings.TrimSpace(cfg.ClientSecret) == "":
		return errors.New("ClientSecret is empty")
	case cfg.Store == nil:
		return errNoStore
	case cfg.UserType != "" && cfg.UserType != UserLocation && cfg.UserType != UserCompany:
		return errors.New("UserType is neither Location nor Company")
	case cfg.APIVersion != V2 && cfg.APIVersion != V3:
		return errors.New("APIVersion is neither V2 nor V3")
	case cfg.Early < 0 || cfg.Lease < 0:
		return errors.New("a duration is negative")
	case cfg.Lease > 0 && cfg.Lease < time.Second:
		return errors.New("the Lease is shorter than a second")
	}
	if err := safeURL(cfg.BaseURL); err != nil {
		return errors.New("BaseURL " + err.Error())
	}
	if err := safeURL(cfg.AuthorizeURL); err != nil {
		return errors.New("AuthorizeURL " + err.Error())
	}
	return nil
}

// safeURL accepts https, and http for this machine. Its errors do not repeat the address, which could hold a password.
func safeURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("is not the plain address of a host")
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return errors.New("must be https; http is for loopback addresses only")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// AppID returns the app id, the part of the client id before the first "-".
func (o *OAuth) AppID() string {
	id, _, _ := strings.Cut(o.cfg.ClientID, "-")
	return id
}

// NewOAuthState returns a random value for the state parameter. Keep it with the person's session.
func NewOAuthState() string { return rand.Text() }

// AuthCodeURL returns the address to send a person to. The state comes back unchanged; it ties the answer to the
// person's session. Errors match [ErrInvalidArgument]: the state has fewer than 8 characters, or RedirectURL is empty.
func (o *OAuth) AuthCodeURL(state string) (string, error) {
	if len(state) < 8 {
		return "", invalid("oauth", "the state is shorter than 8 characters; use NewOAuthState")
	}
	if o.cfg.RedirectURL == "" {
		return "", invalid("oauth", "RedirectURL is empty")
	}
	return o.conf.AuthCodeURL(state), nil
}

// Callback reads the query with which the person came back. It compares the state in constant time and returns the code for
// [OAuth.Install]. Errors: [ErrInvalidArgument] for a wrong state or a missing code, [ErrUnauthorized] when access was
// refused.
func (o *OAuth) Callback(query url.Values, state string) (code string, err error) {
	if state == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(state)) != 1 {
		return "", invalid("oauth", "the state is not the one of this session")
	}
	if query.Has("error") {
		return "", &Error{Operation: "oauth", Code: oneLine(query.Get("error")), kinds: kindUnauthorized,
			Err: errors.New("access was refused: " + oneLine(query.Get("error")+" "+query.Get("error_description")))}
	}
	if query.Get("code") == "" {
		return "", invalid("oauth", "the code is missing")
	}
	return query.Get("code"), nil
}

// Install trades the code for the first pair of tokens, stores them and returns them. From then on [OAuth.Location] or
// [OAuth.Company], as the token's UserType says, gives valid tokens.
//
// A code works once, so the request is not repeated. Errors: [ErrUnauthorized] for a code or client that is refused,
// [ErrUncertain] when the answer was lost: the person then has to authorize again. When the tokens cannot be stored, they are
// returned beside the error, and [OAuth.Save] can be tried again.
func (o *OAuth) Install(ctx context.Context, code string) (OAuthToken, error) {
	t, err := o.Token(ctx, code)
	if err != nil {
		return OAuthToken{}, err
	}
	return t, o.Save(ctx, t)
}

// Token trades a code for tokens and does not store them; see [OAuth.Install], which most programs want.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/oauth/get-access-token
//
//api:op POST /oauth/token
func (o *OAuth) Token(ctx context.Context, code string) (OAuthToken, error) {
	if strings.TrimSpace(code) == "" {
		return OAuthToken{}, invalid(operations[opOAuthToken].ID, "the code is empty")
	}
	ctx, cancel := context.WithTimeout(ctx, transport.DefaultTimeout)
	defer cancel()
	var extra []oauth2.AuthCodeOption
	if o.cfg.UserType != "" {
		extra = append(extra, oauth2.SetAuthURLParam("user_type", string(o.cfg.UserType)))
	}
	tok, err := o.conf.Exchange(o.with(ctx), code, extra...)
	if err != nil {
		e, _ := grantError(err, nil, code, o.cfg.ClientSecret)
		return OAuthToken{}, e
	}
	return readGrant(tok)
}

// with makes x/oauth2 use the client of o.
func (o *OAuth) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, o.client)
}
