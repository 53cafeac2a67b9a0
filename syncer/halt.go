package syncer

import (
	"fmt"
	"slices"
	"strings"
)

// HaltCode names a reason for which a pass refuses to go on.
type HaltCode string

// The halts.
const (
	// HaltMassDelete: more deletions than the guard allows.
	HaltMassDelete HaltCode = "massDelete"
	// HaltSideEmptied: a side that had records lists none.
	HaltSideEmptied HaltCode = "sideEmptied"
	// HaltIdentity: a source serves another account than before. It cannot be
	// overridden; give the other account a connection of its own.
	HaltIdentity HaltCode = "identityChanged"
	// HaltFirstSync: the first pass would make more records than the guard
	// allows.
	HaltFirstSync HaltCode = "firstSyncTooLarge"
)

// Halt is a named refusal to go on.
type Halt struct {
	Code HaltCode `json:"code"`
	Kind Kind     `json:"kind,omitempty"`
	Side Side     `json:"side,omitempty"`
	// Count is what was found, Limit what the guard allows.
	Count int `json:"count,omitempty"`
	Limit int `json:"limit,omitempty"`
	// Detail says in a sentence what was seen and what to do.
	Detail string `json:"detail"`
}

// HaltError is returned when guards stand against a pass. Nothing was written.
type HaltError struct{ Halts []Halt }

// Error lists the halts.
func (e *HaltError) Error() string {
	details := make([]string, len(e.Halts))
	for i, h := range e.Halts {
		details[i] = fmt.Sprintf("%s: %s", h.Code, h.Detail)
	}
	return "syncer: halted: " + strings.Join(details, "; ")
}

// Has reports whether one of the halts has the code.
func (e *HaltError) Has(code HaltCode) bool {
	return slices.ContainsFunc(e.Halts, func(h Halt) bool { return h.Code == code })
}

// against returns the halts that the overrides do not lift.
func against(halts []Halt, overrides []HaltCode) []Halt {
	var standing []Halt
	for _, h := range halts {
		if h.Code == HaltIdentity || !slices.Contains(overrides, h.Code) {
			standing = append(standing, h)
		}
	}
	return standing
}
