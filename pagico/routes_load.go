package pagico

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxRoutesFile is far more than any routes file needs.
const maxRoutesFile = 1 << 20

// LoadRoutes reads routes as JSON. What the document does not name keeps the route of
// [DefaultRoutes]; a member that is left out of an operation keeps its default too; null
// takes the operation away; with "only" everything that is not named is taken away.
//
//	{
//	  "only": false,
//	  "headerNames": {"idempotencyKey": "X-Request-Key", "requestId": "X-Trace"},
//	  "operations": {
//	    "tasks.list":   {"method": "GET", "path": "/todos", "scope": "todos.read"},
//	    "tasks.update": {"method": "PUT", "path": "/todos/{id}"},
//	    "webhooks.test": null
//	  }
//	}
//
// Members that are not known, members given twice and everything that [Routes.Validate]
// finds are refused with an error that names the line and matches [ErrInvalidArgument].
// YAML is read by package pagico/routesfile.
func LoadRoutes(r io.Reader) (Routes, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRoutesFile+1))
	if err != nil {
		return Routes{}, &Error{Operation: opRoutes, Err: err}
	}
	if len(data) > maxRoutesFile {
		return Routes{}, invalid(opRoutes, "the file is larger than %d bytes", maxRoutesFile)
	}
	l := &routesLoader{data: data, dec: json.NewDecoder(bytes.NewReader(data)), named: map[Operation]entry{}}
	if err := l.document(); err != nil {
		return Routes{}, invalid(opRoutes, "line %d: %w", l.lineOf(err), err)
	}
	return l.routes()
}

// LoadRoutesFile is LoadRoutes for a file. Errors name the file.
func LoadRoutesFile(path string) (Routes, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return Routes{}, &Error{Operation: opRoutes, Err: err}
	}
	defer func() { _ = f.Close() }() // only read
	routes, err := LoadRoutes(f)
	if e, ok := errors.AsType[*Error](err); ok {
		e.Err = fmt.Errorf("%s: %w", path, e.Err)
		return Routes{}, e
	}
	return routes, nil
}

// routesLoader walks the tokens of a routes file, so that it knows where everything stands.
type routesLoader struct {
	data    []byte
	dec     *json.Decoder
	only    bool
	headers HeaderNames
	named   map[Operation]entry
}

// entry is one operation of the file.
type entry struct {
	line                int
	off                 bool
	method, path, scope string
	hasScope            bool
}

// line is where the token that was read last ends, which is where it began: no token of
// JSON spans lines.
func (l *routesLoader) line() int {
	return 1 + bytes.Count(l.data[:l.dec.InputOffset()], []byte{'\n'})
}

func (l *routesLoader) lineOf(err error) int {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at := min(max(syntax.Offset-1, 0), int64(len(l.data)))
		return 1 + bytes.Count(l.data[:at], []byte{'\n'})
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return 1 + bytes.Count(l.data, []byte{'\n'})
	}
	return l.line()
}

func (l *routesLoader) document() error {
	err := l.object("the file", func(name string) error {
		switch name {
		case "only":
			return l.boolean(name, &l.only)
		case "headerNames":
			return l.object(name, func(field string) error {
				switch field {
				case "idempotencyKey":
					return l.text(field, &l.headers.IdempotencyKey)
				case "requestId":
					return l.text(field, &l.headers.RequestID)
				}
				return fmt.Errorf("headerNames has no member %q", field)
			})
		case "operations":
			return l.object(name, l.operation)
		}
		return fmt.Errorf("the file has no member %q", name)
	})
	if err != nil {
		return err
	}
	if _, err := l.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the end of the document")
	}
	return nil
}

func (l *routesLoader) operation(name string) error {
	op := entry{line: l.line()}
	if _, known := DefaultRoutes().Operations[Operation(name)]; !known {
		return fmt.Errorf("unknown operation %q", name)
	}
	tok, err := l.token()
	if err != nil {
		return err
	}
	switch tok {
	case nil:
		op.off = true
	case json.Delim('{'):
		err = l.members(name, func(field string) error {
			switch field {
			case "method":
				return l.text(field, &op.method)
			case "path":
				return l.text(field, &op.path)
			case "scope":
				op.hasScope = true
				return l.text(field, &op.scope)
			}
			return fmt.Errorf("%s has no member %q; it may have method, path and scope", name, field)
		})
	default:
		err = fmt.Errorf("%s must be an object or null", name)
	}
	l.named[Operation(name)] = op
	return err
}

// object reads an object and gives every member's name to member, which reads the value.
func (l *routesLoader) object(what string, member func(string) error) error {
	tok, err := l.token()
	if err != nil {
		return err
	}
	if tok != json.Delim('{') {
		return fmt.Errorf("%s must be an object", what)
	}
	return l.members(what, member)
}

func (l *routesLoader) members(what string, member func(string) error) error {
	seen := map[string]bool{}
	for l.dec.More() {
		tok, err := l.token()
		if err != nil {
			return err
		}
		name, _ := tok.(string)
		if seen[name] {
			return fmt.Errorf("%s has the member %q twice", what, name)
		}
		seen[name] = true
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := l.token()
	return err
}

func (l *routesLoader) text(name string, dst *string) error {
	tok, err := l.token()
	if err != nil {
		return err
	}
	s, isText := tok.(string)
	if !isText {
		return fmt.Errorf("%s must be a string", name)
	}
	*dst = s
	return nil
}

func (l *routesLoader) boolean(name string, dst *bool) error {
	tok, err := l.token()
	if err != nil {
		return err
	}
	b, isBool := tok.(bool)
	if !isBool {
		return fmt.Errorf("%s must be true or false", name)
	}
	*dst = b
	return nil
}

func (l *routesLoader) token() (json.Token, error) {
	tok, err := l.dec.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return tok, err
}

// routes lays the file over the defaults and checks the result.
func (l *routesLoader) routes() (Routes, error) {
	routes := DefaultRoutes()
	routes.HeaderNames = l.headers
	for op, route := range routes.Operations {
		n, isNamed := l.named[op]
		if n.off || l.only && !isNamed {
			delete(routes.Operations, op)
			continue
		}
		if n.method != "" {
			route.Method = n.method
		}
		if n.path != "" {
			route.Path = n.path
		}
		if n.hasScope {
			route.Scope = n.scope
		}
		routes.Operations[op] = route
	}
	faults := routes.faults()
	if len(faults) == 0 {
		return routes, nil
	}
	line := func(f fault) int { return max(l.named[f.op].line, l.named[f.other].line) }
	slices.SortStableFunc(faults, func(a, b fault) int { return line(a) - line(b) })
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.text
		if n := line(f); n > 0 {
			texts[i] = fmt.Sprintf("line %d: %s", n, f.text)
		}
	}
	return Routes{}, invalid(opRoutes, "%s", strings.Join(texts, "; "))
}
