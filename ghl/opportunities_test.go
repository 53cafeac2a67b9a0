package ghl_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestOpportunityMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "opportunities.get", answer: `{"opportunity":{"id":"o"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Opportunities.Get(ctx, id))
			}},
		{op: "opportunities.create", answer: `{"opportunity":{"id":"o"}}`,
			wantBody: `{"pipelineId":"p","locationId":"L","name":"N","status":"open","contactId":"c","monetaryValue":0,"customFields":[{"id":"f","field_value":"v"}]}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Opportunities.Create(ctx, ghl.OpportunityCreate{PipelineID: "p", LocationID: "L", Name: "N", Status: "open", ContactID: "c",
					MonetaryValue: ghl.Set(0.0), CustomFields: []ghl.CustomFieldInput{{ID: "f", Value: "v"}}}))
			}},
		{op: "opportunities.update", answer: `{"opportunity":{"id":"o"}}`, wantBody: `{"status":"won","assignedTo":null}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Opportunities.Update(ctx, id, ghl.OpportunityUpdate{Status: ghl.Set("won"), AssignedTo: ghl.Null[string]()}))
			}},
		{op: "opportunities.setStatus", answer: `{"succeded":true}`, wantBody: `{"status":"lost","lostReasonId":"r"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Opportunities.SetStatus(ctx, id, "lost", "r")
			}},
		{op: "opportunities.delete", answer: `{"success":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Opportunities.Delete(ctx, id) }},
		{op: "opportunities.upsert", answer: `{"opportunity":{"id":"o"},"new":true}`,
			wantBody: `{"pipelineId":"p","locationId":"L","followers":[],"isRemoveAllFollowers":false,"followersActionType":"add","name":"N"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Opportunities.Upsert(ctx, ghl.OpportunityUpsert{PipelineID: "p", LocationID: "L", Name: ghl.Set("N")}))
			}},
		{op: "opportunities.addFollowers", answer: `{"followers":["u"],"followersAdded":["u"]}`, wantBody: `{"followers":["u"]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Opportunities.AddFollowers(ctx, id, []string{"u"}))
			}},
		{op: "opportunities.removeFollowers", answer: `{"followers":[]}`, wantBody: `{"followers":[]}`, wantQuery: "isRemoveAllFollowers=true",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Opportunities.RemoveFollowers(ctx, id, nil))
			}},
		{op: "opportunities.pipelines", answer: `{"pipelines":[{"id":"p"}]}`, wantQuery: "locationId=L",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Opportunities.Pipelines(ctx, "L"))
			}},
		{op: "opportunities.lostReasons", answer: `{"lostReasons":[],"total":0}`, wantQuery: "limit=100&locationId=L&name=n&skip=0",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Opportunities.LostReasons(ctx, ghl.LostReasonQuery{LocationID: "L", Name: "n"}))
			}},
		{op: "opportunities.list", answer: `{"opportunities":[],"meta":{}}`, wantQuery: "assigned_to=u&contact_id=c&getTasks=true&limit=100&location_id=L&pipeline_id=p&pipeline_stage_id=s&status=open",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Opportunities.List(ctx, ghl.OpportunityQuery{LocationID: "L", PipelineID: "p", PipelineStageID: "s", ContactID: "c", AssignedTo: "u", Status: "open", WithTasks: true}))
			}},
		{op: "opportunities.search", answer: `{"opportunities":[],"total":0}`,
			wantBody: `{"locationId":"L","query":"x","limit":100,"page":1,"searchAfter":[],"additionalDetails":{"notes":true,"tasks":false,"calendarEvents":false,"unReadConversations":false}}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Opportunities.Search(ctx, ghl.OpportunitySearch{LocationID: "L", Query: "x", WithNotes: true}))
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.Create(ctx, ghl.OpportunityCreate{PipelineID: "p", LocationID: "L", Name: "N", Status: "open"}))
		},
		func(ctx context.Context, c *ghl.Client) error { return c.Opportunities.SetStatus(ctx, "o", "", "") },
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.Upsert(ctx, ghl.OpportunityUpsert{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.AddFollowers(ctx, "o", nil))
		},
		func(ctx context.Context, c *ghl.Client) error { return drained(c.Opportunities.Pipelines(ctx, "")) },
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Opportunities.LostReasons(ctx, ghl.LostReasonQuery{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Opportunities.List(ctx, ghl.OpportunityQuery{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Opportunities.Search(ctx, ghl.OpportunitySearch{}))
		},
	)
}

