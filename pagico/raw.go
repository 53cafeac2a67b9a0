package pagico

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Request is a call that this package has no method for; see [Client.Do].
type Request struct {
	// Method and Path are the request; placeholders of Path in braces are replaced by
	// PathParams, in order, each encoded as one segment.
	Method, Path string
	PathParams   []string
	// Query is the query string.
	Query url.Values
	// Body is sent as JSON; nil means none. A PATCH is sent as a merge patch.
	Body any
	// Repeatable allows repetition after an unclear failure. GET, PUT, DELETE, POST (which
	// carries an idempotency key) and PATCH with [IfMatch] are repeatable in any case.
	Repeatable bool
}

// Do performs any request with the pacing, the retries and the errors of the typed
// methods, for what a backend offers beyond the contract. The body of the answer is decoded
// into out, a pointer; *json.RawMessage takes it as it is, and nil drops it.
func (c *Client) Do(ctx context.Context, r Request, out any, opts ...CallOption) error {
	method := strings.ToUpper(r.Method)
	if method == "" || !strings.HasPrefix(r.Path, "/") {
		return invalid(opRaw, "a method and a path that starts with a slash are required")
	}
	inner := request{op: opRaw, query: r.Query, body: r.Body,
		write: method != http.MethodGet && method != http.MethodHead,
		keyed: method == http.MethodPost, patch: method == http.MethodPatch}
	inner.raw = &transport.Request{Method: method, Template: r.Path, Params: r.PathParams}
	if r.Repeatable {
		inner.raw.Safety = transport.Repeatable
	}
	resp, err := c.do(ctx, inner, opts)
	if err != nil || out == nil {
		return err
	}
	if raw, ok := out.(*json.RawMessage); ok {
		*raw = resp.Body
		return nil
	}
	if err := json.Unmarshal(resp.Body, out); err != nil {
		return badAnswer(inner, resp, err)
	}
	return nil
}
