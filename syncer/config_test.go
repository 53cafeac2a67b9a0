package syncer_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// TestWrongConfigIsRefusedByName says which field it is, and what would do.
func TestWrongConfigIsRefusedByName(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*syncer.Config){
		"Config.Connection is empty: give":                      func(c *syncer.Config) { c.Connection = "" },
		"Config.GHL is nil: make":                               func(c *syncer.Config) { c.GHL = nil },
		"Config.Pagico is nil: make":                            func(c *syncer.Config) { c.Pagico = nil },
		"Config.Store is nil: use":                              func(c *syncer.Config) { c.Store = nil },
		`Config.GHL is a source of side "pagico": give`:         func(c *syncer.Config) { c.GHL = syncertest.NewService(syncer.Pagico) },
		`Config.Pagico is a source of side "ghl": give`:         func(c *syncer.Config) { c.Pagico = syncertest.NewService(syncer.GHL) },
		"Config.Workers is negative: use more than 0, or 0 for": func(c *syncer.Config) { c.Workers = -1 },
		"Config.MaxAttempts is negative":                        func(c *syncer.Config) { c.MaxAttempts = -1 },
		"Config.ClockSlack is negative":                         func(c *syncer.Config) { c.ClockSlack = -time.Second },
		"Config.Freshness is negative":                          func(c *syncer.Config) { c.Freshness = -time.Second },
		"Config.Guards.MaxDeletePercent is negative":            func(c *syncer.Config) { c.Guards.MaxDeletePercent = -1 },
		"Config.Guards.EmptyFrom is negative":                   func(c *syncer.Config) { c.Guards.EmptyFrom = -1 },
		"Config.Guards.MaxFirstCreates is negative":             func(c *syncer.Config) { c.Guards.MaxFirstCreates = -1 },
		`kind "task": merge: field "title" is owned by pagico, but`: func(c *syncer.Config) {
			c.Flows[1].Rules.Fields[0].Owner, c.Flows[1].Rules.Direction = merge.Pagico, merge.GHLToPagico
		},
		`kind "contact": merge: Deletes is complete, but there is no`: func(c *syncer.Config) { c.Flows[0].Rules.Deletes = merge.Complete },
	} {
		cfg := newBench(t).cfg
		change(&cfg)
		_, err := syncer.New(cfg)
		require.ErrorContains(t, err, "syncer: Config.", want)
		require.ErrorContains(t, err, want)
	}
	cfg := newBench(t).cfg
	cfg.Settle, cfg.Guards.MaxDeletes = -1, -1
	_, err := syncer.New(cfg)
	require.NoError(t, err, "these have a meaning below zero")
}

func TestLoggerGetsALineForEachPass(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := newBench(t, func(c *syncer.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	b.seed()
	b.sync()
	b.sync()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], `msg="pass ended" trigger=pass done="created 2" writes=2 failed=0 left=0 pending=0 skipped=0 error=<nil>`)
	require.Contains(t, lines[1], `done="nothing done" writes=0`)
}
