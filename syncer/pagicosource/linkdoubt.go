package pagicosource

import (
	"context"
	"errors"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// Doubtful lists the records whose link may or may not have been opened, as they were
// sent. A person has to look for them in the app.
func (l *Links) Doubtful(ctx context.Context) ([]syncer.Record, error) {
	entries, err := l.entries(ctx, "", urlscheme.Doubtful)
	if err != nil {
		return nil, err
	}
	records := make([]syncer.Record, len(entries))
	for i, entry := range entries {
		if records[i], err = l.record(entry); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// Confirm notes that a record in doubt is in the app, by its ref on Pagico. The next
// pass of the engine links it. It returns [syncer.ErrNotFound] for a record that was
// not sent.
func (l *Links) Confirm(ctx context.Context, ref syncer.Ref) error {
	_, err := l.cfg.Ledger.Confirm(ctx, ref.ID)
	if errors.Is(err, urlscheme.ErrUnknown) {
		return wrap("confirm", syncer.ErrNotFound, err)
	}
	if err != nil {
		return wrap("confirm", nil, err)
	}
	return nil
}

// Resend opens the link of a record again, with the fields given now: one of
// [Links.Doubtful] that is not in the app, or one that was changed in GHL since it was
// sent, of which the app then holds two until the user deletes the first. rec has its
// Kind, its Twin and all its Fields. The next pass of the engine goes by the new fields.
// The errors are those of [Links.Create].
func (l *Links) Resend(ctx context.Context, rec syncer.Record) (syncer.Record, error) {
	return l.send(ctx, rec, l.cfg.Ledger.Resend)
}
