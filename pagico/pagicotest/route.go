package pagicotest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// handler does the work of one operation, with the server locked.
type handler func(*Server, *call) (reply, *problem)

// route is one named operation (contract §3.2).
type route struct {
	operation string
	method    string
	segments  []string // below the base path
	scope     string
	kind      *kind
	handle    handler
}

func newRoutes(kinds []*kind, renamed map[string]Route) []*route {
	var all []*route
	add := func(k *kind, operation, method, path, scope string, h handler) {
		if r, ok := renamed[operation]; ok {
			method, path = r.Method, r.Path
		}
		all = append(all, &route{operation, method, split(path), scope, k, h})
	}
	for _, k := range kinds {
		base, read, write := "/"+k.plural, k.scope+":read", k.scope+":write"
		add(k, k.plural+".list", http.MethodGet, base, read, (*Server).list)
		add(k, k.plural+".get", http.MethodGet, base+"/{id}", read, (*Server).get)
		add(k, k.plural+".delete", http.MethodDelete, base+"/{id}", write, (*Server).delete)
		if k.name == "event" {
			add(k, k.plural+".put", http.MethodPut, base+"/{id}", write, (*Server).putEvent)
			continue
		}
		add(k, k.plural+".create", http.MethodPost, base, write, (*Server).create)
		add(k, k.plural+".update", http.MethodPatch, base+"/{id}", write, (*Server).update)
		if k.name == "webhook" {
			add(k, k.plural+".test", http.MethodPost, base+"/{id}/test", write, (*Server).testWebhook)
		}
	}
	add(nil, "me", http.MethodGet, "/me", "users:read", (*Server).me)
	add(nil, "users.list", http.MethodGet, "/users", "users:read", (*Server).listUsers)
	return all
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// match finds the operation of a request and its path parameters. When only the method is wrong, allowed lists the
// methods that would do.
func (s *Server) match(method string, u *url.URL) (found *route, params map[string]string, allowed []string) {
	rest, ok := strings.CutPrefix(u.EscapedPath(), BasePath+"/")
	if !ok {
		return nil, nil, nil
	}
	segments := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	for _, r := range s.routes {
		p, ok := r.params(segments)
		switch {
		case !ok || s.broken(ClauseRoute(r.operation)):
		case r.method == method:
			return r, p, nil
		case !slices.Contains(allowed, r.method):
			allowed = append(allowed, r.method)
		}
	}
	return nil, nil, allowed
}

// params compares escaped path segments with the template; parameter values come back unescaped. {externalId} is {id}
// in the external: form. No operation has more than one parameter.
func (r *route) params(segments []string) (map[string]string, bool) {
	if len(segments) != len(r.segments) {
		return nil, false
	}
	var params map[string]string
	for i, want := range r.segments {
		got, err := url.PathUnescape(segments[i])
		if err != nil || got == "" {
			return nil, false
		}
		prefix, name, variable := strings.Cut(strings.TrimSuffix(want, "}"), "{")
		value, fits := strings.CutPrefix(got, prefix)
		if !fits || !variable && got != want || variable && value == "" {
			return nil, false
		}
		if !variable {
			continue
		}
		if name == "externalId" {
			name, value = "id", externalPrefix+value
		}
		params = map[string]string{name: value}
	}
	return params, true
}
