package ghltest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// level is the kind of token an operation wants.
type level int

const (
	levelLocation level = iota
	levelBoth
	levelAgency
	levelNone // no token: the token endpoint
)

// handler runs one operation under the server's lock. A *reply result overrides the usual status.
type handler func(*Server, *call) (any, *failure)

// operation is one row of the vendor's reference.
type operation struct {
	family, id   string
	method, path string
	v3Path       string // when the path has another spelling under v3
	removedInV3  bool
	onlyV3       bool
	noVersion    bool
	scope        string
	level        level
	status       int
	body         *schema
	query        []string // required query parameters
	form         bool     // the body is not JSON; the handler reads it
	handle       handler
	segments     []string
}

func (o *operation) key() string { return o.family + "/" + o.id }

// call is one request on its way through an operation.
type call struct {
	r       *http.Request
	op      *operation
	path    map[string]string
	query   url.Values
	raw     []byte
	peek    object // the body before validation, for the location check
	body    object
	token   *Token
	version string
	now     time.Time
	asOf    time.Time // reads by id show the state of this moment
	trace   string
}

const (
	versionV3       = "v3"
	versionCalendar = "2021-04-15"
)

var publishedVersions = []string{versionV3, "2023-02-21", "2021-07-28", versionCalendar, "legacy"}

// routes is the table of all operations; it is the same for every server.
var routes = sync.OnceValue(func() []*operation {
	var all []*operation
	for _, list := range [][]operation{contactOps(), taskOps(), noteOps(), contactPartOps(), locationOps(), locationTagOps(),
		customFieldOps(), locationExtraOps(), calendarOps(), calendarGroupOps(), bookingOps(), appointmentNoteOps(), calendarExtraOps(), userOps(),
		businessOps(), opportunityOps(), conversationOps(), objectFieldOps(), simpleOps(), oauthOps()} {
		for _, op := range list {
			all = append(all, prepare(op))
		}
	}
	return all
})

// Operation describes one operation that the server knows.
type Operation struct {
	Family, ID   string // the vendor's names, for example "contacts" and "get-contact"
	Method, Path string
	V3Path       string // when v3 spells the path another way
	Scope        string // empty when the vendor states none
	Status       int    // of a success by the vendor's reference; some quirks change it
}

// Operations lists every operation that the server knows, by area.
func Operations() []Operation {
	var out []Operation
	for _, op := range routes() {
		out = append(out, Operation{Family: op.family, ID: op.id, Method: op.method, Path: op.path, V3Path: op.v3Path, Scope: op.scope,
			Status: op.status})
	}
	return out
}

func prepare(op operation) *operation {
	if op.status == 0 {
		op.status = http.StatusOK
	}
	op.segments = splitPath(op.path)
	return &op
}

func splitPath(path string) []string {
	return strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
}

// match compares a path with an operation's pattern; fixed is the number of literal segments, more is better.
func match(pattern, segments []string) (params map[string]string, fixed int, ok bool) {
	if len(pattern) != len(segments) {
		return nil, 0, false
	}
	params = map[string]string{}
	for i, p := range pattern {
		switch {
		case strings.HasPrefix(p, "{"):
			if segments[i] == "" {
				return nil, 0, false
			}
			value, err := url.PathUnescape(segments[i])
			if err != nil {
				return nil, 0, false
			}
			params[p[1:len(p)-1]] = value
		case p != segments[i]:
			return nil, 0, false
		default:
			// An earlier literal outweighs all later ones, as in the service's router.
			fixed += 1 << (len(pattern) - i)
		}
	}
	return params, fixed, true
}

// route finds the operation of a method and an escaped path, under the version that the request names.
func route(method, path, version string) (*operation, map[string]string, *failure) {
	segments := splitPath(path)
	var best *operation
	var params map[string]string
	bestFixed, kebab := -1, false
	for _, op := range routes() {
		if op.method != method {
			continue
		}
		if p, fixed, ok := match(op.segments, segments); ok && fixed > bestFixed {
			best, params, bestFixed, kebab = op, p, fixed, false
		}
		if op.v3Path != "" {
			if p, fixed, ok := match(splitPath(op.v3Path), segments); ok && fixed > bestFixed {
				best, params, bestFixed, kebab = op, p, fixed, true
			}
		}
	}
	v3 := version == versionV3
	switch {
	case best == nil, (kebab || best.onlyV3) && !v3:
		return nil, nil, fail(http.StatusNotFound, "Cannot %s %s", method, path)
	case v3 && !kebab && (best.v3Path != "" || best.removedInV3):
		return best, params, fail(http.StatusBadRequest, "Endpoint %s %s not available in API version v3. This endpoint was "+
			"removed in version v3. Please use a version before v3.", method, path)
	}
	return best, params, nil
}

func checkVersion(op *operation, version string) *failure {
	switch {
	case op.noVersion:
		return nil
	case version == "":
		return unauthorizedVersion("version header was not found.")
	case !slices.Contains(publishedVersions, version):
		return unauthorizedVersion("version header is invalid")
	}
	return nil
}

func unauthorizedVersion(message string) *failure {
	return fail(http.StatusUnauthorized, "%s", message)
}

// requireQuery refuses a call without its required query parameters.
func (c *call) requireQuery() *failure {
	var msgs []string
	for _, name := range c.op.query {
		if c.query.Get(name) == "" {
			msgs = append(msgs, name+" should not be empty", name+" must be a string")
		}
	}
	if len(msgs) > 0 {
		return unprocessable(msgs...)
	}
	return nil
}
