package ghl_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestContactLinkMethods(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 23, 3, 30, 0, 0, time.FixedZone("", 3600))
	checkMethods(t, []method{
		{op: "contacts.bulkTags", path: "/contacts/bulk/tags/update/add", answer: `{"succeded":true,"errorCount":0,"responses":[]}`,
			wantBody: `{"contacts":["c1"],"tags":["a"],"locationId":"L"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Contacts.BulkTags(ctx, ghl.BulkTags{LocationID: "L", ContactIDs: []string{"c1"}, Tags: []string{"a"}}))
			}},
		{op: "contacts.bulkBusiness", answer: `{"success":true,"ids":["c1"]}`, wantBody: `{"locationId":"L","ids":["c1"],"businessId":null}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Contacts.BulkBusiness(ctx, ghl.BulkBusiness{LocationID: "L", ContactIDs: []string{"c1"}}))
			}},
		{op: "contacts.addFollowers", answer: `{"followers":["u1"],"followersAdded":["u1"]}`, wantBody: `{"followers":["u1"]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Contacts.AddFollowers(ctx, id, []string{"u1"}))
			}},
		{op: "contacts.removeFollowers", answer: `{"followers":[],"followersRemoved":["u1"]}`, wantBody: `{"followers":["u1"]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Contacts.RemoveFollowers(ctx, id, []string{"u1"}))
			}},
		{op: "contacts.addToCampaign", answer: `{"succeded":true}`, wantBody: `{}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Contacts.AddToCampaign(ctx, id, id)
			}},
		{op: "contacts.removeFromCampaign", answer: `{"succeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Contacts.RemoveFromCampaign(ctx, id, id)
			}},
		{op: "contacts.removeFromAllCampaigns", answer: `{"succeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Contacts.RemoveFromAllCampaigns(ctx, id)
			}},
		{op: "contacts.addToWorkflow", answer: `{"succeded":true,"succeeded":true}`, wantBody: `{"eventStartTime":"2026-06-23T02:30:00Z"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Contacts.AddToWorkflow(ctx, id, id, at)
			}},
		{op: "contacts.removeFromWorkflow", answer: `{"succeded":true}`, wantBody: `{"eventStartTime":"2026-06-23T02:30:00Z"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Contacts.RemoveFromWorkflow(ctx, id, id, at)
			}},
		{op: "contacts.removeFromWorkflow", answer: `{"succeded":true}`, wantBody: `{}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Contacts.RemoveFromWorkflow(ctx, id, id, time.Time{})
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Contacts.BulkTags(ctx, ghl.BulkTags{LocationID: "L"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Contacts.BulkTags(ctx, ghl.BulkTags{ContactIDs: []string{"c"}, Tags: []string{"t"}}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Contacts.BulkBusiness(ctx, ghl.BulkBusiness{LocationID: "L"}))
		},
		func(ctx context.Context, c *ghl.Client) error { return errorOf(c.Contacts.AddFollowers(ctx, "c", nil)) },
	)
}

func TestBulkRemoval(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(201, `{"succeded":true,"errorCount":"1","responses":[{"id":"c1"},"text"]}`))
	got, err := c.Contacts.BulkTags(t.Context(), ghl.BulkTags{LocationID: "L", ContactIDs: []string{"c1"}, Tags: []string{"a"}, RemoveAll: true})
	require.NoError(t, err)
	assert.Equal(t, 1, got.ErrorCount)
	assert.Len(t, got.Responses, 2)
	assert.Equal(t, "/contacts/bulk/tags/update/remove", x.requests()[0].URL.Path)
	assert.JSONEq(t, `{"contacts":["c1"],"tags":["a"],"locationId":"L","removeAllTags":true}`, x.requests()[0].body)
}

func TestCampaignPathOfV3(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"succeeded":true}`), ghl.WithAPIVersion(ghl.V3))
	require.NoError(t, c.Contacts.RemoveFromAllCampaigns(t.Context(), "c1"))
	assert.Equal(t, "/contacts/c1/campaigns/remove-all", x.requests()[0].URL.Path)
	assert.Equal(t, "v3", x.requests()[0].Header.Get("Version"))
}
