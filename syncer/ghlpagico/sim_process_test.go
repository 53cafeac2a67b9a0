package ghlpagico_test

import (
	"context"
	"errors"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// clientTimeout bounds one request.
const clientTimeout = 10 * time.Second

// errCrash is what everything answers once the process is dead.
var errCrash = errors.New("the process is dead")

// process can die: from then on neither store nor services answer it.
type process struct {
	dead bool
	kill func()
	// storeAt is the Update at which it dies, counted from 1; 0 for never.
	storeAt, updates int
	storeAfter       bool // that Update becomes durable before
}

func (p *process) die() {
	p.dead = true
	if p.kill != nil {
		p.kill()
	}
}

// mortalStore is a store as a process sees it that may die.
type mortalStore struct {
	syncer.Store
	proc *process
}

func (m mortalStore) View(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if m.proc.dead {
		return errCrash
	}
	return m.Store.View(ctx, conn, fn)
}

func (m mortalStore) Update(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if m.proc.dead {
		return errCrash
	}
	m.proc.updates++
	if m.proc.updates != m.proc.storeAt {
		return m.Store.Update(ctx, conn, fn)
	}
	if m.proc.storeAfter {
		if err := m.Store.Update(ctx, conn, fn); err != nil {
			return err
		}
	}
	m.proc.die()
	return errCrash
}
