package apicheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
)

// Package is the part of go list's answer that the import rules need.
type Package struct {
	ImportPath   string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string // all packages below it, without those of its tests
	Module       *Module  // nil for the standard library
}

// Module is the module that a package belongs to.
type Module struct {
	Path string
	Main bool
}

// GoList asks the go command for all packages of the module at dir and everything they import.
func GoList(dir string) ([]Package, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports,TestImports,XTestImports,Deps,Module", "./...")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("apicheck: go list: %w: %s", err, stderr.String())
	}
	var pkgs []Package
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("apicheck: go list: %w", err)
		}
		pkgs = append(pkgs, p)
	}
}

// ImportRules says who may import whom inside one module. Packages are named by their folder; a folder that ends in
// "/..." stands for itself and everything below it.
type ImportRules struct {
	// Core packages reach nothing but the standard library, this module and CoreModules.
	Core        []string
	CoreModules []string
	// Never maps a package to the packages that it must not reach, not even through others.
	Never map[string][]string
	// Pure maps a package to the only packages outside the standard library that it may import (usually none);
	// NeverDirect lists standard packages that a pure package must not name.
	Pure        []string
	NeverDirect []string
	// TestOnly are packages, of this module or not, that only tests, examples, commands of our own and packages whose
	// name ends in "test" may reach.
	TestOnly []string
	// Anywhere are the packages that are exempt from TestOnly.
	Anywhere []string
}

// Imports checks the rules against the packages of go list. A rule about a package that does not exist holds.
func Imports(pkgs []Package, rules ImportRules) []Finding {
	c := &importCheck{rules: rules, modules: map[string]string{}}
	for _, p := range pkgs {
		switch {
		case p.Module == nil:
		case p.Module.Main:
			c.root = p.Module.Path
			c.modules[p.ImportPath] = ""
		default:
			c.modules[p.ImportPath] = p.Module.Path
		}
	}
	for _, p := range pkgs {
		if p.Module != nil && p.Module.Main {
			c.check(p)
		}
	}
	return c.found
}

type importCheck struct {
	rules   ImportRules
	root    string
	modules map[string]string // module by package; "" for this module; absent for the standard library
	found   []Finding
}

func (c *importCheck) report(p Package, format string, args ...any) {
	c.found = append(c.found, Finding{Path: p.ImportPath, Text: fmt.Sprintf(format, args...)})
}

func (c *importCheck) check(p Package) {
	dir := c.dir(p.ImportPath)
	if matchAny(c.rules.Core, dir) {
		for _, dep := range p.Deps {
			if mod := c.modules[dep]; mod != "" && !slices.Contains(c.rules.CoreModules, mod) {
				c.report(p, "reaches %s of module %s, which users of the core must not have to take", dep, mod)
			}
		}
	}
	for from, never := range c.rules.Never {
		if !match(from, dir) {
			continue
		}
		for _, dep := range p.Deps {
			if c.ours(dep) && matchAny(never, c.dir(dep)) {
				c.report(p, "reaches %s, which it must not know", dep)
			}
		}
	}
	if matchAny(c.rules.Pure, dir) {
		c.checkPure(p)
	}
	if !testPackage(dir) && !matchAny(c.rules.Anywhere, dir) {
		for _, dep := range p.Deps {
			name := dep
			if c.ours(dep) {
				name = c.dir(dep)
			}
			if matchAny(c.rules.TestOnly, name) || c.ours(dep) && testPackage(name) {
				c.report(p, "reaches %s, which is for tests and examples", dep)
			}
		}
	}
}

func (c *importCheck) checkPure(p Package) {
	for _, dep := range p.Deps {
		if _, known := c.modules[dep]; known {
			c.report(p, "reaches %s, but may use the standard library only", dep)
		}
	}
	for _, imp := range p.Imports {
		if matchAny(c.rules.NeverDirect, imp) {
			c.report(p, "imports %s, but must stay free of clocks, contexts and input or output", imp)
		}
	}
}

func (c *importCheck) ours(pkg string) bool {
	mod, known := c.modules[pkg]
	return known && mod == ""
}

// dir turns an import path of this module into its folder; the root package is ".".
func (c *importCheck) dir(pkg string) string {
	if pkg == c.root {
		return "."
	}
	return strings.TrimPrefix(pkg, c.root+"/")
}

// testPackage reports whether the folder, or one above it, has a name that ends in "test".
func testPackage(dir string) bool {
	return slices.ContainsFunc(strings.Split(dir, "/"), func(part string) bool { return strings.HasSuffix(part, "test") })
}

func matchAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, name) })
}

func match(pattern, name string) bool {
	base, all := strings.CutSuffix(pattern, "/...")
	return name == base || all && strings.HasPrefix(name, path.Clean(base)+"/")
}
