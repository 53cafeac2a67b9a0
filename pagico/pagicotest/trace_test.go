package pagicotest_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// tracer sends deliveries nowhere and writes them down.
type tracer struct{ out *strings.Builder }

func (x tracer) RoundTrip(r *http.Request) (*http.Response, error) {
	fmt.Fprintf(x.out, "delivery %v\n", r.Header)
	return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// play runs 300 random steps of clients, users, faults and webhooks, and returns all that could be seen.
func play(t *testing.T, seed uint64) string {
	t.Helper()
	var out strings.Builder
	rng := rand.New(rand.NewPCG(seed, 1))
	g := newRig(t, pagicotest.WithSeed(seed), pagicotest.WithWebhookClient(&http.Client{Transport: tracer{&out}}),
		pagicotest.WithLimits(pagicotest.Limits{Quota: 15, Window: time.Minute}))
	g.srv.Inject(pagicotest.Fault{Probability: 0.05, Drop: true, AfterCommit: true})
	g.srv.Inject(pagicotest.Fault{Probability: 0.05, Status: 503, Body: "<html>"})
	g.srv.Inject(pagicotest.Fault{Probability: 0.05, Delay: time.Second})
	_, _ = g.try(http.MethodPost, "/webhooks", `{"url":"https://hooks.test/","events":["task.*"]}`)
	for range 300 {
		g.now = g.now.Add(time.Duration(rng.IntN(3000)) * time.Millisecond)
		tasks := g.srv.Snapshot().Live().Tasks
		id := "none"
		if len(tasks) > 0 {
			id = tasks[rng.IntN(len(tasks))].ID
		}
		var a answer
		var err error
		switch rng.IntN(6) {
		case 0, 1:
			a, err = g.try(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", fmt.Sprint(rng.IntN(100)))
		case 2:
			a, err = g.try(http.MethodPatch, "/tasks/"+id, fmt.Sprintf(`{"progress":%d}`, rng.IntN(100)))
		case 3:
			a, err = g.try(http.MethodGet, "/tasks?limit=3&includeDeleted=true", "")
		case 4:
			err = g.srv.EditTask(id, func(t *pagicotest.Task) { t.Notes += "!" })
		case 5:
			err = g.srv.DeleteTask(id)
		}
		fmt.Fprintln(&out, a.status, a.text, a.header.Get("RateLimit"), err)
		if rng.IntN(5) == 0 {
			_, err := g.srv.Flush(t.Context())
			require.NoError(t, err)
		}
	}
	fmt.Fprintf(&out, "%+v\n", g.srv.Snapshot().Tasks)
	return out.String()
}

// TestSameSeedSameTrace holds for all that is seen: answers, errors, deliveries with their signatures, and the state.
func TestSameSeedSameTrace(t *testing.T) {
	t.Parallel()
	traces := map[uint64]string{}
	for _, seed := range []uint64{1, 2, 1, 2} {
		synctest.Test(t, func(t *testing.T) {
			trace := play(t, seed)
			if before, ok := traces[seed]; ok {
				assert.True(t, before == trace, "seed %d gave two traces", seed)
			}
			traces[seed] = trace
		})
	}
	assert.False(t, traces[1] == traces[2], "two seeds gave one trace")
	for _, mark := range []string{"delivery", "connection reset", "503 <html>", "201 {", "429 {", `"deleted":true`} {
		assert.True(t, strings.Contains(traces[1], mark), "the game must reach %q", mark)
	}
}
