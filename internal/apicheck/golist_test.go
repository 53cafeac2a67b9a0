package apicheck_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/apicheck"
)

// repoRules are the import rules of this module; CONTRIBUTING.md tells them in words.
func repoRules() apicheck.ImportRules {
	clients := []string{"ghl/...", "pagico/..."}
	knowsNoClient := append([]string{"internal/transport/...", "syncer/ghlsource/...", "syncer/pagicosource/...", "syncer/ghlpagico/..."}, clients...)
	return apicheck.ImportRules{
		Core: []string{
			"ghl", "ghl/webhook", "pagico", "pagico/webhook", "pagico/urlscheme", "syncer", "syncer/merge",
			"syncer/memstore", "syncer/ghlsource", "syncer/pagicosource",
		},
		CoreModules: []string{
			"github.com/hashicorp/go-retryablehttp", "github.com/hashicorp/go-cleanhttp",
			"golang.org/x/oauth2", "golang.org/x/time",
		},
		Never: map[string][]string{
			"ghl/...":                 {"pagico/...", "syncer/...", "examples/..."},
			"pagico/...":              {"ghl/...", "syncer/...", "examples/..."},
			"syncer":                  knowsNoClient,
			"syncer/memstore/...":     knowsNoClient,
			"syncer/sqlstore/...":     knowsNoClient,
			"syncer/storetest/...":    knowsNoClient,
			"syncer/sourcetest/...":   knowsNoClient,
			"syncer/ghlsource/...":    {"pagico/...", "syncer/pagicosource/...", "syncer/ghlpagico/..."},
			"syncer/pagicosource/...": {"ghl/...", "syncer/ghlsource/...", "syncer/ghlpagico/..."},
			"internal/transport/...":  append([]string{"syncer/...", "examples/..."}, clients...),
			"internal/tokens/...":     append([]string{"syncer/...", "examples/..."}, clients...),
			"syncer/...":              {"examples/..."},
		},
		Pure: []string{"syncer/merge"},
		NeverDirect: []string{
			"context", "io/...", "os/...", "net/...", "syscall", "database/...", "bufio", "log/...",
			"math/rand/...", "crypto/rand", "runtime/...",
		},
		TestOnly: []string{
			"testing/...", "net/http/httptest", "pgregory.net/rapid", "go.uber.org/goleak",
			"github.com/stretchr/testify/...", "github.com/getkin/kin-openapi/...",
		},
		Anywhere: []string{"examples/...", "internal/apicheck/...", "internal/opdocs/...", "internal/ghlspec/...", "internal/ghldrift/..."},
	}
}

func TestRepositoryImports(t *testing.T) {
	t.Parallel()
	pkgs, err := apicheck.GoList(repoRoot)
	require.NoError(t, err)
	requireNone(t, apicheck.Imports(pkgs, repoRules()))
}

