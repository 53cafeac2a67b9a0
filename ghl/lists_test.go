package ghl_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// pageOf asks for a page of contacts and gives back their ids, one after the other.
func pageOf(t *testing.T, body string) (ids string, total int, err error) {
	t.Helper()
	c, _ := serve(t, replies(200, body))
	page, err := c.Contacts.SearchPage(t.Context(), ghl.ContactSearch{LocationID: "L"})
	for _, contact := range page.Contacts {
		ids += contact.ID
	}
	return ids, page.Total, err
}

func TestListsAreFoundInTheirBodies(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		ids   string
		total int
	}{
		` {"contacts":[{"id":"a"},{"id":"b"}],"total":7} `:                             {"ab", 7},
		`{"total":"8", "traceId":"[{\"contacts\":[]", "contacts" : [ {"id":"a"} ] }`:   {"a", 8},
		`{"contacts":[{"id":"a","firstName":"\\\"]}\\"},null,[{"id":"b"}]],"count":2}`: {"ab", 2},
		`{"contacts":null,"total":3}`:                                                  {"", 3},
		`{"contacts":null,"contacts":[{"id":"a"}],"contacts":[{"id":"b"}]}`:            {"a", 0},
		`{"contacts":[],"total":1}`:                                                    {"", 1},
		`{"total":5}`:                                                                  {"", 5},
		`[{"id":"a"},{"id":"b"}]`:                                                      {"ab", 0},
	} {
		ids, total, err := pageOf(t, body)
		require.NoError(t, err, body)
		assert.Equal(t, want.ids, ids, body)
		assert.Equal(t, want.total, total, body)
	}
}

// A list that is not whole is never taken for a shorter one, nor for an empty one.
func TestBrokenListsAreRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"contacts":nullx}`, `{"contacts":"none"}`, `{"contacts":{}}`, `{"contacts":[{"id":"a"} {"id":"b"}]}`, `{"contacts":[1]}`,
		`{"contacts":[{"id":"a"}]} x`, `{"contacts":[{"id":"a"}]]`, `[{"id":"a"}`, `[{"id":"a"}]]`, `{"contacts":[{"id":tru}]}`, `{"contacts":}`, `null`} {
		_, _, err := pageOf(t, body)
		require.ErrorIs(t, err, ghl.ErrAnswer, body)
	}
	const whole = `{"traceId":"t","contacts":[{"id":"a","tags":["x\""]},null,[{"id":"b"}]],"total":2}`
	for i := range len(whole) {
		_, _, err := pageOf(t, whole[:i])
		require.ErrorIs(t, err, ghl.ErrAnswer, whole[:i])
	}
}
