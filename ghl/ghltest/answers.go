package ghltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

type object = map[string]any

// failure is an error answer. message is a string, or []string for 422.
type failure struct {
	status  int
	message any
	meta    object
	bare    bool // only message, and statusCode when it is true too: the shapes seen for auth errors
	raw     any  // when set, the whole body
}

func fail(status int, format string, args ...any) *failure {
	return &failure{status: status, message: fmt.Sprintf(format, args...)}
}

func unprocessable(messages ...string) *failure {
	return &failure{status: http.StatusUnprocessableEntity, message: messages}
}

func (f *failure) body(trace string) any {
	if f.raw != nil {
		return f.raw
	}
	b := object{"message": f.message}
	if f.status == http.StatusUnauthorized && f.bare {
		return b
	}
	b["statusCode"] = f.status
	if f.bare {
		return b
	}
	b["error"] = http.StatusText(f.status)
	if f.meta != nil {
		b["meta"] = f.meta
	}
	if trace != "" {
		b["traceId"] = trace
	}
	return b
}

// reply lets a handler answer with another status than its operation's usual one.
type reply struct {
	status int
	body   any
}

// result is what the pipeline hands to the socket or to the in-process transport.
type result struct {
	status int
	header http.Header
	body   []byte
	drop   bool // close the connection without an answer
	cut    int  // send only this many bytes of body and then break the connection; 0 sends all
}

func (r *result) encode(v any) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		r.status = http.StatusInternalServerError
		r.body = []byte(`{"statusCode":500,"message":"ghltest: the answer cannot be encoded"}`)
		return
	}
	r.body = bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

func jsonHeader() http.Header {
	return http.Header{"Content-Type": {"application/json; charset=utf-8"}}
}
