package apicheck_test

import (
	"strings"
	"testing"

	"github.com/ghl-pagico/sdk-go/internal/apicheck"
)

// allowedSkips are the only functions that may skip a test, each for want of something a newcomer may not have. The
// CI script provides all of it and counts the skips.
func allowedSkips() []apicheck.SkipSite {
	return []apicheck.SkipSite{
		{Path: "examples/internal/killtest/kill_test.go", Func: "TestKilledAtAnyMomentPostgreSQL", Why: "a PostgreSQL server"},
		{Path: "ghl/contract_test.go", Func: "vendorSpec", Why: "the vendor's OpenAPI files"},
		{Path: "ghl/ghltest/openapi_test.go", Func: "reference", Why: "the vendor's OpenAPI files"},
		{Path: "syncer/sqlstore/postgresql_test.go", Func: "postgresDSN", Why: "a PostgreSQL server"},
	}
}

func TestRepositorySizes(t *testing.T) {
	t.Parallel()
	tree := loadRepo(t)
	requireNone(t, apicheck.FileSizes(tree, apicheck.MaxFileLines))
	requireNone(t, apicheck.FuncSizes(tree, apicheck.MaxFuncLines))
}

func TestRepositoryComments(t *testing.T) {
	t.Parallel()
	tree := loadRepo(t)
	requireNone(t, apicheck.Comments(tree))
	requireNone(t, apicheck.Unfinished(tree))
}

func TestRepositoryTestsNeverSleep(t *testing.T) {
	t.Parallel()
	requireNone(t, apicheck.Sleeps(loadRepo(t)))
}

func TestRepositoryTestsNeverSkip(t *testing.T) {
	t.Parallel()
	requireNone(t, apicheck.Skips(loadRepo(t), allowedSkips()))
}

func TestRepositoryKeepsNoGlobalState(t *testing.T) {
	t.Parallel()
	requireNone(t, apicheck.Globals(loadRepo(t)))
}

func TestRepositoryMergeHasNoClock(t *testing.T) {
	t.Parallel()
	requireNone(t, apicheck.Clocks(loadRepo(t), "syncer/merge"))
}

func TestSizes(t *testing.T) {
	t.Parallel()
	body := "package a\n\nfunc f() {\n" + strings.Repeat("\tprintln()\n", 8) + "}\n" // 12 lines, f has 10
	tree := loadFiles(t, map[string]string{"a/a.go": body})
	requireNone(t, apicheck.FileSizes(tree, 12))
	requireFound(t, apicheck.FileSizes(tree, 11), "a/a.go: 12 lines, at most 11")
	requireNone(t, apicheck.FuncSizes(tree, 10))
	requireFound(t, apicheck.FuncSizes(tree, 9), "a/a.go:3: function f has 10 lines")
}

func TestComments(t *testing.T) {
	t.Parallel()
	const bare = `
type Bare struct{ Field int }

func (Bare) Method() {}

func (*Generic[T]) Method() {}

func (hidden) Method() {}

func Func() {}

const (
	One = 1 // One is fine.
	Two = 2
)

var Three, four = 3, 4

type hidden struct{}

// Generic is fine.
type Generic[T any] struct{}

// A group of types needs a comment on each.
type (
	InGroup int
)

// A group of constants needs only one.
const (
	Five = 5
	Six  = 6
)
`
	tree := loadFiles(t, map[string]string{
		"a/a.go":               "package a\n" + bare,
		"a/a_test.go":          "// Package a is described in a test only.\npackage a\n\nfunc Helper() {}\n",
		"b/doc.go":             "// Package b is fine.\npackage b\n",
		"b/b.go":               "package b\n",
		"onlytests/a_test.go":  "package onlytests\n",
		"cmd/main.go":          "package main\n" + bare,
		"internal/x/x.go":      "package x\n" + bare,
		"a/internal/y/y.go":    "package y\n" + bare,
		"examples/lib/code.go": "package lib\n" + bare,
	})
	requireFound(t, apicheck.Comments(tree),
		"a/a.go:3: exported type Bare", "a.go:5: exported function Method", "a.go:7: exported function Method",
		"a.go:11: exported function Func", "constant Two", "variable Three", "exported type InGroup",
		"a: package a has no package comment")
}

