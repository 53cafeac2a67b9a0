package ghl_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// What no result of a method holds can be had from the whole answer.
func TestWholeAnswers(t *testing.T) {
	t.Parallel()
	var meta ghl.ResponseMeta
	whole := ghl.WithResponse(&meta)

	const deleted = `{"succeded":true,"id":"f","key":"custom_objects.pet.age"}`
	c, _ := serve(t, replies(http.StatusOK, deleted))
	require.NoError(t, c.ObjectFields.Delete(t.Context(), "f", whole))
	assert.JSONEq(t, deleted, string(meta.RawJSON()))
	meta = ghl.ResponseMeta{}
	require.NoError(t, c.ObjectFields.DeleteFolder(t.Context(), "L", "f", whole))
	assert.JSONEq(t, deleted, string(meta.RawJSON()))

	const found = `{"opportunities":[{"id":"o"}],"total":1,"stageAggregations":[{"stageId":"s","count":1}]}`
	c, _ = serve(t, replies(http.StatusOK, found), ghl.WithAPIVersion(ghl.V3))
	rows, err := drain(c.Opportunities.Search(t.Context(), ghl.OpportunitySearch{LocationID: "L"}, whole))
	require.NoError(t, err)
	assert.Len(t, rows, 1)
	assert.JSONEq(t, found, string(meta.RawJSON()))

	const installed = `{"locations":[{"_id":"L","name":"A"}],"count":1,"installToFutureLocations":true}`
	_, x := serve(t, replies(http.StatusOK, installed))
	o := contractOAuth(t, x, ghl.V2)
	require.NoError(t, drained(o.InstalledLocations(t.Context(), "text-companyid", ghl.InstalledLocationsQuery{}, whole)))
	assert.JSONEq(t, installed, string(meta.RawJSON()))
}

// The whole answer is a copy, is empty after a refusal, and never holds a token.
func TestWholeAnswerLimits(t *testing.T) {
	t.Parallel()
	var meta ghl.ResponseMeta
	c, _ := serve(t, replies(http.StatusOK, `{"contact":{"id":"c"}}`))
	_, err := c.Contacts.Get(t.Context(), "c", ghl.WithResponse(&meta))
	require.NoError(t, err)
	meta.RawJSON()[0] = 'X'
	assert.True(t, json.Valid(meta.RawJSON()))
	c, _ = serve(t, replies(http.StatusBadRequest, `{"message":"no"}`))
	_, err = c.Contacts.Get(t.Context(), "c", ghl.WithResponse(&meta))
	require.Error(t, err)
	assert.Empty(t, meta.RawJSON())
	assert.Equal(t, http.StatusBadRequest, meta.Status)

	_, x := serve(t, replies(http.StatusOK, `{"access_token":"s3cr3t-token","expires_in":86399,"userType":"Location"}`))
	got, err := contractOAuth(t, x, ghl.V2).LocationToken(t.Context(), "text-companyid", "L", ghl.WithResponse(&meta))
	require.NoError(t, err)
	assert.Equal(t, "s3cr3t-token", got.AccessToken)
	assert.Empty(t, meta.RawJSON())
}

func TestMessageResultKeepsWhatItReceived(t *testing.T) {
	t.Parallel()
	const answer = `{"conversationId":"v","messageId":"m","forwardData":{"toEmail":"ada@example.com"},"dateAdded":"2026-07-17T07:11:57.939Z"}`
	c, _ := serve(t, replies(http.StatusOK, answer))
	got, err := c.Conversations.SendMessage(t.Context(), ghl.MessageSend{Type: "SMS", ContactID: "c", Message: "x"})
	require.NoError(t, err)
	assert.Equal(t, "m", got.MessageID)
	assert.Equal(t, time.Date(2026, 7, 17, 7, 11, 57, 939e6, time.UTC), got.DateAdded.UTC())
	assert.JSONEq(t, answer, string(got.RawJSON()))
}

func TestRestrictedInstalledLocations(t *testing.T) {
	t.Parallel()
	q := ghl.InstalledLocationsQuery{RestrictToUser: ghl.Set(true), Limit: 500}
	_, x := serve(t, replies(http.StatusOK, `{"items":[],"pagination":{}}`))
	require.ErrorIs(t, drained(contractOAuth(t, x, ghl.V2).InstalledLocations(t.Context(), "text-companyid", q)), ghl.ErrInvalidArgument)
	assert.Empty(t, x.requests())
	require.NoError(t, drained(contractOAuth(t, x, ghl.V3).InstalledLocations(t.Context(), "text-companyid", q)))
	sent := x.requests()[0].URL.Query()
	assert.Equal(t, "true", sent.Get("restrictToUserLocations"))
	assert.Equal(t, "100", sent.Get("pageSize"), "version 3 gives at most 100")
}
