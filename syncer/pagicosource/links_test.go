package pagicosource_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

// app stands for the Pagico app: it takes links and tells nothing.
type app struct {
	mu    sync.Mutex
	links []urlscheme.Link
	// err is what opening returns; lose keeps the link from the app.
	err  error
	lose bool
	// before and after run around each opening.
	before, after func()
}

func (a *app) Open(_ context.Context, link urlscheme.Link) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.before != nil {
		a.before()
	}
	if !a.lose {
		a.links = append(a.links, link)
	}
	if a.after != nil {
		a.after()
	}
	return a.err
}

// titles counts what was made in the app.
func (a *app) titles(t *testing.T) map[string]int {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	made := map[string]int{}
	for _, link := range a.links {
		c, err := urlscheme.Parse(string(link))
		require.NoError(t, err)
		made[c.Get("title")]++
	}
	return made
}

func linkLedger(t *testing.T, path string) *urlscheme.Ledger {
	t.Helper()
	l, err := urlscheme.OpenLedger(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func zurich(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	return zone
}

func startLinks(t *testing.T, change ...func(*pagicosource.LinksConfig)) (*pagicosource.Links, *app) {
	t.Helper()
	a := &app{}
	cfg := pagicosource.LinksConfig{Ledger: linkLedger(t, filepath.Join(t.TempDir(), "ledger")), Opener: a, Location: location, Zone: zurich(t), MinGap: -1}
	for _, c := range change {
		c(&cfg)
	}
	links, err := pagicosource.NewLinks(cfg)
	require.NoError(t, err)
	return links, a
}

func newTask(twin string, fields syncer.Fields) syncer.Record {
	return syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask}, Twin: twin, Fields: fields, Label: fields["title"].AsText()}
}

func TestLinksSendATask(t *testing.T) {
	t.Parallel()
	links, a := startLinks(t, func(cfg *pagicosource.LinksConfig) {
		cfg.TwinURL = func(kind syncer.Kind, id string) string { return "https://app.example/" + string(kind) + "/" + id }
		cfg.Teammates = map[string]string{"mia@lakeside.example": "C0001-7"}
		cfg.Task = func(_ syncer.Record, task *urlscheme.AddTask) {
			task.Color = new(2)
			task.Origin = urlscheme.Origin{ID: "forged"}
		}
	})
	fields := syncer.Fields{"title": merge.Text("Call the notary"), "body": merge.Text("before noon"), "status": merge.Text("open"),
		"dueDate": merge.Instant(time.Date(2026, 9, 14, 8, 30, 0, 0, time.UTC)), "assignee": merge.Text("mia@lakeside.example")}
	made, err := links.Create(t.Context(), newTask("t1", fields), "op")
	require.NoError(t, err)
	assert.Equal(t, syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: "ghl:loc_1:task:t1"}, made.Ref)
	assert.True(t, made.Fields.Equal(fields), "it is shown as it was sent")
	assert.True(t, made.ReadOnly)
	assert.Equal(t, "t1", made.Twin)
	require.Len(t, a.links, 1)
	assert.Equal(t, "pagico://addTask?title=Call%20the%20notary"+
		"&notes=before%20noon%0A%0A%5Bghl%3At1%5D%0Ahttps%3A%2F%2Fapp.example%2Ftask%2Ft1"+
		"&due=2026-09-14%2010%3A30&color=2&containerId=C0001-7", string(a.links[0]))

	got, err := links.Get(t.Context(), made.Ref)
	require.NoError(t, err)
	assert.Equal(t, made, got)
	found, err := links.Find(t.Context(), syncer.Probe{Kind: syncer.KindTask, Twin: "t1"})
	require.NoError(t, err)
	assert.Equal(t, []syncer.Record{made}, found)
	fields["title"] = merge.Text("Another")
	_, err = links.Create(t.Context(), newTask("t1", fields), "op")
	exists, ok := errors.AsType[*syncer.ExistsError](err)
	require.True(t, ok)
	assert.Equal(t, made.Ref, exists.Ref)
	assert.Len(t, a.links, 1)
}

