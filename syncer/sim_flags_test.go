package syncer_test

import (
	"flag"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// The flags of long runs, which every package below syncer knows:
//
//	go test ./syncer/... -run Sim -sim.seeds 10000 -sim.start 1
var (
	simSeeds = flag.Int("sim.seeds", 0, "number of simulated histories; 0 for the usual number")
	simStart = flag.Uint64("sim.start", 1, "seed of the first one")
)

// TestMain has every run of a commit check the same worlds. Others are looked
// for with the flags above, or with -rapid.seed.
func TestMain(m *testing.M) {
	if seed := flag.Lookup("rapid.seed"); seed.Value.String() == "0" {
		set(seed.Name, "1")
	}
	flag.Parse()
	if *simSeeds > 0 {
		set("rapid.checks", strconv.Itoa(*simSeeds))
		set("rapid.seed", strconv.FormatUint(*simStart, 10))
	}
	m.Run()
}

func set(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err)
	}
}

// TestSim checks everything at once, over as many worlds as the flags ask for.
func TestSim(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.settle()
		s.checkAll()
	})
}
