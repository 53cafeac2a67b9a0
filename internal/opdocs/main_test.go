package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/webhook"
)

// TestCatalogueIsCurrent is what "go run ./internal/opdocs -check" does.
func TestCatalogueIsCurrent(t *testing.T) {
	t.Parallel()
	require.NoError(t, run(filepath.Join("..", "..", "docs", "operations.md"), true))
}

func TestCheckSeesAChange(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "operations.md")
	require.ErrorIs(t, run(path, true), os.ErrNotExist)
	require.NoError(t, run(path, false))
	require.NoError(t, run(path, true))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(data, '\n'), 0o600))
	require.ErrorIs(t, run(path, true), errStale)
}

func TestCatalogueHoldsEverything(t *testing.T) {
	t.Parallel()
	text := string(catalogue(ghl.Operations(), webhook.Events()))
	for _, op := range ghl.Operations() {
		assert.Contains(t, text, "`"+op.HTTPMethod+" "+op.Path+"`")
	}
	seen := map[string]bool{}
	for _, event := range webhook.Events() {
		assert.Contains(t, text, "["+event.Name+"]("+event.Page+")")
		assert.False(t, seen[event.Name], event.Name)
		seen[event.Name] = true
	}
	assert.Len(t, seen, 63)
	assert.Contains(t, text, "138 actions and 63 triggers, 201 in all.")
}
