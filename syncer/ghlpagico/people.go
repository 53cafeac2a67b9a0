package ghlpagico

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// people knows who is who on both sides. It is safe for concurrent use.
type people struct {
	toPagico, toGHL map[string]string
	ghl, pagico     atomic.Pointer[map[string]bool]
}

// newPeople takes the addresses that differ: GHL's to Pagico's.
func newPeople(differ map[string]string) *people {
	p := &people{toPagico: map[string]string{}, toGHL: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(differ)) {
		ghl, pagico := address(name), address(differ[name])
		p.toPagico[ghl] = pagico
		if _, taken := p.toGHL[pagico]; !taken {
			p.toGHL[pagico] = ghl
		}
	}
	return p
}

// address is an e-mail address as records show it.
func address(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func (p *people) setGHL(emails map[string]string)    { p.ghl.Store(addresses(emails)) }
func (p *people) setPagico(emails map[string]string) { p.pagico.Store(addresses(emails)) }

func addresses(emails map[string]string) *map[string]bool {
	known := make(map[string]bool, len(emails))
	for _, email := range emails {
		if email != "" {
			known[email] = true
		}
	}
	return &known
}

// on names a person as the given side knows them; None when it does not.
func (p *people) on(side syncer.Side, person merge.Value) merge.Value {
	name, known := person.AsText(), p.ghl.Load()
	other := p.toGHL
	if side == syncer.Pagico {
		known, other = p.pagico.Load(), p.toPagico
	}
	if mapped, ok := other[name]; ok {
		name = mapped
	}
	if known == nil || !(*known)[name] {
		return merge.None()
	}
	return merge.Text(name)
}