func TestOpportunityQueryOfV3(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"opportunities":[]}`), ghl.WithAPIVersion(ghl.V3))
	require.NoError(t, drained(c.Opportunities.List(t.Context(), ghl.OpportunityQuery{LocationID: "L", PipelineID: "p", ContactID: "c"})))
	assert.Equal(t, "contactId=c&limit=100&locationId=L&pipelineId=p", x.requests()[0].URL.RawQuery)
}

// The date versions do not know the forecast, and answer an unknown property with 422: the client refuses it first.
func TestForecastFieldsOfV3(t *testing.T) {
	t.Parallel()
	date, chance := ghl.Set("2026-12-01"), ghl.Set(40.0)
	create := ghl.OpportunityCreate{PipelineID: "p", LocationID: "L", Name: "N", Status: "open", ContactID: "c"}
	withDate, withChance := create, create
	withDate.ForecastExpectedCloseDate, withChance.ForecastProbability = "2026-12-01", chance
	calls := []func(ctx context.Context, c *ghl.Client) error{
		func(ctx context.Context, c *ghl.Client) error { return errorOf(c.Opportunities.Create(ctx, withDate)) },
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.Create(ctx, withChance))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.Update(ctx, "o", ghl.OpportunityUpdate{ForecastExpectedCloseDate: date}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.Update(ctx, "o", ghl.OpportunityUpdate{ForecastProbability: ghl.Null[float64]()}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.Upsert(ctx, ghl.OpportunityUpsert{PipelineID: "p", LocationID: "L", ForecastExpectedCloseDate: date}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Opportunities.Upsert(ctx, ghl.OpportunityUpsert{PipelineID: "p", LocationID: "L", ForecastProbability: chance}))
		},
	}
	refusedEarly(t, calls...)
	c, x := serve(t, replies(200, `{"opportunity":{"id":"o"}}`))
	require.ErrorContains(t, calls[0](t.Context(), c), "WithAPIVersion(V3)")
	assert.Empty(t, x.requests())
	c, x = serve(t, replies(200, `{"opportunity":{"id":"o"}}`), ghl.WithAPIVersion(ghl.V3))
	for _, call := range calls {
		require.NoError(t, call(t.Context(), c))
	}
	for _, r := range x.requests() {
		assert.Contains(t, r.body, `"forecast`)
	}
}

// A count that the vendor was asked for ends the walk, whatever the length of a page.
func TestLostReasonCount(t *testing.T) {
	t.Parallel()
	pages := []string{`{"lostReasons":[{"id":"1"},{"id":"2"}],"total":3}`, `{"lostReasons":[{"id":"3"}],"total":3}`, `{"lostReasons":[],"total":3}`}
	c, x := serve(t, inTurn(pages...))
	rows, err := drain(c.Opportunities.LostReasons(t.Context(), ghl.LostReasonQuery{LocationID: "L", Limit: 5, WithCount: true}))
	require.NoError(t, err)
	assert.Len(t, rows, 3)
	assert.Len(t, x.requests(), 2)
	assert.Equal(t, "true", x.requests()[0].URL.Query().Get("getCount"))
	assert.Equal(t, "2", x.requests()[1].URL.Query().Get("skip"))
	c, x = serve(t, inTurn(pages...))
	rows, err = drain(c.Opportunities.LostReasons(t.Context(), ghl.LostReasonQuery{LocationID: "L", Limit: 5}))
	require.NoError(t, err)
	assert.Len(t, rows, 2, "a short page ends a list without a count")
	assert.Empty(t, x.requests()[0].URL.Query().Get("getCount"))
}

func TestOpportunityPages(t *testing.T) {
	t.Parallel()
	c, x := serve(t, inTurn(`{"opportunities":[{"id":"1"}],"meta":{"nextPage":2,"startAfter":1784272317939,"startAfterId":"1"}}`,
		`{"opportunities":[{"id":"2"}],"meta":{"nextPage":3}}`, `{"opportunities":[{"id":"3"}],"meta":{"nextPage":null}}`))
	rows, err := drain(c.Opportunities.List(t.Context(), ghl.OpportunityQuery{LocationID: "L"}))
	require.NoError(t, err)
	assert.Len(t, rows, 3)
	assert.Equal(t, "1", x.requests()[1].URL.Query().Get("startAfterId"))
	assert.Equal(t, "3", x.requests()[2].URL.Query().Get("page"))
	c, _ = serve(t, inTurn(`{"opportunities":[{"id":"1"}],"meta":{"nextPage":2}}`))
	require.ErrorIs(t, drained(c.Opportunities.List(t.Context(), ghl.OpportunityQuery{LocationID: "L"})), ghl.ErrAnswer)

	c, x = serve(t, inTurn(`{"opportunities":[{"id":"1"},{"id":"2"}],"total":3}`, `{"opportunities":[{"id":"2"},{"id":"3"}],"total":3}`, `{"opportunities":[],"total":3}`))
	rows, err = drain(c.Opportunities.Search(t.Context(), ghl.OpportunitySearch{LocationID: "L", Limit: 2}))
	require.NoError(t, err)
	assert.Len(t, rows, 3, "a row that moved to the next page comes once")
	assert.Len(t, x.requests(), 3)
}

func TestOpportunityShape(t *testing.T) {
	t.Parallel()
	var o ghl.Opportunity
	require.NoError(t, json.Unmarshal([]byte(`{"id":"o","monetaryValue":"12.5","followers":null,"customFields":[{"id":"f","fieldValue":["a"]}],
		"contact":{"id":"c","tags":["x"]},"relations":[{"a":1}],"internalSource":{"type":"api"},"createdAt":"2026-07-17T07:31:57.939Z","sort":[1,"o"]}`), &o))
	assert.Equal(t, 12.5, o.MonetaryValue)
	assert.Equal(t, `["a"]`, o.CustomFields[0].Text())
	assert.Equal(t, []string{"x"}, o.Contact.Tags)
	var p ghl.Pipeline
	require.NoError(t, json.Unmarshal([]byte(`{"id":"p","stages":[{"id":"s","name":"New","position":0}]}`), &p))
	assert.Equal(t, "New", p.Stages[0].Name)
}
