package apicheck

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// Comments finds packages without a package comment, and exported functions, methods, types, constants and variables
// without a doc comment. In a group of constants or variables one comment on the group is enough. Commands, internal
// packages, examples and test files are left out.
func Comments(t *Tree) []Finding {
	var found []Finding
	for _, files := range t.packages() {
		if !documented(files[0]) {
			continue
		}
		hasPackageComment := false
		for _, f := range files {
			if f.Test {
				continue
			}
			hasPackageComment = hasPackageComment || f.AST.Doc != nil
			for _, decl := range f.AST.Decls {
				found = append(found, t.missingDocs(decl)...)
			}
		}
		onlyTests := !slices.ContainsFunc(files, func(f *File) bool { return !f.Test })
		if !hasPackageComment && !onlyTests {
			found = append(found, Finding{Path: files[0].Dir(), Text: "package " + files[0].AST.Name.Name + " has no package comment"})
		}
	}
	return found
}

// documented reports whether users read the documentation of the file's package.
func documented(f *File) bool {
	parts := strings.Split(f.Dir(), "/")
	return f.AST.Name.Name != "main" && !slices.Contains(parts, "internal") && parts[0] != "examples"
}

func (t *Tree) missingDocs(decl ast.Decl) []Finding {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			return []Finding{t.at(d.Pos(), "exported function %s has no doc comment", d.Name.Name)}
		}
	case *ast.GenDecl:
		return t.missingSpecDocs(d)
	}
	return nil
}

func (t *Tree) missingSpecDocs(d *ast.GenDecl) []Finding {
	var found []Finding
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
				found = append(found, t.at(s.Pos(), "exported type %s has no doc comment", s.Name.Name))
			}
		case *ast.ValueSpec:
			if d.Doc != nil || s.Doc != nil || s.Comment != nil {
				continue
			}
			for _, name := range s.Names {
				if name.IsExported() {
					found = append(found, t.at(name.Pos(), "exported %s %s has no doc comment", kindWord(d.Tok), name.Name))
				}
			}
		}
	}
	return found
}

func kindWord(tok token.Token) string {
	if tok == token.CONST {
		return "constant"
	}
	return "variable"
}

func exportedReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return true
	}
	typ := fn.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b`)

// Unfinished finds comments that mark work as not done. Such work belongs into an issue.
func Unfinished(t *Tree) []Finding {
	var found []Finding
	for _, f := range t.Files {
		for _, group := range f.AST.Comments {
			for _, c := range group.List {
				if mark := unfinished.FindString(c.Text); mark != "" {
					found = append(found, t.at(c.Pos(), "comment says %s: do it now or open an issue", mark))
				}
			}
		}
	}
	return found
}
