package ghl_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestNoteMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []method{
		{op: "notes.list", answer: `{"notes":[{"id":"n1"}]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return drained(c.Notes.List(ctx, id)) }},
		{op: "notes.get", answer: `{"note":{"id":"n1"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Notes.Get(ctx, id, id)) }},
		{op: "notes.create", answer: `{"note":{"id":"n1"}}`, wantBody: `{"body":"text","pinned":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Notes.Create(ctx, id, ghl.NoteCreate{Body: "text", Pinned: ghl.Set(true)}))
			}},
		{op: "notes.update", answer: `{"note":{"id":"n1"}}`, wantBody: `{"body":"new"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Notes.Update(ctx, id, id, ghl.NoteUpdate{Body: ghl.Set("new")}))
			}},
		{op: "notes.delete", answer: `{"succeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Notes.Delete(ctx, id, id) }},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
	c, x := serve(t, replies(200, `{}`))
	require.ErrorIs(t, errorOf(c.Notes.Create(t.Context(), "c", ghl.NoteCreate{})), ghl.ErrInvalidArgument)
	assert.Empty(t, x.requests())
}

func TestNoteShape(t *testing.T) {
	t.Parallel()
	var n ghl.Note
	require.NoError(t, json.Unmarshal([]byte(`{"id":"n1","body":"<p>Hi</p>","bodyText":"Hi","userId":null,
		"dateAdded":"2026-07-17T07:31:57.939Z","contactId":"c1","pinned":false,"relations":[]}`), &n))
	assert.Equal(t, "Hi", n.BodyText)
	assert.Empty(t, n.UserID)
	assert.False(t, n.DateAdded.IsZero())
}
