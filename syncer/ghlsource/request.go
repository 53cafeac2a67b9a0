package ghlsource

import (
	"context"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// noted is the option of a write whose request is to be named in the audit log; done
// names it.
func noted(ctx context.Context) (opt ghl.CallOption, done func()) {
	var answer ghl.ResponseMeta
	return ghl.WithResponse(&answer), func() { syncer.NoteRequest(ctx, answer.TraceID) }
}
