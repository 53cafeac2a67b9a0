package ghl_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// brittle is a store that fails to save once, after left times.
type brittle struct {
	ghl.TokenStore
	left int
}

func (b *brittle) Save(ctx context.Context, key string, data []byte, revision int64) (int64, error) {
	if b.left--; b.left == -1 {
		return 0, errors.New("the disk is full")
	}
	return b.TokenStore.Save(ctx, key, data, revision)
}

// An agency that removes the app takes along the tokens of its locations, as far as this process can know of them.
func TestUninstallOfAnAgency(t *testing.T) {
	t.Parallel()
	const grant = `{"access_token":"at-hush-9","expires_in":86399,"scope":"contacts.readonly"}`
	for failing := range 6 {
		store := &brittle{TokenStore: ghl.NewMemoryTokenStore(), left: -1}
		cfg := ghl.OAuthConfig{ClientID: testClientID, ClientSecret: testSecret, Store: store,
			HTTPClient: &http.Client{Transport: &exchange{handler: replies(200, grant)}}}
		here, elsewhere := newOAuth(t, cfg), newOAuth(t, cfg)
		require.NoError(t, elsewhere.Save(t.Context(), ghl.OAuthToken{UserType: ghl.UserCompany, CompanyID: "C1", AccessToken: "at-hush-1",
			RefreshToken: "rt-hush-1", Expiry: time.Now().Add(time.Hour), ApprovedLocations: []string{"L1", "L2", "odd/id", "never used"}}))
		for _, src := range []*ghl.TokenSource{elsewhere.LocationOf("C1", "L1"), here.LocationOf("C1", "L2"), here.LocationOf("C1", "L9"),
			elsewhere.LocationOf("C1", "L8"), elsewhere.LocationOf("C2", "L1")} {
			if src == elsewhere.LocationOf("C2", "L1") {
				require.NoError(t, elsewhere.Save(t.Context(), ghl.OAuthToken{UserType: ghl.UserCompany, CompanyID: "C2", AccessToken: "at-hush-2",
					RefreshToken: "rt-hush-2", Expiry: time.Now().Add(time.Hour)}))
			}
			_, err := src.Token()
			require.NoError(t, err)
		}
		store.left = failing
		event := ghl.InstallEvent{Type: ghl.EventUninstall, AppID: testAppID, CompanyID: "C1"}
		_, err := here.HandleInstall(t.Context(), event)
		store.left = -1
		if err != nil {
			require.ErrorContains(t, err, "the disk is full")
			_, err = here.HandleInstall(t.Context(), event)
			require.NoError(t, err, "the event is handled again")
		}
		for _, gone := range []*ghl.TokenSource{here.Company("C1"), here.LocationOf("C1", "L1"), here.LocationOf("C1", "L2"), here.LocationOf("C1", "L9")} {
			_, err := gone.Stored(t.Context())
			require.ErrorIs(t, err, ghl.ErrAuthorizeAgain)
			_, err = gone.Token()
			require.ErrorIs(t, err, ghl.ErrAuthorizeAgain)
		}
		for _, kept := range []*ghl.TokenSource{here.LocationOf("C1", "L8"), here.Company("C2"), here.LocationOf("C2", "L1")} {
			_, err := kept.Stored(t.Context())
			require.NoError(t, err)
		}
		_, err = here.HandleInstall(t.Context(), event)
		require.NoError(t, err, "twice does no harm")
	}
}
