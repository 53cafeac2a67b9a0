package ghl_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestLocationAdminMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "locations.search", answer: `{"locations":[]}`, wantQuery: "companyId=C&email=a%40b.c&limit=100&order=desc&skip=0",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Locations.Search(ctx, ghl.LocationSearch{CompanyID: "C", Email: "a@b.c", Descending: true}))
			}},
		{op: "locations.create", answer: `{"id":"L","name":"Shop"}`,
			wantBody: `{"name":"Shop","companyId":"C","settings":{"allowDuplicateContact":false},"social":{"facebookUrl":"f"}}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Locations.Create(ctx, ghl.LocationCreate{Name: "Shop", CompanyID: "C", Social: map[string]string{"facebookUrl": "f"},
					Settings: ghl.Set(ghl.LocationSettingsInput{AllowDuplicateContact: ghl.Set(false)})}))
			}},
		{op: "locations.update", answer: `{"id":"L"}`, wantBody: `{"companyId":"C","phone":null}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Locations.Update(ctx, id, ghl.LocationUpdate{CompanyID: "C", Phone: ghl.Null[string]()}))
			}},
		{op: "locations.delete", answer: `{"success":true,"message":"ok"}`, wantQuery: "deleteTwilioAccount=false",
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Locations.Delete(ctx, id, false) }},
		{op: "locations.timezones", answer: `{"timeZones":["Europe/Zurich"]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Locations.Timezones(ctx, id))
			}},
		{op: "locations.templates", answer: `{"templates":[],"totalCount":0}`, wantQuery: "deleted=false&limit=100&originId=o&skip=0&type=sms",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.Locations.Templates(ctx, id, ghl.TemplateQuery{OriginID: "o", Type: "sms", Deleted: ghl.Set(false)}))
			}},
		{op: "locations.deleteTemplate", answer: ``,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Locations.DeleteTemplate(ctx, id, id)
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Locations.Create(ctx, ghl.LocationCreate{Name: "x"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Locations.Update(ctx, "L", ghl.LocationUpdate{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Locations.Templates(ctx, "L", ghl.TemplateQuery{}))
		},
	)
}

func TestTimezoneShapes(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{"timeZones":["Europe/Zurich","UTC"],"traceId":"x"}`, `["Europe/Zurich","UTC"]`,
		`{"timezones":[{"name":"Europe/Zurich"},{"value":"UTC"}]}`} {
		c, _ := serve(t, replies(200, answer))
		got, err := c.Locations.Timezones(t.Context(), "L")
		require.NoError(t, err)
		assert.Equal(t, []string{"Europe/Zurich", "UTC"}, got)
	}
	c, _ := serve(t, replies(200, `<html>`))
	require.ErrorIs(t, errorOf(c.Locations.Timezones(t.Context(), "L")), ghl.ErrAnswer)
}

func TestLocationTagMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "tags.list", answer: `{"tags":[{"id":"g"}]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return drained(c.Tags.List(ctx, id)) }},
		{op: "tags.get", answer: `{"tag":{"id":"g"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Tags.Get(ctx, id, id)) }},
		{op: "tags.create", answer: `{"tag":{"id":"g"}}`, wantBody: `{"name":"vip"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Tags.Create(ctx, id, "vip"))
			}},
		{op: "tags.update", answer: `{"tag":{"id":"g"}}`, wantBody: `{"name":"vip"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Tags.Update(ctx, id, id, "vip"))
			}},
		{op: "tags.delete", answer: `{"succeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Tags.Delete(ctx, id, id) }},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error { return errorOf(c.Tags.Create(ctx, "L", " ")) },
		func(ctx context.Context, c *ghl.Client) error { return errorOf(c.Tags.Update(ctx, "L", "g", "")) },
	)
}

func TestRecurringTaskMethods(t *testing.T) {
	t.Parallel()
	rule := ghl.Recurrence{IntervalType: "weekly", Interval: 1, DayOfWeek: "MO"}.Starting(time.Unix(0, 0))
	const written = `{"intervalType":"weekly","interval":1,"startDate":"1970-01-01T00:00:00.000Z","dayOfWeek":"MO","dueAfterSeconds":0}`
	checkMethods(t, []method{
		{op: "recurringTasks.get", answer: `{"recurringTask":{"id":"r"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.RecurringTasks.Get(ctx, id, id))
			}},
		{op: "recurringTasks.create", answer: `{"recurringTask":{"id":"r"}}`, wantBody: `{"title":"T","owners":["u"],"rruleOptions":` + written + `}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.RecurringTasks.Create(ctx, id, ghl.RecurringTaskCreate{Title: "T", Owners: []string{"u"}, Rule: rule}))
			}},
		{op: "recurringTasks.update", answer: `{"recurringTask":{"id":"r"}}`, wantBody: `{"rruleOptions":` + written + `}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.RecurringTasks.Update(ctx, id, id, ghl.RecurringTaskUpdate{Rule: ghl.Set(rule)}))
			}},
		{op: "recurringTasks.delete", answer: `{"id":"r","success":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.RecurringTasks.Delete(ctx, id, id) }},
	})
	refusedEarly(t, func(ctx context.Context, c *ghl.Client) error {
		return errorOf(c.RecurringTasks.Create(ctx, "L", ghl.RecurringTaskCreate{Title: "T"}))
	})
}

func TestCustomFieldMethods(t *testing.T) {
	t.Parallel()
	checkMethods(t, []method{
		{op: "customFields.list", answer: `{"customFields":[{"id":"f"}]}`, wantQuery: "model=all",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.CustomFields.List(ctx, id, "all"))
			}},
		{op: "customFields.get", answer: `{"customField":{"id":"f"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.CustomFields.Get(ctx, id, id))
			}},
		{op: "customFields.create", answer: `{"customField":{"id":"f"}}`, wantBody: `{"name":"N","dataType":"TEXT","position":0}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.CustomFields.Create(ctx, id, ghl.CustomFieldCreate{Name: "N", DataType: "TEXT", Position: ghl.Set(0)}))
			}},
		{op: "customFields.update", answer: `{"customField":{"id":"f"}}`, wantBody: `{"name":"N","placeholder":""}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.CustomFields.Update(ctx, id, id, ghl.CustomFieldUpdate{Name: "N", Placeholder: ghl.Set("")}))
			}},
		{op: "customFields.delete", answer: `{"succeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.CustomFields.Delete(ctx, id, id) }},
		{op: "customFields.upload", answer: `{"uploadedFiles":{"a.txt":"https://x"},"meta":[]}`, multipart: true,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.CustomFields.Upload(ctx, id, ghl.CustomFieldUpload{ID: "c1", Files: []ghl.File{{Field: "f_1", Name: "a.txt", Content: strings.NewReader("hi")}}}))
			}},
		{op: "customValues.list", answer: `{"customValues":[{"id":"v"}]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.CustomValues.List(ctx, id))
			}},
		{op: "customValues.get", answer: `{"customValue":{"id":"v"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.CustomValues.Get(ctx, id, id))
			}},
		{op: "customValues.create", answer: `{"customValue":{"id":"v"}}`, wantBody: `{"name":"N","value":""}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.CustomValues.Create(ctx, id, ghl.CustomValueInput{Name: "N"}))
			}},
		{op: "customValues.update", answer: `{"customValue":{"id":"v"}}`, wantBody: `{"name":"N","value":"x"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.CustomValues.Update(ctx, id, id, ghl.CustomValueInput{Name: "N", Value: "x"}))
			}},
		{op: "customValues.delete", answer: `{"succeeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.CustomValues.Delete(ctx, id, id) }},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.CustomFields.Create(ctx, "L", ghl.CustomFieldCreate{Name: "N"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.CustomFields.Update(ctx, "L", "f", ghl.CustomFieldUpdate{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.CustomFields.Upload(ctx, "L", ghl.CustomFieldUpload{ID: "c"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.CustomFields.Upload(ctx, "L", ghl.CustomFieldUpload{ID: "c", Files: []ghl.File{{Name: "x", Content: failing{}}}}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.CustomValues.Create(ctx, "L", ghl.CustomValueInput{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.CustomValues.Update(ctx, "L", "v", ghl.CustomValueInput{}))
		},
	)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("disk") }

func TestUploadForm(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"uploadedFiles":{"a.txt":"https://x"},"meta":[{"size":2}]}`))
	got, err := c.CustomFields.Upload(t.Context(), "L", ghl.CustomFieldUpload{ID: "c1", MaxFiles: 3,
		Files: []ghl.File{{Field: "f_1", Name: "a.txt", Content: strings.NewReader("hi")}}})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a.txt": "https://x"}, got.Files)
	sent := x.requests()[0]
	kind, params, err := mime.ParseMediaType(sent.Header.Get("Content-Type"))
	require.NoError(t, err)
	assert.Equal(t, "multipart/form-data", kind)
	parts := map[string]string{}
	for r := multipart.NewReader(strings.NewReader(sent.body), params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		data, err := io.ReadAll(p)
		require.NoError(t, err)
		parts[p.FormName()+" "+p.FileName()] = string(data)
	}
	assert.Equal(t, map[string]string{"id ": "c1", "maxFiles ": "3", "f_1 a.txt": "hi"}, parts)
}
