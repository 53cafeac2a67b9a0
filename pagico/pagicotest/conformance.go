package pagicotest

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// Features says what [Conformance] may use of a host. Every field that is left out takes the clauses that need it out
// of the run; Token is needed.
type Features struct {
	// Token is the bearer token for requests that no typed client would send. It has every scope.
	Token string
	// HTTPClient sends those requests; nil means a client of its own that follows no redirects.
	HTTPClient *http.Client
	// ReadOnlyToken has the scope tasks:read alone.
	ReadOnlyToken string
	// OtherClientToken belongs to another OAuth client of the same account and has every scope.
	OtherClientToken string
	// StrictToken belongs to a client that must send If-Match on PATCH and DELETE.
	StrictToken string
	// LimitedToken belongs to a client with a quota of at most 20 requests in a window.
	LimitedToken string
	// MaxBody is the largest request body that the host takes, in bytes.
	MaxBody int
	// Clock moves the host's clock forward.
	Clock func(time.Duration)
	// Slow makes the next request of an operation wait until release is called; entered is closed when it waits.
	Slow func(operation string) (entered <-chan struct{}, release func())
	// Receiver says how to receive webhooks.
	Receiver *Receiver
	// OAuth says how to obtain tokens without a person.
	OAuth *OAuthFeatures
}

// Receiver is a webhook endpoint that the suite controls.
type Receiver struct {
	// URL is what the host is given.
	URL string
	// Answer sets the status of the next answers.
	Answer func(status int)
	// Take returns the requests received since the last call, with their bodies unread, after giving the host the time it
	// needs to deliver what is due.
	Take func(ctx context.Context) []*http.Request
	// Now is the host's clock.
	Now func() time.Time
}

// OAuthFeatures is a registered OAuth client whose authorizations need no consent.
type OAuthFeatures struct {
	ClientID, ClientSecret, RedirectURI string
}

// The environment variables that aim [FeaturesFromEnv] at a live host.
const (
	EnvURL   = "PAGICO_CONFORMANCE_URL"
	EnvToken = "PAGICO_CONFORMANCE_TOKEN"
)

// FeaturesFromEnv returns a client and the features of the host that PAGICO_CONFORMANCE_URL and
// PAGICO_CONFORMANCE_TOKEN name; ok is false when either is unset. PAGICO_CONFORMANCE_READONLY_TOKEN and
// PAGICO_CONFORMANCE_OTHER_TOKEN add their clauses. Use an account that holds nothing of value: the suite deletes what
// it made, but it makes a lot.
func FeaturesFromEnv() (client *pagico.Client, f Features, ok bool, err error) {
	url, token := os.Getenv(EnvURL), os.Getenv(EnvToken)
	if url == "" || token == "" {
		return nil, Features{}, false, nil
	}
	client, err = pagico.New(url, pagico.WithToken(token))
	f = Features{
		Token: token, ReadOnlyToken: os.Getenv("PAGICO_CONFORMANCE_READONLY_TOKEN"),
		OtherClientToken: os.Getenv("PAGICO_CONFORMANCE_OTHER_TOKEN"),
	}
	return client, f, err == nil, err
}

// Conformance checks a host against §3.2 to §3.10 of the contract, one subtest per clause, named after its section
// ("3.6/etag/mismatch-412"; see [Clauses]). It makes its own records and deletes them; it reads no others, so it may run
// on an account that is in use, if only one made for tests. The client should not retry, or a failing clause takes long.
//
// This module's own tests run it against the reference server, or against a live host:
//
//	PAGICO_CONFORMANCE_URL=https://HOST/v1 PAGICO_CONFORMANCE_TOKEN=… go test ./pagico/pagicotest -run 'TestConformance$' -v
func Conformance(t *testing.T, client *pagico.Client, features Features) {
	t.Helper()
	if client == nil || features.Token == "" {
		t.Fatal("pagicotest: Conformance needs a client and a token")
	}
	for _, c := range clauses() {
		if !c.needs.in(features) {
			continue
		}
		t.Run(string(c.name), func(t *testing.T) { runClause(t, c, client, features) })
	}
}

// Clauses lists every clause that [Conformance] can check and [Server.Break] can break, in order of the sections.
func Clauses() []Clause {
	var names []Clause
	for _, c := range clauses() {
		names = append(names, c.name)
	}
	return names
}

// tester is the part of testing.TB that the suite uses, so that a test can watch it fail.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	FailNow()
	Cleanup(fn func())
}

// check is one clause of the suite.
type check struct {
	name  Clause
	needs needs
	run   func(*suite)
}

// needs are features that a clause cannot do without.
type needs uint16

const (
	needReadOnly needs = 1 << iota
	needOther
	needStrict
	needLimited
	needMaxBody
	needClock
	needSlow
	needReceiver
	needOAuth
)

func (n needs) in(f Features) bool {
	have := map[needs]bool{
		needReadOnly: f.ReadOnlyToken != "", needOther: f.OtherClientToken != "", needStrict: f.StrictToken != "",
		needLimited: f.LimitedToken != "", needMaxBody: f.MaxBody > 0, needClock: f.Clock != nil, needSlow: f.Slow != nil,
		needReceiver: f.Receiver != nil, needOAuth: f.OAuth != nil,
	}
	for need, there := range have {
		if n&need != 0 && !there {
			return false
		}
	}
	return true
}

func clauses() []check {
	var all []check
	for _, section := range []func() []check{
		routeChecks, resourceChecks, taskChecks, memberChecks, listChecks, filterChecks, writeChecks, kindChecks, problemChecks, oauthChecks, webhookChecks,
	} {
		all = append(all, section()...)
	}
	slices.SortStableFunc(all, func(a, b check) int { return cmp.Compare(a.section(), b.section()) })
	return all
}

// section is the number after "3.".
func (c check) section() int {
	text, _, _ := strings.Cut(strings.TrimPrefix(string(c.name), "3."), "/")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

func runClause(t tester, c check, client *pagico.Client, f Features) {
	if f.HTTPClient == nil {
		f.HTTPClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	c.run(&suite{tester: t, client: client, f: f, run: newRunID()})
}
