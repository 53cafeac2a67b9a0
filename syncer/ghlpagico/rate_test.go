package ghlpagico_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
)

// TestP16NeverOverTheRateWindow: several connectors of one location work at once
// in one process, against a server with the real limits. It never has to refuse
// a call, and no period of ten seconds, wherever it begins, holds more than 100.
func TestP16NeverOverTheRateWindow(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limits := ghltest.RealLimits()
				limits.Sliding = seed%2 == 1
				b := newBusy(t, seed, limits)
				for range 2 {
					b.people()
					for _, err := range b.work() {
						require.NoError(t, err)
					}
				}
				b.check(limits)
				b.inStep()
			})
		})
	}
}

// TestP16NeverOverTheDay: the same with a day that is too short for the work, so
// that it goes on the next one. The server counts fewer calls a day than the real
// one, and tells so in its answers, to save 200,000 of them.
func TestP16NeverOverTheDay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limits := ghltest.RealLimits()
				b := newBusy(t, seed, limits)
				limits.Daily = len(b.connectors) * (len(b.ghl.Snapshot().Contacts) + 12) // a pass with little to do
				b.ghl.SetLimits(limits)
				b.work()
				<-time.After(25 * time.Hour)
				b.people()
				days := 0
				for over := true; over; days++ {
					over = false
					for _, err := range b.work() {
						over = over || err != nil
						require.True(t, err == nil || errors.Is(err, syncer.ErrOverLimit), err)
					}
					b.check(limits)
					require.Less(t, days, 20)
					<-time.After(25 * time.Hour)
				}
				require.Greater(t, days, 1, "the day is too short for the work")
				b.inStep()
			})
		})
	}
}

// busy are connectors of one GHL location, each with a Pagico account.
type busy struct {
	t          *testing.T
	draw       choices
	ghl        *ghltest.Server
	pagico     []*pagicotest.Server
	connectors []*ghlpagico.Connector
	latency    time.Duration
}

func newBusy(t *testing.T, seed uint64, limits ghltest.Limits) *busy {
	t.Helper()
	b := &busy{t: t, draw: newChoices(seed, 16)}
	b.latency = time.Duration(b.draw.between(1, 400)) * time.Millisecond
	b.ghl = ghltest.New(ghltest.WithSeed(seed), ghltest.WithLimits(limits), ghltest.WithRequestLog(1<<20))
	limiters, err := ghl.NewLimiters(ghl.Limits{})
	require.NoError(t, err)
	for i := range b.draw.between(2, 4) {
		client, err := ghl.New(ghl.WithToken(b.ghl.Token()), ghl.WithLimiter(limiters.For(b.ghl.LocationID())),
			ghl.WithHTTPClient(&http.Client{Transport: b.slow(b.ghl.Transport())}))
		require.NoError(t, err)
		service := pagicotest.New(pagicotest.WithSeed(seed+uint64(i)), pagicotest.WithLimits(pagicotest.NoLimits()))
		p, err := pagico.New("https://pagico.test/v1", pagico.WithToken(pagicotest.DefaultToken), pagico.WithHTTPClient(&http.Client{Transport: service.Transport()}))
		require.NoError(t, err)
		connector, err := ghlpagico.New(ghlpagico.Config{Connection: syncer.ConnectionID(fmt.Sprint("account ", i)), GHL: client, LocationID: b.ghl.LocationID(),
			Pagico: p, Store: memstore.New(), Workers: b.draw.between(1, 8)})
		require.NoError(t, err)
		b.pagico, b.connectors = append(b.pagico, service), append(b.connectors, connector)
	}
	for range b.draw.between(40, 90) {
		contact := b.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Email: fmt.Sprintf("ada%d@example.com", b.draw.Uint64())})
		b.ghl.AddTask(ghltest.Task{ContactID: contact.ID, Title: "Call", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
	}
	return b
}

// slow lets every call take its time on the way there and back.
func (b *busy) slow(next http.RoundTripper) http.RoundTripper {
	return tripper(func(req *http.Request) (*http.Response, error) {
		<-time.After(b.latency)
		resp, err := next.RoundTrip(req)
		<-time.After(b.latency)
		return resp, err
	})
}

// people add tasks in all accounts.
func (b *busy) people() {
	for _, service := range b.pagico {
		contact, err := service.AddContact(pagicotest.Contact{Name: "Only here"})
		require.NoError(b.t, err)
		for i, c := range append(service.Snapshot().Live().Contacts, contact) {
			if b.draw.chance(40) {
				_, err := service.AddTask(pagicotest.Task{ContactID: c.ID, Title: fmt.Sprint("Visit ", i, b.draw.Uint64()), DueDate: "2026-12-24"})
				require.NoError(b.t, err)
			}
		}
	}
}

// work has all connectors run a pass at the same time.
func (b *busy) work() []error {
	var all sync.WaitGroup
	errs := make([]error, len(b.connectors))
	for i, c := range b.connectors {
		all.Go(func() { _, errs[i] = c.Sync(b.t.Context(), syncer.SyncOptions{}) })
	}
	all.Wait()
	return errs
}

// check goes by the server's own log.
func (b *busy) check(limits ghltest.Limits) {
	b.t.Helper()
	require.Zero(b.t, b.ghl.RateLimited(), "the server refused calls")
	calls := b.ghl.Requests()
	require.Greater(b.t, len(calls), limits.Burst)
	for i, c := range calls[limits.Burst:] {
		require.GreaterOrEqual(b.t, c.Time.Sub(calls[i].Time), limits.Window, "%d calls in %s, from call %d on", limits.Burst+1, limits.Window, i)
	}
	day, n := calls[0].Time, 0
	for _, c := range calls {
		if c.Time.Sub(day) >= 24*time.Hour {
			day, n = c.Time, 0
		}
		n++
		require.LessOrEqual(b.t, n, limits.Daily, "calls on the day that began at %s", day)
	}
}

// inStep: all accounts show what GHL shows, after the last pass.
func (b *busy) inStep() {
	b.t.Helper()
	for _, service := range b.pagico {
		mirrored := 0
		for _, c := range service.Snapshot().Live().Contacts {
			if c.ExternalID != "" {
				mirrored++
			}
		}
		require.Equal(b.t, len(b.ghl.Snapshot().Contacts), mirrored)
	}
}
