package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// CallOption changes one call. The options given to a list are used for each of its pages.
type CallOption func(*callSettings) error

type callSettings struct {
	meta     *ResponseMeta
	priority Priority
	timeout  time.Duration
	header   http.Header
}

// ResponseMeta is what an answer says besides its body; ask for it with [WithResponse].
type ResponseMeta struct {
	// Status is the HTTP status; Header are the answer's headers.
	Status int
	Header http.Header
	// TraceID is the vendor's mark of the call, for their support.
	TraceID string
	// Attempts counts the requests that the call took.
	Attempts int

	body raw
}

// RawJSON returns the whole answer of a success as it was received. It is for what the result of a method leaves out, for
// example installToFutureLocations of [OAuth.InstalledLocations], the stageAggregations of a search for opportunities, or the
// totals of a list. It is nil after a refusal, whose body the *Error has, and for the calls that answer tokens.
func (m ResponseMeta) RawJSON() json.RawMessage { return m.body.copy() }

// WithResponse stores what the answer says into meta, for successes and refusals; without an answer meta is left as it is. A
// list stores the answer of its latest page.
func WithResponse(meta *ResponseMeta) CallOption {
	return func(s *callSettings) error {
		s.meta = meta
		return nil
	}
}

// WithPriority puts the call into a class; the default is PriorityNormal.
func WithPriority(p Priority) CallOption {
	return func(s *callSettings) error {
		if p < PriorityUrgent || p > PriorityBackfill {
			return invalid("call", "WithPriority: %d is no class", int(p))
		}
		s.priority = p
		return nil
	}
}

// WithCallTimeout replaces the time limit of one attempt for this call.
func WithCallTimeout(d time.Duration) CallOption {
	return func(s *callSettings) error {
		if d <= 0 {
			return invalid("call", "WithCallTimeout: the duration is not positive")
		}
		s.timeout = d
		return nil
	}
}

// WithHeader adds a header to the request. Authorization, Version and Host cannot be set this way.
func WithHeader(name, value string) CallOption {
	return func(s *callSettings) error {
		switch http.CanonicalHeaderKey(name) {
		case "", "Authorization", "Version", "Host":
			return invalid("call", "WithHeader: %q cannot be set", name)
		}
		if strings.ContainsAny(name+value, "\r\n") {
			return invalid("call", "WithHeader: a line break in %q", name)
		}
		if s.header == nil {
			s.header = http.Header{}
		}
		s.header.Set(name, value)
		return nil
	}
}

// args are the parts of a request that differ from call to call.
type args struct {
	params      []string
	query       url.Values
	body        any
	payload     []byte // sent instead of body when contentType is set
	contentType string
}

// send performs one operation of the table and returns its successful answer. Every error is an *Error.
func (c *Client) send(ctx context.Context, id opID, a args, opts []CallOption) (*transport.Response, error) {
	return c.perform(ctx, operations[id], a, opts)
}

func (c *Client) perform(ctx context.Context, op Operation, a args, opts []CallOption) (*transport.Response, error) {
	set, err := settingsOf(op, opts)
	if err != nil {
		return nil, err
	}
	path, version := op.route(c.set.version)
	header := c.versions[version]
	if header == nil || set.header != nil {
		header = versionHeader(set.header, version)
	}
	req := &transport.Request{Method: op.HTTPMethod, Template: path, Params: a.params, Query: a.query, Header: header,
		Body: a.payload, ContentType: a.contentType, Safety: op.safety(), Priority: int(set.priority), Timeout: set.timeout}
	if a.body != nil {
		data, err := json.Marshal(a.body)
		if err != nil {
			return nil, invalid(op.ID, "the body cannot be written as JSON: %w", err)
		}
		req.Body = data
	}
	resp, err := c.http.Do(ctx, req)
	if err != nil {
		return nil, lost(op, err)
	}
	if set.meta != nil {
		set.fill(op, resp)
	}
	if !resp.OK() {
		return resp, refused(op, resp)
	}
	return resp, nil
}

// settingsOf applies the options of a call.
func settingsOf(op Operation, opts []CallOption) (callSettings, error) {
	if len(opts) == 0 {
		return callSettings{}, nil
	}
	set := callSettings{}
	for _, o := range opts {
		if o == nil {
			return set, invalid(op.ID, "a call option is nil")
		}
		if err := o(&set); err != nil {
			return set, err
		}
	}
	return set, nil
}

