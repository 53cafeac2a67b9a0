package pagico

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// OAuthMetadata is what an authorization server says of itself (RFC 8414).
type OAuthMetadata struct {
	// Issuer is the base URL that the metadata speaks for.
	Issuer string `json:"issuer"`
	// AuthorizationEndpoint, TokenEndpoint and RevocationEndpoint are absolute addresses;
	// the last one may be empty.
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	RevocationEndpoint    string `json:"revocation_endpoint,omitempty"`
	// ScopesSupported are the scopes that can be asked for; empty when not said.
	ScopesSupported []string `json:"scopes_supported,omitempty"`
	// CodeChallengeMethodsSupported should hold S256.
	CodeChallengeMethodsSupported []string `json:"code_challenge_methods_supported,omitempty"`
}

// DiscoverOAuth asks the backend at baseURL for its OAuth endpoints: at the address that
// RFC 8414 makes of the base URL, then below the base URL, then at the root of the host.
// The metadata must name the base URL or its host as the issuer. hc may be nil. Errors:
// [ErrNotSupported] when there is no metadata, [ErrAnswer] when it cannot be trusted.
func DiscoverOAuth(ctx context.Context, baseURL string, hc *http.Client) (OAuthMetadata, error) {
	if err := checkBaseURL(baseURL); err != nil {
		return OAuthMetadata{}, err
	}
	base, err := url.Parse(strings.TrimRight(strings.TrimSpace(baseURL), "/"))
	if err != nil {
		return OAuthMetadata{}, invalid(OpOAuthDiscovery, "base URL cannot be parsed")
	}
	const wellKnown = "/.well-known/oauth-authorization-server"
	root := base.Scheme + "://" + base.Host
	client := noRedirects(hc)
	for _, address := range []string{root + wellKnown + base.EscapedPath(), base.String() + wellKnown, root + wellKnown} {
		meta, err := readMetadata(ctx, client, address, base.String(), root)
		if err == nil || !errors.Is(err, ErrNotFound) {
			return meta, err
		}
	}
	return OAuthMetadata{}, &Error{Operation: OpOAuthDiscovery, Err: errors.New("the server offers no metadata"), is: ErrNotSupported}
}

func readMetadata(ctx context.Context, hc *http.Client, address, base, root string) (OAuthMetadata, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return OAuthMetadata{}, invalid(OpOAuthDiscovery, "base URL cannot be used")
	}
	r.Header.Set("Accept", "application/json")
	resp, body, err := fetch(hc, r)
	if err != nil {
		return OAuthMetadata{}, &Error{Operation: OpOAuthDiscovery, Err: err}
	}
	if resp.StatusCode != http.StatusOK {
		return OAuthMetadata{}, oauthError(OpOAuthDiscovery, resp, body)
	}
	var meta OAuthMetadata
	fault := func(format string, args ...any) error {
		return &Error{Operation: OpOAuthDiscovery, Status: resp.StatusCode, Err: fmt.Errorf(format, args...), is: ErrAnswer}
	}
	if err := json.Unmarshal(body, &meta); err != nil {
		return OAuthMetadata{}, fault("the metadata cannot be read: %w", err)
	}
	if issuer := strings.TrimRight(meta.Issuer, "/"); issuer != base && issuer != root {
		return OAuthMetadata{}, fault("the metadata speaks for another issuer")
	}
	for _, e := range []string{meta.AuthorizationEndpoint, meta.TokenEndpoint} {
		if checkBaseURL(e) != nil {
			return OAuthMetadata{}, fault("an endpoint is missing or not https")
		}
	}
	if meta.RevocationEndpoint != "" && checkBaseURL(meta.RevocationEndpoint) != nil {
		return OAuthMetadata{}, fault("the revocation endpoint is not https")
	}
	return meta, nil
}

// fetch sends one request and reads the whole answer. Its errors hold no address, which
// could carry secrets.
func fetch(hc *http.Client, r *http.Request) (*http.Response, []byte, error) {
	resp, err := hc.Do(r)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }() // everything wanted is read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenAnswer))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the answer: %w", err)
	}
	return resp, body, nil
}

// grantError turns an error of x/oauth2 into one of this package. The original is not
// kept, because its text repeats the answer, which may hold tokens.
func grantError(err error) error {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil {
		return oauthError(OpOAuthToken, refused.Response, refused.Body)
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return &Error{Operation: OpOAuthToken, Err: lost.Err, uncertain: true}
	}
	return &Error{Operation: OpOAuthToken, Err: errors.New("the token answer cannot be read"), is: ErrAnswer, uncertain: true}
}

// oauthError reads an answer by RFC 6749 §5.2, and as a problem document where it is none.
func oauthError(op Operation, resp *http.Response, body []byte) *Error {
	e := decodeError(op, resp.StatusCode, resp.Header, body, time.Now())
	e.body = nil // may hold tokens
	var doc struct {
		Code   string `json:"error"`
		Detail string `json:"error_description"`
	}
	if json.Unmarshal(body, &doc) == nil && doc.Code != "" {
		e.Title, e.Detail = doc.Code, doc.Detail
		switch doc.Code {
		case "invalid_grant", "invalid_client", "unauthorized_client", "access_denied":
			e.is = ErrUnauthorized
		case "invalid_scope":
			e.is = ErrScope
		}
	}
	if e.is == nil && resp.StatusCode < 300 {
		e.is = ErrAnswer // some servers report errors with status 200
	}
	e.uncertain = op != OpOAuthDiscovery && resp.StatusCode >= 500
	return e
}