func TestUnfinished(t *testing.T) {
	t.Parallel()
	tree := loadFiles(t, map[string]string{
		"a/a.go":      "package a\n\n// TO" + "DO: write it\nvar x = \"TO" + "DO in a string is fine\"\n\n// methodology is fine too\n",
		"a/a_test.go": "package a /* FIX" + "ME */\n",
	})
	requireFound(t, apicheck.Unfinished(tree), "a/a.go:3: comment says TO"+"DO", "a/a_test.go:1")
}

func TestSleepsAndClocks(t *testing.T) {
	t.Parallel()
	const src = `package p

import (
	"time"
	renamed "time"
)

var now = time.Now

func f(t time.Time) {
	time.Sleep(time.Second)
	t.After(t)
	clock{}.Sleep()
}
`
	tree := loadFiles(t, map[string]string{
		"pure/p.go":      strings.Replace(src, "\trenamed \"time\"\n", "", 1),
		"pure/p_test.go": strings.NewReplacer("\t\"time\"\n", "", "time.", "renamed.").Replace(src),
		"other/p.go":     src,
	})
	requireFound(t, apicheck.Sleeps(tree), "pure/p_test.go:10: time.Sleep")
	requireFound(t, apicheck.Clocks(tree, "pure"), "pure/p.go:7: time.Now", "pure/p.go:10: time.Sleep")
	requireNone(t, apicheck.Clocks(tree, "missing"))
}

func TestSkips(t *testing.T) {
	t.Parallel()
	tree := loadFiles(t, map[string]string{"a/a_test.go": `package a

func TestA(t *testing.T) { t.Skip("no") }
func TestB(t *testing.T) { tb().Skipf("no") }
func helper(tb testing.TB) { func() { tb.SkipNow() }() }
func TestC(t *testing.T) { decoder.Skip(); _ = skip.Skip }
`})
	requireFound(t, apicheck.Skips(tree, nil), "a/a_test.go:3: TestA", ":4: TestB", ":5: helper")
	site := func(name string) apicheck.SkipSite { return apicheck.SkipSite{Path: "a/a_test.go", Func: name} }
	requireNone(t, apicheck.Skips(tree, []apicheck.SkipSite{site("TestA"), site("TestB"), site("helper")}))
	requireFound(t, apicheck.Skips(tree, []apicheck.SkipSite{site("TestA"), site("TestB"), site("helper"), site("TestC")}),
		"no skip in TestC")
}

func TestGlobals(t *testing.T) {
	t.Parallel()
	const src = `package a

import (
	"embed"
	"errors"
	"regexp"
	"sync"
)

var ErrGone = errors.New("a: gone")
var ErrTyped = &Error{Code: 1}
var pattern = regexp.MustCompile("x")
var table = map[string]int{"a": 1}
var _ fmtStringer = Error{}

//go:embed *.sql
var Files embed.FS

var Exported = 1
var ErrNot = 5
var counter int
var mu sync.Mutex
var once = &sync.Once{}
var queue = make(chan int)
var cache = map[string]int{}
var dropped = map[string]int{}
var limit = 5
var defaults = struct{ n int }{1}
var shadow = 1

type Error struct{ Code int }

func f(s string) {
	cache[s] = table[s]
	delete(dropped, s)
	limit++
	p := &defaults
	p.n = 2
	shadow := 2
	shadow++
}
`
	tree := loadFiles(t, map[string]string{
		"a/a.go":      src,
		"a/b.go":      "package a\n\nvar elsewhere = 1\n",
		"a/c.go":      "package a\n\nfunc g() { elsewhere = 2 }\n",
		"a/a_test.go": "package a\n\nvar InTest int\n",
		"cmd/main.go": "package main\n\nvar flags int\n",
	})
	requireFound(t, apicheck.Globals(tree),
		"variable Exported is exported", "variable ErrNot is exported", "variable counter has no value",
		"variable mu has no value", "variable once has a type", "variable queue has a type",
		"variable cache is changed, or its address taken, at a/a.go:34", "variable dropped is changed", "variable limit is changed",
		"variable defaults is changed", "variable elsewhere is changed, or its address taken, at a/c.go:3")
}
