package pagicosource

import (
	"context"
	"iter"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Children implements [syncer.Children]: it lists the tasks, notes or appointments
// that a contact holds itself, and that go with it when it is deleted (one request,
// more when there are more than 200). What is in projects of the contact stays.
func (s *Source) Children(ctx context.Context, parent syncer.Ref, kind syncer.Kind) iter.Seq2[syncer.Record, error] {
	if parent.Kind == syncer.KindContact && parent.ID != "" {
		switch kind {
		case syncer.KindTask, syncer.KindNote, syncer.KindAppointment:
			return s.children(ctx, kind, parent.ID, "")
		}
	}
	return func(yield func(syncer.Record, error) bool) {
		yield(syncer.Record{}, unsupportedf("listing the %ss of a %s", kind, parent.Kind))
	}
}
