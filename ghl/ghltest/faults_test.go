package ghltest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func TestFaultsThatRefuse(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	remove := r.Inject(ghltest.Fault{Operation: "get-contact", Status: 503, Nth: 2})
	assert.Equal(t, 200, r.get("/contacts/"+ada).Status)
	assert.Equal(t, 503, r.get("/contacts/"+ada).Status)
	assert.Equal(t, 200, r.get("/contacts/"+ada).Status)
	remove()

	r.Inject(ghltest.RefuseHTML("update-contact", 502))
	a := r.do("PUT", "/contacts/"+ada, `{"city":"x"}`)
	assert.Equal(t, 502, a.Status)
	assert.Equal(t, "text/html", a.Header.Get("Content-Type"))
	assert.Contains(t, a.Raw, "<html>")
	stored, _ := r.Contact(ada)
	assert.Empty(t, stored.City, "refused before the write")

	r.Inject(ghltest.Fault{Path: "/contacts/" + bob + "*", Method: "GET", Status: 500, Times: 1})
	assert.Equal(t, 500, r.get("/contacts/"+bob+"/notes").Status)
	assert.Equal(t, 200, r.get("/contacts/"+bob+"/notes").Status)

	r.Inject(ghltest.TooMany("get-all-tasks", 1200*time.Millisecond))
	a = r.get("/contacts/" + ada + "/tasks")
	assert.Equal(t, 429, a.Status)
	assert.Equal(t, "2", a.Header.Get("Retry-After"))
	assert.Equal(t, 1, r.RateLimited())
	r.ClearFaults()
	assert.Equal(t, 200, r.get("/contacts/"+ada+"/tasks").Status)
}

func TestFaultsAfterCommit(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Inject(ghltest.RefuseAfterCommit("create-contact", 422))
	a := r.do("POST", "/contacts/", loc(`{"locationId":"LOC","email":"a@x.ch"}`))
	assert.Equal(t, 422, a.Status)
	assert.Len(t, r.Snapshot().Contacts, 1, "refused and created all the same")
	r.ClearFaults()

	r.Inject(ghltest.DropAfter("create-contact"))
	_, err := r.raw("POST", "/contacts/", loc(`{"locationId":"LOC","email":"b@x.ch"}`))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Len(t, r.Snapshot().Contacts, 2)
	r.ClearFaults()

	r.Inject(ghltest.DropBefore("create-contact"))
	_, err = r.raw("POST", "/contacts/", loc(`{"locationId":"LOC","email":"c@x.ch"}`))
	require.ErrorIs(t, err, syscall.ECONNRESET)
	assert.Len(t, r.Snapshot().Contacts, 2)
	log := r.Requests()
	assert.Equal(t, []bool{true, true, false}, []bool{log[0].Committed, log[1].Committed, log[2].Committed})
	assert.Equal(t, []bool{false, true, true}, []bool{log[0].Dropped, log[1].Dropped, log[2].Dropped})
	assert.Equal(t, []int{422, 0, 0}, []int{log[0].Status, log[1].Status, log[2].Status})
}

func TestTruncatedAnswers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	remove := r.Inject(ghltest.Fault{Operation: "get-contact", Truncate: 20})
	a := r.get("/contacts/" + ada)
	assert.Equal(t, 200, a.Status)
	assert.Len(t, a.Raw, 20)
	assert.Nil(t, a.Body, "not JSON any more")
	remove()
	r.Inject(ghltest.Fault{Operation: "get-contact", Cut: 20})
	a, err := r.raw("GET", "/contacts/"+ada, "")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Len(t, a.Raw, 20)
}

func TestFaultsOnRealSockets(t *testing.T) {
	t.Parallel()
	s := ghltest.NewServer(t)
	for _, f := range []ghltest.Fault{ghltest.DropAfter("create-contact"), {Operation: "create-contact", Cut: 10}} {
		remove := s.Inject(f)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/contacts/", strings.NewReader(loc(`{"locationId":"LOC"}`)))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+s.Token())
		req.Header.Set("Version", "2021-07-28")
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		require.Error(t, err)
		remove()
	}
	assert.Len(t, s.Snapshot().Contacts, 2)
}