func TestLinksSendANote(t *testing.T) {
	t.Parallel()
	links, a := startLinks(t)
	note := syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindNote}, Twin: "n1",
		Fields: syncer.Fields{"content": merge.Text("Met Ada\nat noon"), "datetime": merge.Instant(time.Date(2026, 1, 2, 11, 0, 5, 0, time.UTC))}}
	_, err := links.Create(t.Context(), note, "op")
	require.NoError(t, err)
	note.Twin, note.Fields = "n2", syncer.Fields{"content": merge.Text(strings.Repeat("é", 90))}
	_, err = links.Create(t.Context(), note, "op")
	require.NoError(t, err)
	assert.Equal(t, "pagico://addNote?title=Met%20Ada&body=Met%20Ada%0Aat%20noon%0A%0A%5Bghl%3An1%5D&datetime=2026-01-02%2012%3A00", string(a.links[0]))
	assert.Equal(t, map[string]int{"Met Ada": 1, strings.Repeat("é", 79) + "…": 1}, a.titles(t))
}

func TestLinksListOnlyTheLedger(t *testing.T) {
	t.Parallel()
	links, a := startLinks(t)
	_, err := links.Create(t.Context(), newTask("t1", syncer.Fields{"title": merge.Text("x")}), "op")
	require.NoError(t, err)
	a.err = errors.New("exit status 1")
	_, err = links.Create(t.Context(), newTask("t2", syncer.Fields{"title": merge.Text("y")}), "op")
	require.ErrorIs(t, err, syncer.ErrUncertain)
	a.err = urlscheme.ErrNotOpened
	_, err = links.Create(t.Context(), newTask("t3", syncer.Fields{"title": merge.Text("z")}), "op")
	require.ErrorIs(t, err, urlscheme.ErrNotOpened)
	require.NotErrorIs(t, err, syncer.ErrUncertain)

	feed := links.Changes(t.Context(), syncer.KindTask, "")
	var twins []string
	for rec, err := range feed.All {
		require.NoError(t, err)
		twins = append(twins, rec.Twin)
		assert.False(t, feed.Covers(rec.Ref), "nothing is ever concluded from a listing")
	}
	assert.Equal(t, []string{"t1"}, twins, "what is in doubt, or was not opened, is no record")
	for _, err := range links.Changes(t.Context(), syncer.KindNote, "").All {
		require.NoError(t, err)
		t.Error("a task among the notes")
	}
	for _, err := range links.Changes(t.Context(), syncer.KindContact, "").All {
		require.ErrorIs(t, err, syncer.ErrUnsupported)
	}

	_, err = links.Find(t.Context(), syncer.Probe{Kind: syncer.KindTask, Twin: "t2"})
	require.ErrorIs(t, err, urlscheme.ErrDoubtful, "only a person can tell")
	for _, twin := range []string{"", "t3", "t4"} {
		found, err := links.Find(t.Context(), syncer.Probe{Kind: syncer.KindTask, Twin: twin})
		require.NoError(t, err)
		assert.Empty(t, found)
	}
	for _, id := range []string{"", "ghl:loc_1:task:t3", "ghl:loc_1:task:t4", "ghl:loc_1:note:t1", "ghl:loc_2:task:t1"} {
		_, err := links.Get(t.Context(), syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: id})
		require.ErrorIs(t, err, syncer.ErrNotFound)
	}
	require.ErrorIs(t, links.Confirm(t.Context(), syncer.Ref{ID: "ghl:loc_1:task:t4"}), syncer.ErrNotFound)
}

