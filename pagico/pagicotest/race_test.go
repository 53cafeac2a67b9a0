package pagicotest_test

import (
	"errors"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// TestOneWriterWins lets twenty clients write with one entity tag, over sockets.
func TestOneWriterWins(t *testing.T) {
	t.Parallel()
	srv := pagicotest.NewServer(t)
	client, err := pagico.New(srv.BaseURL(), pagico.WithToken(pagicotest.DefaultToken))
	require.NoError(t, err)
	task, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"})
	require.NoError(t, err)
	var won, lost atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			_, err := client.Tasks.Update(t.Context(), task.ID, pagico.TaskUpdate{Position: pagico.Set(i + 1)}, pagico.IfMatch(task.ETag))
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, pagico.ErrPreconditionFailed):
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int32(1), won.Load())
	assert.Equal(t, int32(19), lost.Load())
}

// TestOneKeyOneRecord sends one create twenty times at once with one idempotency key.
func TestOneKeyOneRecord(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	var wg sync.WaitGroup
	ids := make([]string, 20)
	for i := range ids {
		wg.Go(func() {
			a, err := g.try(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"one"`)
			if err != nil || a.status != http.StatusCreated && a.problem() != "idempotency-in-progress" {
				t.Errorf("answered %s %v", strconv.Itoa(a.status), err)
			}
			ids[i] = a.str("id")
		})
	}
	wg.Wait()
	tasks := g.srv.Snapshot().Tasks
	require.Len(t, tasks, 1)
	for _, id := range ids {
		if id != "" {
			assert.Equal(t, tasks[0].ID, id)
		}
	}
}
