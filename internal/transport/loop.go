package transport

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	logDebug = slog.LevelDebug
	logWarn  = slog.LevelWarn
)

// checkRetry decides after each attempt whether to send again. It is called by the retry library.
func (c *Client) checkRetry(ctx context.Context, _ *http.Response, err error) (bool, error) {
	st, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return false, err
	}
	if ctx.Err() != nil {
		// Once an answer is here it is returned, even when the context ended meanwhile.
		return false, nil //nolint:nilerr // the retry library returns err itself
	}
	if err == nil && st.last != nil && st.last.Status == http.StatusUnauthorized {
		return c.checkUnauthorized(ctx, st)
	}
	again, reason := c.worthRepeating(st, err)
	if !again || st.retries >= c.cfg.Retry.MaxRetries {
		return false, nil
	}
	st.retries++
	if c.cfg.Logger.Enabled(ctx, logWarn) {
		c.cfg.Logger.LogAttrs(ctx, logWarn, c.cfg.Name+": repeating request", slog.String("method", st.req.Method),
			slog.String("path", st.req.Template), slog.Int("attempt", st.attempts), slog.String("reason", reason))
	}
	return true, nil
}

// checkUnauthorized offers the first 401 of a call to the Reauthorize hook.
func (c *Client) checkUnauthorized(ctx context.Context, st *call) (bool, error) {
	if st.refused || c.cfg.Reauthorize == nil {
		return false, nil
	}
	st.refused = true
	again, err := c.cfg.Reauthorize(ctx, st.used, st.last)
	if err != nil {
		return false, &hookError{err}
	}
	return again, nil
}

// worthRepeating holds the rules of the package comment, and names the reason for the log.
func (c *Client) worthRepeating(st *call, err error) (bool, string) {
	if err != nil {
		_, hook := errors.AsType[*hookError](err)
		switch {
		case hook, errors.Is(err, ErrRedirect), errors.Is(err, ErrBodyTooLarge), st.last != nil: // the last: an unreadable Location
			return false, ""
		case st.unknown && !st.req.repeatable():
			return false, ""
		case st.unknown:
			return true, "no answer"
		}
		return true, "no connection"
	}
	if st.last == nil || !transient(st.last.Status) {
		return false, ""
	}
	if st.last.RetryAfter > c.cfg.Retry.MaxRetryAfter {
		return false, ""
	}
	if st.last.Status == http.StatusTooManyRequests {
		return true, "rate limited"
	}
	return st.req.repeatable(), "status of the server"
}

// backoff returns the wait before the next attempt. It is called by the retry library, n being the attempts so far less one.
func (c *Client) backoff(_, _ time.Duration, n int, resp *http.Response) time.Duration {
	wait := c.cfg.Retry.backoff(n)
	if resp == nil {
		return wait
	}
	if resp.StatusCode == http.StatusUnauthorized {
		return 0 // a new token is in place
	}
	if asked, ok := ParseRetryAfter(resp.Header, time.Now()); ok {
		// Never earlier than asked; a little later, so that many callers do not come back in one instant.
		return asked + rand.N(min(wait, asked/10+c.cfg.Retry.MinWait)+1) //nolint:gosec // jitter needs no secrecy
	}
	return wait
}

// logAnswer writes the line of an attempt that was answered.
func (c *Client) logAnswer(ctx context.Context, st *call, start time.Time) {
	if c.cfg.Logger.Enabled(ctx, logDebug) {
		c.cfg.Logger.LogAttrs(ctx, logDebug, c.cfg.Name+": answer", append(st.attrs(start), slog.Int("status", st.last.Status))...)
	}
}

// logLost writes the line of an attempt without an answer.
func (c *Client) logLost(ctx context.Context, st *call, start time.Time, err error) {
	if c.cfg.Logger.Enabled(ctx, logDebug) {
		attrs := append(st.attrs(start), slog.String("error", Redact(peel(err).Error())))
		c.cfg.Logger.LogAttrs(ctx, logDebug, c.cfg.Name+": no answer", attrs...)
	}
}

func (st *call) attrs(start time.Time) []slog.Attr {
	return []slog.Attr{slog.String("method", st.req.Method), slog.String("path", st.req.Template),
		slog.Int("attempt", st.attempts), slog.Duration("took", time.Since(start))}
}
