package syncer

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// NoteRequest tells the engine by which mark a service knows a request of a write in
// its own logs, such as GHL's trace id. A [Source] calls it while it creates, updates,
// moves or deletes a record, with the context it was given, for each request that was
// answered, refusals included; the audit log keeps the marks as
// [AuditEntry.RequestID]. It may be called from several goroutines. An empty id, or a
// context of no engine, is ignored.
func NoteRequest(ctx context.Context, id string) {
	if l, ok := ctx.Value(requestKey{}).(*requestLog); ok && id != "" {
		l.add(id)
	}
}

// requestKey is the context key of the requests of a step.
type requestKey struct{}

// requestLog collects the marks of the requests that a step made.
type requestLog struct {
	mu  sync.Mutex
	ids []string
}

// noting returns a context in which requests are noted in the log.
func (l *requestLog) noting(ctx context.Context) context.Context {
	return context.WithValue(ctx, requestKey{}, l)
}

func (l *requestLog) add(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.ids, id) {
		l.ids = append(l.ids, id)
	}
}

func (l *requestLog) String() string {
	if l == nil {
		return ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.ids, " ")
}
