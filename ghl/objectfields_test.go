package ghl_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestObjectFieldMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "objectFields.get", answer: `{"field":{"id":"f"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.ObjectFields.Get(ctx, id)) }},
		{op: "objectFields.create", answer: `{"field":{"id":"f"}}`,
			wantBody: `{"locationId":"L","showInForms":false,"dataType":"TEXT","fieldKey":"custom_object.pet.name","objectKey":"custom_object.pet","parentId":"p"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.ObjectFields.Create(ctx, ghl.ObjectFieldCreate{LocationID: "L", DataType: "TEXT", FieldKey: "custom_object.pet.name", ObjectKey: "custom_object.pet", ParentID: "p"}))
			}},
		{op: "objectFields.update", answer: `{"field":{"id":"f"}}`, wantBody: `{"locationId":"L","showInForms":true,"options":[{"key":"k","label":"l"}]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.ObjectFields.Update(ctx, id, ghl.ObjectFieldUpdate{LocationID: "L", ShowInForms: true, Options: ghl.Set([]ghl.FieldOption{{Key: "k", Label: "l"}})}))
			}},
		{op: "objectFields.delete", answer: `{"succeded":true,"id":"f","key":"k"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.ObjectFields.Delete(ctx, id) }},
		{op: "objectFields.list", answer: `{"fields":[{"id":"f"}],"folders":[{"id":"d"}]}`, wantQuery: "locationId=L",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.ObjectFields.List(ctx, "L", id, false))
			}},
		{op: "objectFields.createFolder", answer: `{"id":"d"}`, wantBody: `{"objectKey":"o","name":"N","locationId":"L"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.ObjectFields.CreateFolder(ctx, ghl.FieldFolderCreate{ObjectKey: "o", Name: "N", LocationID: "L"}))
			}},
		{op: "objectFields.updateFolder", answer: `{"id":"d"}`, wantBody: `{"name":"N","locationId":"L"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.ObjectFields.UpdateFolder(ctx, id, ghl.FieldFolderUpdate{Name: "N", LocationID: "L"}))
			}},
		{op: "objectFields.deleteFolder", answer: `{"succeded":true}`, wantQuery: "locationId=L",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.ObjectFields.DeleteFolder(ctx, "L", id)
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.ObjectFields.Create(ctx, ghl.ObjectFieldCreate{LocationID: "L"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.ObjectFields.Update(ctx, "f", ghl.ObjectFieldUpdate{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.ObjectFields.List(ctx, "", "o", true))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.ObjectFields.CreateFolder(ctx, ghl.FieldFolderCreate{Name: "N"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.ObjectFields.UpdateFolder(ctx, "d", ghl.FieldFolderUpdate{Name: "N"}))
		},
		func(ctx context.Context, c *ghl.Client) error { return c.ObjectFields.DeleteFolder(ctx, "", "d") },
	)
}

func TestObjectFieldFolders(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, replies(200, `{"fields":[{"id":"f","options":[{"key":"k","label":"l"}]}],"folders":[{"id":"d"}]}`))
	rows, err := drain(c.ObjectFields.List(t.Context(), "L", "business", true))
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, "l", rows[0].Options[0].Label)
	assert.Equal(t, "d", rows[1].ID)
}
