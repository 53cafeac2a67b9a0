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
	OpOAuthToken     Operation = "oauth.token"
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

// Routes maps every operation that a backend offers to its route. An operation that is
// not in the map is not offered: calling it returns [ErrNotSupported] without sending
// anything. Start from [DefaultRoutes], change what differs, and pass the result to
// [WithRoutes], which checks and copies it:
//
//	routes := pagico.DefaultRoutes()
//	routes[pagico.OpTasksUpdate] = pagico.Route{Method: "PUT", Path: "/todo/{id}", Scope: "todo"}
//	delete(routes, pagico.OpWebhooksTest)
//
// Routes in a file are read by [LoadRoutes]. Source: contract §3.2 and §3.11.
type Routes map[Operation]Route

// DefaultRoutes returns the routes of contract §3.2, in a map of the caller's own.
func DefaultRoutes() Routes {
	r := Routes{
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
	return r
}

// Validate reports every fault of the routes in one error that wraps
// [ErrInvalidArgument]: operations that the contract does not have, methods that are
// not HTTP methods, paths that lack the parameter they need or have one that nothing
// fills, and two operations on the same method and path.
func (r Routes) Validate() error {
	var faults []string
	owner := make(map[string]Operation, len(r))
	for _, op := range slices.Sorted(maps.Keys(r)) {
		route := r[op]
		if fault := checkRoute(op, route); fault != "" {
			faults = append(faults, fault)
			continue
		}
		key := route.Method + " " + shape(route.Path)
		if other, taken := owner[key]; taken {
			faults = append(faults, fmt.Sprintf("%s and %s are both %s %s", other, op, route.Method, route.Path))
		}
		owner[key] = op
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("pagico: routes: %s: %w", strings.Join(faults, "; "), ErrInvalidArgument)
}

// Scopes returns the scopes that the routes name, sorted, each once.
func (r Routes) Scopes() []string {
	set := make(map[string]bool, len(r))
	for _, route := range r {
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
	if _, known := DefaultRoutes()[op]; !known {
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
