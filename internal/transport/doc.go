// Package transport is the HTTP core that the API clients of this module share.
//
// It sends one request at a time, from bytes to bytes, and knows nothing about either service. A client package
// describes its calls as [Request] values and turns a [Response] or an [*Error] into its own types.
//
// # What one call goes through
//
//	Do ── path and limits checked, nothing sent yet
//	 └─ retry loop (go-retryablehttp)
//	     └─ one attempt:  Gate.Wait → Authorize → send → read the whole body → Ticket.Done
//
// Everything below the loop happens once per attempt: pacing, the Authorization header, the timeout and the reading of the
// body. A body that breaks off is therefore a failed attempt, which is repeated or reported like any other.
//
// # What is repeated
//
// A request is repeatable when its method says so (GET, HEAD, OPTIONS, PUT, DELETE), when it carries an Idempotency-Key, or
// when the caller says so with [Repeatable]. A repeatable request is sent again after a broken connection, a timeout of the
// attempt, and the statuses 408, 425, 429, 500, 502, 503, 504 and 520 to 524.
//
// Any other request ([Once]) is sent again only when that cannot do harm: when no connection was ever obtained, or
// after 429, which says that nothing was done. Otherwise its outcome is unknown, and [Error.Sent] or the status say so.
//
// A 401 is passed to [Config.Reauthorize] at most once per call.
//
// Never repeated: a call that its context has ended, a refusal by a hook, a refused redirect, a body over the limit, and an
// answer whose Retry-After is longer than [RetryPolicy.MaxRetryAfter].
//
// # Secrets
//
// Errors and log lines hold no query strings and no tokens; see [Redact]. The Authorization header is set on the attempt
// only, for the scheme and host of the base URL only, and redirects to anywhere else are refused.
package transport
