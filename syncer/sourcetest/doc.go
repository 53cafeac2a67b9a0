// Package sourcetest checks that a [syncer.Source] keeps its promises. It is for
// the authors of sources:
//
//	func TestSource(t *testing.T) {
//		sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
//			server := newServer(t)
//			return newSource(t, server), sourcetest.Hooks{NewParent: server.addContact, …}
//		}, sourcetest.Features{Kinds: …})
//	}
//
// Every subtest has a source on a service of its own, bears the name of the
// promise that it checks, and runs beside the others. The hooks are the hands of
// the test on the service: they do what people and the network do. Checks that
// need a hook that is nil, a feature that is not claimed, or a capability such as
// [syncer.Mover] that the source does not have, are left out. A method that is named
// like one of a capability, but has another shape, fails.
package sourcetest
