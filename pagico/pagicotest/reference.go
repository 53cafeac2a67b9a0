package pagicotest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// Reference returns a server with everything that [Conformance] can check, a client of it and its features, all without
// sockets and with a clock that moves only when the suite moves it.
func Reference(opts ...Option) (*Server, *pagico.Client, Features, error) {
	clock := &handClock{now: time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)}
	in := &mailbox{status: http.StatusNoContent}
	oauth := OAuthFeatures{ClientID: "conformance-app", ClientSecret: "conformance-secret", RedirectURI: "https://app.example/callback"}
	srv := New(append([]Option{
		WithClock(clock.Now), WithWebhookClient(&http.Client{Transport: in}),
		WithGrant("all", Grant{ClientID: "conformance-app"}), WithGrant("read", Grant{ClientID: "conformance-app", Scopes: []string{"tasks:read"}}),
		WithGrant("other", Grant{ClientID: "other-app"}), WithGrant("strict", Grant{ClientID: "strict-app", RequireIfMatch: true}),
		WithGrant("limited", Grant{ClientID: "limited-app", Limits: Limits{Quota: 5, Window: time.Minute}}),
		WithOAuthClient(OAuthClient{ID: oauth.ClientID, Secret: oauth.ClientSecret, RedirectURIs: []string{oauth.RedirectURI}}),
	}, opts...)...)
	direct := &http.Client{Transport: srv.Transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	client, err := pagico.New(srv.BaseURL(), pagico.WithToken("all"), pagico.WithHTTPClient(direct), pagico.WithRetry(pagico.RetryPolicy{MaxRetries: -1}))
	return srv, client, Features{
		Token: "all", HTTPClient: direct, ReadOnlyToken: "read", OtherClientToken: "other", StrictToken: "strict", LimitedToken: "limited",
		MaxBody: int(srv.cfg.maxBody), Clock: clock.Move, Slow: srv.slow, OAuth: &oauth,
		Receiver: &Receiver{
			URL: "https://hooks.example/in", Answer: in.answer, Now: clock.Now,
			Take: func(ctx context.Context) []*http.Request {
				// An error means that the caller's context ended, which it knows.
				_, _ = srv.Flush(ctx)
				return in.take()
			},
		},
	}, err
}

// handClock stands still until it is moved.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// slow makes the next request of an operation wait in the middle until release is called.
func (s *Server) slow(operation string) (entered <-chan struct{}, release func()) {
	in, out := make(chan struct{}), make(chan struct{})
	var waiting atomic.Bool
	remove := s.Before(operation, func(*Server) {
		if waiting.CompareAndSwap(false, true) {
			close(in)
			<-out
		}
	})
	return in, func() {
		remove()
		close(out)
	}
}

// mailbox is a webhook receiver without a socket.
type mailbox struct {
	mu     sync.Mutex
	status int
	got    []*http.Request
}

func (b *mailbox) answer(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status = status
}

func (b *mailbox) take() []*http.Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	got := b.got
	b.got = nil
	return got
}

// RoundTrip keeps a delivery and answers it.
func (b *mailbox) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := r.Clone(context.WithoutCancel(r.Context()))
	kept.Body = io.NopCloser(bytes.NewReader(body))
	b.got = append(b.got, kept)
	return &http.Response{StatusCode: b.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}
