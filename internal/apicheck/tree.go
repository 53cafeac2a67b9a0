package apicheck

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Finding is one place where a rule is broken.
type Finding struct {
	Path string // file or package, relative to the root of the tree, with forward slashes
	Line int    // 0 when the finding is about the whole file or package
	Text string // what is wrong and what to do instead
}

// String returns the finding in the form that editors can jump to.
func (f Finding) String() string {
	if f.Line == 0 {
		return f.Path + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Text)
}

// File is one parsed Go file.
type File struct {
	Path  string // relative to the root, with forward slashes
	Lines int
	Test  bool // the name ends in _test.go
	AST   *ast.File
}

// Dir returns the folder of the file, relative to the root.
func (f *File) Dir() string { return path.Dir(f.Path) }

// Tree is a set of parsed Go files with a common root.
type Tree struct {
	Root  string
	Fset  *token.FileSet
	Files []*File
}

// Load parses all Go files below root. It leaves out what the go command leaves out of ./... (folders named testdata
// or vendor, or with a leading dot or underscore), but goes into nested modules, because the rules hold there too.
func Load(root string) (*Tree, error) {
	t := &Tree{Root: root, Fset: token.NewFileSet()}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != root && ignoredDir(d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		return t.add(p)
	})
	if err != nil {
		return nil, fmt.Errorf("apicheck: load %s: %w", root, err)
	}
	return t, nil
}

func (t *Tree) add(name string) error {
	rel, err := filepath.Rel(t.Root, name)
	if err != nil {
		return err
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	rel = filepath.ToSlash(rel)
	parsed, err := parser.ParseFile(t.Fset, rel, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Files = append(t.Files, &File{
		Path:  rel,
		Lines: bytes.Count(src, []byte("\n")),
		Test:  strings.HasSuffix(rel, "_test.go"),
		AST:   parsed,
	})
	return nil
}

func ignoredDir(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// packages groups the files by folder and package name, in a stable order.
func (t *Tree) packages() [][]*File {
	byKey := map[string][]*File{}
	var keys []string
	for _, f := range t.Files {
		key := f.Dir() + " " + f.AST.Name.Name
		if byKey[key] == nil {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], f)
	}
	slices.Sort(keys)
	groups := make([][]*File, 0, len(keys))
	for _, key := range keys {
		groups = append(groups, byKey[key])
	}
	return groups
}

// at makes a finding for a place in a parsed file.
func (t *Tree) at(pos token.Pos, format string, args ...any) Finding {
	p := t.Fset.Position(pos)
	return Finding{Path: p.Filename, Line: p.Line, Text: fmt.Sprintf(format, args...)}
}
