package ghl_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// hostileCalls makes the calls of all operations under the date versions and under version 3.
func hostileCalls(t *testing.T, handler http.HandlerFunc) ([]contractCall, *exchange) {
	t.Helper()
	x := &exchange{handler: handler}
	var all []contractCall
	for _, v := range []ghl.APIVersion{ghl.V2, ghl.V3} {
		c, err := ghl.New(ghl.WithToken(testToken), ghl.WithLimits(ghl.NoLimits()), ghl.WithAPIVersion(v),
			ghl.WithRetry(ghl.RetryPolicy{MaxRetries: -1}), ghl.WithHTTPClient(&http.Client{Transport: x}))
		require.NoError(t, err)
		calls, missing := contractCalls(t, c, contractOAuth(t, x, v), v)
		require.Empty(t, missing)
		all = append(all, calls...)
	}
	require.Greater(t, len(all), 2*138-1)
	return all, x
}

// try makes a call that a test expects to fail, or not to; it must not panic.
func (c contractCall) try(t *testing.T, args []reflect.Value) (err error) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			assert.Fail(t, "panic", "%s: %v", c.op.ID, r)
			err = errors.New("panic")
		}
	}()
	_, err = c.invoke(t.Context(), args)
	return err
}

// checkTyped checks that an error is an *Error of the operation: short, in one line, without secrets.
func (c contractCall) checkTyped(t *testing.T, name string, err error) {
	t.Helper()
	e, ok := errors.AsType[*ghl.Error](err)
	if !assert.True(t, ok, "%s: %s: %v", c.op.ID, name, err) {
		return
	}
	assert.Equal(t, c.op.ID, e.Operation, name)
	text, body := err.Error(), e.Body()
	assert.Less(t, len(text), 1000, "%s: %s", c.op.ID, name)
	assert.LessOrEqual(t, len(body), 64<<10, "%s: %s", c.op.ID, name)
	for _, secret := range []string{testToken, contractSecret, contractAccess, contractRefresh} {
		assert.False(t, strings.Contains(text+body+e.Message+e.Code+strings.Join(e.Messages, ""), secret), "%s: %s: a secret in %.2000s", c.op.ID, name, text+body)
	}
}

// TestHostileIdentifiers puts what must never reach the service, or only escaped, in the place of every path parameter.
func TestHostileIdentifiers(t *testing.T) {
	t.Parallel()
	calls, x := hostileCalls(t, replies(http.StatusOK, `{}`))
	found := 0
	for _, call := range calls {
		_ = call.try(t, call.arguments(t))
		path := x.last(t).URL.EscapedPath()
		for i, arg := range call.arguments(t) {
			for _, place := range texts(arg) {
				text := place.in(arg).String()
				if text == "" || !strings.Contains(path+"/", "/"+text+"/") {
					continue
				}
				found++
				call.checkBadIDs(t, i, place, x)
				const odd = "a/../b?c=d#e%2Ff\\g"
				args := call.arguments(t)
				place.in(args[i]).SetString(odd)
				_ = call.try(t, args)
				assert.Equal(t, strings.Replace(path, "/"+text, "/"+url.PathEscape(odd), 1), x.last(t).URL.EscapedPath(), call.op.ID)
			}
		}
	}
	placeholders := 0
	for _, op := range ghl.Operations() {
		placeholders += strings.Count(op.Path, "{")
	}
	assert.Equal(t, 2*(placeholders-1), found, "all but the {type} of bulk tags, which is no argument")
}

func (c contractCall) checkBadIDs(t *testing.T, i int, place textPlace, x *exchange) {
	t.Helper()
	for _, bad := range []string{"", " ", "\t\n", ".", ".."} {
		before := len(x.requests())
		args := c.arguments(t)
		place.in(args[i]).SetString(bad)
		err := c.try(t, args)
		require.ErrorIs(t, err, ghl.ErrInvalidArgument, "%s %s%s %q", c.op.ID, c.names[i], place.name, bad)
		c.checkTyped(t, "bad id", err)
		assert.Len(t, x.requests(), before, "%s: nothing is sent", c.op.ID)
	}
}

func (x *exchange) last(t *testing.T) seen {
	t.Helper()
	all := x.requests()
	require.NotEmpty(t, all)
	return all[len(all)-1]
}

// TestMissingRequiredFields empties every text field that a body always carries, one by one. A call that lacks what the service
// requires is refused before it is sent. What else a body must hold, TestRequestsMatchTheReference shows.
func TestMissingRequiredFields(t *testing.T) {
	t.Parallel()
	mayBeEmpty := map[string]bool{
		"CustomValueInput.Value":            true, // an empty value is a value
		"OpportunityUpsert.FollowersAction": true, // has a default
		"MessageInbound.ContactID":          true, // one of the two is enough
		"MessageInbound.ConversationID":     true,
	}
	calls, x := hostileCalls(t, replies(http.StatusOK, `{}`))
	for _, call := range calls {
		for i, arg := range call.arguments(t) {
			for _, place := range texts(arg) {
				if !place.always || mayBeEmpty[place.name] {
					continue
				}
				args := call.arguments(t)
				before := len(x.requests())
				place.in(args[i]).SetZero()
				err := call.try(t, args)
				if !assert.ErrorIs(t, err, ghl.ErrInvalidArgument, "%s: %s is empty", call.op.ID, place.name) {
					continue
				}
				call.checkTyped(t, place.name, err)
				assert.Len(t, x.requests(), before, "%s: %s: nothing is sent", call.op.ID, place.name)
			}
		}
	}
}

