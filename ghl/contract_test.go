package ghl_test

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/internal/ghlspec"
)

// vendorSpec reads the vendor's OpenAPI files. Without them the contract tests check nothing, and say so.
func vendorSpec(t *testing.T) *ghlspec.Spec {
	t.Helper()
	dir, err := ghlspec.Folder()
	if errors.Is(err, ghlspec.ErrNoFiles) {
		t.Skip(err)
	}
	require.NoError(t, err)
	spec, err := ghlspec.Load(dir)
	require.NoError(t, err)
	return spec
}

// TestRequestsMatchTheReference checks the requests of every operation under the date versions and under version 3: with every
// field set, with only the required ones, and with nothing that the method does not insist on. Each must be what the files
// describe, and together they must use all of it.
func TestRequestsMatchTheReference(t *testing.T) {
	t.Parallel()
	spec := vendorSpec(t)
	book := newExceptionBook(append(requestExceptions(), unsentExceptions()...))
	for _, g := range ghlspec.Generations() {
		v := apiVersion(g)
		c, x := serve(t, replies(http.StatusOK, `{}`), ghl.WithAPIVersion(v))
		calls, missing := contractCalls(t, c, contractOAuth(t, x, v), v)
		assert.Empty(t, missing, "operations without a method")
		used := map[string]map[string]bool{}
		for _, call := range calls {
			if op := fileOperation(t, spec, g, call.op); op != nil {
				if used[call.op.ID] == nil {
					used[call.op.ID] = map[string]bool{}
				}
				checkRequests(t, book, call, op, x, used[call.op.ID])
			}
		}
		for _, call := range calls {
			if op := fileOperation(t, spec, g, call.op); op != nil {
				checkUnsent(t, book, call.op, op, used[call.op.ID])
			}
		}
	}
	book.checkAllUsed(t)
}

// fileOperation finds the operation of the files for a row of the table, or nil when version 3 has none.
func fileOperation(t *testing.T, spec *ghlspec.Spec, g ghlspec.Generation, row ghl.Operation) *ghlspec.Operation {
	t.Helper()
	path := row.Path
	if g == ghlspec.V3 {
		if path = row.V3Path; path == "" {
			return nil
		}
	}
	op, ok := spec.Lookup(g, row.HTTPMethod, path)
	assert.True(t, ok, "%s: the files have no %s %s", row.ID, row.HTTPMethod, path)
	return op
}

func checkRequests(t *testing.T, book *exceptionBook, call contractCall, op *ghlspec.Operation, x *exchange, used map[string]bool) {
	t.Helper()
	check := func(args []reflect.Value) {
		_, err := call.invoke(t.Context(), args)
		require.NotErrorIs(t, err, ghl.ErrInvalidArgument, "%s refuses sensible arguments", call.op.ID)
		all := x.requests()
		require.NotEmpty(t, all, call.op.ID)
		sent := all[len(all)-1]
		sent.Body = io.NopCloser(strings.NewReader(sent.body))
		found, err := op.CheckRequest(t.Context(), sent.Request)
		require.NoError(t, err)
		for _, f := range found {
			book.complain(t, op, call.op.ID, f)
		}
		for place := range ghlspec.Sent(sent.Request, []byte(sent.body)) {
			used[place] = true
		}
	}
	check(call.arguments(t))
	for _, args := range call.alternatives(t) {
		check(args)
	}
	check(call.leastArguments(t.Context(), t, false))
	check(call.leastArguments(t.Context(), t, true))
}

// checkUnsent complains about what the files describe and no request had.
func checkUnsent(t *testing.T, book *exceptionBook, row ghl.Operation, op *ghlspec.Operation, used map[string]bool) {
	t.Helper()
	for place := range op.Fields() {
		if !used[place] && (strings.HasPrefix(place, "query ") || strings.HasPrefix(place, "body ")) {
			book.complain(t, op, row.ID, ghlspec.Finding{Place: "unsent " + place, Detail: "no argument of the method sets it"})
		}
	}
}

// The secrets of the app of the contract tests.
const (
	contractSecret  = "app-s3cr3t-4711"
	contractAccess  = "at-s3cr3t-4712"
	contractRefresh = "rt-s3cr3t-4713"
)

// contractOAuth makes the part that the token operations belong to, with an agency's token at hand.
func contractOAuth(t *testing.T, x *exchange, v ghl.APIVersion) *ghl.OAuth {
	t.Helper()
	o, err := ghl.NewOAuth(ghl.OAuthConfig{ClientID: "app-1", ClientSecret: contractSecret, RedirectURL: "https://example.com/back",
		UserType: ghl.UserCompany, Store: ghl.NewMemoryTokenStore(), APIVersion: v, HTTPClient: &http.Client{Transport: x}})
	require.NoError(t, err)
	require.NoError(t, o.Save(t.Context(), ghl.OAuthToken{AccessToken: contractAccess, RefreshToken: contractRefresh, UserType: ghl.UserCompany,
		CompanyID: "text-companyid", Expiry: time.Now().Add(24 * time.Hour)}))
	return o
}

func apiVersion(g ghlspec.Generation) ghl.APIVersion {
	if g == ghlspec.V3 {
		return ghl.V3
	}
	return ghl.V2
}

// exception is a place where the client knowingly differs from the vendor's files, or where the files are wrong.
type exception struct {
	// op is an operation, or the start of several ("contacts.*"); a generation before it ("v3 contacts.*") limits it to that.
	op string
	// place is the place of the finding with N for every index; a "*" at its end covers everything below.
	place string
	// why is the evidence.
	why string
}

type exceptionBook struct {
	list []exception
	used map[exception]bool
}

func newExceptionBook(list []exception) *exceptionBook {
	return &exceptionBook{list: list, used: map[exception]bool{}}
}

var indexes = regexp.MustCompile(`/\d+`)

func (b *exceptionBook) complain(t *testing.T, file *ghlspec.Operation, op string, f ghlspec.Finding) {
	t.Helper()
	place := indexes.ReplaceAllString(f.Place, "/N")
	for _, e := range b.list {
		if e.covers(string(file.Generation), op, place) {
			b.used[e] = true
			return
		}
	}
	t.Errorf("%s %s: %s: %.160s", file.Generation, op, place, f.Detail)
}

func (e exception) covers(g, op, place string) bool {
	want := e.op
	if gen, rest, found := strings.Cut(want, " "); found {
		if gen != g {
			return false
		}
		want = rest
	}
	return fits(want, op) && fits(e.place, place)
}

func fits(pattern, s string) bool {
	if start, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(s, start)
	}
	return pattern == s
}

func (b *exceptionBook) checkAllUsed(t *testing.T) {
	t.Helper()
	for _, e := range b.list {
		assert.True(t, b.used[e], "the exception %q %q is not needed any more", e.op, e.place)
		assert.NotEmpty(t, e.why)
	}
}
