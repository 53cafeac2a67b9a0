package apicheck_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/apicheck"
)

// repoRoot is the folder of the root go.mod, seen from this package.
const repoRoot = "../.."

func loadRepo(t *testing.T) *apicheck.Tree {
	t.Helper()
	tree, err := apicheck.Load(repoRoot)
	require.NoError(t, err)
	require.NotEmpty(t, tree.Files)
	return tree
}

// loadFiles makes a tree of the given files.
func loadFiles(t *testing.T, files map[string]string) *apicheck.Tree {
	t.Helper()
	root := t.TempDir()
	writeFiles(t, root, files)
	tree, err := apicheck.Load(root)
	require.NoError(t, err)
	return tree
}

func writeFiles(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
}

func requireNone(t *testing.T, found []apicheck.Finding) {
	t.Helper()
	if len(found) > 0 {
		t.Fatalf("%d findings:\n%s", len(found), list(found))
	}
}

// requireFound wants one finding for each text, in order, and each finding to contain its text.
func requireFound(t *testing.T, found []apicheck.Finding, want ...string) {
	t.Helper()
	require.Len(t, found, len(want), "findings:\n%s", list(found))
	for i, text := range want {
		assert.Contains(t, found[i].String(), text)
	}
}

func list(found []apicheck.Finding) string {
	lines := make([]string, len(found))
	for i, f := range found {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

func TestLoad(t *testing.T) {
	t.Parallel()
	tree := loadFiles(t, map[string]string{
		"a/a.go":             "package a\n",
		"a/a_test.go":        "package a_test\n",
		"a/testdata/x/x.go":  "package x\n",
		".ci/x.go":           "package x\n",
		"_old/x.go":          "package x\n",
		"vendor/x/x.go":      "package x\n",
		"nested/go.mod":      "module nested\n",
		"nested/b/b.go":      "package b\n",
		"a/README.md":        "# a\n",
		"testdata/broken.go": "this is not Go",
	})
	var paths []string
	for _, f := range tree.Files {
		paths = append(paths, f.Path)
	}
	assert.Equal(t, []string{"a/a.go", "a/a_test.go", "nested/b/b.go"}, paths)

	root := t.TempDir()
	writeFiles(t, root, map[string]string{"bad.go": "this is not Go"})
	_, err := apicheck.Load(root)
	require.ErrorContains(t, err, "bad.go")
	_, err = apicheck.Load(filepath.Join(root, "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
