package pagico

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Operation names one thing the contract can do. The names are those of contract §3.2
// and are the keys of [Routes].
type Operation string

// The operations of the contract.
const (
	OpTasksList   Operation = "tasks.list"
	OpTasksGet    Operation = "tasks.get"
	OpTasksCreate Operation = "tasks.create"
	OpTasksUpdate Operation = "tasks.update"
	OpTasksDelete Operation = "tasks.delete"

	OpProjectsList   Operation = "projects.list"
	OpProjectsGet    Operation = "projects.get"
	OpProjectsCreate Operation = "projects.create"
	OpProjectsUpdate Operation = "projects.update"
	OpProjectsDelete Operation = "projects.delete"

	OpListsList   Operation = "lists.list"
	OpListsGet    Operation = "lists.get"
	OpListsCreate Operation = "lists.create"
	OpListsUpdate Operation = "lists.update"
	OpListsDelete Operation = "lists.delete"

	OpContactsList   Operation = "contacts.list"
	OpContactsGet    Operation = "contacts.get"
	OpContactsCreate Operation = "contacts.create"
	OpContactsUpdate Operation = "contacts.update"
	OpContactsDelete Operation = "contacts.delete"

	OpNotesList   Operation = "notes.list"
	OpNotesGet    Operation = "notes.get"
	OpNotesCreate Operation = "notes.create"
	OpNotesUpdate Operation = "notes.update"
	OpNotesDelete Operation = "notes.delete"

	OpEventsList   Operation = "events.list"
	OpEventsGet    Operation = "events.get"
	OpEventsPut    Operation = "events.put"
	OpEventsDelete Operation = "events.delete"

	OpMe        Operation = "me"
	OpUsersList Operation = "users.list"

	OpWebhooksList   Operation = "webhooks.list"
	OpWebhooksGet    Operation = "webhooks.get"
	OpWebhooksCreate Operation = "webhooks.create"
	OpWebhooksUpdate Operation = "webhooks.update"
	OpWebhooksDelete Operation = "webhooks.delete"
	OpWebhooksTest   Operation = "webhooks.test"

	OpOAuthAuthorize Operation = "oauth.authorize"
	OpOAuthToken     Operation = "oauth.token" //nolint:gosec // a name, no credential
	OpOAuthRevoke    Operation = "oauth.revoke"
	OpOAuthDiscovery Operation = "oauth.discovery"
)

// Route is where and how an operation is called.
type Route struct {
	// Method is the HTTP method, in capitals.
	Method string
	// Path starts with "/" and is joined to the base URL of the client. {id}, or
	// {externalId} for the two writing event operations, is replaced by the percent-encoded
	// id (RFC 6570 level 1).
	Path string
	// Scope is the OAuth scope that the operation needs, or "" for none.
	Scope string
}

// Routes say where a backend offers what. Start from [DefaultRoutes], change what differs,
// and pass the result to [WithRoutes], which checks and copies it:
//
//	routes := pagico.DefaultRoutes()
//	routes.Operations[pagico.OpTasksUpdate] = pagico.Route{Method: "PUT", Path: "/todo/{id}", Scope: "todo"}
//	delete(routes.Operations, pagico.OpWebhooksTest)
//	routes.HeaderNames.IdempotencyKey = "X-Request-Key"
//
// Routes in a file are read by [LoadRoutes]. Source: contract §3.2 and §3.11.
type Routes struct {
	// Operations maps every operation that the backend offers to its route. One that is not
	// in the map is not offered: calling it returns [ErrNotSupported] and sends nothing.
	Operations map[Operation]Route
	// HeaderNames renames headers.
	HeaderNames HeaderNames
}

// HeaderNames renames the headers of the contract that no finished RFC defines. An empty
// field means the contract's name.
type HeaderNames struct {
	// IdempotencyKey is where creates carry their key: "Idempotency-Key".
	IdempotencyKey string
	// RequestID is where answers name the request: "X-Request-Id".
	RequestID string
}

// DefaultRoutes returns the routes of contract §3.2, in a map of the caller's own.
func DefaultRoutes() Routes {
	r := map[Operation]Route{
		OpEventsList:   {http.MethodGet, "/events", "events:read"},
		OpEventsGet:    {http.MethodGet, "/events/{id}", "events:read"},
		OpEventsPut:    {http.MethodPut, "/events/external:{externalId}", "events:write"},
		OpEventsDelete: {http.MethodDelete, "/events/external:{externalId}", "events:write"},

		OpMe:        {http.MethodGet, "/me", "users:read"},
		OpUsersList: {http.MethodGet, "/users", "users:read"},

		OpWebhooksTest: {http.MethodPost, "/webhooks/{id}/test", "webhooks:write"},

		OpOAuthAuthorize: {http.MethodGet, "/oauth/authorize", ""},
		OpOAuthToken:     {http.MethodPost, "/oauth/token", ""},
		OpOAuthRevoke:    {http.MethodPost, "/oauth/revoke", ""},
		OpOAuthDiscovery: {http.MethodGet, "/.well-known/oauth-authorization-server", ""},
	}
	for area, scope := range map[string]string{
		"tasks": "tasks", "projects": "projects", "lists": "tasks", "contacts": "contacts",
		"notes": "notes", "webhooks": "webhooks",
	} {
		read, write := scope+":read", scope+":write"
		r[Operation(area+".list")] = Route{http.MethodGet, "/" + area, read}
		r[Operation(area+".get")] = Route{http.MethodGet, "/" + area + "/{id}", read}
		r[Operation(area+".create")] = Route{http.MethodPost, "/" + area, write}
		r[Operation(area+".update")] = Route{http.MethodPatch, "/" + area + "/{id}", write}
		r[Operation(area+".delete")] = Route{http.MethodDelete, "/" + area + "/{id}", write}
	}
	return Routes{Operations: r}
}

