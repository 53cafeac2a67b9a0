package ghltest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// bigWorld has 10,000 contacts and 50,000 tasks.
func bigWorld() ghltest.World {
	var w ghltest.World
	for i := range 10_000 {
		w.Contacts = append(w.Contacts, ghltest.Contact{ID: fmt.Sprintf("contact%013d", i), FirstName: "N", Email: fmt.Sprintf("n%d@x.ch", i),
			DateAdded: start.Add(time.Duration(i) * time.Second)})
	}
	for i := range 50_000 {
		w.Tasks = append(w.Tasks, ghltest.Task{ContactID: fmt.Sprintf("contact%013d", i%10_000), Title: "t",
			DateAdded: start.Add(time.Duration(i) * time.Second)})
	}
	return w
}

func benchCall(b *testing.B, s *ghltest.Server, method, path, body string) {
	b.Helper()
	client := s.Client()
	b.ReportAllocs()
	for b.Loop() {
		req, err := http.NewRequestWithContext(b.Context(), method, s.URL()+path, strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.Token())
		req.Header.Set("Version", "2021-07-28")
		res, err := client.Do(req)
		if err != nil || res.StatusCode >= 300 {
			b.Fatal(err, res)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
}

func BenchmarkServer(b *testing.B) {
	s := ghltest.New(ghltest.NoLimits(), ghltest.WithRequestLog(1000))
	s.Seed(bigWorld())
	b.Run("get-contact", func(b *testing.B) { benchCall(b, s, "GET", "/contacts/contact0000000005000", "") })
	b.Run("task-search-500", func(b *testing.B) {
		benchCall(b, s, "POST", loc("/locations/LOC/tasks/search"), `{"limit":500,"skip":20000}`)
	})
	b.Run("contact-search-100", func(b *testing.B) {
		benchCall(b, s, "POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":100,"page":50}`))
	})
	b.Run("create-task", func(b *testing.B) {
		benchCall(b, s, "POST", "/contacts/contact0000000005000/tasks", `{"title":"t","dueDate":"2026-01-01","completed":false}`)
	})
}
