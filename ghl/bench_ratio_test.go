//go:build unix

package ghl_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// contest is one call, made by a plain program and by the client.
type contest struct {
	name          string
	body          []byte
	calls         int // in one turn
	plain, client func(b *testing.B, t *target) error
}

// target is the server and what each side calls it with.
type target struct {
	url    string
	hc     *http.Client
	client *ghl.Client
}

const contactID = "ocQHyuzHvysMo5N5VsXc"

func contests() []contest {
	get := contest{name: "contact", body: contactBody(), calls: 800,
		plain: func(b *testing.B, t *target) error { return plainGet(b, t.hc, t.url+"/contacts/"+contactID) },
		client: func(b *testing.B, t *target) error {
			_, err := t.client.Contacts.Get(b.Context(), contactID)
			return err
		}}
	small := get
	small.name, small.body = "contact with two fields", []byte(`{"contact":{"id":"`+contactID+`","locationId":"C2QujeCh8ZnC7al2InWR"}}`)
	page := contest{name: "page of 100 contacts", body: pageBody(100), calls: 32,
		plain: func(b *testing.B, t *target) error { return plainSearch(b, t) },
		client: func(b *testing.B, t *target) error {
			page, err := t.client.Contacts.SearchPage(b.Context(), ghl.ContactSearch{LocationID: "C2QujeCh8ZnC7al2InWR"})
			if err == nil && len(page.Contacts) != 100 {
				err = errors.New("contacts are missing")
			}
			return err
		}}
	return []contest{get, small, page}
}

func pageBody(n int) []byte {
	var one struct{ Contact json.RawMessage }
	_ = json.Unmarshal(contactBody(), &one)
	out, _ := json.Marshal(map[string]any{"contacts": slices.Repeat([]json.RawMessage{one.Contact}, n), "total": n, "traceId": "t"})
	return out
}

func plainSearch(b *testing.B, t *target) error {
	b.Helper()
	body, err := json.Marshal(map[string]any{"locationId": "C2QujeCh8ZnC7al2InWR", "pageLimit": 100})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, t.url+"/contacts/search", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	req.Header.Set("Version", "2021-07-28")
	req.Header.Set("Content-Type", "application/json")
	resp, err := t.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	var page struct {
		Contacts []plainFields
		Total    int
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if err = json.Unmarshal(data, &page); err == nil && len(page.Contacts) != 100 {
		err = errors.New("contacts are missing")
	}
	return err
}

// BenchmarkAgainstPlain lets a plain program and the client call the same server in turns and reports the medians of the
// ratios, plain over client: of the time on the clock (so that 2 means twice as many calls a second) and of the processor
// time, the server's included. One iteration is a turn of each; take at least 20.
func BenchmarkAgainstPlain(b *testing.B) {
	for _, c := range contests() {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(c.body)
		}))
		for _, inFlight := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/%d", c.name, inFlight), func(b *testing.B) { againstPlain(b, c, srv.URL, inFlight) })
		}
		srv.Close()
	}
}

func againstPlain(b *testing.B, c contest, url string, inFlight int) {
	b.Helper()
	pool := &http.Transport{MaxIdleConnsPerHost: 100}
	defer pool.CloseIdleConnections()
	client, err := ghl.New(ghl.WithToken(testToken), ghl.WithBaseURL(url), ghl.WithLimits(ghl.NoLimits()))
	if err != nil {
		b.Fatal(err)
	}
	t := &target{url: url, hc: &http.Client{Transport: pool}, client: client}
	sides := []func(*testing.B, *target) error{c.plain, c.client}
	var clock, processor []float64
	for turn := range b.N + 1 {
		var wall, used [2]float64
		for i := range sides {
			side := (i + turn) % 2 // who goes first changes
			start, before := time.Now(), processorTime(b)
			share(c.calls, inFlight, func() {
				if err := sides[side](b, t); err != nil {
					b.Error(err)
				}
			})
			wall[side], used[side] = float64(time.Since(start)), float64(processorTime(b)-before)
		}
		if turn > 0 { // the first opens the connections
			clock, processor = append(clock, wall[0]/wall[1]), append(processor, used[0]/used[1])
		}
	}
	b.ReportMetric(median(clock), "x-plain")
	b.ReportMetric(median(processor), "x-plain-cpu")
	b.ReportMetric(0, "ns/op")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
