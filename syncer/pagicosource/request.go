package pagicosource

import (
	"context"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// noted are the options of a write whose request is to be named in the audit log;
// done names it.
func noted(ctx context.Context, opts ...pagico.CallOption) (all []pagico.CallOption, done func()) {
	var answer pagico.ResponseMeta
	return append(opts, pagico.WithResponse(&answer)), func() { syncer.NoteRequest(ctx, answer.RequestID) }
}
