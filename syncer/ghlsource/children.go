package ghlsource

import (
	"context"
	"iter"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Children implements [syncer.Children]: it lists the tasks, notes or appointments
// of a contact in one request, from the truth and not from the index.
func (s *Source) Children(ctx context.Context, parent syncer.Ref, kind syncer.Kind) iter.Seq2[syncer.Record, error] {
	switch {
	case parent.Kind != syncer.KindContact || parent.ID == "":
	case kind == syncer.KindTask:
		return orGone(s.tasksOf(ctx, parent.ID))
	case kind == syncer.KindNote:
		return orGone(s.notesOf(ctx, parent.ID))
	case kind == syncer.KindAppointment:
		return orGone(s.appointmentsOf(ctx, parent.ID))
	}
	return failing(unsupportedf("listing the %ss of a %s", kind, parent.Kind))
}
