package sourcetest

import (
	"reflect"

	"github.com/stretchr/testify/assert"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// shapes finds methods that are named like one of a capability without being it:
// the engine would never call them.
func (b *bench) shapes() {
	source := reflect.TypeOf(b.Source)
	for _, capability := range []reflect.Type{
		reflect.TypeFor[syncer.RepeatableCreates](), reflect.TypeFor[syncer.Candidates](),
		reflect.TypeFor[syncer.Mover](), reflect.TypeFor[syncer.Children](),
	} {
		if source.Implements(capability) {
			continue
		}
		for want := range capability.Methods() {
			_, found := source.MethodByName(want.Name)
			assert.False(b, found, "%s has a method %s, but is no %s, so that the engine never calls it: give it all methods of that interface, with their types, or rename it",
				source, want.Name, capability)
		}
	}
}
