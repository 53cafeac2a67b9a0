package ghl_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestUserMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []method{
		{op: "users.search", answer: `{"users":[],"count":0}`, wantQuery: "companyId=C&ids=u1%2Cu2&limit=100&locationId=L&skip=0&sort=name&sortDirection=desc",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Users.Search(ctx, ghl.UserSearch{CompanyID: "C", LocationID: "L", IDs: []string{"u1", "u2"}, Sort: "name", Descending: true}))
			}},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
	c, x := serve(t, replies(200, `{"users":[]}`))
	require.ErrorIs(t, drained(c.Users.Search(t.Context(), ghl.UserSearch{})), ghl.ErrInvalidArgument)
	assert.Empty(t, x.requests())
}

func TestUserShape(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, replies(200, `{"users":[{"id":"u1","email":"a@b.c","permissions":{"x":true,"y":"false"},"scopes":"all",
		"roles":{"type":"account","role":"admin","locationIds":["L"]},"deleted":false,"lcPhone":{"L":41441234567}}],"count":1}`))
	users, err := drain(c.Users.Search(t.Context(), ghl.UserSearch{CompanyID: "C"}))
	require.NoError(t, err)
	require.Len(t, users, 1)
	assert.Equal(t, map[string]bool{"x": true, "y": false}, users[0].Permissions)
	assert.Equal(t, map[string]string{"L": "41441234567"}, users[0].LCPhone)
	assert.Equal(t, []string{"L"}, users[0].Roles.LocationIDs)
	assert.Equal(t, []string{"all"}, users[0].Scopes)
}
