// Package routesfile reads the routes of package pagico from a file, as YAML or as JSON.
//
// It is apart from package pagico so that programs that need no YAML do not carry a
// parser for it. The members are those of [pagico.LoadRoutes]:
//
//	only: false
//	headerNames:
//	  idempotencyKey: X-Request-Key
//	operations:
//	  tasks.list:   {method: GET, path: /todos, scope: todos.read}
//	  tasks.update: {method: PUT, path: "/todos/{id}"}
//	  webhooks.test: null
//
// Every refusal names the line of the YAML file and matches [pagico.ErrInvalidArgument].
package routesfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// maxFile is far more than any routes file needs.
const maxFile = 1 << 20

// Load reads a file whose name ends in .yaml, .yml or .json. Errors name the file and the
// line.
func Load(path string) (pagico.Routes, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json":
		return pagico.LoadRoutesFile(path)
	case ".yaml", ".yml":
	default:
		return pagico.Routes{}, fmt.Errorf("pagico: routes: %s: the name ends neither in .yaml nor in .json: %w",
			path, pagico.ErrInvalidArgument)
	}
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return pagico.Routes{}, fmt.Errorf("pagico: routes: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	routes, err := ReadYAML(f)
	if err != nil {
		return pagico.Routes{}, fmt.Errorf("%s: %w", path, err)
	}
	return routes, nil
}

// ReadYAML reads routes as YAML. Anchors, aliases and merge keys are refused, because the
// line that counts would not be the line that is read.
func ReadYAML(r io.Reader) (pagico.Routes, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return pagico.Routes{}, fmt.Errorf("pagico: routes: %w", err)
	}
	if len(data) > maxFile {
		return pagico.Routes{}, fmt.Errorf("pagico: routes: the file is larger than %d bytes: %w", maxFile, pagico.ErrInvalidArgument)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return pagico.Routes{}, refuse(1, "the file is empty")
		}
		return pagico.Routes{}, fmt.Errorf("pagico: routes: %s: %w", strings.TrimPrefix(err.Error(), "yaml: "), pagico.ErrInvalidArgument)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return pagico.Routes{}, fmt.Errorf("pagico: routes: the file holds more than one document: %w", pagico.ErrInvalidArgument)
	}
	w := writer{line: 1}
	if err := w.node(&doc); err != nil {
		return pagico.Routes{}, err
	}
	return pagico.LoadRoutes(&w.buf)
}

// writer turns YAML nodes into JSON in which everything stands on the line where the YAML
// has it, so that the loader of JSON names the lines of the YAML file.
type writer struct {
	buf  bytes.Buffer
	line int
}

func (w *writer) node(n *yaml.Node) error {
	for w.line < n.Line {
		w.buf.WriteByte('\n')
		w.line++
	}
	if n.Anchor != "" {
		return refuse(n.Line, "anchors are not supported")
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return w.node(n.Content[0])
	case yaml.MappingNode:
		return w.list(n, '{', '}')
	case yaml.SequenceNode:
		return w.list(n, '[', ']')
	case yaml.ScalarNode:
		return w.scalar(n)
	}
	return refuse(n.Line, "aliases are not supported")
}

func (w *writer) list(n *yaml.Node, open, end byte) error {
	w.buf.WriteByte(open)
	for i, child := range n.Content {
		isValue := n.Kind == yaml.MappingNode && i%2 == 1
		switch {
		case isValue:
			w.buf.WriteByte(':')
		case i > 0:
			w.buf.WriteByte(',')
		}
		if n.Kind == yaml.MappingNode && !isValue && (child.Kind != yaml.ScalarNode || child.Tag != "!!str") {
			return refuse(child.Line, "a member's name must be a plain string")
		}
		if err := w.node(child); err != nil {
			return err
		}
	}
	w.buf.WriteByte(end)
	return nil
}

// scalar writes what the loader tells apart: strings, truth values and null. Anything
// else becomes a number, which it refuses everywhere.
func (w *writer) scalar(n *yaml.Node) error {
	switch n.ShortTag() {
	case "!!str":
		text, err := json.Marshal(n.Value)
		if err != nil {
			return refuse(n.Line, err.Error())
		}
		w.buf.Write(text)
	case "!!null":
		w.buf.WriteString("null")
	case "!!bool":
		var b bool
		if err := n.Decode(&b); err != nil {
			return refuse(n.Line, err.Error())
		}
		fmt.Fprintf(&w.buf, "%t", b)
	default:
		w.buf.WriteByte('0')
	}
	return nil
}

func refuse(line int, text string) error {
	return fmt.Errorf("pagico: routes: line %d: %s: %w", line, text, pagico.ErrInvalidArgument)
}
