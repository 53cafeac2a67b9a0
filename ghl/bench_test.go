package ghl_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// contactBody is an answer of the usual size, about 1.6 KB.
func contactBody() []byte {
	c := map[string]any{"id": "ocQHyuzHvysMo5N5VsXc", "locationId": "C2QujeCh8ZnC7al2InWR", "firstName": "Ada", "lastName": "Lovelace",
		"name": "Ada Lovelace", "email": "ada@example.com", "phone": "+41441234567", "address1": "Street 1", "city": "Zurich",
		"postalCode": "8000", "country": "CH", "type": "lead", "source": "public api", "assignedTo": "YlWd2wuCAZQzh2cH1fVZ",
		"tags": []string{"vip", "newsletter", "2026"}, "dnd": false, "dateAdded": "2026-07-17T07:31:57.939Z",
		"dateUpdated": "2026-07-18T09:33:56.000Z", "lastActivity": "2026-07-18T09:33:56.000Z", "businessId": "641c094001436dbc2081e642"}
	fields := []map[string]any{}
	for i := range 12 {
		fields = append(fields, map[string]any{"id": fmt.Sprintf("field%016d", i), "value": "a value of usual length"})
	}
	c["customFields"] = fields
	out, _ := json.Marshal(map[string]any{"contact": c, "traceId": "0f5b1c1e-7d9a-4a43-a8ae-5d06f5d3a7b1"})
	return out
}

// plainContact is what a program without this package would write.
type plainContact struct{ Contact plainFields }

type plainFields struct {
	ID, LocationID, FirstName, LastName, Name, Email, Phone, Address1 string
	City, PostalCode, Country, Type, Source, AssignedTo, BusinessID   string
	Tags                                                              []string
	DND                                                               bool
	DateAdded, DateUpdated, LastActivity                              time.Time
	CustomFields                                                      []struct {
		ID    string
		Value any
	}
}

// BenchmarkGet compares a call of the client with a plain loop over net/http and encoding/json against the same server.
func BenchmarkGet(b *testing.B) {
	body := contactBody()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	defer srv.Close()
	for _, inFlight := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("plain/%d", inFlight), func(b *testing.B) {
			transport := &http.Transport{MaxIdleConnsPerHost: 100}
			defer transport.CloseIdleConnections()
			hc := &http.Client{Transport: transport, Timeout: 30 * time.Second}
			inParallel(b, inFlight, func() error { return plainGet(b, hc, srv.URL+"/contacts/ocQHyuzHvysMo5N5VsXc") })
		})
		b.Run(fmt.Sprintf("client/%d", inFlight), func(b *testing.B) {
			c, err := ghl.New(ghl.WithToken(testToken), ghl.WithBaseURL(srv.URL), ghl.WithLimits(ghl.NoLimits()))
			if err != nil {
				b.Fatal(err)
			}
			inParallel(b, inFlight, func() error {
				_, err := c.Contacts.Get(b.Context(), "ocQHyuzHvysMo5N5VsXc")
				return err
			})
		})
	}
}

func plainGet(b *testing.B, hc *http.Client, url string) error {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	req.Header.Set("Version", "2021-07-28")
	req.Header.Set("Accept", "application/json")
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var out plainContact
	return json.Unmarshal(data, &out)
}

func inParallel(b *testing.B, workers int, call func() error) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	start := time.Now()
	share(b.N, workers, func() {
		if err := call(); err != nil {
			b.Error(err)
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "calls/s")
}

// share has some goroutines make n calls.
func share(n, workers int, call func()) {
	var left atomic.Int64
	left.Store(int64(n))
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				call()
			}
		})
	}
	group.Wait()
}

// BenchmarkPacing reads against a server that refuses more than 100 calls in any window, in a scale of one second for the
// vendor's ten, and reports the time over the ideal and the refusals.
func BenchmarkPacing(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				s := &strict{burst: 100, window: time.Second, daily: 1 << 30, sliding: true}
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					if !s.arrive(w.Header()) {
						w.WriteHeader(http.StatusTooManyRequests)
					}
				}))
				c, err := ghl.New(ghl.WithToken(testToken), ghl.WithBaseURL(srv.URL))
				if err != nil {
					b.Fatal(err)
				}
				start := time.Now()
				share(n, 32, func() {
					if err := ping(b.Context(), c); err != nil {
						b.Error(err)
					}
				})
				ideal := time.Duration((n+99)/100-1) * time.Second
				b.ReportMetric(float64(time.Since(start))/float64(ideal), "x-ideal")
				b.ReportMetric(float64(s.refused), "refused")
				srv.Close()
			}
		})
	}
}
