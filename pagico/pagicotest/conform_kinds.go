package pagicotest

import (
	"cmp"
	"slices"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// resource is how a clause that holds for every resource is tried on one of them.
type resource struct{ plural, member string }

func (r resource) op(action string) pagico.Operation {
	return pagico.Operation(r.plural + "." + action)
}

// body is a record of the resource; more starts with a comma or is empty.
func (r resource) body(value, more string) string {
	return `{"` + r.member + `":` + text(value) + more + `}`
}

// kindChecks repeat the clauses of tasks that hold for every resource on the others.
func kindChecks() []check {
	var all []check
	for _, r := range []resource{{"projects", "title"}, {"contacts", "name"}, {"lists", "title"}, {"notes", "title"}} {
		for clause, run := range map[Clause]func(*suite, resource){
			ClauseTombstoneKept: (*suite).kindTombstone, ClauseExternalPath: (*suite).kindExternalPath,
			ClauseNotModified: (*suite).kindNotModified, ClauseETagHeader: (*suite).kindETagHeader, ClauseETagMoves: (*suite).kindETagMoves,
			ClauseIfMatch: (*suite).kindIfMatch, ClauseAbsentKeeps: (*suite).kindAbsentKeeps, ClauseLastUpdatedMoves: (*suite).kindLastUpdated,
			ClauseExternalConflict: (*suite).kindConflict, ClauseKeySameAnswer: (*suite).kindKey, ClauseCursorAdvances: (*suite).kindPages,
		} {
			all = append(all, check{clause.For(r.plural), 0, func(s *suite) { run(s, r) }})
		}
	}
	slices.SortFunc(all, func(a, b check) int { return cmp.Compare(a.name, b.name) })
	return all
}

func (s *suite) kindTombstone(r resource) {
	a := s.create(r.op("create"), r.body("x", ""))
	s.send(request{op: r.op("delete"), id: a.str("id")})
	for _, got := range s.all(r.op("list"), map[string]string{"includeDeleted": "true", "updatedSince": a.str("lastUpdated")}) {
		if got["id"] == a.str("id") && got["deleted"] == true && got["deletedAt"] != nil {
			return
		}
	}
	s.Errorf("the deleted record is not listed as a tombstone")
}

func (s *suite) kindExternalPath(r resource) {
	external := s.unique() + "/%ü:"
	a := s.create(r.op("create"), r.body("x", `,"externalId":`+text(external)))
	got := s.send(request{op: r.op("get"), id: pagico.External(external)})
	s.same("id", got.str("id"), a.str("id"))
}

func (s *suite) kindNotModified(r resource) {
	a := s.create(r.op("create"), r.body("x", ""))
	got := s.send(request{op: r.op("get"), id: a.str("id"), header: map[string]string{"If-None-Match": a.str("etag")}})
	s.same("status", got.status, 304)
}

func (s *suite) kindETagHeader(r resource) {
	a := s.create(r.op("create"), r.body("x", ""))
	s.same("ETag", a.header.Get("ETag"), a.str("etag"))
	s.same("ETag of a read", s.send(request{op: r.op("get"), id: a.str("id")}).header.Get("ETag"), a.str("etag"))
}

func (s *suite) kindETagMoves(r resource) {
	a := s.create(r.op("create"), r.body("x", ""))
	if b := s.send(request{op: r.op("update"), id: a.str("id"), body: r.body("y", "")}); b.str("etag") == a.str("etag") {
		s.Errorf("a change kept the etag %s", a.str("etag"))
	}
}

func (s *suite) kindIfMatch(r resource) {
	a := s.create(r.op("create"), r.body("x", ""))
	match := map[string]string{"If-Match": a.str("etag")}
	first := s.send(request{op: r.op("update"), id: a.str("id"), body: r.body("y", ""), header: match})
	s.same("status of the first writer", first.status, 200)
	s.problem(s.send(request{op: r.op("update"), id: a.str("id"), body: r.body("z", ""), header: match}), 412, "precondition-failed")
	s.problem(s.send(request{op: r.op("delete"), id: a.str("id"), header: match}), 412, "precondition-failed")
}

func (s *suite) kindAbsentKeeps(r resource) {
	external := s.unique()
	a := s.create(r.op("create"), r.body("x", `,"externalId":`+text(external)))
	b := s.send(request{op: r.op("update"), id: a.str("id"), body: r.body("y", "")})
	s.same("externalId", b.str("externalId"), external)
	s.same(r.member, b.str(r.member), "y")
}

func (s *suite) kindLastUpdated(r resource) {
	a := s.create(r.op("create"), r.body("x", ""))
	b := s.send(request{op: r.op("update"), id: a.str("id"), body: r.body("y", "")})
	if !s.instant(b, "lastUpdated").After(s.instant(a, "lastUpdated")) {
		s.Errorf("lastUpdated went from %s to %s", a.str("lastUpdated"), b.str("lastUpdated"))
	}
}

func (s *suite) kindConflict(r resource) {
	body := r.body("x", `,"externalId":`+text(s.unique()))
	a := s.create(r.op("create"), body)
	b := s.send(request{op: r.op("create"), body: body})
	s.problem(b, 409, "external-id-conflict")
	if b.status == 201 {
		s.discard("", r.op("create"), b.str("id"))
	}
	s.same("existingId", b.str("existingId"), a.str("id"))
}

func (s *suite) kindKey(r resource) {
	create := request{op: r.op("create"), body: r.body("x", ""), header: map[string]string{"Idempotency-Key": `"` + s.unique() + `"`}}
	a := s.send(create)
	s.discard("", r.op("create"), a.str("id"))
	b := s.send(create)
	if b.str("id") != a.str("id") {
		s.discard("", r.op("create"), b.str("id"))
	}
	s.same("answer to a repeat", b.json, a.json)
}

func (s *suite) kindPages(r resource) {
	want := []string{}
	since := ""
	for range 3 {
		a := s.create(r.op("create"), r.body("x", ""))
		want = append(want, a.str("id"))
		if since == "" {
			since = a.str("lastUpdated")
		}
	}
	got, q := []string{}, query("limit", "1", "updatedSince", since)
	for range 50 { // others may be at work on a live host
		a := s.send(request{op: r.op("list"), query: q})
		got = append(got, a.ids()...)
		if a.str("nextCursor") == "" {
			break
		}
		q.Set("cursor", a.str("nextCursor"))
	}
	got = slices.DeleteFunc(got, func(id string) bool { return !slices.Contains(want, id) })
	s.same("ids", sorted(got), sorted(want))
}
