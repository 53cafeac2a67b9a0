package routesfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/routesfile"
)

const sample = `# a gateway
headerNames:
  idempotencyKey: X-Request-Key
operations:
  tasks.list: {method: GET, path: /todos, scope: "todos.read"}
  tasks.update:
    method: PUT
    path: "/todos/{id}"
  webhooks.test: null
  webhooks.get: ~
`

func TestReadYAML(t *testing.T) {
	t.Parallel()

	routes, err := routesfile.ReadYAML(strings.NewReader(sample))

	require.NoError(t, err)
	assert.Equal(t, pagico.Route{Method: "GET", Path: "/todos", Scope: "todos.read"}, routes.Operations[pagico.OpTasksList])
	assert.Equal(t, pagico.Route{Method: "PUT", Path: "/todos/{id}", Scope: "tasks:write"}, routes.Operations[pagico.OpTasksUpdate])
	assert.NotContains(t, routes.Operations, pagico.OpWebhooksTest)
	assert.NotContains(t, routes.Operations, pagico.OpWebhooksGet)
	assert.Equal(t, pagico.DefaultRoutes().Operations[pagico.OpNotesGet], routes.Operations[pagico.OpNotesGet])
	assert.Equal(t, "X-Request-Key", routes.HeaderNames.IdempotencyKey)
}

func TestReadYAMLNamesTheLine(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ doc, want string }{
		"unknown operation":  {"operations:\n\n  # x\n  tasks.lists: null\n", `line 4: unknown operation "tasks.lists"`},
		"unknown member":     {"operations:\n  tasks.list:\n    verb: GET\n", `line 3: tasks.list has no member "verb"`},
		"missing parameter":  {"operations:\n  me: {path: /who}\n  tasks.get: {path: /todos}\n", "line 3: tasks.get: path \"/todos\" lacks"},
		"twice":              {"operations:\n  me: null\n  me: null\n", `line 3: operations has the member "me" twice`},
		"number for a path":  {"operations:\n  me:\n    path: 12\n", "line 3: path must be a string"},
		"list":               {"operations:\n  - me\n", "line 2: operations must be an object"},
		"alias":              {"a: &x {path: /a}\noperations:\n  me: *x\n", "line 1: anchors are not supported"},
		"not yaml":           {"operations:\n  me: {path: /a\nx: 1\n", "line "},
		"empty":              {"", "line 1: the file is empty"},
		"number for a name":  {"operations:\n  12: null\n", "line 2: a member's name must be a plain string"},
		"two documents":      {"only: true\n---\nonly: false\n", "more than one document"},
		"text for only":      {"only: maybe\n", "line 1: only must be true or false"},
		"scalar as document": {"hello\n", "line 1: the file must be an object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := routesfile.ReadYAML(strings.NewReader(tc.doc))

			require.ErrorIs(t, err, pagico.ErrInvalidArgument)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

func TestLoadChoosesByName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for file, doc := range map[string]string{
		"a.yaml": "only: true\noperations: {me: {path: /who}}\n",
		"b.YML":  "only: true\noperations: {me: {path: /who}}\n",
		"c.json": `{"only": true, "operations": {"me": {"path": "/who"}}}`,
	} {
		path := filepath.Join(dir, file)
		require.NoError(t, os.WriteFile(path, []byte(doc), 0o600))

		routes, err := routesfile.Load(path)

		require.NoError(t, err, file)
		assert.Equal(t, map[pagico.Operation]pagico.Route{pagico.OpMe: {Method: "GET", Path: "/who", Scope: "users:read"}}, routes.Operations)
	}
	_, err := routesfile.Load(filepath.Join(dir, "d.toml"))
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
	_, err = routesfile.Load(filepath.Join(dir, "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)

	bad := filepath.Join(dir, "bad.yaml")
	require.NoError(t, os.WriteFile(bad, []byte("operations:\n  nope: null\n"), 0o600))
	_, err = routesfile.Load(bad)
	assert.ErrorContains(t, err, "bad.yaml")
	assert.ErrorContains(t, err, "line 2")
}

func FuzzReadYAML(f *testing.F) {
	f.Add(sample)
	f.Add("operations: {me: {path: /x}}")
	f.Add("a: &x [1]\nb: *x")
	f.Add("only: !!bool 'true'\n")
	f.Add("? {a: b}\n: c\n")
	f.Fuzz(func(t *testing.T, doc string) {
		routes, err := routesfile.ReadYAML(strings.NewReader(doc))
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
