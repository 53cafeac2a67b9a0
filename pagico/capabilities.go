package pagico

import (
	"maps"
	"slices"
)

// Capabilities is the set of operations that a backend offers. A sync reads it first and
// leaves out, openly, what the backend cannot do, rather than fail half way.
type Capabilities struct{ ops map[Operation]bool }

// NewCapabilities returns a set of these operations, for backends that are not a [Client].
func NewCapabilities(ops ...Operation) Capabilities {
	c := Capabilities{ops: make(map[Operation]bool, len(ops))}
	for _, op := range ops {
		c.ops[op] = true
	}
	return c
}

// Capabilities returns what the routes of the client offer. It asks nobody: a server may
// still answer [ErrNotSupported], and a token may lack a scope ([ErrScope]).
func (c *Client) Capabilities() Capabilities {
	return NewCapabilities(slices.Collect(maps.Keys(c.set.routes.Operations))...)
}

// Has reports whether all of ops are offered.
func (c Capabilities) Has(ops ...Operation) bool { return len(c.Missing(ops...)) == 0 }

// Missing returns those of ops that are not offered, in the order given.
func (c Capabilities) Missing(ops ...Operation) []Operation {
	var missing []Operation
	for _, op := range ops {
		if !c.ops[op] {
			missing = append(missing, op)
		}
	}
	return missing
}

// Operations returns the operations, sorted.
func (c Capabilities) Operations() []Operation { return slices.Sorted(maps.Keys(c.ops)) }
