package apicheck_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/apicheck"
)

// markdownFiles lists README.md and friends at the root, and docs/.
func markdownFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		found, err := fs.Glob(os.DirFS(repoRoot), pattern)
		require.NoError(t, err)
		names = append(names, found...)
	}
	return names
}

// goSources returns the text of all Go files of the repository.
func goSources(t *testing.T) []string {
	t.Helper()
	var sources []string
	for _, f := range loadRepo(t).Files {
		src, err := os.ReadFile(filepath.Join(repoRoot, f.Path))
		require.NoError(t, err)
		sources = append(sources, string(src))
	}
	return sources
}

// Code in the README and in docs is either a whole program, which must compile, or a quote from a Go file of this
// repository.
func TestMarkdownCodeIsReal(t *testing.T) {
	t.Parallel()
	sources := goSources(t)
	for _, name := range markdownFiles(t) {
		text, err := os.ReadFile(filepath.Join(repoRoot, name))
		require.NoError(t, err)
		for _, block := range apicheck.GoBlocks(string(text)) {
			t.Run(fmt.Sprintf("%s:%d", name, block.Line), func(t *testing.T) {
				t.Parallel()
				if block.Program() {
					require.NoError(t, compile(t, block.Code))
					return
				}
				require.True(t, apicheck.Quoted(block, sources), "neither a whole program nor a quote of a Go file:\n%s", block.Code)
			})
		}
	}
}

// compile vets the program as if it stood at the root of this module.
func compile(t *testing.T, code string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte(code), 0o600))
	cmd := exec.CommandContext(t.Context(), "go", "vet", file)
	cmd.Dir = repoRoot
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w:\n%s", err, out)
	}
	return nil
}

func TestMarkdownLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, name := range markdownFiles(t) {
		found, err := apicheck.DeadLinks(repoRoot, name)
		require.NoError(t, err)
		requireNone(t, found)
	}
}

func TestReadmeIsShort(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(repoRoot, "README.md"))
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(string(text), "\n"), apicheck.MaxReadmeLines)
}

func TestChangelogHasUnreleased(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(repoRoot, "CHANGELOG.md"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "\n## [Unreleased]\n")
}

func TestGoBlocks(t *testing.T) {
	t.Parallel()
	blocks := apicheck.GoBlocks("# x\n```go\npackage main\n```\n\n```sh\ngo test\n```\n- item\n  ```go\n  a := 1\n\n  b := 2\n  ```\n")
	require.Len(t, blocks, 2)
	assert.Equal(t, apicheck.CodeBlock{Line: 2, Code: "package main\n"}, blocks[0])
	assert.True(t, blocks[0].Program())
	assert.Equal(t, 10, blocks[1].Line)
	assert.False(t, blocks[1].Program())
	assert.True(t, apicheck.Quoted(blocks[1], []string{"x", "\t\ta := 1\n\t\tb := 2\n\t\tc := 3\n"}))
	assert.False(t, apicheck.Quoted(blocks[1], []string{"aa := 1\nb := 2"}))
	assert.False(t, apicheck.Quoted(blocks[1], []string{"a := 1\nc := 3\nb := 2"}))
}

func TestCompile(t *testing.T) {
	t.Parallel()
	require.NoError(t, compile(t, "package main\n\nfunc main() { println(1) }\n"))
	require.ErrorContains(t, compile(t, "package main\n\nfunc main() { println(missing) }\n"), "missing")
	require.ErrorContains(t, compile(t, "package main\n\nimport _ \"github.com/ghl-pagico/sdk-go/none\"\n\nfunc main() {}\n"), "none")
}

func TestDeadLinks(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeFiles(t, root, map[string]string{
		"docs/a.md": "[up](../x.go) [self](#part)\n[web](https://example.com/x) [gone](b.md) [part](a.md#part)\n",
		"x.go":      "package x\n",
	})
	found, err := apicheck.DeadLinks(root, "docs/a.md")
	require.NoError(t, err)
	requireFound(t, found, "docs/a.md:2: link to b.md")
	_, err = apicheck.DeadLinks(root, "missing.md")
	require.ErrorIs(t, err, os.ErrNotExist)
}
