package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// progress shows how far a pass is: a bar on a terminal, plain lines elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	bar      *progressbar.ProgressBar
	stage    string
	printed  time.Time
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if f, ok := out.(*os.File); ok {
		p.terminal = term.IsTerminal(int(f.Fd()))
	}
	return p
}

// show is called by the engine.
func (p *progress) show(now syncer.Progress) {
	stage := fmt.Sprintf("%s %ss", now.Phase, now.Kind)
	if now.Side != "" {
		stage += " on " + string(now.Side)
	}
	if p.terminal {
		p.draw(stage, now)
		return
	}
	// A line at each stage, and every few seconds in long ones.
	if stage == p.stage && time.Since(p.printed) < 5*time.Second {
		return
	}
	p.stage, p.printed = stage, time.Now()
	if now.Total > 0 {
		fmt.Fprintf(p.out, "  %s: %d of %d\n", stage, now.Done, now.Total)
	} else {
		fmt.Fprintf(p.out, "  %s: %d\n", stage, now.Done)
	}
}

func (p *progress) draw(stage string, now syncer.Progress) {
	if stage != p.stage || p.bar == nil {
		p.end()
		total := now.Total
		if total == 0 {
			total = -1
		}
		p.stage = stage
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(stage),
			progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(50*time.Millisecond))
	}
	// A bar that cannot be drawn must not stop the sync.
	_ = p.bar.Set(now.Done)
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}
