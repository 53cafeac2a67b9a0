package transport

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// drainLimit is how much of an unwanted rest of a body is read so that the connection can be used again.
const drainLimit = 256 << 10

// read takes the body, all of it on success and its beginning otherwise.
func (a *attempter) read(resp *http.Response) (*Response, error) {
	if resp.Body == nil {
		resp.Body = http.NoBody // which a real transport never leaves out
	}
	defer func() { _ = resp.Body.Close() }() // everything wanted is read; the error says nothing more
	out := &Response{Status: resp.StatusCode, Header: resp.Header}
	out.RetryAfter, _ = ParseRetryAfter(resp.Header, time.Now())
	limit := a.client.cfg.MaxBody
	if resp.StatusCode >= 300 {
		limit = a.client.cfg.MaxErrorBody
	}
	body, err := a.client.readAll(resp.Body, resp.ContentLength, limit+1)
	if over := int64(len(body)) > limit; over && resp.StatusCode < 300 {
		return nil, fmt.Errorf("%w of %d bytes", ErrBodyTooLarge, limit)
	} else if over {
		body, out.Truncated = body[:limit], true
		_, _ = io.CopyN(io.Discard, resp.Body, drainLimit) // only to keep the connection
	}
	if err != nil && resp.StatusCode < 300 {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	// The status alone tells what an error answer means, so a body that broke off is kept as far as it came.
	out.Body, out.Truncated = body, out.Truncated || err != nil
	return out, nil
}

// roomLimit bounds the room that is made for a body because its header says that it is so long.
const roomLimit = 1 << 20

// readAll reads a body of length bytes, -1 when that is not known, and at most limit bytes of it.
func (c *Client) readAll(r io.Reader, length, limit int64) ([]byte, error) {
	if length >= 0 && length < min(limit, roomLimit) {
		return fill(r, make([]byte, 0, length+1), limit) // one more, to see the end without another round
	}
	scratch, ok := c.scratch.Get().(*[]byte)
	if !ok {
		scratch = new(make([]byte, 0, 8<<10))
	}
	buf, err := fill(r, *scratch, limit)
	if cap(buf) <= roomLimit {
		*scratch = buf[:0]
		defer c.scratch.Put(scratch)
		buf = bytes.Clone(buf)
	}
	return buf, err
}

// fill appends to buf what r has, until limit bytes are there.
func fill(r io.Reader, buf []byte, limit int64) ([]byte, error) {
	for {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, max(len(buf), 512))
		}
		room := buf[len(buf):min(int64(cap(buf)), limit)]
		n, err := r.Read(room)
		buf = buf[:len(buf)+n]
		switch {
		case err == io.EOF:
			return buf, nil
		case err != nil || int64(len(buf)) == limit:
			return buf, err
		}
	}
}
