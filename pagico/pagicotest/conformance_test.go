package pagicotest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// TestConformance checks the reference server, or the live host that PAGICO_CONFORMANCE_URL and
// PAGICO_CONFORMANCE_TOKEN name.
func TestConformance(t *testing.T) {
	t.Parallel()
	client, features, live, err := pagicotest.FeaturesFromEnv()
	require.NoError(t, err)
	if live {
		pagicotest.Conformance(t, client, features)
		return
	}
	srv, client, features, err := pagicotest.Reference()
	require.NoError(t, err)
	pagicotest.Conformance(t, client, features)
	left := srv.Snapshot().Live()
	assert.Empty(t, left.Tasks, "the suite deletes what it made")
	assert.Empty(t, left.Projects)
	assert.Empty(t, left.Contacts)
	assert.Empty(t, left.Events)
	assert.Empty(t, left.Webhooks)
}

// TestConformanceHasTeeth breaks the reference server in one clause at a time and wants the suite to notice in that
// clause. A clause that cannot fail checks nothing.
func TestConformanceHasTeeth(t *testing.T) {
	t.Parallel()
	seen := map[pagicotest.Clause]bool{}
	for _, clause := range pagicotest.Clauses() {
		require.False(t, seen[clause], "%s is there twice", clause)
		seen[clause] = true
		t.Run(string(clause), func(t *testing.T) {
			t.Parallel()
			srv, client, features, err := pagicotest.Reference()
			require.NoError(t, err)
			require.True(t, pagicotest.Needs(clause, features), "the reference server has every feature")
			srv.Break(clause)
			complaints := pagicotest.RunRecorded(t.Context(), clause, client, features)
			assert.NotEmpty(t, complaints, "broken on purpose, and nothing noticed")
			srv.Mend()
			assert.Empty(t, pagicotest.RunRecorded(t.Context(), clause, client, features))
		})
	}
}

// TestConformanceOverSockets runs what needs nothing but a token, as against a live host.
func TestConformanceOverSockets(t *testing.T) {
	t.Parallel()
	srv := pagicotest.NewServer(t, pagicotest.WithToken("secret"))
	client, err := pagico.New(srv.BaseURL(), pagico.WithToken("secret"))
	require.NoError(t, err)
	pagicotest.Conformance(t, client, pagicotest.Features{Token: "secret"})
}

// TestConformanceWithOtherRoutes renames every path and most methods on both sides.
func TestConformanceWithOtherRoutes(t *testing.T) {
	t.Parallel()
	routes := pagico.DefaultRoutes()
	var opts []pagicotest.Option
	for op, r := range routes.Operations {
		r.Path = "/gateway" + strings.NewReplacer("external:{externalId}", "{externalId}").Replace(r.Path) + "/" + strings.ReplaceAll(string(op), ".", "-")
		if r.Method == http.MethodPatch || r.Method == http.MethodDelete {
			r.Method = http.MethodPost
		}
		routes.Operations[op] = r
		opts = append(opts, pagicotest.WithRoute(string(op), pagicotest.Route{Method: r.Method, Path: r.Path}))
	}
	srv, client, features, err := pagicotest.Reference(opts...)
	require.NoError(t, err)
	client, err = client.Clone(pagico.WithRoutes(routes))
	require.NoError(t, err)
	pagicotest.Conformance(t, client, features)
	for _, r := range srv.Requests() {
		require.True(t, strings.HasPrefix(r.Path, "/v1/gateway/"), r.Path)
	}
}

// TestEverySectionHasClauses keeps the suite whole.
func TestEverySectionHasClauses(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, clause := range pagicotest.Clauses() {
		section, _, _ := strings.Cut(string(clause), "/")
		count[section]++
	}
	for _, section := range []string{"3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10"} {
		assert.Positive(t, count[section], section)
	}
}
