package ghl_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestLocationMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []method{
		{op: "locations.get", answer: `{"location":{"id":"L"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Locations.Get(ctx, id)) }},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
}

func TestLocationShape(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, replies(200, `{"location":{"id":"L","companyId":"C","name":"Shop","timezone":"Europe/Zurich","currency":"CHF",
		"settings":{"allowDuplicateContact":false,"contactUniqueIdentifiers":["email","phone"],"crmSettings":{"x":1}},
		"dateAdded":"2026-01-01T00:00:00.000Z","business":{"name":"Shop"},"permissions":{"a":true}},"traceId":"t"}`))
	l, err := c.Locations.Get(t.Context(), "L")
	require.NoError(t, err)
	assert.Equal(t, "Europe/Zurich", l.Timezone)
	assert.Equal(t, []string{"email", "phone"}, l.Settings.ContactUniqueIdentifiers)
	assert.JSONEq(t, `{"name":"Shop"}`, string(l.Business))
}
