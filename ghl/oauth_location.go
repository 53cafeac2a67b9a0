package ghl

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

const formType = "application/x-www-form-urlencoded"

// agencyClient returns the client that calls with an agency's token. There is one per agency, because the vendor counts the
// calls of each by itself.
func (o *OAuth) agencyClient(companyID string) (*Client, error) {
	s := o.Company(companyID)
	if s.bad != nil {
		return nil, s.bad
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if c := o.agency[companyID]; c != nil {
		return c, nil
	}
	c, err := New(WithTokenSource(s), WithBaseURL(o.cfg.BaseURL), WithHTTPClient(o.client), WithAPIVersion(o.cfg.APIVersion), WithLogger(o.cfg.Logger))
	if err != nil {
		return nil, err
	}
	o.agency[companyID] = c
	return c, nil
}

// LocationToken makes a token of one location from the agency's, which must be stored. It is not stored: [OAuth.LocationOf]
// does that, and most programs want it. Errors match [ErrAuthorizeAgain] and [ErrUnauthorized] when the agency's token is
// not usable; the server refuses a location in which the app is not installed with status 400.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/oauth/get-location-access-token
//
//api:op POST /oauth/locationToken
func (o *OAuth) LocationToken(ctx context.Context, companyID, locationID string, opts ...CallOption) (OAuthToken, error) {
	if err := required(opOAuthLocationToken, "companyID", companyID, "locationID", locationID); err != nil {
		return OAuthToken{}, err
	}
	c, err := o.agencyClient(companyID)
	if err != nil {
		return OAuthToken{}, err
	}
	form := url.Values{"companyId": {companyID}, "locationId": {locationID}}
	resp, err := c.send(ctx, opOAuthLocationToken, args{payload: []byte(form.Encode()), contentType: formType}, opts)
	if err != nil {
		return OAuthToken{}, err
	}
	t, err := decodeGrant(resp.Body)
	if err != nil {
		return OAuthToken{}, &Error{Operation: operations[opOAuthLocationToken].ID, Status: resp.Status, Err: err, kinds: kindAnswer}
	}
	t.UserType, t.LocationID = UserLocation, locationID
	if t.CompanyID == "" {
		t.CompanyID = companyID
	}
	return t, nil
}

// InstalledLocationsQuery narrows [OAuth.InstalledLocations]; all fields are optional.
type InstalledLocationsQuery struct {
	// Query is part of a location's name; LocationID, PlanID and VersionID are exact.
	Query, LocationID, PlanID, VersionID string
	// Installed keeps the locations with the app (true) or without it (false).
	Installed Opt[bool]
	// OnTrial keeps the locations that try the app out.
	OnTrial Opt[bool]
	// RestrictToUser keeps the locations that the person behind the token can reach; it exists in version 3 only, and is refused
	// with ErrInvalidArgument under the date versions.
	RestrictToUser Opt[bool]
	// Limit is the page size, default 100, at most 500, under version 3 at most 100.
	Limit int
}

// InstalledLocation is a location of an agency, seen by an app.
type InstalledLocation struct {
	ID          string `json:"_id"`
	Name        string `json:"name"`
	Address     string `json:"address"`
	IsInstalled bool   `json:"isInstalled"`
	// VersionID is the installed version of the app.
	VersionID   string `json:"versionId"`
	InstalledAt Time   `json:"installedAt"`

	raw raw
}

// RawJSON returns the location as it was received.
func (l InstalledLocation) RawJSON() json.RawMessage { return l.raw.copy() }

// UnmarshalJSON reads a location.
func (l *InstalledLocation) UnmarshalJSON(data []byte) error { return l.decode(slices.Clone(data)) }

type installedLocationFields InstalledLocation

func (l *InstalledLocation) decode(data json.RawMessage) error {
	w := struct {
		*installedLocationFields
		BareID     string `json:"id"`
		LocationID string `json:"locationId"`
	}{installedLocationFields: (*installedLocationFields)(l)}
	err := unmarshal(data, &w)
	if l.ID == "" {
		l.ID = w.BareID
	}
	if l.ID == "" {
		l.ID = w.LocationID
	}
	l.raw.data = data
	return err
}

// InstalledLocations walks the locations of an agency, those with the app and those without, unless the query says which. The
// agency's token must be stored.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/oauth/get-installed-location
//
//api:op GET /oauth/installedLocations
func (o *OAuth) InstalledLocations(ctx context.Context, companyID string, q InstalledLocationsQuery, opts ...CallOption) iter.Seq2[InstalledLocation, error] {
	if err := required(opOAuthInstalledLocations, "companyID", companyID); err != nil {
		return listError[InstalledLocation](err)
	}
	if o.cfg.APIVersion != V3 && !q.RestrictToUser.IsZero() {
		return listError[InstalledLocation](invalid(operations[opOAuthInstalledLocations].ID, "RestrictToUser exists in version 3 only; see OAuthConfig.APIVersion"))
	}
	return func(yield func(InstalledLocation, error) bool) {
		c, err := o.agencyClient(companyID)
		if err != nil {
			yield(InstalledLocation{}, err)
			return
		}
		query := q.values(companyID, o.AppID())
		send := func() (*transport.Response, []InstalledLocation, error) {
			resp, err := c.send(ctx, opOAuthInstalledLocations, args{query: query}, opts)
			if err != nil {
				return nil, nil, err
			}
			rows, err := decodeList[InstalledLocation](opOAuthInstalledLocations, resp, "locations", "items")
			return resp, rows, err
		}
		if o.cfg.APIVersion == V3 {
			byPageToken(yield, query, pageSize(q.Limit, 100, 100), send)
			return
		}
		bySkip(yield, skipper[InstalledLocation]{limit: pageSize(q.Limit, 100, 500), id: func(l InstalledLocation) string { return l.ID },
			page: func(limit, skip int) ([]InstalledLocation, error) {
				query.Set("limit", strconv.Itoa(limit))
				query.Set("skip", strconv.Itoa(skip))
				_, rows, err := send()
				return rows, err
			}})
	}
}

func (q InstalledLocationsQuery) values(companyID, appID string) url.Values {
	out := url.Values{"companyId": {companyID}, "appId": {appID}}
	setQuery(out, "query", q.Query)
	setQuery(out, "locationId", q.LocationID)
	setQuery(out, "planId", q.PlanID)
	setQuery(out, "versionId", q.VersionID)
	setBool(out, "isInstalled", q.Installed)
	setBool(out, "onTrial", q.OnTrial)
	setBool(out, "restrictToUserLocations", q.RestrictToUser)
	return out
}

// byPageToken walks a list of version 3, whose pages name the next one.
func byPageToken[T any](yield func(T, error) bool, query url.Values, size int, send func() (*transport.Response, []T, error)) {
	query.Set("pageSize", strconv.Itoa(size))
	seen := map[string]bool{}
	for {
		resp, rows, err := send()
		if !yieldAll(yield, rows, err) {
			return
		}
		value, _ := pick(resp.Body, "pagination")
		next, _ := pick(value, "nextPageToken")
		token := scalar(next)
		if token == "" {
			return
		}
		if seen[token] {
			var zero T
			yield(zero, errCursor(opOAuthInstalledLocations, next))
			return
		}
		seen[token] = true
		query.Set("pageToken", token)
	}
}
