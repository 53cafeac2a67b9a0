package pagico

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RateLimit is one quota as an answer states it. Source: contract §3.8.
type RateLimit struct {
	// Policy is the server's name of the quota; "" in the older header forms.
	Policy string
	// Limit is the number of requests per window, or 0 when unknown.
	Limit int
	// Window is the length of the window, or 0 when unknown.
	Window time.Duration
	// Known reports that the answer said what is left; Remaining and Reset are set only then.
	Known bool
	// Remaining is the number of requests left.
	Remaining int
	// Reset is the time until Remaining is restored.
	Reset time.Duration
}

// ParseRateLimit reads the rate limit headers of an answer in every form the contract
// tolerates, and the first of these forms that is there:
//
//	RateLimit-Policy: "default";q=100;w=60     with  RateLimit: "default";r=50;t=30
//	RateLimit-Policy: default;q=100;w=60       with  RateLimit: default;r=50;t=30
//	RateLimit: limit=100, remaining=50, reset=30
//	RateLimit-Limit: 100    RateLimit-Remaining: 50    RateLimit-Reset: 30
//	X-RateLimit-Limit: 100  X-RateLimit-Remaining: 50  X-RateLimit-Reset: 30
//
// t and reset are seconds from now; an X-RateLimit-Reset that can only be a Unix time, in
// seconds or milliseconds, is read as one, against now. What is malformed is ignored.
func ParseRateLimit(h http.Header, now time.Time) []RateLimit {
	limits := parsePolicies(h.Values("RateLimit-Policy"))
	limits = parseStates(h.Values("RateLimit"), limits)
	if len(limits) > 0 {
		return limits
	}
	for _, prefix := range [...]string{"RateLimit-", "X-RateLimit-"} {
		if l, ok := parseTriple(h, prefix, now); ok {
			return []RateLimit{l}
		}
	}
	return nil
}

// parsePolicies reads RateLimit-Policy: the quotas, not what is left of them.
func parsePolicies(lines []string) []RateLimit {
	var out []RateLimit
	for _, item := range splitItems(lines) {
		name, params := splitParams(item)
		q, okQ := count(params["q"])
		w, okW := seconds(params["w"])
		if name != "" && okQ && q > 0 && (okW || params["w"] == "") {
			out = append(out, RateLimit{Policy: name, Limit: q, Window: w})
		}
	}
	return out
}

// parseStates reads RateLimit, as a list of named states or as the older dictionary,
// and joins it with the policies.
func parseStates(lines []string, policies []RateLimit) []RateLimit {
	dict := make(map[string]string)
	for _, item := range splitItems(lines) {
		if key, value, isPair := strings.Cut(item, "="); isPair && !strings.ContainsAny(key, `;"`) {
			dict[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
			continue
		}
		name, params := splitParams(item)
		r, okR := count(params["r"])
		t, okT := seconds(params["t"])
		if name == "" || !okR || !okT {
			continue
		}
		policies = join(policies, RateLimit{Policy: name, Known: true, Remaining: r, Reset: t})
	}
	r, okR := count(dict["remaining"])
	t, okT := seconds(dict["reset"])
	if okR && okT {
		limit, _ := count(dict["limit"])
		policies = join(policies, RateLimit{Limit: limit, Known: true, Remaining: r, Reset: t})
	}
	return policies
}

// join puts a state beside its policy. An unnamed state belongs to the only policy.
func join(limits []RateLimit, state RateLimit) []RateLimit {
	for i := range limits {
		if limits[i].Policy == state.Policy || state.Policy == "" && len(limits) == 1 {
			limits[i].Known, limits[i].Remaining, limits[i].Reset = true, state.Remaining, state.Reset
			return limits
		}
	}
	return append(limits, state)
}

// parseTriple reads the three-header forms.
func parseTriple(h http.Header, prefix string, now time.Time) (RateLimit, bool) {
	r, okR := count(h.Get(prefix + "Remaining"))
	t, okT := reset(h.Get(prefix+"Reset"), now)
	if !okR || !okT {
		return RateLimit{}, false
	}
	l := RateLimit{Known: true, Remaining: r, Reset: t}
	// The limit may be followed by its policies: "100, 100;w=60".
	for i, item := range splitItems(h.Values(prefix + "Limit")) {
		name, params := splitParams(item)
		if n, ok := count(name); ok && i == 0 {
			l.Limit = n
		}
		if w, ok := seconds(params["w"]); ok && name == strconv.Itoa(l.Limit) {
			l.Window = w
			break
		}
	}
	return l, true
}

// splitItems splits header lines at commas outside of quotes.
func splitItems(lines []string) []string {
	var items []string
	for _, line := range lines {
		start, quoted := 0, false
		for i := 0; i <= len(line); i++ {
			switch {
			case i == len(line) || line[i] == ',' && !quoted:
				if item := strings.TrimSpace(line[start:i]); item != "" {
					items = append(items, item)
				}
				start = i + 1
			case line[i] == '\\' && quoted:
				i++
			case line[i] == '"':
				quoted = !quoted
			}
		}
	}
	return items
}

// splitParams splits "name";a=1;b=2. The name loses its quotes; one that is unbalanced
// gives "".
func splitParams(item string) (string, map[string]string) {
	name, rest := item, ""
	if strings.HasPrefix(item, `"`) {
		end := strings.IndexByte(item[1:], '"')
		if end < 0 {
			return "", nil
		}
		name, rest = item[1:end+1], item[end+2:]
	} else if i := strings.IndexByte(item, ';'); i >= 0 {
		name, rest = item[:i], item[i:]
	}
	params := make(map[string]string)
	for pair := range strings.SplitSeq(rest, ";") {
		if key, value, ok := strings.Cut(pair, "="); ok {
			params[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	return strings.TrimSpace(name), params
}

func count(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return n, err == nil && n >= 0
}

// seconds reads a span of whole or fractional seconds, of at most a year.
func seconds(s string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 366*24*3600 {
		return 0, false
	}
	return time.Duration(f * float64(time.Second)), true
}

// reset reads a span of seconds, or a Unix time where it is too large for a span.
func reset(s string, now time.Time) (time.Duration, bool) {
	if d, ok := seconds(s); ok {
		return d, true
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 1e9 {
		return 0, false
	}
	at := time.Unix(n, 0)
	if n >= 1e12 {
		at = time.UnixMilli(n)
	}
	d := at.Sub(now)
	if d > 366*24*time.Hour {
		return 0, false
	}
	return max(d, 0), true
}
