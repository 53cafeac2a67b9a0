package ghl

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Option sets up a client; see [New] and [Client.Clone]. A later option wins over an earlier one of the same kind.
type Option func(*settings) error

// settings is what options fill; copied by Clone.
type settings struct {
	token       string
	source      oauth2.TokenSource
	credentials int
	baseURL     string
	httpClient  *http.Client
	logger      *slog.Logger
	userAgent   string
	retry       transport.RetryPolicy
	limits      *Limits
	limiter     *Limiter
	version     APIVersion
	timeout     time.Duration
	maxBody     int64
}

var errNoToken = errors.New("the token source gave no token")

func (s *settings) apply(opts []Option) error {
	for _, o := range opts {
		if o == nil {
			return invalid("new", "an option is nil")
		}
		if err := o(s); err != nil {
			return err
		}
	}
	if s.token != "" && s.source != nil {
		return invalid("new", "WithToken and WithTokenSource exclude each other")
	}
	if s.limits != nil && s.limiter != nil {
		return invalid("new", "WithLimits and WithLimiter exclude each other")
	}
	return nil
}

// WithToken uses a static token: a private integration token ("pit-…") or an access token that the caller renews. The
// token is sent as given and never logged.
func WithToken(token string) Option {
	return func(s *settings) error {
		token = strings.TrimSpace(token)
		if token == "" {
			return invalid("new", "WithToken: the token is empty")
		}
		for _, r := range token {
			if r <= ' ' || r > '~' {
				return invalid("new", "WithToken: the token holds a character that cannot be sent")
			}
		}
		s.token = token
		s.credentials++
		return nil
	}
}

// WithTokenSource uses the tokens of src, asked before every request. It must be safe for concurrent use and should cache
// (oauth2.ReuseTokenSource does). It may also be a [TokenRefresher] and a [ContextTokenSource].
func WithTokenSource(src oauth2.TokenSource) Option {
	return func(s *settings) error {
		if src == nil {
			return invalid("new", "WithTokenSource: the source is nil")
		}
		s.source = src
		s.credentials++
		return nil
	}
}

// WithBaseURL calls another host than [DefaultBaseURL], for example a test server. The URL is absolute, http or https, and
// may have a path.
func WithBaseURL(base string) Option {
	return func(s *settings) error {
		if strings.TrimSpace(base) == "" {
			return invalid("new", "WithBaseURL: the URL is empty")
		}
		s.baseURL = base
		return nil
	}
}

// WithHTTPClient sends through a copy of hc: its Transport and Jar are used. Redirects to other hosts are refused whatever
// its CheckRedirect says, and its Timeout, when shorter than that of the client, bounds one attempt.
func WithHTTPClient(hc *http.Client) Option {
	return func(s *settings) error {
		if hc == nil {
			return invalid("new", "WithHTTPClient: the client is nil")
		}
		s.httpClient = hc
		return nil
	}
}

// WithLogger logs each attempt at debug level and each repetition at warn level, without identifiers, bodies and secrets. The
// default is silence.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) error {
		if logger == nil {
			return invalid("new", "WithLogger: the logger is nil")
		}
		s.logger = logger
		return nil
	}
}

// WithUserAgent replaces the User-Agent header.
func WithUserAgent(agent string) Option {
	return func(s *settings) error {
		if agent == "" || strings.ContainsAny(agent, "\r\n") {
			return invalid("new", "WithUserAgent: the text is empty or holds a line break")
		}
		s.userAgent = agent
		return nil
	}
}

// RetryPolicy bounds the repetition of a call after a broken connection, a timeout, 429 or 5xx. A zero field means its
// default. Creates are never repeated once they may have been carried out, whatever the policy; see ErrUncertain.
type RetryPolicy struct {
	// MaxRetries is the number of repetitions after the first attempt; negative means none. Default 4.
	MaxRetries int
	// MinWait and MaxWait bound the jittered exponential wait between attempts. Defaults 500 ms and 30 s.
	MinWait, MaxWait time.Duration
	// MaxRetryAfter is the longest Retry-After that is waited for; a longer one ends the call with an error that holds
	// it. Default 60 s.
	MaxRetryAfter time.Duration
}

// WithRetry replaces the retry policy.
func WithRetry(p RetryPolicy) Option {
	return func(s *settings) error {
		if p.MinWait < 0 || p.MaxWait < 0 || p.MaxRetryAfter < 0 {
			return invalid("new", "WithRetry: a wait is negative")
		}
		s.retry = transport.RetryPolicy(p)
		return nil
	}
}

// WithTimeout bounds one attempt, from sending to the last byte of the answer; waiting for the rate limit does not count.
// Default 30 s, as in the vendor's own SDK. The whole call is bounded by its context.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return invalid("new", "WithTimeout: the duration is not positive")
		}
		s.timeout = d
		return nil
	}
}

// WithMaxBody bounds a successful answer in bytes, default 64 MiB. A longer one is an error.
func WithMaxBody(n int64) Option {
	return func(s *settings) error {
		if n <= 0 {
			return invalid("new", "WithMaxBody: the limit is not positive")
		}
		s.maxBody = n
		return nil
	}
}

// WithLimits paces the client by limits of its own; see [Limits]. Without it the vendor's published limits apply.
func WithLimits(l Limits) Option {
	return func(s *settings) error {
		if err := l.validate(); err != nil {
			return err
		}
		s.limits = &l
		return nil
	}
}

// WithLimiter paces the client together with all others that share the limiter. Clients of the same app and location in one
// process must share one, because the vendor counts their calls together.
func WithLimiter(l *Limiter) Option {
	return func(s *settings) error {
		if l == nil {
			return invalid("new", "WithLimiter: the limiter is nil")
		}
		s.limiter = l
		return nil
	}
}

// WithAPIVersion chooses the generation of the API; the default is V2, the date version of each operation.
func WithAPIVersion(v APIVersion) Option {
	return func(s *settings) error {
		if v != V2 && v != V3 {
			return invalid("new", "WithAPIVersion: %q is neither V2 nor V3", string(v))
		}
		s.version = v
		return nil
	}
}

// tokenKinds keeps the sentinels of a token source's error. A refusal by the authorization server needs a new
// authorization; anything else, such as a broken connection, does not say so.
func tokenKinds(err error) kind {
	var out kind
	for i, s := range [...]error{ErrInvalidArgument, ErrNotFound, ErrDuplicate, ErrUnauthorized, ErrScope, ErrVersion,
		ErrLocation, ErrRateLimited, ErrDailyLimit} {
		if errors.Is(err, s) {
			out |= 1 << i
		}
	}
	if re, ok := errors.AsType[*oauth2.RetrieveError](err); ok && re.Response != nil &&
		re.Response.StatusCode >= 400 && re.Response.StatusCode < 500 && re.Response.StatusCode != http.StatusTooManyRequests {
		out |= kindUnauthorized
	}
	return out
}