// Validate reports every fault of the routes in one error that matches
// [ErrInvalidArgument]: operations that the contract does not have, methods that are not
// HTTP methods, paths that lack the parameter they need or have one that nothing fills, two
// operations on the same method and path, and header names that are none.
func (r Routes) Validate() error {
	faults := r.faults()
	if len(faults) == 0 {
		return nil
	}
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.text
	}
	return invalid(opRoutes, "%s", strings.Join(texts, "; "))
}

// fault is something wrong with the route of an operation.
type fault struct {
	op, other Operation // other is the second one of two that clash
	text      string
}

func (r Routes) faults() []fault {
	var faults []fault
	owner := make(map[string]Operation, len(r.Operations))
	for _, op := range slices.Sorted(maps.Keys(r.Operations)) {
		route := r.Operations[op]
		if text := checkRoute(op, route); text != "" {
			faults = append(faults, fault{op: op, text: text})
			continue
		}
		key := route.Method + " " + shape(route.Path)
		if other, taken := owner[key]; taken {
			faults = append(faults, fault{op, other,
				fmt.Sprintf("%s and %s are both %s %s", other, op, route.Method, route.Path)})
		}
		owner[key] = op
	}
	for _, name := range []string{r.HeaderNames.IdempotencyKey, r.HeaderNames.RequestID} {
		if name != "" && !validHeaderName(name) {
			faults = append(faults, fault{text: fmt.Sprintf("%q is not a header name", name)})
		}
	}
	return faults
}

// clone copies the map too.
func (r Routes) clone() Routes {
	r.Operations = maps.Clone(r.Operations)
	return r
}

// Scopes returns the scopes that the routes name, sorted, each once.
func (r Routes) Scopes() []string {
	set := make(map[string]bool, len(r.Operations))
	for _, route := range r.Operations {
		if route.Scope != "" {
			set[route.Scope] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// pathParam is the one parameter that the path of op must hold, or "".
func pathParam(op Operation) string {
	switch op {
	case OpEventsPut, OpEventsDelete:
		return "externalId"
	case OpWebhooksTest:
		return "id"
	}
	if _, verb, _ := strings.Cut(string(op), "."); verb == "get" || verb == "update" || verb == "delete" {
		return "id"
	}
	return ""
}

// checkRoute says what is wrong with one route, or "".
func checkRoute(op Operation, route Route) string {
	if _, known := DefaultRoutes().Operations[op]; !known {
		return fmt.Sprintf("unknown operation %q", op)
	}
	switch route.Method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return fmt.Sprintf("%s: method %q is not GET, POST, PUT, PATCH or DELETE", op, route.Method)
	}
	if !strings.HasPrefix(route.Path, "/") || strings.HasPrefix(route.Path, "//") {
		return fmt.Sprintf("%s: path %q does not start with one slash", op, route.Path)
	}
	if i := strings.IndexFunc(route.Path, badPathRune); i >= 0 {
		return fmt.Sprintf("%s: path %q holds %q, which a path template cannot", op, route.Path, route.Path[i:i+1])
	}
	for segment := range strings.SplitSeq(route.Path, "/") {
		if segment == "." || segment == ".." {
			return fmt.Sprintf("%s: path %q has a dot segment", op, route.Path)
		}
	}
	return checkParams(op, route.Path)
}

func badPathRune(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`?#\%"<>^|`+"`", r)
}

func checkParams(op Operation, path string) string {
	want, found := pathParam(op), 0
	for rest := path; ; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			break
		}
		end := strings.IndexByte(rest[open:], '}')
		if rest[open] == '}' || end < 0 {
			return fmt.Sprintf("%s: path %q has an unpaired brace", op, path)
		}
		name := rest[open+1 : open+end]
		if name != want {
			return fmt.Sprintf("%s: path %q has the parameter {%s}, which the operation does not fill", op, path, name)
		}
		found++
		rest = rest[open+end+1:]
	}
	switch {
	case want != "" && found == 0:
		return fmt.Sprintf("%s: path %q lacks the parameter {%s}", op, path, want)
	case found > 1:
		return fmt.Sprintf("%s: path %q has {%s} more than once", op, path, want)
	}
	return ""
}

// shape is a path with its parameter made anonymous: two templates with one shape
// match the same requests.
func shape(path string) string {
	open, end := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
	if open < 0 || end < open {
		return path
	}
	return path[:open] + "{}" + path[end+1:]
}