// versionHeader returns the headers of a request with the one that names the version; empty means none.
func versionHeader(more http.Header, version string) http.Header {
	h := make(http.Header, len(more)+1)
	maps.Copy(h, more)
	if version != "" {
		h["Version"] = []string{version}
	}
	return h
}

// fill answers WithResponse.
func (s *callSettings) fill(op Operation, resp *transport.Response) {
	trace, _ := pick(resp.Body, "traceId")
	*s.meta = ResponseMeta{Status: resp.Status, Header: resp.Header, TraceID: cmp.Or(first(texts(trace)), traceHeader(resp.Header)), Attempts: resp.Attempts}
	if resp.OK() && op.ID != operations[opOAuthLocationToken].ID {
		s.meta.body.data = resp.Body
	}
}

// act performs an operation that has no result.
func (c *Client) act(ctx context.Context, id opID, a args, opts []CallOption) error {
	resp, err := c.send(ctx, id, a, opts)
	if err != nil {
		return err
	}
	return done(operations[id], resp)
}

// remove performs a delete. When an earlier attempt of the same call may have worked, "not found" is its success.
func (c *Client) remove(ctx context.Context, id opID, a args, opts []CallOption) error {
	resp, err := c.send(ctx, id, a, opts)
	if e, ok := err.(*Error); ok && resp != nil && resp.Doubt && e.kinds&kindNotFound != 0 { //nolint:errorlint // made by send
		return nil
	}
	if err != nil {
		return err
	}
	return done(operations[id], resp)
}

// Request is a call that this package has no method for; see [Client.Do].
type Request struct {
	// Method and Path are the request; placeholders of Path in braces are replaced by PathParams, in order, each
	// encoded as one segment.
	Method, Path string
	PathParams   []string
	// Query is the query string.
	Query url.Values
	// Body is sent as JSON; nil means none.
	Body any
	// Version is the Version header. Empty means the one of the operation table when Method and Path are in it, else
	// 2021-07-28, or v3 for a client made with WithAPIVersion(V3).
	Version string
	// Repeatable allows repetition after an unclear failure. GET, PUT and DELETE and the rows of the operation
	// table that allow it are repeatable in any case.
	Repeatable bool
}

// Do performs any request with the pacing, the retries and the errors of the typed methods. The body of the answer is
// decoded into out, a pointer; *json.RawMessage takes it as it is, and nil drops it.
func (c *Client) Do(ctx context.Context, r Request, out any, opts ...CallOption) error {
	op := c.lookup(r)
	if r.Method == "" || !strings.HasPrefix(r.Path, "/") {
		return invalid(op.ID, "a method and a path that starts with a slash are required")
	}
	resp, err := c.perform(ctx, op, args{params: r.PathParams, query: r.Query, body: r.Body}, opts)
	if err != nil || out == nil {
		return err
	}
	if rawOut, ok := out.(*json.RawMessage); ok {
		*rawOut = resp.Body
		return nil
	}
	if err := json.Unmarshal(resp.Body, out); err != nil {
		return unreadable(op, resp, err)
	}
	return nil
}

// lookup makes the row of a request for Do, from the table when it has one.
func (c *Client) lookup(r Request) Operation {
	op := Operation{ID: "do", HTTPMethod: strings.ToUpper(r.Method), Path: r.Path, Version: version2021July}
	if c.set.version == V3 {
		op.Version = version3
	}
	for i := range operations {
		row := operations[i]
		if row.HTTPMethod == op.HTTPMethod && (row.Path == r.Path || row.V3Path == r.Path) {
			op.ID, op.Repeatable = row.ID, row.Repeatable
			if row.Path == r.Path && (c.set.version == V2 || row.V3Path != row.Path) {
				op.Version = row.Version
			} else {
				op.Version = version3
			}
			break
		}
	}
	switch op.HTTPMethod {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		op.Repeatable = true
	}
	op.Repeatable = op.Repeatable || r.Repeatable
	if r.Version != "" {
		op.Version = r.Version
	}
	return op
}