func TestLinksRefuseWhatTheyCannotCarry(t *testing.T) {
	t.Parallel()
	links, a := startLinks(t)
	title := merge.Text("x")
	for name, rec := range map[string]syncer.Record{
		"no title":  newTask("t", syncer.Fields{"body": title}),
		"done":      newTask("t", syncer.Fields{"title": title, "status": merge.Text("completed")}),
		"bad date":  newTask("t", syncer.Fields{"title": title, "dueDate": merge.Text("soon")}),
		"bad twin":  newTask("t]", syncer.Fields{"title": title}),
		"too long":  newTask("t", syncer.Fields{"title": merge.Text(strings.Repeat("x", 9000))}),
		"NUL":       newTask("t", syncer.Fields{"title": merge.Text("x\x00")}),
		"no note":   {Ref: syncer.Ref{Kind: syncer.KindNote}, Twin: "n"},
		"note date": {Ref: syncer.Ref{Kind: syncer.KindNote}, Twin: "n", Fields: syncer.Fields{"title": title, "datetime": title}},
	} {
		_, err := links.Create(t.Context(), rec, "op")
		require.ErrorIs(t, err, syncer.ErrRefused, name)
	}
	child := newTask("t", syncer.Fields{"title": title})
	child.Ref.Parent = "c"
	for name, rec := range map[string]syncer.Record{
		"no twin":       newTask("", syncer.Fields{"title": title}),
		"parent":        child,
		"unknown field": newTask("t", syncer.Fields{"title": title, "priority": title}),
		"note field":    {Ref: syncer.Ref{Kind: syncer.KindNote}, Twin: "n", Fields: syncer.Fields{"pinned": title}},
		"contact":       {Ref: syncer.Ref{Kind: syncer.KindContact}, Twin: "c", Fields: syncer.Fields{"name": title}},
	} {
		_, err := links.Create(t.Context(), rec, "op")
		require.ErrorIs(t, err, syncer.ErrUnsupported, name)
	}
	_, err := links.Update(t.Context(), syncer.Record{}, syncer.Fields{"title": title}, "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	require.ErrorIs(t, links.Delete(t.Context(), syncer.Record{}, "op"), syncer.ErrUnsupported)
	assert.Empty(t, a.links)
}

func TestLinksIdentify(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	mine := func(cfg *pagicosource.LinksConfig) { cfg.Ledger = linkLedger(t, path) }
	links, _ := startLinks(t, mine)
	id, err := links.Identify(t.Context())
	require.NoError(t, err)
	again, _ := startLinks(t, mine)
	same, err := again.Identify(t.Context())
	require.NoError(t, err)
	assert.Equal(t, id, same)
	assert.True(t, strings.HasPrefix(string(id), "pagico-links:"))
	other, _ := startLinks(t)
	another, err := other.Identify(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, id, another, "another ledger is another account")

	deaf, _ := startLinks(t, func(cfg *pagicosource.LinksConfig) { cfg.Opener = notReady{} })
	_, err = deaf.Identify(t.Context())
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	_, err = deaf.Create(t.Context(), newTask("t", syncer.Fields{"title": merge.Text("x")}), "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	unsupported, ok := errors.AsType[*urlscheme.NotSupportedError](err)
	require.True(t, ok)
	assert.NotEmpty(t, unsupported.Link, "the caller gets the link for the user to follow")
}

type notReady struct{}

func (notReady) Ready() error { return &urlscheme.NotSupportedError{} }

func (notReady) Open(_ context.Context, link urlscheme.Link) error {
	return &urlscheme.NotSupportedError{Link: link}
}

func TestLinksConfigIsChecked(t *testing.T) {
	t.Parallel()
	ledger := linkLedger(t, filepath.Join(t.TempDir(), "ledger"))
	for name, cfg := range map[string]pagicosource.LinksConfig{
		"Ledger":   {Location: "l", Zone: time.UTC},
		"Location": {Ledger: ledger, Location: "a:b", Zone: time.UTC},
		"Zone":     {Ledger: ledger, Location: "l"},
	} {
		_, err := pagicosource.NewLinks(cfg)
		require.ErrorContains(t, err, "LinksConfig."+name)
	}
	links, err := pagicosource.NewLinks(pagicosource.LinksConfig{Ledger: ledger, Location: "l", Zone: time.UTC})
	require.NoError(t, err)
	assert.Equal(t, syncer.Pagico, links.Side())
	assert.True(t, links.CreateIsRepeatable(syncer.KindTask))
}
