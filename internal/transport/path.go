package transport

import (
	"fmt"
	"net/url"
	"strings"
)

// ExpandPath replaces the placeholders of a template such as "/contacts/{contactId}/notes/{id}", in order, by params.
//
// Each parameter becomes exactly one path segment: "/", "?", "#", "%" and everything else that is not allowed there is
// percent-encoded. A parameter that is empty, blank, "." or ".." is refused, because it would name another resource.
// The error wraps [ErrInvalid].
func ExpandPath(template string, params ...string) (string, error) {
	if len(params) == 0 && !strings.Contains(template, "{") {
		return template, nil
	}
	var b strings.Builder
	b.Grow(len(template) + 32)
	rest, used := template, 0
	for {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return "", fmt.Errorf("%w: path template %q has an open brace", ErrInvalid, template)
		}
		if used == len(params) {
			return "", fmt.Errorf("%w: path parameter %s is missing", ErrInvalid, name)
		}
		if err := CheckSegment(name, params[used]); err != nil {
			return "", err
		}
		b.WriteString(url.PathEscape(params[used]))
		used++
		rest = tail
	}
	if used != len(params) {
		return "", fmt.Errorf("%w: path template %q takes %d parameters, got %d", ErrInvalid, template, used, len(params))
	}
	return b.String(), nil
}

// CheckSegment says whether value can stand as one path segment; name is used in the error, which wraps [ErrInvalid].
func CheckSegment(name, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return fmt.Errorf("%w: %s is empty", ErrInvalid, name)
	case value == "." || value == "..":
		return fmt.Errorf("%w: %s must not be %q", ErrInvalid, name, value)
	}
	return nil
}

// plainPath reports whether an escaped path is its own meaning, so that it need not be parsed.
func plainPath(path string) bool {
	for i := range len(path) {
		switch c := path[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '/', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// parseBase checks a base URL and returns it without a trailing slash.
func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(raw), "/"))
	if err != nil {
		// The error of url.Parse repeats the text, which may hold a password.
		return nil, fmt.Errorf("%w: base URL cannot be parsed", ErrInvalid)
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%w: base URL must start with https:// or http://", ErrInvalid)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%w: base URL has no host", ErrInvalid)
	case u.User != nil:
		return nil, fmt.Errorf("%w: base URL must not hold a user name or password", ErrInvalid)
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, fmt.Errorf("%w: base URL must not hold a query or a fragment", ErrInvalid)
	}
	u.Host = strings.TrimSuffix(u.Host, ":")
	return u, nil
}
