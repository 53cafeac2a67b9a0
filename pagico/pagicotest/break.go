package pagicotest

import (
	"maps"
	"sync/atomic"
)

// Clause names one promise of the contract, as the subtest of the conformance suite that checks it.
type Clause string

// breaks is the set of clauses in which the server is wrong on purpose.
type breaks struct {
	set atomic.Pointer[map[Clause]bool]
}

// Break makes the server wrong in the given clauses, and right in all others. It exists to show that a test suite
// notices; see [Clauses].
func (s *Server) Break(clauses ...Clause) {
	set := map[Clause]bool{}
	if old := s.breaks.set.Load(); old != nil {
		maps.Copy(set, *old)
	}
	for _, c := range clauses {
		set[c] = true
	}
	s.breaks.set.Store(&set)
}

// Mend undoes every Break.
func (s *Server) Mend() { s.breaks.set.Store(nil) }

func (s *Server) broken(c Clause) bool {
	set := s.breaks.set.Load()
	return set != nil && (*set)[c]
}

// brokenFor is broken for one kind of record; breaking the clause itself breaks it for all.
func (s *Server) brokenFor(k *kind, c Clause) bool {
	return s.broken(c) || k != nil && s.broken(c.For(k.plural))
}

// For is the clause for another resource than tasks: projects, contacts, lists or notes.
func (c Clause) For(plural string) Clause { return c + Clause("/"+plural) }

// ClauseRoute is the clause that an operation of contract §3.2 exists.
func ClauseRoute(operation string) Clause { return Clause("3.2/route/" + operation) }

// ClauseMember is the clause that a resource has a member, kept and shown (contract §3.3 for tasks, §3.4 for others).
func ClauseMember(kind, name string) Clause {
	if kind == "task" {
		return Clause("3.3/task/" + name)
	}
	return Clause("3.4/" + kind + "/" + name)
}

// ClauseFilter is the clause that a list can be narrowed by a parameter (contract §3.5).
func ClauseFilter(plural, name string) Clause { return Clause("3.5/filter/" + plural + "/" + name) }

// ClauseEventType is the clause that a type of event is delivered (contract §3.10).
func ClauseEventType(eventType string) Clause { return Clause("3.10/event/" + eventType) }

