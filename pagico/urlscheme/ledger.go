package urlscheme

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Errors of ledgers.
var (
	// ErrSent: the id was opened before, so nothing was opened now.
	ErrSent = errors.New("urlscheme: the link was opened before")
	// ErrDoubtful: the id may have been opened. Nothing opens it again until
	// [Ledger.Confirm] or [Ledger.Resend] is called for it.
	ErrDoubtful = errors.New("urlscheme: the link may have been opened")
	// ErrUnknown: the ledger does not know the id.
	ErrUnknown = errors.New("urlscheme: the ledger does not know this id")
	// ErrDamaged: the file is no ledger, holds a line that cannot be read, or was cut or
	// replaced while it was in use. Nothing is opened and nothing is written.
	ErrDamaged = errors.New("urlscheme: the ledger is damaged")
)

// State says what is known of an entry.
type State string

// The states of an entry.
const (
	// Opened: the system took the link, or a person confirmed it.
	Opened State = "opened"
	// Doubtful: the link was about to be opened, and nothing tells whether it was.
	Doubtful State = "doubtful"
	// Unopened: the link was not opened, for certain. It can be sent again.
	Unopened State = "unopened"
)

// maxID is the greatest length of an id in bytes.
const maxID = 500

// Item is something to be opened once.
type Item struct {
	// ID is the caller's name for what the link makes, such as ghl:loc:task:ID. Required;
	// at most 500 bytes of UTF-8 without control characters.
	ID string
	// Link is what is opened. Only its hash is kept.
	Link Link
	// Data is kept with the entry as it is: any JSON, or nothing.
	Data json.RawMessage
}

// Entry is what the ledger knows of one id.
type Entry struct {
	ID string
	// Hash is that of the link that was opened last; see [Link.Hash]. Another hash for
	// the same id means that what the link would make changed since.
	Hash  string
	State State
	// SentAt is when the link was about to be opened last, UTC.
	SentAt time.Time
	// Times counts how often the id was, or may have been, opened: more than once only
	// after [Ledger.Resend].
	Times int
	// Data is what came with the item.
	Data json.RawMessage
}

// Ledger remembers in a file which ids were opened. The file has one JSON document
// per line, is only ever appended to, and can be read by its owner alone. It is as
// precious as a database: without it everything would be opened again. It must lie on
// a local disk, and nobody may replace or shorten it while it is in use.
//
// A Ledger is safe for concurrent use, also by several processes on one file: they
// wait for one another while a link is being opened. After an error it can be used
// further, unless the error is [ErrDamaged].
type Ledger struct {
	now func() time.Time
	// turn is held by the call that reads or writes.
	turn    chan struct{}
	file    *ledgerFile
	entries map[string]*Entry
	// before holds what an entry was when it was sent again.
	before map[string]Entry
	order  []string
}

// LedgerOption changes a ledger that [OpenLedger] opens.
type LedgerOption func(*Ledger)

// WithClock sets the clock of SentAt. Default: time.Now.
func WithClock(now func() time.Time) LedgerOption {
	return func(l *Ledger) { l.now = now }
}

// OpenLedger opens the ledger in the file at path and makes the file if it is not
// there; its folder must exist. It waits for other processes until ctx ends. It
// returns [ErrDamaged], and leaves the file as it is, when it cannot be read whole. A
// last line that was cut off by a crash is no damage: what it was about was not opened.
func OpenLedger(ctx context.Context, path string, opts ...LedgerOption) (*Ledger, error) {
	l := &Ledger{now: time.Now, turn: make(chan struct{}, 1), entries: map[string]*Entry{}, before: map[string]Entry{}}
	for _, opt := range opts {
		opt(l)
	}
	file, err := openFile(path)
	if err != nil {
		return nil, err
	}
	l.file = file
	release, err := l.begin(ctx)
	if err != nil {
		return nil, errors.Join(err, file.close())
	}
	release()
	return l, nil
}

// Close waits for a link that is being opened and closes the file.
func (l *Ledger) Close() error {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	return l.file.close()
}

// ID is the name that the ledger got when its file was made, 32 hexadecimal digits.
func (l *Ledger) ID() string { return l.file.id }

// Check reads what other processes appended. It returns [ErrDamaged] when nothing
// could be sent with this ledger any more.
func (l *Ledger) Check(ctx context.Context) error {
	release, err := l.begin(ctx)
	if err != nil {
		return err
	}
	release()
	return nil
}

// begin waits for its turn among goroutines and processes, and reads what others
// appended meanwhile.
func (l *Ledger) begin(ctx context.Context) (release func(), err error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("urlscheme: wait for the ledger: %w", ctx.Err())
	}
	if err := l.file.lock(ctx); err != nil {
		<-l.turn
		return nil, err
	}
	release = func() {
		l.file.unlock()
		<-l.turn
	}
	if err := l.file.read(l.replay); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// Send opens the item's link, unless its id was opened before. That it is about to be
// opened is durable before it is. It returns the entry and
//
//   - nil when the system took the link,
//   - [ErrSent] when the id was opened before, with the entry of that time,
//   - [ErrDoubtful] when the id may have been opened, before or now; the opener's own
//     error is wrapped,
//   - [ErrNotOpened] when the opener says so; the item can be sent again,
//   - [ErrInvalid], [ErrDamaged] or an error of the file; nothing was opened.
func (l *Ledger) Send(ctx context.Context, opener Opener, item Item) (Entry, error) {
	return l.send(ctx, opener, item, false)
}