func TestDelayRunsOnTheClockAndCanBeInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := ghltest.New()
		s.Inject(ghltest.Slow("create-contact", time.Hour))
		call := func(ctx context.Context) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/contacts/", strings.NewReader(loc(`{"locationId":"LOC"}`)))
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer "+s.Token())
			req.Header.Set("Version", "2021-07-28")
			res, err := s.Client().Do(req)
			if err == nil {
				_ = res.Body.Close()
			}
			return err
		}
		began := time.Now()
		require.NoError(t, call(t.Context()))
		assert.Equal(t, time.Hour, time.Since(began))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.ErrorIs(t, call(ctx), context.DeadlineExceeded)
		assert.Len(t, s.Snapshot().Contacts, 1, "given up before the operation ran")
	})
}

func TestBeforeHookWritesBetweenReadAndWrite(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	remove := r.Before("update-contact", func(s *ghltest.Server) {
		if err := s.EditContact(ada, func(c *ghltest.Contact) { c.City, c.State = "Basel", "BS" }); err != nil {
			t.Error(err)
		}
	})
	r.ok(200, "PUT", "/contacts/"+ada, `{"city":"Bern"}`)
	stored, _ := r.Contact(ada)
	assert.Equal(t, "Bern", stored.City)
	assert.Equal(t, "BS", stored.State)
	remove()
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.State = "" }))
	r.ok(200, "PUT", "/contacts/"+ada, `{"city":"Bern"}`)
	stored, _ = r.Contact(ada)
	assert.Empty(t, stored.State)
}

func TestStaleReads(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	remove := r.Inject(ghltest.Fault{Method: "GET", Stale: 5 * time.Second})
	r.ok(200, "PUT", "/contacts/"+ada, `{"city":"Bern"}`)
	assert.Nil(t, dig(r.get("/contacts/"+ada).Body, "contact", "city"))
	r.now = start.Add(5 * time.Second)
	assert.Equal(t, "Bern", dig(r.get("/contacts/"+ada).Body, "contact", "city"))
	remove()
}

func TestProbabilityFollowsTheSeed(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (trace []int) {
		r := newRig(t, ghltest.WithSeed(seed))
		r.seedPeople()
		r.Inject(ghltest.Fault{Operation: "get-contact", Status: 503, Probability: 0.3})
		for range 40 {
			trace = append(trace, r.get("/contacts/"+ada).Status)
		}
		return trace
	}
	assert.Equal(t, run(1), run(1))
	assert.NotEqual(t, run(1), run(2))
	assert.Contains(t, run(1), 503)
	assert.Contains(t, run(1), 200)
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (out string) {
		r := newRig(t, ghltest.WithSeed(seed))
		r.seedPeople()
		out += r.do("POST", "/contacts/", loc(`{"locationId":"LOC","firstName":"x"}`)).Raw
		out += r.do("POST", "/contacts/"+ada+"/tasks", `{"title":"t","dueDate":"2026-01-01","completed":false}`).Raw
		return out + r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":10}`)).Raw
	}
	assert.Equal(t, run(7), run(7))
	assert.NotEqual(t, run(7), run(8))
}

var errNever = errors.New("never")

func TestDelayUsesInjectedSleep(t *testing.T) {
	t.Parallel()
	var slept time.Duration
	r := newRig(t, ghltest.WithSleep(func(_ context.Context, d time.Duration) error { slept += d; return errNever }))
	r.Inject(ghltest.Fault{Delay: 3 * time.Second})
	_, err := r.raw("GET", loc("/locations/LOC"), "")
	require.Error(t, err, "an interrupted delay drops the call")
	assert.Equal(t, 3*time.Second, slept)
}
