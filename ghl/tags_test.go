package ghl_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestTagMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []method{
		{op: "tags.add", answer: `{"tags":["a","b"],"tagsAdded":["b"]}`, wantBody: `{"tags":["A","b"]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Tags.Add(ctx, id, "A", "b"))
			}},
		{op: "tags.remove", answer: `{"tags":["a"],"tagsRemoved":["b"]}`, wantBody: `{"tags":["b"]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Tags.Remove(ctx, id, "b")) }},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
	c, x := serve(t, replies(200, `{"tags":["a","b"],"tagsAdded":["b"]}`))
	require.ErrorIs(t, errorOf(c.Tags.Add(t.Context(), "c")), ghl.ErrInvalidArgument)
	require.ErrorIs(t, errorOf(c.Tags.Remove(t.Context(), "c", "a", " ")), ghl.ErrInvalidArgument)
	assert.Empty(t, x.requests())
	got, err := c.Tags.Add(t.Context(), "c", "A", "B")
	require.NoError(t, err)
	assert.Equal(t, ghl.ContactTags{Tags: []string{"a", "b"}, Changed: []string{"b"}}, got)
}
