package apicheck

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"
)

// Globals finds package-level variables that can change while a program runs: those that some function of the package
// assigns to or takes the address of, those of a type made to be changed, and exported ones that anybody could
// change. Error values, embedded files, compiled expressions and unexported tables that nobody writes are fine. Test
// files and commands may keep what they like.
func Globals(t *Tree) []Finding {
	var found []Finding
	for _, files := range t.packages() {
		if files[0].AST.Name.Name == "main" {
			continue
		}
		var syntax []*ast.File
		for _, f := range files {
			if !f.Test {
				syntax = append(syntax, f.AST)
			}
		}
		if len(syntax) > 0 {
			found = append(found, t.packageGlobals(syntax)...)
		}
	}
	return found
}

func (t *Tree) packageGlobals(files []*ast.File) []Finding {
	// The names inside the package are all that is needed, so imports are left unresolved and errors are ignored.
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Error: func(error) {}, Importer: noImports{}, IgnoreFuncBodies: false}
	pkg, _ := conf.Check(files[0].Name.Name, t.Fset, files, info)
	written := map[types.Object]token.Pos{}
	for _, f := range files {
		recordWrites(f, info, written)
	}
	var found []Finding
	for _, f := range files {
		for _, decl := range f.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.ValueSpec); ok {
					found = append(found, t.specGlobals(d, s, info, pkg, written)...)
				}
			}
		}
	}
	return found
}

func (t *Tree) specGlobals(d *ast.GenDecl, spec *ast.ValueSpec, info *types.Info, pkg *types.Package, written map[types.Object]token.Pos) []Finding {
	var found []Finding
	for i, name := range spec.Names {
		obj := info.Defs[name]
		if name.Name == "_" || obj == nil || obj.Parent() != pkg.Scope() || embedded(d, spec) {
			continue
		}
		var value ast.Expr
		if i < len(spec.Values) {
			value = spec.Values[i]
		}
		text := ""
		switch pos, isWritten := written[obj]; {
		case isWritten:
			p := t.Fset.Position(pos)
			text = fmt.Sprintf("is changed, or its address taken, at %s:%d", p.Filename, p.Line)
		case value == nil:
			text = "has no value of its own"
		case mutableType(spec.Type) || mutableType(madeType(value)):
			text = "has a type that is made to be changed"
		case name.IsExported() && !errorValue(name.Name, value):
			text = "is exported, so anybody can change it"
		default:
			continue
		}
		found = append(found, t.at(name.Pos(), "package variable %s %s: keep state in a value that the caller makes", name.Name, text))
	}
	return found
}

// recordWrites notes the package-level variables that are assigned to, or whose address is taken.
func recordWrites(f *ast.File, info *types.Info, written map[types.Object]token.Pos) {
	note := func(e ast.Expr) {
		if id := rootIdent(e); id != nil {
			if obj, ok := info.Uses[id].(*types.Var); ok {
				written[obj] = id.Pos()
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.AssignStmt:
			if x.Tok != token.DEFINE {
				for _, lhs := range x.Lhs {
					note(lhs)
				}
			}
		case *ast.IncDecStmt:
			note(x.X)
		case *ast.UnaryExpr:
			if x.Op == token.AND {
				note(x.X)
			}
		case *ast.CallExpr:
			if fn, ok := x.Fun.(*ast.Ident); ok && (fn.Name == "delete" || fn.Name == "clear") && len(x.Args) > 0 {
				note(x.Args[0])
			}
		}
		return true
	})
}

// rootIdent returns v for v, v.f, v[i], *v and (v).
func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func embedded(d *ast.GenDecl, spec *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{d.Doc, spec.Doc} {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:embed ") {
				return true
			}
		}
	}
	return false
}

// errorValue reports whether the variable is a sentinel: named Err…, and made once.
func errorValue(name string, value ast.Expr) bool {
	if !strings.HasPrefix(name, "Err") {
		return false
	}
	switch x := value.(type) {
	case *ast.CallExpr, *ast.UnaryExpr, *ast.SelectorExpr:
		return true
	case *ast.CompositeLit:
		return x.Type != nil
	}
	return false
}

// madeType returns T for T{…}, &T{…}, make(T) and new(T).
func madeType(e ast.Expr) ast.Expr {
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = u.X
	}
	switch x := e.(type) {
	case *ast.CompositeLit:
		return x.Type
	case *ast.CallExpr:
		if fn, ok := x.Fun.(*ast.Ident); ok && (fn.Name == "make" || fn.Name == "new") && len(x.Args) > 0 {
			return x.Args[0]
		}
	}
	return nil
}

// mutableType reports whether the type, as written, comes from sync or sync/atomic, or is a channel.
func mutableType(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.ChanType:
		return true
	case *ast.StarExpr:
		return mutableType(x.X)
	case *ast.IndexExpr:
		return mutableType(x.X)
	case *ast.SelectorExpr:
		id, ok := x.X.(*ast.Ident)
		return ok && (id.Name == "sync" || id.Name == "atomic")
	}
	return false
}

type noImports struct{}

func (noImports) Import(p string) (*types.Package, error) {
	return nil, errors.New("apicheck: not resolved: " + path.Base(p))
}
