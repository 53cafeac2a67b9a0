package ghl

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

// refresh trades a refresh token for the next pair, in one request. Its errors are marked for package tokens.
func (o *OAuth) refresh(ctx context.Context, old tokens.Token) (tokens.Token, error) {
	was, err := restored(old)
	if err != nil {
		return tokens.Token{}, err
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.Refresh}, "user_type": {string(was.UserType)}}
	if o.cfg.RedirectURL != "" {
		form.Set("redirect_uri", o.cfg.RedirectURL)
	}
	// The refresh of oauth2.Config cannot send user_type.
	conf := clientcredentials.Config{ClientID: o.cfg.ClientID, ClientSecret: o.cfg.ClientSecret, TokenURL: o.conf.Endpoint.TokenURL,
		AuthStyle: oauth2.AuthStyleInParams, EndpointParams: form}
	sent := &connected{}
	tok, err := conf.Token(o.with(httptrace.WithClientTrace(ctx, sent.trace())))
	if err != nil {
		e, fate := grantError(err, sent, old.Refresh, o.cfg.ClientSecret)
		return tokens.Token{}, fate(e)
	}
	t, err := readGrant(tok)
	if err != nil {
		return tokens.Token{}, tokens.Unclear(err)
	}
	return t.stored(old.Extra)
}

// connected follows whether a request may have left.
type connected struct{ wanted, got atomic.Bool }

func (c *connected) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { c.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.got.Store(true) },
	}
}

// never reports that no byte of the request was sent.
func (c *connected) never(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	return c != nil && c.wanted.Load() && !c.got.Load()
}

// unused says that the token was not used up; it is the fate of an error without a mark.
func unused(err error) error { return err }

// grantError turns an error of x/oauth2 into an *Error, and says what it means for the token that was sent. The
// original is not kept, because its text repeats the answer, which may hold tokens; the secrets that were sent are masked.
func grantError(err error, sent *connected, secrets ...string) (*Error, func(error) error) {
	op := operations[opOAuthToken]
	if lost, ok := errors.AsType[*url.Error](err); ok {
		e := &Error{Operation: op.ID, Err: lost.Err}
		if sent.never(lost.Err) {
			return e, unused
		}
		e.kinds = kindUncertain
		return e, tokens.Unclear
	}
	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok || answer.Response == nil {
		e := &Error{Operation: op.ID, Err: errors.New("the token answer cannot be read"), kinds: kindAnswer | kindUncertain}
		return e, tokens.Unclear
	}
	e := &Error{Operation: op.ID, Status: answer.Response.StatusCode}
	html := e.parse(answer.Body)
	for _, secret := range secrets {
		for i := range e.Messages {
			e.Messages[i] = strings.ReplaceAll(e.Messages[i], secret, "REDACTED")
		}
	}
	e.Message = first(e.Messages)
	e.kinds = e.classify(html)
	if e.Status >= 500 || e.Status == http.StatusRequestTimeout {
		e.kinds |= kindUncertain
		return e, tokens.Unclear
	}
	if !refuses(answer, e, html) {
		return e, unused
	}
	e.kinds |= kindUnauthorized
	return e, tokens.Refused
}

// refuses reports whether the answer speaks of the code or refresh token, and not of the app, the request or the moment.
func refuses(answer *oauth2.RetrieveError, e *Error, html bool) bool {
	if answer.ErrorCode == "invalid_grant" {
		return true
	}
	switch answer.ErrorCode {
	case "invalid_client", "unauthorized_client", "invalid_request", "unsupported_grant_type", "invalid_scope", "temporarily_unavailable", "server_error":
		return false
	}
	text := strings.ToLower(strings.Join(e.Messages, " "))
	for _, words := range []string{"not active", "client_id", "client id", "client_secret", "client secret", "client credentials", "redirect"} {
		if strings.Contains(text, words) {
			return false
		}
	}
	return !html && (e.Status == http.StatusBadRequest || e.Status == http.StatusUnauthorized)
}
