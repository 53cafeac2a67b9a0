package pagicotest

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// suite is one clause at work.
type suite struct {
	tester
	client *pagico.Client
	f      Features
	run    string // marks what this run makes
	made   int
}

func newRunID() string { return "conf-" + strings.ToLower(rand.Text()[:10]) }

// unique is an external id or text that no other record has.
func (s *suite) unique() string {
	s.made++
	return fmt.Sprintf("%s:%d", s.run, s.made)
}

func (s *suite) fatalf(format string, args ...any) {
	s.Helper()
	s.Errorf(format, args...)
	s.FailNow()
}

// ok ends the clause when a call failed that should have worked.
func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.fatalf("unexpected error: %v", err)
	}
}

// is wants an error of the typed client.
func (s *suite) is(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("error is %v, want %v", err, want)
	}
}

// same compares two JSON values or plain Go values.
func (s *suite) same(what string, got, want any) {
	s.Helper()
	if !reflect.DeepEqual(plain(got), plain(want)) {
		s.Errorf("%s is %s, want %s", what, text(got), text(want))
	}
}

func plain(v any) any {
	var out any
	if json.Unmarshal([]byte(text(v)), &out) != nil {
		return v
	}
	return out
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// seen is an answer to a raw request.
type seen struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any
}

func (a seen) str(name string) string {
	v, _ := a.json[name].(string)
	return v
}

// results are the records of a page.
func (a seen) results() []map[string]any {
	list, _ := a.json["results"].([]any)
	out := make([]map[string]any, 0, len(list))
	for _, r := range list {
		if m, ok := r.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func (a seen) ids() []string {
	ids := []string{}
	for _, r := range a.results() {
		id, _ := r["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// request is one raw request; zero fields mean the usual thing.
type request struct {
	op     pagico.Operation
	id     string // of the path, unescaped
	query  url.Values
	body   string
	header map[string]string // "" removes a default
	token  string
	method string // instead of the route's
}

// send makes a raw request to an operation of the client's routes.
func (s *suite) send(r request) seen {
	s.Helper()
	a, err := s.try(s.Context(), r)
	if err != nil {
		s.fatalf("%s: %v", r.op, err)
	}
	return a
}

func (s *suite) try(ctx context.Context, r request) (seen, error) {
	route := s.client.Routes().Operations[r.op]
	path := strings.ReplaceAll(route.Path, "{id}", url.PathEscape(r.id))
	path = strings.ReplaceAll(path, "{externalId}", url.PathEscape(r.id))
	target := strings.TrimSuffix(s.client.BaseURL(), "/") + path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, cmp.Or(r.method, route.Method), target, strings.NewReader(r.body))
	if err != nil {
		return seen{}, err
	}
	req.Header.Set("Authorization", "Bearer "+cmp.Or(r.token, s.f.Token))
	switch {
	case strings.HasSuffix(string(r.op), ".update"):
		req.Header.Set("Content-Type", "application/merge-patch+json")
	case r.body != "":
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range r.header {
		if renamed := s.client.Routes().HeaderNames.IdempotencyKey; name == "Idempotency-Key" && renamed != "" {
			name = renamed
		}
		if value == "" {
			req.Header.Del(name)
			continue
		}
		req.Header.Set(name, value)
	}
	return s.roundTrip(req)
}

func (s *suite) roundTrip(req *http.Request) (seen, error) {
	resp, err := s.f.HTTPClient.Do(req)
	if err != nil {
		return seen{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return seen{}, err
	}
	a := seen{status: resp.StatusCode, header: resp.Header, body: body}
	// A body that is no JSON object shows as missing members.
	_ = json.Unmarshal(body, &a.json)
	return a, nil
}

// create makes a record from a JSON body, wants 201 or 200, and deletes it at the end.
func (s *suite) create(op pagico.Operation, body string) seen {
	s.Helper()
	return s.createAs("", op, body)
}

func (s *suite) createAs(token string, op pagico.Operation, body string) seen {
	s.Helper()
	a := s.send(request{op: op, body: body, token: token})
	if a.status/100 != 2 || a.str("id") == "" {
		s.fatalf("%s %s answered %d %s", op, body, a.status, a.body)
	}
	s.discard(token, op, a.str("id"))
	return a
}

// discard deletes a record when the clause is over.
func (s *suite) discard(token string, create pagico.Operation, id string) {
	kind, _, _ := strings.Cut(string(create), ".")
	s.Cleanup(func() {
		// The clause may have deleted it, and its context has ended.
		_, _ = s.try(context.WithoutCancel(s.Context()), request{
			op: pagico.Operation(kind + ".delete"), id: id, token: token, header: map[string]string{"If-Match": "*"},
		})
	})
}

// task makes a task with more members than its title; more starts with a comma or is empty.
func (s *suite) task(more string) seen {
	s.Helper()
	return s.create(pagico.OpTasksCreate, `{"title":"`+s.run+`"`+more+`}`)
}

// patch updates a task and wants 200.
func (s *suite) patch(id, body string) seen {
	s.Helper()
	a := s.send(request{op: pagico.OpTasksUpdate, id: id, body: body})
	if a.status != http.StatusOK {
		s.fatalf("PATCH %s answered %d %s", body, a.status, a.body)
	}
	return a
}

// problem wants a status and a problem type.
func (s *suite) problem(a seen, status int, kind string) {
	s.Helper()
	if a.status != status {
		s.Errorf("status is %d, want %d: %s", a.status, status, a.body)
	}
	s.same("type", a.str("type"), problemPrefix+kind)
}

// refused wants 422 that points at a member; a body that is accepted would leave a record, which is deleted.
func (s *suite) refused(op pagico.Operation, id, body, pointer string) {
	s.Helper()
	a := s.send(request{op: op, id: id, body: body})
	if a.status == http.StatusCreated {
		s.discard("", op, a.str("id"))
	}
	s.problem(a, http.StatusUnprocessableEntity, "validation-error")
	errs, _ := a.json["errors"].([]any)
	for _, e := range errs {
		if m, ok := e.(map[string]any); ok && m["pointer"] == pointer {
			return
		}
	}
	s.Errorf("no error points at %s: %s", pointer, a.body)
}
