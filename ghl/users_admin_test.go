package ghl_test

import (
	"context"
	"testing"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestUserAdminMethods(t *testing.T) {
	t.Parallel()
	full := ghl.UserCreate{CompanyID: "C", FirstName: "A", LastName: "B", Email: "a@b.c", Password: "p", Type: "account", Role: "user", LocationIDs: []string{"L"}}
	checkMethods(t, []method{
		{op: "users.filterByEmail", answer: `{"users":[]}`, wantBody: `{"companyId":"C","emails":"a@b.c,d@e.f","skip":"0","limit":"100"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Users.FilterByEmail(ctx, ghl.UsersByEmail{CompanyID: "C", Emails: []string{"a@b.c", "d@e.f"}}))
			}},
		{op: "users.get", answer: `{"id":"u"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Users.Get(ctx, id)) }},
		{op: "users.create", answer: `{"id":"u"}`,
			wantBody: `{"companyId":"C","firstName":"A","lastName":"B","email":"a@b.c","password":"p","type":"account","role":"user","locationIds":["L"]}`,
			call:     func(ctx context.Context, c *ghl.Client, _ string) error { return errorOf(c.Users.Create(ctx, full)) }},
		{op: "users.update", answer: `{"id":"u"}`, wantBody: `{"role":"admin","permissions":{"tagsEnabled":true}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Users.Update(ctx, id, ghl.UserUpdate{Role: ghl.Set("admin"), Permissions: ghl.Set(map[string]bool{"tagsEnabled": true})}))
			}},
		{op: "users.delete", answer: `{"succeded":true,"message":"ok"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Users.Delete(ctx, id) }},
		{op: "users.listByLocation", answer: `{"users":[]}`, wantQuery: "locationId=L",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Users.ListByLocation(ctx, "L"))
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Users.FilterByEmail(ctx, ghl.UsersByEmail{CompanyID: "C"}))
		},
		func(ctx context.Context, c *ghl.Client) error { return errorOf(c.Users.Create(ctx, ghl.UserCreate{})) },
		func(ctx context.Context, c *ghl.Client) error {
			nobody := full
			nobody.LocationIDs = nil
			return errorOf(c.Users.Create(ctx, nobody))
		},
		func(ctx context.Context, c *ghl.Client) error { return drained(c.Users.ListByLocation(ctx, "")) },
	)
}