// The clauses that are not about one operation, member or filter.
const (
	ClauseLocation             Clause = "3.2/create/location"
	ClauseCreated201           Clause = "3.2/create/201"
	ClauseDelete204            Clause = "3.2/delete/204"
	ClauseTombstoneKept        Clause = "3.2/delete/tombstone"
	ClauseExternalPath         Clause = "3.2/external-path"
	ClauseEventReplaced        Clause = "3.2/events/put-replaces"
	ClauseEventOwner           Clause = "3.2/events/owner-only"
	ClauseEventReadOnly        Clause = "3.4/event/always-read-only"
	ClauseNoteTitleOrContent   Clause = "3.4/note/title-or-content"
	ClauseSecretOnce           Clause = "3.4/webhook/secret-once"
	ClauseCompletedProgress    Clause = "3.3/invariant/completed-progress-100"
	ClauseCompletedAt          Clause = "3.3/invariant/completed-at"
	ClauseReopenClearsTime     Clause = "3.3/invariant/reopen-clears-completed-at"
	ClauseReopenProgress       Clause = "3.3/invariant/reopen-resets-progress"
	ClauseReopenGivenProgress  Clause = "3.3/invariant/reopen-takes-given-progress"
	ClauseProgressKeepsStatus  Clause = "3.3/invariant/progress-keeps-status"
	ClauseSomedayDueDate       Clause = "3.3/invariant/someday-or-due-date"
	ClauseOneContainer         Clause = "3.3/invariant/one-container"
	ClauseContainerExists      Clause = "3.3/invariant/container-exists"
	ClauseListInContainer      Clause = "3.3/invariant/list-in-container"
	ClauseAssigneeExists       Clause = "3.3/invariant/assignee-exists"
	ClauseLinkURL              Clause = "3.3/invariant/link-url"
	ClauseLinkRel              Clause = "3.3/invariant/link-rel"
	ClauseLastUpdatedMoves     Clause = "3.3/last-updated/moves"
	ClauseLastUpdatedRises     Clause = "3.3/last-updated/rises"
	ClauseDefaultLimit         Clause = "3.5/limit/default-50"
	ClauseMaxLimit             Clause = "3.5/limit/max-200"
	ClauseCursorAdvances       Clause = "3.5/cursor/advances"
	ClauseCursorBound          Clause = "3.5/cursor/bound-to-filters"
	ClauseCursorExpired        Clause = "3.5/cursor/expired-410"
	ClauseUpdatedInclusive     Clause = "3.5/updated-since/inclusive"
	ClauseUpdatedOrder         Clause = "3.5/updated-since/order"
	ClauseIncludeDeleted       Clause = "3.5/include-deleted"
	ClauseDeletedHidden        Clause = "3.5/deleted-hidden"
	ClauseNotModified          Clause = "3.5/if-none-match-304"
	ClauseETagHeader           Clause = "3.6/etag/header"
	ClauseETagMoves            Clause = "3.6/etag/moves"
	ClauseIfMatch              Clause = "3.6/etag/mismatch-412"
	ClausePreconditionRequired Clause = "3.6/etag/missing-428"
	ClauseNullClears           Clause = "3.6/merge-patch/null-clears"
	ClauseAbsentKeeps          Clause = "3.6/merge-patch/absent-keeps"
	ClauseKeySameAnswer        Clause = "3.6/idempotency/same-answer"
	ClauseKeyOtherBody         Clause = "3.6/idempotency/other-body-422"
	ClauseKeyInFlight          Clause = "3.6/idempotency/in-flight-409"
	ClauseExternalConflict     Clause = "3.6/external-id/conflict-409"
	ClauseExistingID           Clause = "3.6/external-id/existing-id"
	ClauseValidation           Clause = "3.7/validation-error-422"
	ClauseContentType          Clause = "3.7/wrong-content-type-415"
	ClauseTooLarge             Clause = "3.7/too-large-413"
	ClauseRateLimited          Clause = "3.8/rate-limited-429"
	ClauseRetryAfter           Clause = "3.8/retry-after"
	ClauseRateLimitFields      Clause = "3.8/ratelimit-fields"
	ClauseInvalidToken         Clause = "3.9/invalid-token-401"
	ClauseScopes               Clause = "3.9/insufficient-scope-403"
	ClauseOneOfCompleted       Clause = "3.10/completed-or-updated"
	ClauseThinDelete           Clause = "3.10/thin-delete"
	ClauseChanged              Clause = "3.10/changed"
	ClauseActor                Clause = "3.10/actor"
	ClauseWildcard             Clause = "3.10/wildcard"
	ClauseSignature            Clause = "3.10/signature"
	ClauseDeliveryTime         Clause = "3.10/timestamp"
	ClauseSameMessageID        Clause = "3.10/same-id-on-retry"
	ClauseDeliveryRetried      Clause = "3.10/retried"
	ClauseGoneDisables         Clause = "3.10/gone-disables"
	ClauseRedirectURI          Clause = "3.9/oauth/redirect-uri-exact"
	ClauseState                Clause = "3.9/oauth/state"
	ClausePKCE                 Clause = "3.9/oauth/pkce-s256"
	ClauseCodeOnce             Clause = "3.9/oauth/code-once"
	ClauseRefreshOnce          Clause = "3.9/oauth/refresh-rotates"
	ClauseRevoke               Clause = "3.9/oauth/revoke"
	ClauseUnknownIgnored       Clause = "3.1/unknown-members-ignored"
	ClauseUTC                  Clause = "3.1/instants-utc"
	ClauseExternalPerClient    Clause = "3.3/external-id/per-client"
	ClauseExternalPerResource  Clause = "3.3/external-id/per-resource"
	ClauseKeyForgotten         Clause = "3.6/idempotency/kept-24h"
	ClauseProblemType          Clause = "3.7/problem-json"
	ClauseProblemRequestID     Clause = "3.7/request-id"
	ClauseNotFound             Clause = "3.7/not-found-404"
	ClauseMalformed            Clause = "3.7/invalid-request-400"
	ClauseHeaderOnly           Clause = "3.9/bearer-header-only"
	ClauseAccessToken          Clause = "3.9/oauth/access-token"
	ClauseFullData             Clause = "3.10/full-data"
)
