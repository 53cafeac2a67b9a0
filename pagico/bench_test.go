package pagico_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// plainTask is a task as a program without this package would read it: the same fields
// and none of the methods.
type plainTask pagico.Task

func benchServer(b *testing.B, body string) *httptest.Server {
	b.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}))
	b.Cleanup(srv.Close)
	return srv
}

func BenchmarkGet(b *testing.B) {
	srv := benchServer(b, fullTask)
	b.Run("client", func(b *testing.B) {
		client, err := pagico.New(srv.URL, pagico.WithToken("x"))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := client.Tasks.Get(b.Context(), "t_1"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			plainGet(b, srv, new(plainTask))
		}
	})
}

func BenchmarkPage(b *testing.B) {
	srv := benchServer(b, `{"results":[`+strings.TrimSuffix(strings.Repeat(fullTask+",", 200), ",")+`],"nextCursor":null}`)
	b.Run("client", func(b *testing.B) {
		client, err := pagico.New(srv.URL, pagico.WithToken("x"))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if page, err := client.Tasks.ListPage(b.Context(), pagico.TaskQuery{}); err != nil || len(page.Items) != 200 {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			plainGet(b, srv, &struct{ Results []plainTask }{})
		}
	})
}

func plainGet(b *testing.B, srv *httptest.Server, dst any) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, srv.URL, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer x")
	resp, err := srv.Client().Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(dst); err != nil {
		b.Fatal(err)
	}
}
