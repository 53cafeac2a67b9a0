package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// rows is a small operation table.
func rows() []ghl.Operation {
	return []ghl.Operation{
		{ID: "contacts.get", HTTPMethod: "GET", Path: "/contacts/{contactId}", V3Path: "/contacts/{contactId}"},
		{ID: "contacts.delete", HTTPMethod: "DELETE", Path: "/contacts/{contactId}"},
		{ID: "users.get", HTTPMethod: "GET", Path: "/users/{userId}", V3Path: "/users/{userId}"},
	}
}

func drift(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(args, rows(), &out, &err)
	return code, out.String(), err.String()
}

func TestTextNamesWhatANewerCopyChanges(t *testing.T) {
	t.Parallel()
	code, out, stderr := drift(t, "-old", "testdata/old", "-new", "testdata/new", "-families", "contacts")
	assert.Empty(t, stderr)
	assert.Equal(t, different, code)
	assert.Equal(t, `Files
  + v3 contacts

Operations
  + v2 POST /contacts/{id}/merge
  + v3 GET /contacts/{contactId}
  - v2 DELETE /contacts/{contactId}

v2 GET /contacts/{id} (contacts.get)
  + answer 200 email
  - answer 200 tags
  ~ answer 200 age: type string, was number
  ~ answer 200 id: now required
  ~ query view: takes full; no longer takes long

v2 PUT /contacts/{id} (not in the SDK)
  + body email
  - body tags
  ~ body age: type string, was number
  ~ body id: now required

Rows of the operation table that the files do not have
  - contacts.delete: v2 DELETE /contacts/{contactId}

Operations that the SDK does not have
  ? v2 PUT /contacts/{id}
  ? v2 POST /contacts/{id}/merge

`, out)
}

func TestJSONSaysTheSame(t *testing.T) {
	t.Parallel()
	code, out, _ := drift(t, "-json", "-old", "testdata/old", "-new", "testdata/new", "-families", "contacts")
	assert.Equal(t, different, code)
	var r report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	assert.Equal(t, []string{"v2 POST /contacts/{id}/merge", "v3 GET /contacts/{contactId}"}, r.Operations.Added)
	assert.Equal(t, []string{"v2 DELETE /contacts/{contactId}"}, r.Operations.Dropped)
	require.Len(t, r.Changed, 2)
	assert.Equal(t, "contacts.get", r.Changed[0].SDK)
	assert.Equal(t, []string{"answer 200 email"}, r.Changed[0].Added)
	assert.Equal(t, []string{"answer 200 tags"}, r.Changed[0].Dropped)
	assert.Equal(t, []string{"full", "short"}, r.Changed[0].Fields[2].New.Values)
	assert.NotContains(t, out, "null")
}

func TestTheSameCopyDoesNotDrift(t *testing.T) {
	t.Parallel()
	table := rows()[:1] // of v2 and v3, both of which the newer copy has
	var out, stderr bytes.Buffer
	code := run([]string{"-old", "testdata/new", "-new", "testdata/new", "-families", "contacts"}, table, &out, &stderr)
	assert.Equal(t, same, code, stderr.String())
	assert.Contains(t, out.String(), "No drift.")
	assert.Contains(t, out.String(), "? v2 POST /contacts/{id}/merge", "what the SDK leaves out is said, and is no drift")
}

func TestWithoutAnOlderCopyTheTableIsCompared(t *testing.T) {
	t.Parallel()
	code, out, _ := drift(t, "-new", "testdata/old", "-families", "contacts")
	assert.Equal(t, different, code)
	assert.Contains(t, out, "- contacts.get: v3 GET /contacts/{contactId}")
	assert.NotContains(t, out, "users.get", "a family that was not asked for")
	assert.NotContains(t, out, "Files")
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"unknown flag":     {"-wrong"},
		"unknown argument": {"testdata/old"},
		"no folder":        {"-new", "testdata/none", "-families", "contacts"},
		"no older folder":  {"-old", "testdata/none", "-new", "testdata/new", "-families", "contacts"},
		"no such family":   {"-new", "testdata/new", "-families", "invoices"},
	} {
		code, out, stderr := drift(t, args...)
		assert.Equal(t, trouble, code, name)
		assert.Empty(t, out, name)
		assert.NotEmpty(t, stderr, name)
	}
}