// Resend opens the item's link although its id was opened before, or may have been:
// the app then makes a second task or note, and the user puts the first one away. The
// item may have another link and other data, which replace the old ones. An id that
// was never sent is sent. The errors are those of [Ledger.Send], less ErrSent; when
// nothing was opened, the entry stays what it was.
func (l *Ledger) Resend(ctx context.Context, opener Opener, item Item) (Entry, error) {
	return l.send(ctx, opener, item, true)
}

func (l *Ledger) send(ctx context.Context, opener Opener, item Item, again bool) (Entry, error) {
	if err := item.validate(); err != nil {
		return Entry{}, err
	}
	release, err := l.begin(ctx)
	if err != nil {
		return Entry{}, err
	}
	defer release()
	if known := l.entries[item.ID]; known != nil && !again {
		switch known.State {
		case Opened:
			return known.clone(), fmt.Errorf("%w at %s", ErrSent, known.SentAt.Format(time.RFC3339))
		case Doubtful:
			return known.clone(), fmt.Errorf("%w at %s", ErrDoubtful, known.SentAt.Format(time.RFC3339))
		}
	}
	at := l.now().UTC()
	if err := l.append(line{Op: opSend, ID: item.ID, At: at, Hash: item.Link.Hash(), Data: item.Data}); err != nil {
		return Entry{}, err
	}
	openErr := opener.Open(ctx, item.Link)
	outcome := line{Op: opOpened, ID: item.ID, At: l.now().UTC()}
	switch {
	case errors.Is(openErr, ErrNotOpened):
		outcome.Op = opUnopened
	case openErr != nil:
		return l.entries[item.ID].clone(), fmt.Errorf("%w: %w", ErrDoubtful, openErr)
	}
	if err := l.append(outcome); err != nil {
		return l.entries[item.ID].clone(), errors.Join(fmt.Errorf("%w: its outcome could not be noted: %w", ErrDoubtful, err), openErr)
	}
	return l.entries[item.ID].clone(), openErr
}

func (i Item) validate() error {
	if i.ID == "" || len(i.ID) > maxID || !utf8.ValidString(i.ID) || strings.ContainsFunc(i.ID, unicode.IsControl) {
		return fmt.Errorf("%w: an id has 1 to %d bytes of UTF-8 without control characters", ErrInvalid, maxID)
	}
	if len(i.Data) > 0 && !json.Valid(i.Data) {
		return fmt.Errorf("%w: the data of an item is not JSON", ErrInvalid)
	}
	_, err := Parse(string(i.Link))
	return err
}

// Confirm notes that a doubtful link was opened, because a person found its task or
// note in the app. It returns [ErrUnknown] for an id that was not sent, or was not
// opened for certain. Confirming an opened one changes nothing.
func (l *Ledger) Confirm(ctx context.Context, id string) (Entry, error) {
	release, err := l.begin(ctx)
	if err != nil {
		return Entry{}, err
	}
	defer release()
	known := l.entries[id]
	switch {
	case known == nil, known.State == Unopened:
		return Entry{}, ErrUnknown
	case known.State == Opened:
		return known.clone(), nil
	}
	if err := l.append(line{Op: opOpened, ID: id, At: l.now().UTC()}); err != nil {
		return Entry{}, err
	}
	return known.clone(), nil
}

// Entry returns what is known of an id. It returns [ErrUnknown] for one that was
// never sent. It waits while a link is being opened.
func (l *Ledger) Entry(ctx context.Context, id string) (Entry, error) {
	release, err := l.begin(ctx)
	if err != nil {
		return Entry{}, err
	}
	defer release()
	if known := l.entries[id]; known != nil {
		return known.clone(), nil
	}
	return Entry{}, ErrUnknown
}

// Entries returns everything that was ever sent, in the order of first sending. It
// waits while a link is being opened.
func (l *Ledger) Entries(ctx context.Context) ([]Entry, error) {
	release, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	entries := make([]Entry, len(l.order))
	for i, id := range l.order {
		entries[i] = l.entries[id].clone()
	}
	return entries, nil
}

func (e *Entry) clone() Entry {
	c := *e
	c.Data = slices.Clone(e.Data)
	return c
}

// append makes a line durable and takes it over.
func (l *Ledger) append(x line) error {
	if err := l.file.append(x); err != nil {
		return err
	}
	return l.replay(x)
}

// replay takes a line of the file over.
func (l *Ledger) replay(x line) error {
	known := l.entries[x.ID]
	switch {
	case x.Op == opSend && x.ID != "" && !x.At.IsZero():
		if known == nil {
			known = &Entry{ID: x.ID}
			l.entries[x.ID] = known
			l.order = append(l.order, x.ID)
		} else if known.State != Unopened {
			l.before[x.ID] = *known
		}
		known.Hash, known.State, known.SentAt, known.Data = x.Hash, Doubtful, x.At, x.Data
		known.Times++
	case x.Op == opOpened && known != nil:
		known.State = Opened
		delete(l.before, x.ID)
	case x.Op == opUnopened && known != nil:
		if before, again := l.before[x.ID]; again {
			*known = before
			delete(l.before, x.ID)
			return nil
		}
		known.State = Unopened
		known.Times--
	default:
		return fmt.Errorf("it has a line %q for an id that was not sent, or of another version", x.Op)
	}
	return nil
}

// Doubtful returns the entries that a person has to look after, oldest first.
func (l *Ledger) Doubtful(ctx context.Context) ([]Entry, error) {
	entries, err := l.Entries(ctx)
	doubtful := slices.DeleteFunc(entries, func(e Entry) bool { return e.State != Doubtful })
	slices.SortStableFunc(doubtful, func(a, b Entry) int { return a.SentAt.Compare(b.SentAt) })
	return doubtful, err
}
