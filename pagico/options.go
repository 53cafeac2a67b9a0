package pagico

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Option sets up a [Client]. Later options win over earlier ones.
type Option func(*settings) error

// settings is what options fill. It is copied by Clone, so everything it points to is
// either shared on purpose or replaced and never changed.
type settings struct {
	baseURL   string
	routes    Routes
	headers   http.Header
	userAgent string
	tokens    oauth2.TokenSource
	// credentials counts how often a token was set, so that a clone with another token
	// does not pace itself by the quota of the first.
	credentials int
	httpClient  *http.Client
	logger      *slog.Logger
	retry       RetryPolicy
	timeout     time.Duration
	limiter     *Limiter
	maxBody     int64
	keyStyle    IdempotencyKeyStyle
	scopes      []string
}

func (s *settings) config() transport.Config {
	header := http.Header{"Accept": {"application/json"}, "User-Agent": {s.userAgent}}
	maps.Copy(header, s.headers)
	cfg := transport.Config{
		Name:         "pagico",
		BaseURL:      s.baseURL,
		HTTPClient:   s.httpClient,
		Header:       header,
		Logger:       s.logger,
		Retry:        transport.RetryPolicy(s.retry),
		Timeout:      s.timeout,
		MaxErrorBody: maxErrorBody,
		Gate:         gate{s.limiter},
		MaxBody:      s.maxBody,
	}
	if s.tokens != nil {
		cfg.Authorize, cfg.Reauthorize = bearer(s.tokens), reauthorize(s.tokens)
	}
	return cfg
}

// WithToken sends a fixed bearer token.
func WithToken(token string) Option {
	return func(s *settings) error {
		if token = strings.TrimSpace(token); !printableASCII(token) || strings.Contains(token, " ") {
			return invalid(opNew, "WithToken: the token is empty or holds a character that cannot be sent")
		}
		s.tokens = oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
		s.credentials++
		return nil
	}
}

// WithTokenSource takes the bearer token from src before every request that is sent.
// src must be safe for concurrent use and should cache; see [oauth2.ReuseTokenSource].
// When it also is a [TokenRefresher], a 401 makes it refresh, once per call.
func WithTokenSource(src oauth2.TokenSource) Option {
	return func(s *settings) error {
		if src == nil {
			return invalid(opNew, "the token source is nil")
		}
		s.tokens = src
		s.credentials++
		return nil
	}
}

// WithHTTPClient takes transport and cookies from hc, which is copied and not changed.
// Its Timeout bounds one attempt. Redirects are followed for reads on the same host only,
// whatever hc says.
func WithHTTPClient(hc *http.Client) Option {
	return func(s *settings) error {
		if hc == nil {
			return invalid(opNew, "the HTTP client is nil")
		}
		s.httpClient = hc
		return nil
	}
}

// WithLogger logs every attempt at debug level and every repetition at warn level.
// Lines hold no tokens, no bodies and no query values. The default is silence.
func WithLogger(l *slog.Logger) Option {
	return func(s *settings) error { s.logger = l; return nil }
}

// WithUserAgent replaces the User-Agent header.
func WithUserAgent(ua string) Option {
	return func(s *settings) error {
		if strings.TrimSpace(ua) == "" || strings.ContainsAny(ua, "\r\n") {
			return invalid(opNew, "the user agent is empty or holds a line break")
		}
		s.userAgent = ua
		return nil
	}
}

// RetryPolicy bounds the repetition of a call; see "Retries" in the package documentation.
// A zero field means its default.
type RetryPolicy struct {
	// MaxRetries is the number of repetitions after the first attempt; negative means
	// none. Default 4.
	MaxRetries int
	// MinWait and MaxWait bound the wait between attempts, which grows from one to the
	// other with jitter. Defaults 500 ms and 30 s.
	MinWait, MaxWait time.Duration
	// MaxRetryAfter is the longest Retry-After that is waited for. A longer one ends the
	// call with the answer as it is. Default 60 s.
	MaxRetryAfter time.Duration
}

