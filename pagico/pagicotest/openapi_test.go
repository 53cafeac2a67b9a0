package pagicotest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// described loads the OpenAPI file once for all tests.
var described = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	if err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "http://pagico.test/v1"}}
	return gorillamux.NewRouter(doc)
})

// fits checks an answer against pagico/openapi.yaml. Every test of this package that uses a rig goes through here, so
// that each answer of the server, good or bad, is one that the file describes.
func (g *rig) fits(req *http.Request, a answer) {
	g.t.Helper()
	id := a.header.Get("X-Request-Id")
	log := g.srv.Requests()
	at := slices.IndexFunc(log, func(r pagicotest.Request) bool { return r.RequestID == id })
	if at < 0 || log[at].Faulted {
		return
	}
	router, err := described()
	require.NoError(g.t, err)
	route, params, err := router.FindRoute(req)
	if err != nil {
		return // no path or method of the contract
	}
	err = openapi3filter.ValidateResponse(g.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(strings.NewReader(a.text)),
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true},
	})
	assert.NoError(g.t, err, "%s %s answered %d %s", req.Method, req.URL, a.status, a.text)
}

func TestEveryOperationIsServed(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	require.NoError(t, err)
	g := newRig(t)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			path := strings.NewReplacer("{externalId}", "e1", "{id}", "x1").Replace(path)
			g.srv.ResetRequests()
			g.do(method, path, "{}")
			assert.Equal(t, 1, g.srv.Count(op.OperationID), "%s %s", method, path)
		}
	}
}

// TestDeliveriesFitTheOpenAPIFile checks the bodies of webhooks against the schema that receivers are given.
func TestDeliveriesFitTheOpenAPIFile(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	require.NoError(t, err)
	schema := doc.Components.Schemas["Delivery"].Value
	g, _, _ := subscribe(t, `["task.*","project.*","contact.*","note.*","list.*"]`)
	for path, body := range map[string]string{
		"/tasks": `{"title":"x","externalId":"e1"}`, "/projects": `{"title":"x"}`, "/contacts": `{"name":"x"}`, "/notes": `{"title":"x"}`, "/lists": `{"title":"x"}`,
	} {
		id := g.create(path, body).str("id")
		patch := `{"title":"y"}`
		if path == "/contacts" {
			patch = `{"name":"y"}`
		}
		require.Equal(t, 200, g.do(http.MethodPatch, path+"/"+id, patch).status)
		require.Equal(t, 204, g.do(http.MethodDelete, path+"/"+id, "").status)
	}
	deliveries := g.srv.Deliveries()
	require.Len(t, deliveries, 15)
	for _, d := range deliveries {
		var body any
		require.NoError(t, json.Unmarshal(d.Body, &body))
		assert.NoError(t, schema.VisitJSON(body), string(d.Body))
	}
}
