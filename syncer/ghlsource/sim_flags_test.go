package ghlsource_test

import "flag"

// The flags of the simulations are known to every package below syncer, so that
// one command runs all of them: go test ./syncer/... -run Sim -sim.seeds 10000.
var (
	_ = flag.Int("sim.seeds", 0, "number of simulated histories")
	_ = flag.Uint64("sim.start", 1, "seed of the first one")
)
