package apicheck

import (
	"go/ast"
	"slices"
	"strconv"
)

// Sleeps finds calls of time.Sleep in test files. A test waits on a channel, or runs in a testing/synctest bubble.
func Sleeps(t *Tree) []Finding {
	var found []Finding
	for _, f := range t.Files {
		if f.Test {
			found = append(found, t.stdCalls(f, "time", []string{"Sleep"}, "in a test: wait on a channel or use testing/synctest")...)
		}
	}
	return found
}

// Clocks finds uses of the clock in the packages whose folders are given.
func Clocks(t *Tree, dirs ...string) []Finding {
	names := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	var found []Finding
	for _, f := range t.Files {
		if !f.Test && slices.Contains(dirs, f.Dir()) {
			found = append(found, t.stdCalls(f, "time", names, "here: this package must be pure, take the time as a parameter")...)
		}
	}
	return found
}

// stdCalls finds uses of the named functions of the package with the import path pkg.
func (t *Tree) stdCalls(f *File, pkg string, names []string, why string) []Finding {
	local := importName(f.AST, pkg)
	if local == "" {
		return nil
	}
	var found []Finding
	ast.Inspect(f.AST, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && slices.Contains(names, sel.Sel.Name) {
			found = append(found, t.at(sel.Pos(), "%s.%s %s", pkg, sel.Sel.Name, why))
		}
		return true
	})
	return found
}

// importName returns the name under which the file imports the package, or "" when it does not.
func importName(f *ast.File, pkg string) string {
	for _, spec := range f.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err != nil || p != pkg {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return pkg
	}
	return ""
}

// SkipSite names a function that may skip a test.
type SkipSite struct {
	Path string // file, relative to the root
	Func string // function around the call
	Why  string // what has to be there for the test to run
}

// Skips finds calls that skip a test (Skip, Skipf, SkipNow on a testing.T, B, F or TB) outside the allowed places,
// and allowed places where nothing is skipped any more.
func Skips(t *Tree, allowed []SkipSite) []Finding {
	var found []Finding
	used := make([]bool, len(allowed))
	for _, f := range t.Files {
		for _, decl := range f.AST.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			for _, call := range skipCalls(fn) {
				i := slices.IndexFunc(allowed, func(s SkipSite) bool { return s.Path == f.Path && s.Func == fn.Name.Name })
				if i >= 0 {
					used[i] = true
					continue
				}
				found = append(found, t.at(call.Pos(), "%s skips a test: make it run everywhere, or add it to the list with a reason", fn.Name.Name))
			}
		}
	}
	for i, s := range allowed {
		if !used[i] {
			found = append(found, Finding{Path: s.Path, Text: "no skip in " + s.Func + ": take it off the list of allowed skips"})
		}
	}
	return found
}

func skipCalls(fn *ast.FuncDecl) []*ast.CallExpr {
	var calls []*ast.CallExpr
	ast.Inspect(fn, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		switch sel.Sel.Name {
		case "Skipf", "SkipNow":
			calls = append(calls, call)
		case "Skip":
			// Other types have a Skip too (a decoder, a reader), so here the usual names decide.
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains([]string{"t", "b", "f", "tb", "rt", "tt"}, x.Name) {
				calls = append(calls, call)
			}
		}
		return true
	})
	return calls
}
