package ghl_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestBusinessMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "businesses.list", answer: `{"businesses":[]}`, wantQuery: "limit=100&locationId=L&skip=0",
			call: func(ctx context.Context, c *ghl.Client, _ string) error { return drained(c.Businesses.List(ctx, "L")) }},
		{op: "businesses.get", answer: `{"business":{"id":"b"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Businesses.Get(ctx, id)) }},
		{op: "businesses.create", answer: `{"success":true,"buiseness":{"id":"b"}}`, wantBody: `{"name":"N","locationId":"L"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Businesses.Create(ctx, ghl.BusinessCreate{Name: "N", LocationID: "L"}))
			}},
		{op: "businesses.update", answer: `{"success":true,"business":{"id":"b"}}`, wantBody: `{"phone":null}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Businesses.Update(ctx, id, ghl.BusinessUpdate{Phone: ghl.Null[string]()}))
			}},
		{op: "businesses.delete", answer: `{"success":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Businesses.Delete(ctx, id) }},
		{op: "campaigns.list", answer: `{"campaigns":[{"id":"k"}]}`, wantQuery: "locationId=L&status=published",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Campaigns.List(ctx, "L", "published"))
			}},
		{op: "workflows.list", answer: `{"workflows":[{"id":"w"}]}`, wantQuery: "locationId=L",
			call: func(ctx context.Context, c *ghl.Client, _ string) error { return drained(c.Workflows.List(ctx, "L")) }},
		{op: "companies.get", answer: `{"company":{"id":"C"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Companies.Get(ctx, id)) }},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error { return drained(c.Businesses.List(ctx, "")) },
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Businesses.Create(ctx, ghl.BusinessCreate{Name: "N"}))
		},
		func(ctx context.Context, c *ghl.Client) error { return drained(c.Campaigns.List(ctx, "", "")) },
		func(ctx context.Context, c *ghl.Client) error { return drained(c.Workflows.List(ctx, "")) },
	)
}

func TestSmallShapes(t *testing.T) {
	t.Parallel()
	var b ghl.Business
	require.NoError(t, json.Unmarshal([]byte(`{"id":"b","createdAt":"2026-01-01T00:00:00.000Z","updatedBy":{"source":"x"}}`), &b))
	assert.Equal(t, 2026, b.CreatedAt.Year())
	var w ghl.Workflow
	require.NoError(t, json.Unmarshal([]byte(`{"id":"w","version":3,"status":"draft","updatedAt":"2026-01-01T00:00:00.000Z"}`), &w))
	assert.Equal(t, 3.0, w.Version)
	var c ghl.Company
	require.NoError(t, json.Unmarshal([]byte(`{"id":"C","plan":5,"locationCount":"12","isReselling":true,"onboardingInfo":{"x":1}}`), &c))
	assert.Equal(t, 12, c.LocationCount)
	assert.Contains(t, string(c.RawJSON()), "onboardingInfo")
}