// WithRetry replaces the retry policy.
func WithRetry(p RetryPolicy) Option {
	return func(s *settings) error {
		if p.MinWait < 0 || p.MaxWait < 0 || p.MaxRetryAfter < 0 {
			return invalid(opNew, "WithRetry: a wait is negative")
		}
		s.retry = p
		return nil
	}
}

// WithTimeout bounds one attempt, from sending to the last byte of the answer. The
// default is 30 seconds. Bound a whole call, with its waits, by its context.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return invalid(opNew, "the timeout is not positive")
		}
		s.timeout = d
		return nil
	}
}

// WithRoutes replaces the routes and the names of headers, after checking them; see
// [Routes.Validate].
func WithRoutes(r Routes) Option {
	return func(s *settings) error {
		if err := r.Validate(); err != nil {
			return err
		}
		s.routes = r.clone()
		return nil
	}
}

// WithMaxBody bounds a successful answer in bytes, default 64 MiB. A longer one is an
// error.
func WithMaxBody(n int64) Option {
	return func(s *settings) error {
		if n <= 0 {
			return invalid(opNew, "WithMaxBody: the limit is not positive")
		}
		s.maxBody = n
		return nil
	}
}

// WithLimits sets what is known of the server's rate limit before its first answer, and
// how long a call may wait for it.
func WithLimits(l Limits) Option {
	return func(s *settings) error {
		lim, err := NewLimiter(l)
		s.limiter = lim
		return err
	}
}

// WithLimiter paces the client together with all others that share the limiter.
func WithLimiter(l *Limiter) Option {
	return func(s *settings) error {
		if l == nil {
			return invalid(opNew, "WithLimiter: the limiter is nil")
		}
		s.limiter = l
		return nil
	}
}

// IdempotencyKeyStyle is how the Idempotency-Key header is written.
type IdempotencyKeyStyle int

const (
	// KeyQuoted is a structured string, as the IETF draft has it: "8e03978e-…" with its
	// quotes. The default.
	KeyQuoted IdempotencyKeyStyle = iota
	// KeyUnquoted is the bare key, as several payment services take it.
	KeyUnquoted
)

// WithIdempotencyKeyStyle chooses how idempotency keys are written. Source: contract §3.6.
func WithIdempotencyKeyStyle(style IdempotencyKeyStyle) Option {
	return func(s *settings) error {
		if style != KeyQuoted && style != KeyUnquoted {
			return invalid(opNew, "unknown idempotency key style %d", style)
		}
		s.keyStyle = style
		return nil
	}
}

// WithHeaders sends these headers with every request, for gateways that want a tenant or
// an API version. They are added to those of earlier WithHeaders; a header that a call
// sets itself wins. Authorization is refused: use [WithToken] or [WithTokenSource].
func WithHeaders(h http.Header) Option {
	return func(s *settings) error {
		merged := s.headers.Clone()
		if merged == nil {
			merged = make(http.Header, len(h))
		}
		for name, values := range h {
			if !validHeaderName(name) || slices.ContainsFunc(values, badHeaderValue) {
				return invalid(opNew, "header %q is not valid", name)
			}
			if strings.EqualFold(name, "Authorization") {
				return invalid(opNew, "set the Authorization header with WithToken")
			}
			merged[http.CanonicalHeaderKey(name)] = slices.Clone(values)
		}
		s.headers = merged
		return nil
	}
}

// WithScopes replaces the OAuth scopes that [Client.Scopes] and the authorization
// request name.
func WithScopes(scopes ...string) Option {
	return func(s *settings) error {
		for _, scope := range scopes {
			if scope == "" || strings.ContainsAny(scope, " \"\\\t\r\n") {
				return invalid(opNew, "%q is not a scope", scope)
			}
		}
		s.scopes = append([]string{}, scopes...)
		return nil
	}
}

func validHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

func badHeaderValue(v string) bool {
	return strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
