package ghl

import (
	"context"
	"errors"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

// The types of an [InstallEvent].
const (
	EventInstall   = "INSTALL"
	EventUninstall = "UNINSTALL"
)

// InstallEvent is the webhook that tells an app of its installation or removal; it goes to the app's default webhook URL. Package
// ghl/webhook checks and reads the delivery; its body decodes into this type. See
// https://marketplace.gohighlevel.com/docs/webhook/AppInstall.
type InstallEvent struct {
	// Type is EventInstall or EventUninstall.
	Type string `json:"type"`
	// AppID names the app, VersionID its version.
	AppID     string `json:"appId"`
	VersionID string `json:"versionId"`
	// InstallType is "Location" or "Company".
	InstallType string `json:"installType"`
	// LocationID is set when it concerns one location, CompanyID its agency. A removal at the level of the agency has
	// CompanyID alone.
	LocationID string `json:"locationId"`
	CompanyID  string `json:"companyId"`
	// UserID is who installed the app.
	UserID      string `json:"userId"`
	CompanyName string `json:"companyName"`
	PlanID      string `json:"planId"`
	WebhookID   string `json:"webhookId"`
}

// HandleInstall follows an installation event.
//
// INSTALL of a location under an agency whose token is stored, which is how a bulk installation arrives, makes and stores the
// location's token and returns its source. Without a stored agency token there is nothing to do, because the code that
// the person brings back makes the token; the source is then nil. UNINSTALL removes the stored tokens; late answers of a
// refresh under way do not bring them back.
//
// UNINSTALL of an agency names no locations. With the agency's token go those that were made from it for the locations that
// were approved when the agency installed the app, and for those that this process has made one for. A token that only
// another process has made, for a location that came later, stays stored until it ends, within a day; nothing renews it.
//
// An event that comes twice does no harm. Errors match [ErrInvalidArgument] for an event of another app, of another type, or
// without ids; others are those of the store and of [OAuth.LocationToken], after which the event may be handled again.
func (o *OAuth) HandleInstall(ctx context.Context, e InstallEvent) (*TokenSource, error) {
	switch {
	case e.AppID != o.AppID():
		return nil, invalid("oauth", "the event is for another app")
	case e.LocationID == "" && e.CompanyID == "":
		return nil, invalid("oauth", "the event names neither a location nor an agency")
	case e.Type == EventUninstall:
		return nil, o.uninstall(ctx, e)
	case e.Type != EventInstall:
		return nil, invalid("oauth", "the event is neither INSTALL nor UNINSTALL")
	case e.LocationID == "" || e.CompanyID == "":
		return nil, nil //nolint:nilnil // documented: the code brings the token
	}
	agency := o.Company(e.CompanyID)
	if agency.bad != nil {
		return nil, agency.bad
	}
	if data, _, err := o.cfg.Store.Load(ctx, agency.key); err != nil {
		return nil, agency.fault(err)
	} else if len(data) == 0 {
		return nil, nil //nolint:nilnil // documented: the code brings the token
	}
	s := o.LocationOf(e.CompanyID, e.LocationID)
	if _, err := s.TokenContext(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func (o *OAuth) uninstall(ctx context.Context, e InstallEvent) error {
	if e.LocationID == "" {
		return o.uninstallAgency(ctx, e.CompanyID)
	}
	gone := []*TokenSource{o.Location(e.LocationID)}
	if e.CompanyID != "" {
		gone = append(gone, o.LocationOf(e.CompanyID, e.LocationID))
	} else { // the agency is not named
		gone = append(gone, o.minted(func(s *TokenSource) bool { return s.location == e.LocationID })...)
	}
	for _, s := range gone {
		if s.bad != nil {
			return s.bad
		}
		if err := tokens.Delete(ctx, o.cfg.Store, s.key); err != nil {
			return s.fault(err)
		}
		s.inner.Forget()
	}
	return nil
}

// uninstallAgency removes an agency's token and those made from it. The agency's goes last: it tells the locations when
// something fails on the way and the event is handled again.
func (o *OAuth) uninstallAgency(ctx context.Context, companyID string) error {
	agency := o.Company(companyID)
	if agency.bad != nil {
		return agency.bad
	}
	made := o.minted(func(s *TokenSource) bool { return s.company == companyID })
	var keys []string
	for _, s := range made {
		keys = append(keys, s.key)
	}
	stored, err := agency.Stored(ctx)
	if err != nil && !errors.Is(err, ErrAuthorizeAgain) && !errors.Is(err, ErrTokenUnreadable) {
		return err
	}
	for _, id := range stored.ApprovedLocations {
		if plainID(id) {
			keys = append(keys, o.key(mintedName(companyID, id)))
		}
	}
	for _, key := range append(keys, agency.key) {
		if err := tokens.Delete(ctx, o.cfg.Store, key); err != nil {
			return agency.fault(err)
		}
	}
	for _, s := range append(made, agency) {
		s.inner.Forget()
	}
	return nil
}

// minted returns those sources of this process that make their tokens from an agency's and that match.
func (o *OAuth) minted(match func(*TokenSource) bool) []*TokenSource {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []*TokenSource
	for _, s := range o.sources {
		if s.company != "" && match(s) {
			out = append(out, s)
		}
	}
	return out
}
