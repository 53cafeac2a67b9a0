package ghl_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// slowly is a strict server that counts a call when it arrives and takes its time to answer it.
type slowly struct {
	*strict
	answer time.Duration
}

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.strict.RoundTrip(r)
	pause(s.answer) // virtual time
	return resp, err
}

// A process that starts inside a window that is used up, by itself before a restart or by others, has one call refused at most:
// the first goes alone, and the others wait for what its answer says, however slow it is.
func TestStartInsideAUsedWindow(t *testing.T) {
	t.Parallel()
	for _, sliding := range []bool{true, false} {
		for _, used := range []int{0, 1, 50, 98, 99, 100} {
			for _, latency := range []time.Duration{0, 300 * time.Millisecond, 4 * time.Second, 9 * time.Second} {
				t.Run(fmt.Sprintf("sliding=%t used=%d answers after %s", sliding, used, latency), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						s := slowly{&strict{burst: 100, window: 10 * time.Second, daily: 200_000, sliding: sliding}, latency}
						for range used {
							require.True(t, s.arrive(nil))
						}
						c, err := ghl.New(ghl.WithToken(testToken), ghl.WithHTTPClient(&http.Client{Transport: s}))
						require.NoError(t, err)
						run(t, c, 250, 120)
						most := 0
						if used == 100 {
							most = 1
						}
						assert.LessOrEqual(t, s.refused, most)
					})
				})
			}
		}
	}
}