// A module that breaks each rule once, with the rules of this repository.
func TestImports(t *testing.T) {
	t.Parallel()
	ours := &apicheck.Module{Path: "m", Main: true}
	pkgs := []apicheck.Package{
		{ImportPath: "context", Standard: true},
		{ImportPath: "testing", Standard: true},
		{ImportPath: "golang.org/x/time/rate", Module: &apicheck.Module{Path: "golang.org/x/time"}},
		{ImportPath: "go.yaml.in/yaml/v3", Module: &apicheck.Module{Path: "go.yaml.in/yaml/v3"}},
		{ImportPath: "m/internal/transport", Module: ours, Deps: []string{"context", "golang.org/x/time/rate"}},
	}
	for name, tc := range map[string]struct {
		pkg  string
		deps []string
		want []string
	}{
		"client is fine":             {pkg: "ghl", deps: []string{"context", "m/internal/transport", "golang.org/x/time/rate"}},
		"client takes a module":      {pkg: "ghl", deps: []string{"go.yaml.in/yaml/v3"}, want: []string{"m/ghl: reaches go.yaml.in/yaml/v3 of module"}},
		"below a client too":         {pkg: "pagico/webhook", deps: []string{"go.yaml.in/yaml/v3"}, want: []string{"go.yaml.in"}},
		"flows may take a module":    {pkg: "syncer/ghlpagico", deps: []string{"go.yaml.in/yaml/v3", "m/ghl", "m/pagico"}},
		"client knows the other":     {pkg: "ghl/ghltest", deps: []string{"m/pagico"}, want: []string{"must not know"}},
		"client knows the engine":    {pkg: "pagico", deps: []string{"m/syncer/merge"}, want: []string{"must not know"}},
		"engine knows a client":      {pkg: "syncer", deps: []string{"m/ghl"}, want: []string{"must not know"}},
		"engine knows the transport": {pkg: "syncer", deps: []string{"m/internal/transport"}, want: []string{"must not know"}},
		"store knows a client":       {pkg: "syncer/sqlstore", deps: []string{"m/pagico"}, want: []string{"must not know"}},
		"source knows the other":     {pkg: "syncer/ghlsource", deps: []string{"m/ghl", "m/pagico"}, want: []string{"m/pagico"}},
		"internal looks up":          {pkg: "internal/transport", deps: []string{"m/ghl"}, want: []string{"must not know"}},
		"merge is fine":              {pkg: "syncer/merge", deps: []string{"strings", "time"}},
		"merge takes a module": {
			pkg: "syncer/merge", deps: []string{"golang.org/x/time/rate"}, want: []string{"standard library only"},
		},
		"merge takes a package":     {pkg: "syncer/merge", deps: []string{"m/internal/transport"}, want: []string{"standard library only"}},
		"testing in production":     {pkg: "syncer/ghlpagico", deps: []string{"testing"}, want: []string{"for tests and examples"}},
		"test server in production": {pkg: "syncer/ghlpagico", deps: []string{"m/ghl/ghltest"}, want: []string{"for tests and examples"}},
		"test server in an example": {pkg: "examples/quickstart", deps: []string{"testing", "m/ghl/ghltest"}},
		"test package for tests":    {pkg: "syncer/syncertest/sim", deps: []string{"testing", "m/ghl/ghltest", "m/pagico/pagicotest"}},
		"name like a rule's":        {pkg: "syncerx", deps: []string{"m/ghl", "go.yaml.in/yaml/v3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := append([]apicheck.Package{{ImportPath: "m/" + tc.pkg, Module: ours, Imports: tc.deps, Deps: tc.deps}}, pkgs...)
			for _, other := range []string{"ghl", "pagico", "ghl/ghltest", "pagico/pagicotest", "syncer/merge"} {
				if other != tc.pkg {
					all = append(all, apicheck.Package{ImportPath: "m/" + other, Module: ours})
				}
			}
			requireFound(t, apicheck.Imports(all, repoRules()), tc.want...)
		})
	}
	merge := apicheck.Package{ImportPath: "m/syncer/merge", Module: ours, Imports: []string{"context", "net/http", "strings"}}
	requireFound(t, apicheck.Imports([]apicheck.Package{merge}, repoRules()), "imports context", "imports net/http")
}

func TestGoList(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeFiles(t, root, map[string]string{
		"go.mod":        "module m\n\ngo 1.26.0\n",
		"ghl/a.go":      "package ghl\n\nimport _ \"m/pagico\"\n",
		"pagico/a.go":   "package pagico\n\nimport _ \"strings\"\n",
		"syncer/a.go":   "package syncer\n",
		"ghl/a_test.go": "package ghl\n\nimport _ \"m/syncer\" // tests may know more\n",
	})
	pkgs, err := apicheck.GoList(root)
	require.NoError(t, err)
	requireFound(t, apicheck.Imports(pkgs, repoRules()), "m/ghl: reaches m/pagico, which it must not know")

	_, err = apicheck.GoList(t.TempDir())
	assert.ErrorContains(t, err, "go list")
}
