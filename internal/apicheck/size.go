package apicheck

import (
	"fmt"
	"go/ast"
)

// Limits of size, in lines. They hold for tests too: a test that nobody can read proves nothing.
const (
	MaxFileLines = 600
	MaxFuncLines = 90
)

// FileSizes finds files with more than limit lines.
func FileSizes(t *Tree, limit int) []Finding {
	var found []Finding
	for _, f := range t.Files {
		if f.Lines > limit {
			found = append(found, Finding{Path: f.Path, Text: fmt.Sprintf("%d lines, at most %d: split it by idea", f.Lines, limit)})
		}
	}
	return found
}

// FuncSizes finds declared functions and methods with more than limit lines, from the line of func to the closing
// brace. A function literal counts towards the function around it.
func FuncSizes(t *Tree, limit int) []Finding {
	var found []Finding
	for _, f := range t.Files {
		for _, decl := range f.AST.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := t.Fset.Position(fn.End()).Line - t.Fset.Position(fn.Pos()).Line + 1
			if lines > limit {
				found = append(found, t.at(fn.Pos(), "function %s has %d lines, at most %d", fn.Name.Name, lines, limit))
			}
		}
	}
	return found
}
