package ghl_test

import (
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/internal/ghlspec"
)

// TestTheTestServerUnderstandsEveryRequest sends the requests of the contract tests to ghltest, of which nothing is seeded but
// the location. It may not find what they are about; it must never dislike their form: their path, version, token level
// and properties.
func TestTheTestServerUnderstandsEveryRequest(t *testing.T) {
	t.Parallel()
	book := newExceptionBook(serverExceptions())
	for _, g := range ghlspec.Generations() {
		v := apiVersion(g)
		c, x := serve(t, replies(http.StatusOK, `{}`), ghl.WithAPIVersion(v))
		calls, missing := contractCalls(t, c, contractOAuth(t, x, v), v)
		require.Empty(t, missing)
		for _, call := range calls {
			if v == ghl.V3 && call.op.V3Path == "" {
				continue
			}
			for _, args := range [][]reflect.Value{call.arguments(t), call.leastArguments(t.Context(), t, false), call.leastArguments(t.Context(), t, true)} {
				_, err := call.invoke(t.Context(), args)
				require.NotErrorIs(t, err, ghl.ErrInvalidArgument, call.op.ID)
				all := x.requests()
				if status, answer := forward(t, call.op, all[len(all)-1]); !understood(status, answer) {
					book.complain(t, &ghlspec.Operation{Generation: g}, call.op.ID, ghlspec.Finding{Place: strconv.Itoa(status), Detail: answer})
				}
			}
		}
	}
	book.checkAllUsed(t)
}

// understood reports that an answer says success, or that a thing is not there.
func understood(status int, answer string) bool {
	switch status {
	case http.StatusNotFound:
		return !strings.Contains(answer, `"Cannot `)
	case http.StatusBadRequest:
		return strings.Contains(answer, "not found") || strings.Contains(answer, "does not exist")
	}
	return status < 300
}

// forward sends a request to a new server, with a token of the level that the operation needs.
func forward(t *testing.T, op ghl.Operation, sent seen) (status int, answer string) {
	t.Helper()
	token := ghltest.Token{Value: "token", LocationID: "text-locationid", CompanyID: "text-companyid", AppID: "app"}
	if op.Token == ghl.AgencyToken {
		token.LocationID = ""
	}
	s := ghltest.New(ghltest.NoLimits(), ghltest.WithLocation(ghltest.Location{ID: "text-locationid", CompanyID: "text-companyid"}),
		ghltest.WithTokens(token))
	defer s.Close()
	r := sent.Clone(t.Context())
	r.Body = io.NopCloser(strings.NewReader(sent.body))
	r.Header.Set("Authorization", "Bearer token")
	res, err := s.Transport().RoundTrip(r)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(body)
}
