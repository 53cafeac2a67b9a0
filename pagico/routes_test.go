package pagico_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func TestDefaultRoutesAreValidAndTheCallersOwn(t *testing.T) {
	t.Parallel()
	require.NoError(t, pagico.DefaultRoutes().Validate())

	delete(pagico.DefaultRoutes().Operations, pagico.OpMe)

	assert.Contains(t, pagico.DefaultRoutes().Operations, pagico.OpMe)
}

func TestRoutesValidate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		op    pagico.Operation
		route pagico.Route
		want  string
	}{
		"unknown operation": {"tasks.lists", pagico.Route{Method: "GET", Path: "/x"}, "unknown operation"},
		"method":            {pagico.OpMe, pagico.Route{Method: "FETCH", Path: "/x"}, "method"},
		"lower case method": {pagico.OpMe, pagico.Route{Method: "get", Path: "/x"}, "method"},
		"no slash":          {pagico.OpMe, pagico.Route{Method: "GET", Path: "x"}, "slash"},
		"other host":        {pagico.OpMe, pagico.Route{Method: "GET", Path: "//evil.example/x"}, "slash"},
		"query":             {pagico.OpMe, pagico.Route{Method: "GET", Path: "/x?a=1"}, "?"},
		"encoded":           {pagico.OpMe, pagico.Route{Method: "GET", Path: "/x%2Fy"}, "%"},
		"space":             {pagico.OpMe, pagico.Route{Method: "GET", Path: "/x y"}, "holds"},
		"dots":              {pagico.OpMe, pagico.Route{Method: "GET", Path: "/a/../b"}, "dot segment"},
		"no parameter":      {pagico.OpTasksGet, pagico.Route{Method: "GET", Path: "/x"}, "lacks the parameter {id}"},
		"wrong parameter":   {pagico.OpTasksGet, pagico.Route{Method: "GET", Path: "/x/{taskId}"}, "{taskId}"},
		"extra parameter":   {pagico.OpTasksList, pagico.Route{Method: "GET", Path: "/x/{id}"}, "{id}"},
		"parameter twice":   {pagico.OpTasksGet, pagico.Route{Method: "GET", Path: "/x/{id}/{id}"}, "more than once"},
		"open brace":        {pagico.OpTasksGet, pagico.Route{Method: "GET", Path: "/x/{id"}, "unpaired"},
		"closed brace":      {pagico.OpTasksGet, pagico.Route{Method: "GET", Path: "/x/id}"}, "unpaired"},
		"event id":          {pagico.OpEventsPut, pagico.Route{Method: "PUT", Path: "/x/{id}"}, "{id}"},
		"duplicate":         {pagico.OpNotesGet, pagico.Route{Method: "GET", Path: "/tasks/{id}"}, "notes.get and tasks.get are both"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			routes := pagico.DefaultRoutes()
			routes.Operations[tc.op] = tc.route

			err := routes.Validate()

			require.ErrorIs(t, err, pagico.ErrInvalidArgument)
			require.ErrorContains(t, err, tc.want)
			_, err = pagico.New("https://pagico.test", pagico.WithRoutes(routes))
			assert.ErrorIs(t, err, pagico.ErrInvalidArgument)
		})
	}
}

func TestEveryRouteCanBeRenamed(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	routes := pagico.DefaultRoutes()
	routes.HeaderNames = pagico.HeaderNames{IdempotencyKey: "X-Request-Key", RequestID: "X-Trace"}
	swap := map[string]string{"GET": "POST", "POST": "PUT", "PUT": "PATCH", "PATCH": "POST", "DELETE": "PUT"}
	for op, r := range routes.Operations {
		r.Method, r.Path = swap[r.Method], "/gw/"+strings.ReplaceAll(string(op), ".", "/")+"x"
		if strings.Contains(pagico.DefaultRoutes().Operations[op].Path, "{") {
			r.Path += "/{id}/y"
			if op == pagico.OpEventsPut || op == pagico.OpEventsDelete {
				r.Path = strings.Replace(r.Path, "{id}", "{externalId}", 1)
			}
		}
		routes.Operations[op] = r
	}
	client, b := setupWith(t, []pagico.Option{pagico.WithRoutes(routes)}, ok(`{"id":"x_1","results":[]}`))
	var ops []pagico.Operation
	run := func(op pagico.Operation, calls ...error) {
		for _, err := range calls {
			require.NoError(t, err)
			ops = append(ops, op)
		}
	}
	callTasks(t, client, run)
	callProjectsAndLists(t, client, run)
	callContactsAndNotes(t, client, run)
	callEvents(t, client, run)
	callRest(t, client, run)

	for i, op := range ops {
		got := b.request(t, i)
		assert.Equal(t, routes.Operations[op].Method, got.Method, op)
		prefix, _, _ := strings.Cut(routes.Operations[op].Path, "{")
		assert.True(t, strings.HasPrefix(got.Path, "/base/v1"+prefix), "%s went to %s", op, got.Path)
		assert.Empty(t, got.Header.Get("Idempotency-Key"))
		if strings.HasSuffix(string(op), ".create") {
			assert.NotEmpty(t, got.Header.Get("X-Request-Key"))
		}
	}
	assert.NotNil(t, c.doc)
}

