package ghl

import (
	"cmp"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

// tokenLife is the life of an access token when the answer does not say it: the vendor documents 24 hours.
const tokenLife = 24 * time.Hour

// OAuthToken is what the token endpoint answers. It prints and logs without its secrets; its fields hold them.
type OAuthToken struct {
	// AccessToken is sent with calls, until Expiry.
	AccessToken string
	// RefreshToken is traded for the next pair. It works once, for a year.
	RefreshToken string
	// Expiry is when AccessToken ends, by the local clock.
	Expiry time.Time
	// Scopes are what was granted.
	Scopes []string
	// UserType is the level; CompanyID is always there, LocationID only for a location.
	UserType              UserType
	LocationID, CompanyID string
	// UserID is who installed the app.
	UserID string
	// PlanID is the plan of a paid app.
	PlanID string
	// AppID and VersionID name the app; only in answers of [OAuth.LocationToken].
	AppID, VersionID string
	// RefreshTokenID names the refresh token.
	RefreshTokenID string
	// The rest is sent for an agency only: the approved locations, whether the installation was for several, whether all
	// locations were approved, and whether future ones are too.
	ApprovedLocations        []string
	IsBulkInstallation       bool
	ApproveAllLocations      bool
	InstallToFutureLocations bool
}

// String hides the secrets.
func (t OAuthToken) String() string {
	return "ghl.OAuthToken(" + string(t.UserType) + " " + cmp.Or(t.LocationID, t.CompanyID) + ")"
}

// GoString hides the secrets.
func (t OAuthToken) GoString() string { return t.String() }

// LogValue hides the secrets.
func (t OAuthToken) LogValue() slog.Value { return slog.StringValue(t.String()) }

// grantWire is the token answer in both spellings: snake case under the date versions, camel case under version 3.
type grantWire struct {
	AccessToken    string   `json:"access_token,omitempty"`
	AccessToken3   string   `json:"accessToken,omitempty"`
	RefreshToken   string   `json:"refresh_token,omitempty"`
	RefreshToken3  string   `json:"refreshToken,omitempty"`
	ExpiresIn      float64  `json:"expires_in,omitempty"`
	ExpiresIn3     float64  `json:"expiresIn,omitempty"`
	Scope          string   `json:"scope,omitempty"`
	UserType       UserType `json:"userType,omitempty"`
	LocationID     string   `json:"locationId,omitempty"`
	CompanyID      string   `json:"companyId,omitempty"`
	UserID         string   `json:"userId,omitempty"`
	PlanID         string   `json:"planId,omitempty"`
	AppID          string   `json:"appId,omitempty"`
	VersionID      string   `json:"versionId,omitempty"`
	RefreshTokenID string   `json:"refreshTokenId,omitempty"`
	Approved       []string `json:"approvedLocations,omitempty"`
	Bulk           bool     `json:"isBulkInstallation,omitempty"`
	ApproveAll     bool     `json:"approveAllLocations,omitempty"`
	Future         bool     `json:"installToFutureLocations,omitempty"`
}

func (w *grantWire) token() OAuthToken {
	t := OAuthToken{
		AccessToken: cmp.Or(w.AccessToken, w.AccessToken3), RefreshToken: cmp.Or(w.RefreshToken, w.RefreshToken3),
		Scopes: strings.Fields(w.Scope), UserType: w.UserType, LocationID: w.LocationID, CompanyID: w.CompanyID, UserID: w.UserID,
		PlanID: w.PlanID, AppID: w.AppID, VersionID: w.VersionID, RefreshTokenID: w.RefreshTokenID, ApprovedLocations: w.Approved,
		IsBulkInstallation: w.Bulk, ApproveAllLocations: w.ApproveAll, InstallToFutureLocations: w.Future,
	}
	life := time.Duration(cmp.Or(w.ExpiresIn, w.ExpiresIn3) * float64(time.Second))
	if life <= 0 || life > 10*365*24*time.Hour {
		life = tokenLife
	}
	t.Expiry = time.Now().Add(life)
	if t.UserType == "" {
		t.UserType = UserCompany
		if t.LocationID != "" {
			t.UserType = UserLocation
		}
	}
	return t
}

var errNoAccess = errors.New("the answer has no access token")

// decodeGrant reads a token answer.
func decodeGrant(data []byte) (OAuthToken, error) {
	var w grantWire
	if err := unmarshal(data, &w); err != nil {
		return OAuthToken{}, errors.New("the token answer is not JSON") // the cause could quote a secret
	}
	t := w.token()
	if t.AccessToken == "" || strings.ContainsAny(t.AccessToken, "\r\n") {
		return OAuthToken{}, errNoAccess
	}
	return t, nil
}

// readGrant takes the answer out of x/oauth2, which keeps the members that it does not know.
func readGrant(tok *oauth2.Token) (OAuthToken, error) {
	members := map[string]any{"access_token": tok.AccessToken, "refresh_token": tok.RefreshToken}
	for _, name := range []string{"expires_in", "scope", "userType", "locationId", "companyId", "userId", "planId", "appId", "versionId",
		"refreshTokenId", "approvedLocations", "isBulkInstallation", "approveAllLocations", "installToFutureLocations"} {
		if v := tok.Extra(name); v != nil {
			members[name] = v
		}
	}
	data, err := json.Marshal(members)
	if err != nil {
		return OAuthToken{}, &Error{Operation: operations[opOAuthToken].ID, Err: errNoAccess, kinds: kindAnswer | kindUncertain}
	}
	t, err := decodeGrant(data)
	if err != nil {
		return OAuthToken{}, &Error{Operation: operations[opOAuthToken].ID, Err: err, kinds: kindAnswer | kindUncertain}
	}
	return t, nil
}

// stored turns a token into what the store keeps; old is what an answer without these members leaves as it is.
func (t OAuthToken) stored(old json.RawMessage) (tokens.Token, error) {
	w := grantWire{}
	if len(old) > 0 {
		if err := json.Unmarshal(old, &w); err != nil {
			return tokens.Token{}, tokens.ErrUnreadable
		}
	}
	w.Scope, w.UserType = cmp.Or(strings.Join(t.Scopes, " "), w.Scope), t.UserType
	w.LocationID, w.CompanyID = cmp.Or(t.LocationID, w.LocationID), cmp.Or(t.CompanyID, w.CompanyID)
	w.UserID, w.PlanID = cmp.Or(t.UserID, w.UserID), cmp.Or(t.PlanID, w.PlanID)
	w.AppID, w.VersionID = cmp.Or(t.AppID, w.AppID), cmp.Or(t.VersionID, w.VersionID)
	w.RefreshTokenID = t.RefreshTokenID
	if t.UserType == UserCompany {
		if t.ApprovedLocations != nil {
			w.Approved = t.ApprovedLocations
		}
		w.Bulk, w.ApproveAll = w.Bulk || t.IsBulkInstallation, w.ApproveAll || t.ApproveAllLocations
		w.Future = w.Future || t.InstallToFutureLocations
	}
	extra, err := json.Marshal(w) //nolint:gosec // its token members are empty
	if err != nil {
		return tokens.Token{}, err
	}
	return tokens.Token{Access: t.AccessToken, Refresh: t.RefreshToken, Type: "Bearer", Expiry: t.Expiry.UTC(), Obtained: time.Now().UTC(), Extra: extra}, nil
}

// restored is the reverse of stored.
func restored(t tokens.Token) (OAuthToken, error) {
	w := grantWire{}
	if len(t.Extra) > 0 {
		if err := json.Unmarshal(t.Extra, &w); err != nil {
			return OAuthToken{}, tokens.ErrUnreadable
		}
	}
	w.AccessToken, w.RefreshToken = t.Access, t.Refresh
	out := w.token()
	out.Expiry = t.Expiry
	return out, nil
}
