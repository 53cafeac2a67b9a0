package sqlitefile_test

import (
	"context"
	"net/http"
	"testing"

	"golang.org/x/oauth2"
)

func contextWith(t *testing.T, client *http.Client) context.Context {
	t.Helper()
	return context.WithValue(t.Context(), oauth2.HTTPClient, client)
}
