package pagicotest

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// failEarly answers with a fault instead of running the operation.
func (s *Server) failEarly(w http.ResponseWriter, c *call) {
	if !c.wait(c.fault.Delay) || c.fault.Drop {
		s.abort(c)
	}
	rep := c.fault.reply()
	maps.Copy(w.Header(), rep.header)
	s.stampHeader(w.Header(), c)
	c.entry.Status = rep.status
	s.send(w, c, rep)
}

func (f *Fault) reply() reply {
	h := f.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "text/html; charset=utf-8")
		if strings.HasPrefix(f.Body, "{") {
			h.Set("Content-Type", "application/problem+json")
		}
	}
	return reply{f.Status, h, []byte(f.Body)}
}

// abort ends the request without an answer: net/http closes the connection, [Server.Transport] returns an error.
func (s *Server) abort(c *call) {
	c.entry.Dropped = true
	panic(http.ErrAbortHandler)
}

// spoil applies the effects that change or replace an answer after the operation was done.
func (s *Server) spoil(c *call, rep reply) reply {
	f := c.fault
	if f == nil {
		return rep
	}
	if f.StaleETag && rep.header.Get("ETag") != "" {
		etag := rep.header.Get("ETag")
		rep.header.Set("ETag", `"0"`)
		rep.body = bytes.Replace(rep.body, encodeJSON(etag), encodeJSON(`"0"`), 1)
	}
	if f.AfterCommit && f.Status != 0 {
		rep = f.reply()
	}
	if f.AfterCommit && f.Drop && f.Truncate == 0 {
		c.entry.Status = rep.status
		s.abort(c)
	}
	return rep
}

// send writes the status and the body, cut short when the fault says so.
func (s *Server) send(w http.ResponseWriter, c *call, rep reply) {
	body, breakOff := rep.body, false
	if f := c.fault; f != nil && f.Truncate > 0 && f.Truncate < len(body) {
		body, breakOff = body[:f.Truncate], f.Drop && f.AfterCommit
	}
	length := len(body)
	if breakOff {
		length = len(rep.body)
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(rep.status)
	_, err := w.Write(body)
	if breakOff {
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		s.abort(c)
	}
	if err != nil {
		c.entry.Dropped = true
	}
}
