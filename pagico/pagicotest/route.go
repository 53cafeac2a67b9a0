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
	add(nil, "oauth.authorize", http.MethodGet, "/oauth/authorize", "", (*Server).authorize)
	add(nil, "oauth.token", http.MethodPost, "/oauth/token", "", (*Server).token)
	add(nil, "oauth.revoke", http.MethodPost, "/oauth/revoke", "", (*Server).revoke)
	add(nil, "oauth.discovery", http.MethodGet, "/.well-known/oauth-authorization-server", "", (*Server).discovery)
	add(nil, "me", http.MethodGet, "/me", "users:read", (*Server).me)
	add(nil, "users.list", http.MethodGet, "/users", "users:read", (*Server).listUsers)
	return all
}

// public says that an operation needs no bearer token.
func (r *route) public() bool { return r.scope == "" }

// action is the last part of the operation's name. What an operation does follows from it and not from the method, which
// WithRoute may change.
func (r *route) action() string {
	_, action, _ := strings.Cut(r.operation, ".")
	return action
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// match finds the operation of a request and its path parameters. When only the method is wrong, allowed lists the
// methods that would do.
func (s *Server) match(method string, u *url.URL) (found *route, params map[string]string, allowed []string) {
	path := u.EscapedPath()
	rest, ok := strings.CutPrefix(path, BasePath+"/")
	if !ok {
		// Authorization servers are often looked for at the root of the host (RFC 8414 §3.1).
		rest = strings.TrimPrefix(strings.TrimSuffix(path, BasePath), "/")
	}
	segments := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	for _, r := range s.routes {
		p, fits := r.params(segments)
		switch {
		case !fits || !ok && !r.public() || s.broken(ClauseRoute(r.operation)):
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