// textPlace is a text among the arguments of a call: an argument, or a field of one.
type textPlace struct {
	name  string
	index []int
	// always says that a body carries the field even when it is empty.
	always bool
}

func (p textPlace) in(v reflect.Value) reflect.Value {
	if p.index == nil {
		return v
	}
	return v.FieldByIndex(p.index)
}

func texts(v reflect.Value) []textPlace {
	var out []textPlace
	switch v.Kind() {
	case reflect.String:
		out = append(out, textPlace{})
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(v.Type()) {
			name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.IsExported() && f.Type.Kind() == reflect.String {
				out = append(out, textPlace{v.Type().Name() + "." + f.Name, f.Index, name != "" && option == ""})
			}
		}
	}
	return out
}

// hostileAnswer is an answer that no method may take for a good one.
type hostileAnswer struct {
	name   string
	status int
	header http.Header
	body   string
	// want is what the error matches besides being typed; nil means any.
	want error
	// valid says that the body is JSON, which is enough for a method without a result.
	valid bool
	// followed says that a read goes on, because the new address is on the same host.
	followed bool
	// heavy answers are given to every twentieth operation only: what reads a body is the same for all.
	heavy bool
}

func hostileAnswers() []hostileAnswer {
	const html = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>" + testToken + "</body></html>"
	leak := `"Authorization: Bearer ` + testToken + `","access_token":"` + contractAccess + `","refresh_token":"` + contractRefresh + `","client_secret":"` + contractSecret + `"`
	big := strings.Repeat("x", 10<<20)
	return []hostileAnswer{
		{name: "page with status 200", status: 200, body: html, want: ghl.ErrAnswer},
		{name: "page with status 403", status: 403, body: html},
		{name: "page with status 404", status: 404, body: html},
		{name: "page with status 502", status: 502, body: html},
		{name: "truncated", status: 200, body: `{"contact":{"id":"c1","firstName":"A`, want: ghl.ErrAnswer},
		{name: "truncated error", status: 400, body: `{"statusCode":400,"message":"Contact wi`},
		{name: "two documents", status: 200, body: `{"id":"c1"} {"id":"c2"}`, want: ghl.ErrAnswer},
		{name: "a text", status: 200, body: `"ok"`, want: ghl.ErrAnswer, valid: true},
		{name: "a number", status: 200, body: `7`, want: ghl.ErrAnswer, valid: true},
		{name: "not UTF-8", status: 200, body: "\x00\xff\xfe", want: ghl.ErrAnswer},
		{name: "ten megabytes of text", status: 200, body: big, want: ghl.ErrAnswer, heavy: true},
		{name: "ten megabytes of error", status: 500, body: `{"message":"` + big + `"}`, heavy: true},
		{name: "secrets", status: 400, body: `{"message":` + leak + `}`},
		{name: "secrets refused", status: 401, body: `{"message":["bad token ` + testToken + `"],"error":` + leak + `}`},
		{name: "redirect", status: 302, header: http.Header{"Location": {"https://evil.example.net/?access_token=" + testToken}}},
		{name: "redirect with the body", status: 307, header: http.Header{"Location": {"https://evil.example.net/?access_token=" + testToken}}},
		{name: "redirect on the host", status: 308, header: http.Header{"Location": {"/elsewhere"}}, followed: true},
		{name: "redirect to nowhere", status: 301},
	}
}

// TestHostileAnswers gives every method of every operation answers of broken proxies and hosts. The clock of a bubble makes
// the waits before repetitions short.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	for _, answer := range hostileAnswers() {
		t.Run(answer.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var hosts []string
				calls, x := hostileCalls(t, nil)
				x.answer = func(r *http.Request) *http.Response {
					hosts = append(hosts, r.URL.Host)
					return &http.Response{StatusCode: answer.status, Header: answer.header.Clone(), Request: r, ContentLength: -1,
						Body: io.NopCloser(strings.NewReader(answer.body))}
				}
				for i, call := range calls {
					if answer.heavy && i%20 != 0 {
						continue
					}
					hosts = nil
					err := call.try(t, call.arguments(t))
					if err == nil && answer.valid && call.method.Type().NumOut() == 1 && call.method.Type().Out(0).Kind() == reflect.Interface {
						continue
					}
					call.checkTyped(t, answer.name, err)
					if answer.want != nil {
						assert.ErrorIs(t, err, answer.want, call.op.ID)
					}
					assert.NotErrorIs(t, err, ghl.ErrNotFound, "%s: no page says that a record is gone", call.op.ID)
					assert.NotErrorIs(t, err, context.DeadlineExceeded, call.op.ID)
					for _, host := range hosts {
						assert.Equal(t, "services.leadconnectorhq.com", host, call.op.ID)
					}
					if answer.status/100 == 3 && (!answer.followed || call.op.HTTPMethod != http.MethodGet) {
						assert.Len(t, hosts, 1, "%s: a redirect is not followed", call.op.ID)
					}
				}
			})
		})
	}
}
