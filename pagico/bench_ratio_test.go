//go:build unix

package pagico_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// BenchmarkAgainstPlain lets a plain program and the client call the same server in turns and reports the medians of the
// ratios, plain over client: of the time on the clock (so that 2 means twice as many calls a second) and of the processor
// time, the server's included. One iteration is a turn of each; take at least 20.
func BenchmarkAgainstPlain(b *testing.B) {
	page := `{"results":[` + strings.TrimSuffix(strings.Repeat(fullTask+",", 200), ",") + `],"nextCursor":null}`
	for _, kind := range []string{"task", "page of 200 tasks"} {
		body, calls := fullTask, 800
		if kind != "task" {
			body, calls = page, 32
		}
		srv := benchServer(b, body)
		client, err := pagico.New(srv.URL, pagico.WithToken("x"))
		if err != nil {
			b.Fatal(err)
		}
		pool := &http.Transport{MaxIdleConnsPerHost: 100}
		defer pool.CloseIdleConnections()
		plain := func() error {
			return plainCall(b.Context(), &http.Client{Transport: pool}, srv.URL+"/tasks/t_1", kind == "task")
		}
		ours := func() error {
			if kind == "task" {
				_, err := client.Tasks.Get(b.Context(), "t_1")
				return err
			}
			_, err := client.Tasks.ListPage(b.Context(), pagico.TaskQuery{})
			return err
		}
		for _, inFlight := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/%d", kind, inFlight), func(b *testing.B) { inTurns(b, calls/inFlight, inFlight, plain, ours) })
		}
	}
}

func plainCall(ctx context.Context, hc *http.Client, url string, one bool) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer x")
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	if one {
		return json.NewDecoder(resp.Body).Decode(new(plainTask))
	}
	return json.NewDecoder(resp.Body).Decode(&struct{ Results []plainTask }{})
}

// inTurns has workers make some calls each, first in one way and then in the other.
func inTurns(b *testing.B, calls, workers int, sides ...func() error) {
	b.Helper()
	var clock, processor []float64
	for turn := range b.N + 1 {
		var wall, used [2]float64
		for i := range sides {
			side := (i + turn) % 2 // who goes first changes
			start, before := time.Now(), processorTime(b)
			var group sync.WaitGroup
			for range workers {
				group.Go(func() {
					for range calls {
						if err := sides[side](); err != nil {
							b.Error(err)
						}
					}
				})
			}
			group.Wait()
			wall[side], used[side] = float64(time.Since(start)), float64(processorTime(b)-before)
		}
		if turn > 0 { // the first opens the connections
			clock, processor = append(clock, wall[0]/wall[1]), append(processor, used[0]/used[1])
		}
	}
	slices.Sort(clock)
	slices.Sort(processor)
	b.ReportMetric(clock[len(clock)/2], "x-plain")
	b.ReportMetric(processor[len(processor)/2], "x-plain-cpu")
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
