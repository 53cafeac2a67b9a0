package ghltest

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
)

// Transport returns a round tripper that calls the handler in the caller's goroutine, without sockets, whatever host the
// request names. It works inside a testing/synctest bubble. A dropped connection is an error: connection reset when the operation did
// not run, unexpected EOF when it did.
func (s *Server) Transport() http.RoundTripper { return inProcess{s} }

// Client returns an HTTP client on [Server.Transport].
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.Transport()} }

type inProcess struct{ s *Server }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	defer body.Close()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.Body = body
	in.RequestURI = r.URL.RequestURI()
	res := t.s.serve(in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if res.drop {
		if res.status != 0 {
			return nil, &net.OpError{Op: "read", Net: "tcp", Err: io.ErrUnexpectedEOF}
		}
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	res.header.Set("Content-Length", strconv.Itoa(len(res.body)))
	out := &http.Response{
		Status: strconv.Itoa(res.status) + " " + http.StatusText(res.status), StatusCode: res.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: res.header,
		ContentLength: int64(len(res.body)), Request: r, Body: io.NopCloser(bytes.NewReader(res.body)),
	}
	if res.cut > 0 {
		out.Body = io.NopCloser(io.MultiReader(bytes.NewReader(res.body[:res.cut]), brokenReader{}))
	}
	return out, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
