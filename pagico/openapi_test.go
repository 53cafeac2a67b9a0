package pagico_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// contract is the OpenAPI file, ready to check requests and answers.
type contract struct {
	doc    *openapi3.T
	router routers.Router
}

func loadContract(t *testing.T) contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()), "the file must be valid, its examples too")
	doc.Servers = openapi3.Servers{{URL: "https://pagico.test/base/v1"}}
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)
	return contract{doc, router}
}

// check validates one captured request and returns the operation it belongs to.
func (c contract) check(t *testing.T, got seen) string {
	t.Helper()
	path, err := url.Parse("https://pagico.test" + got.Path)
	require.NoError(t, err)
	path.RawQuery = got.Query
	r, err := http.NewRequestWithContext(t.Context(), got.Method, path.String(), io.NopCloser(bytes.NewBufferString(got.Body)))
	require.NoError(t, err)
	r.Header = got.Header.Clone()
	route, params, err := c.router.FindRoute(r)
	require.NoError(t, err, "%s %s", got.Method, got.Path)
	err = openapi3filter.ValidateRequest(t.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true},
	})
	assert.NoError(t, err, "%s %s\n%s", got.Method, got.Path, got.Body)
	return route.Operation.OperationID
}

func TestOpenAPIFileHasTheDefaultRoutes(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	routes := pagico.DefaultRoutes().Operations
	found := 0
	for path, item := range c.doc.Paths.Map() {
		for method, op := range item.Operations() {
			found++
			route, known := routes[pagico.Operation(op.OperationID)]
			require.True(t, known, "%s is not a route of the client", op.OperationID)
			assert.Equal(t, method, route.Method, op.OperationID)
			if op.OperationID != "events.put" && op.OperationID != "events.delete" {
				assert.Equal(t, path, route.Path, op.OperationID)
			}
			if route.Scope != "" {
				require.NotNil(t, op.Security, op.OperationID)
				assert.Equal(t, []string{route.Scope}, (*op.Security)[0]["oauth"], op.OperationID)
			}
		}
	}
	assert.Len(t, routes, found)
}

func TestRequestsMatchOpenAPI(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	client, b := setup(t, ok(`{"id":"x_1","results":[]}`))
	want := make([]string, 0, 64)
	run := func(op pagico.Operation, calls ...error) {
		for _, err := range calls {
			require.NoError(t, err, op)
			want = append(want, string(op))
		}
	}
	callTasks(t, client, run)
	callProjectsAndLists(t, client, run)
	callContactsAndNotes(t, client, run)
	callEvents(t, client, run)
	callRest(t, client, run)

	covered := map[string]bool{}
	for i, op := range want {
		assert.Equal(t, op, c.check(t, b.request(t, i)), "request %d", i)
		covered[op] = true
	}
	for op := range pagico.DefaultRoutes().Operations {
		if op != pagico.OpOAuthAuthorize && op != pagico.OpOAuthToken && op != pagico.OpOAuthRevoke && op != pagico.OpOAuthDiscovery {
			assert.True(t, covered[string(op)], "%s was not called", op)
		}
	}
}

func TestOpenAPICheckHasTeeth(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	for name, body := range map[string]any{
		"no title":          map[string]any{"notes": "x"},
		"empty title":       map[string]any{"title": ""},
		"unknown status":    map[string]any{"title": "x", "status": "waiting"},
		"progress too high": map[string]any{"title": "x", "progress": 101},
		"two containers":    map[string]any{"title": "x", "projectId": "p", "contactId": "c"},
		"someday and due":   map[string]any{"title": "x", "someday": true, "dueDate": "2026-03-04"},
		"number as title":   map[string]any{"title": 4},
		"bad link":          map[string]any{"title": "x", "links": []any{map[string]any{"url": "javascript:1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(body)
			require.NoError(t, err)
			schema := c.doc.Components.Schemas["TaskCreate"].Value
			var value any
			require.NoError(t, json.Unmarshal(data, &value))
			assert.Error(t, schema.VisitJSON(value, openapi3.EnableJSONSchema2020()))
		})
	}
}

// TestBodiesNameOnlyKnownMembers finds misspelled members, which the file itself allows.
func TestBodiesNameOnlyKnownMembers(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	for schema, body := range map[string]any{
		"TaskFields": fullTaskUpdate(), "ProjectFields": fullProjectUpdate(), "ListFields": fullListUpdate(),
		"ContactFields": fullContactUpdate(), "NoteFields": fullNoteUpdate(), "WebhookFields": fullWebhookUpdate(),
		"EventFields": fullEventPut(),
	} {
		data, err := json.Marshal(body)
		require.NoError(t, err)
		var members map[string]any
		require.NoError(t, json.Unmarshal(data, &members))
		known := c.doc.Components.Schemas[schema].Value.Properties
		for name := range members {
			assert.Contains(t, known, name, schema)
		}
		for name := range known {
			assert.Contains(t, members, name, "%s: the client cannot write it", schema)
		}
	}
}

func TestExamplesDecode(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	for schema, dst := range map[string]any{
		"Task": &pagico.Task{}, "Project": &pagico.Project{}, "List": &pagico.List{}, "Contact": &pagico.Contact{},
		"Note": &pagico.Note{}, "Event": &pagico.Event{}, "User": &pagico.User{}, "Webhook": &pagico.Webhook{},
	} {
		example, err := json.Marshal(c.doc.Components.Schemas[schema].Value.Example)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(example, dst), schema)
		again, err := json.Marshal(dst)
		require.NoError(t, err)
		var before, after map[string]any
		require.NoError(t, json.Unmarshal(example, &before))
		require.NoError(t, json.Unmarshal(again, &after))
		for name, value := range before {
			if at, isTime := value.(string); isTime {
				if parsed, err := time.Parse(time.RFC3339, at); err == nil {
					value = parsed.Format(time.RFC3339Nano)
				}
			}
			if value != nil && value != "" && value != false && value != float64(0) && !isEmptyList(value) {
				assert.Equal(t, value, after[name], "%s.%s is lost in decoding", schema, name)
			}
		}
	}
}

func isEmptyList(v any) bool {
	list, isList := v.([]any)
	return isList && len(list) == 0
}