func TestOperationThatIsNotOffered(t *testing.T) {
	t.Parallel()
	routes := pagico.DefaultRoutes()
	delete(routes.Operations, pagico.OpTasksDelete)
	client, b := setupWith(t, []pagico.Option{pagico.WithRoutes(routes)}, ok(fullTask))

	err := client.Tasks.Delete(t.Context(), "t_1")

	require.ErrorIs(t, err, pagico.ErrNotSupported)
	assert.Zero(t, b.count())
	caps := client.Capabilities()
	assert.False(t, caps.Has(pagico.OpTasksDelete))
	assert.True(t, caps.Has(pagico.OpTasksList, pagico.OpTasksUpdate))
	assert.False(t, caps.Has(pagico.OpTasksList, pagico.OpTasksDelete))
	assert.Equal(t, []pagico.Operation{pagico.OpTasksDelete}, caps.Missing(pagico.OpTasksList, pagico.OpTasksDelete))
	assert.Len(t, caps.Operations(), len(pagico.DefaultRoutes().Operations)-1)

	routes.Operations[pagico.OpTasksDelete] = pagico.DefaultRoutes().Operations[pagico.OpTasksDelete]
	require.ErrorIs(t, client.Tasks.Delete(t.Context(), "t_1"), pagico.ErrNotSupported, "the client has a copy")
}

func TestLoadRoutes(t *testing.T) {
	t.Parallel()

	routes, err := pagico.LoadRoutes(strings.NewReader(`{
		"headerNames": {"idempotencyKey": "X-Key", "requestId": "X-Trace"},
		"operations": {
			"tasks.list": {"method": "POST", "path": "/todos/search", "scope": ""},
			"tasks.get": {"path": "/todos/{id}"},
			"webhooks.test": null
		}
	}`))

	require.NoError(t, err)
	assert.Equal(t, pagico.Route{Method: "POST", Path: "/todos/search"}, routes.Operations[pagico.OpTasksList])
	assert.Equal(t, pagico.Route{Method: "GET", Path: "/todos/{id}", Scope: "tasks:read"}, routes.Operations[pagico.OpTasksGet])
	assert.NotContains(t, routes.Operations, pagico.OpWebhooksTest)
	assert.Equal(t, pagico.HeaderNames{IdempotencyKey: "X-Key", RequestID: "X-Trace"}, routes.HeaderNames)
}

func TestLoadRoutesNamesTheLine(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ doc, want string }{
		"unknown operation": {"{\"operations\":{\n\n\"tasks.lists\":null}}", `line 3: unknown operation "tasks.lists"`},
		"unknown member":    {"{\n\"routes\":{}}", `line 2: the file has no member "routes"`},
		"unknown header":    {"{\"headerNames\":{\n\"auth\":\"X\"}}", `line 2: headerNames has no member "auth"`},
		"bad header":        {"{\"headerNames\":{\"requestId\":\"a b\"}}", `"a b" is not a header name`},
		"twice":             {"{\"operations\":{\"me\":null,\n\"me\":null}}", `line 2: operations has the member "me" twice`},
		"path twice":        {"{\"operations\":{\"me\":{\"path\":\"/a\",\n\"path\":\"/b\"}}}", `line 2: me has the member "path" twice`},
		"wrong type":        {"{\"operations\":{\"me\":{\n\"path\":12}}}", "line 2: path must be a string"},
		"not an object":     {"[\n]", "line 1: the file must be an object"},
		"operation":         {"{\"operations\":{\n\"me\":\"/x\"}}", "line 2: me must be an object or null"},
		"only":              {"{\"only\":1}", "line 1: only must be true or false"},
		"syntax":            {"{\n\"operations\":{\n\"me\" null}}", "line 3: "},
		"cut short":         {"{\"operations\":{\n", "line 2: "},
		"more":              {"{}\n{}", "line 2: there is more"},
		"empty":             {"", "line 1: "},
		"missing parameter": {"{\"operations\":{\n\n\"tasks.get\":{\"path\":\"/x\"}}}", "line 3: tasks.get: path \"/x\" lacks the parameter {id}"},
		"clash with a default": {
			"{\"operations\":{\n\"contacts.list\":{\"path\":\"/tasks\"}}}", "line 2: contacts.list and tasks.list are both GET /tasks",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := pagico.LoadRoutes(strings.NewReader(tc.doc))

			require.ErrorIs(t, err, pagico.ErrInvalidArgument)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

func TestLoadRoutesReportsEveryRoute(t *testing.T) {
	t.Parallel()

	_, err := pagico.LoadRoutes(strings.NewReader("{\"operations\":{\n\"me\":{\"path\":\"x\"},\n\"tasks.get\":{\"path\":\"/x\"}}}"))

	assert.ErrorContains(t, err, "line 2: me")
	assert.ErrorContains(t, err, "line 3: tasks.get")
}

func FuzzLoadRoutes(f *testing.F) {
	for _, doc := range []string{
		`{"operations":{"me":null}}`, `{"only":true}`, `{"operations":{"tasks.get":{"path":"/x/{id}","method":"POST"}}}`, "{\n\"x", "[]", "",
		`{"headerNames":{"requestId":"X"}}`, "{\"operations\":{\"me\":{\"path\":\"/\\u0000\"}}}",
	} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		routes, err := pagico.LoadRoutes(strings.NewReader(doc))
		if err != nil {
			if !errors.Is(err, pagico.ErrInvalidArgument) {
				t.Fatalf("%q: %v", doc, err)
			}
			return
		}
		if err := routes.Validate(); err != nil {
			t.Fatalf("%q gave routes that are not valid: %v", doc, err)
		}
	})
}

func TestLoadRoutesFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "routes.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"only": true, "operations": {"tasks.create": {}, "notes.create": {}}}`), 0o600))

	routes, err := pagico.LoadRoutesFile(path)

	require.NoError(t, err)
	assert.Len(t, routes.Operations, 2)

	require.NoError(t, os.WriteFile(path, []byte("{\n\"x\":1}"), 0o600))
	_, err = pagico.LoadRoutesFile(path)
	require.ErrorContains(t, err, "routes.json: line 2")
	_, err = pagico.LoadRoutesFile(path + ".none")
	require.ErrorIs(t, err, os.ErrNotExist)
}
