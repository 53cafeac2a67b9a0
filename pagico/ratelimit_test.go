package pagico_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func TestParseRateLimit(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_772_638_200, 0)
	whole := pagico.RateLimit{Policy: "default", Limit: 100, Window: time.Minute, Known: true, Remaining: 50, Reset: 30 * time.Second}
	unnamed := pagico.RateLimit{Limit: 100, Known: true, Remaining: 50, Reset: 30 * time.Second}
	for name, tc := range map[string]struct {
		header map[string]string
		want   []pagico.RateLimit
	}{
		"draft 11":      {map[string]string{"RateLimit-Policy": `"default";q=100;w=60`, "RateLimit": `"default";r=50;t=30`}, []pagico.RateLimit{whole}},
		"unquoted":      {map[string]string{"RateLimit-Policy": `default;q=100;w=60`, "RateLimit": `default;r=50;t=30`}, []pagico.RateLimit{whole}},
		"spaces, order": {map[string]string{"RateLimit-Policy": ` "default" ; w=60 ; q=100 `, "RateLimit": `"default"; t=30; r=50`}, []pagico.RateLimit{whole}},
		"two policies": {map[string]string{"RateLimit-Policy": `"a,b";q=10;w=1, "day";q=1000;w=86400`, "RateLimit": `"a,b";r=9;t=1`}, []pagico.RateLimit{
			{Policy: "a,b", Limit: 10, Window: time.Second, Known: true, Remaining: 9, Reset: time.Second}, {Policy: "day", Limit: 1000, Window: 24 * time.Hour},
		}},
		"policy only": {map[string]string{"RateLimit-Policy": `"default";q=100;w=60`}, []pagico.RateLimit{{Policy: "default", Limit: 100, Window: time.Minute}}},
		"state only":  {map[string]string{"RateLimit": `"default";r=0;t=5`}, []pagico.RateLimit{{Policy: "default", Known: true, Reset: 5 * time.Second}}},
		"dictionary":  {map[string]string{"RateLimit": "limit=100, remaining=50, reset=30"}, []pagico.RateLimit{unnamed}},
		"three":       {map[string]string{"RateLimit-Limit": "100", "RateLimit-Remaining": "50", "RateLimit-Reset": "30"}, []pagico.RateLimit{unnamed}},
		"three with policy": {map[string]string{"RateLimit-Limit": "100, 100;w=60;burst=5", "RateLimit-Remaining": "50", "RateLimit-Reset": "30"},
			[]pagico.RateLimit{{Limit: 100, Window: time.Minute, Known: true, Remaining: 50, Reset: 30 * time.Second}}},
		"x":        {map[string]string{"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "50", "X-RateLimit-Reset": "30"}, []pagico.RateLimit{unnamed}},
		"x unix":   {map[string]string{"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "50", "X-RateLimit-Reset": "1772638230"}, []pagico.RateLimit{unnamed}},
		"x millis": {map[string]string{"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "50", "X-RateLimit-Reset": "1772638230000"}, []pagico.RateLimit{unnamed}},
		"x past":   {map[string]string{"X-RateLimit-Remaining": "50", "X-RateLimit-Reset": "1772638000"}, []pagico.RateLimit{{Known: true, Remaining: 50}}},
		"newest form wins": {map[string]string{"RateLimit": `"default";r=1;t=2`, "X-RateLimit-Remaining": "50", "X-RateLimit-Reset": "30"},
			[]pagico.RateLimit{{Policy: "default", Known: true, Remaining: 1, Reset: 2 * time.Second}}},
		"none": {nil, nil},
	} {
		h := http.Header{}
		for key, value := range tc.header {
			h.Set(key, value)
		}
		assert.Equal(t, tc.want, pagico.ParseRateLimit(h, now), name)
	}
}

func TestParseRateLimitIgnoresWhatIsMalformed(t *testing.T) {
	t.Parallel()
	for _, header := range []map[string]string{
		{"RateLimit": `"default";r=x;t=30`}, {"RateLimit": `"default";r=-1;t=30`}, {"RateLimit": `"default";r=5`}, {"RateLimit": `"default;r=5;t=3`},
		{"RateLimit": `;;;`}, {"RateLimit": `"default";r=5;t=NaN`}, {"RateLimit": `"default";r=5;t=1e300`}, {"RateLimit": "remaining=5"},
		{"RateLimit-Policy": `"default";q=0;w=60`}, {"RateLimit-Policy": `"default";q=ten`}, {"RateLimit-Policy": `"default";q=1;w=x`},
		{"X-RateLimit-Remaining": "5"}, {"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": "soon"},
		{"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": "99999999999999999999"},
	} {
		h := http.Header{}
		for key, value := range header {
			h.Set(key, value)
		}
		assert.Empty(t, pagico.ParseRateLimit(h, time.Unix(1_772_638_200, 0)), "%v", header)
	}
}

func FuzzRateLimit(f *testing.F) {
	f.Add(`"default";q=100;w=60`, `"default";r=50;t=30`, "30")
	f.Add(`a;q=1, "b\"c";q=2`, `limit=1, remaining=2, reset=3`, "1772638230")
	f.Fuzz(func(t *testing.T, policy, state, reset string) {
		h := http.Header{"Ratelimit-Policy": {policy}, "Ratelimit": {state}, "X-Ratelimit-Remaining": {"3"}, "X-Ratelimit-Reset": {reset}}
		for _, l := range pagico.ParseRateLimit(h, time.Unix(1_772_638_200, 0)) {
			if l.Limit < 0 || l.Remaining < 0 || l.Reset < 0 || l.Window < 0 || l.Reset > 400*24*time.Hour {
				t.Fatalf("%q %q %q gave %+v", policy, state, reset, l)
			}
		}
	})
}

// quotaServer counts requests in fixed windows and answers 429 over the quota.
type quotaServer struct {
	quota, window int // window in seconds
	start         time.Time
	used, refused int
	total         int
	floor         bool // round the reset down, as some servers do
}

func (q *quotaServer) answer(now time.Time) answer {
	window := time.Duration(q.window) * time.Second
	if now.Sub(q.start) >= window {
		q.start, q.used = now, 0
	}
	left := q.start.Add(window).Sub(now)
	if !q.floor {
		left += time.Second - 1
	}
	seconds := strconv.Itoa(int(left / time.Second))
	if q.used >= q.quota {
		q.refused++
		return answer{status: 429, header: map[string]string{"Retry-After": seconds}}
	}
	q.used++
	q.total++
	return answer{status: 200, body: fullTask, header: map[string]string{
		"RateLimit-Policy": `"default";q=` + strconv.Itoa(q.quota) + ";w=" + strconv.Itoa(q.window),
		"RateLimit":        `"default";r=` + strconv.Itoa(q.quota-q.used) + ";t=" + seconds,
	}}
}
