package ghltest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

const locationBody = "name:s phone:s address:s city:s state:s country:s postalCode:s website:s timezone:s prospectInfo:o settings:o " +
	"social:o twilio:o mailgun:o companyId!:s "

func locationOps() []operation {
	op := area("locations", "/locations")
	agency := func(o operation, l level) operation { o.level = l; return o }
	const read, write = "locations.readonly", "locations.write"
	return []operation{
		agency(op("GET", "/search", "search-locations", read, 200, "", (*Server).searchLocations), levelBoth),
		agency(op("GET", "/{locationId}", "get-location", read, 200, "", (*Server).getLocation), levelBoth),
		agency(op("PUT", "/{locationId}", "put-location", write, 200, locationBody+"snapshot:o", (*Server).putLocation), levelAgency),
		agency(op("DELETE", "/{locationId}", "delete-location", "locations.internal-access-only", 200, "", (*Server).deleteLocation,
			"deleteTwilioAccount"), levelAgency),
		agency(op("POST", "/", "create-location", write, 200, strings.Replace(locationBody, "name:s", "name!:s", 1)+"snapshotId:s",
			(*Server).createLocation), levelAgency),
		op("GET", "/{locationId}/timezones", "get-timezones", read, 200, "", (*Server).listTimezones),
	}
}

// locationWire is a location as GET by id shows it, with what live answers add to the reference.
func locationWire(l Location) object {
	o := locationRow(l)
	set(o, "companyId", l.CompanyID)
	set(o, "domain", l.Domain)
	set(o, "logoUrl", l.LogoURL)
	set(o, "firstName", l.FirstName)
	set(o, "lastName", l.LastName)
	set(o, "currency", l.Currency)
	business := object{"name": l.Name, "timezone": l.Timezone}
	maps.Copy(business, l.Business)
	o["business"], o["reseller"], o["permissions"] = business, orEmpty(l.Reseller), orEmpty(l.Permissions)
	o["dateAdded"] = stamp(l.DateAdded)
	settings := asObject(o["settings"])
	settings["contactUniqueIdentifiers"] = list(l.ContactUniqueIdentifiers)
	settings["crmSettings"] = object{"deSyncOwners": true, "syncFollowers": object{"contact": false, "opportunity": false}}
	return o
}

// locationRow is a location as the search lists it.
func locationRow(l Location) object {
	o := object{"id": l.ID, "name": l.Name, "timezone": l.Timezone, "social": orEmpty(l.Social), "settings": object{
		"allowDuplicateContact": l.AllowDuplicateContact, "allowDuplicateOpportunity": l.AllowDuplicateOpportunity,
		"allowFacebookNameMerge": l.AllowFacebookNameMerge, "disableContactTimezone": l.DisableContactTimezone}}
	set(o, "phone", l.Phone)
	set(o, "email", l.Email)
	set(o, "address", l.Address)
	set(o, "city", l.City)
	set(o, "state", l.State)
	set(o, "country", l.Country)
	set(o, "postalCode", l.PostalCode)
	set(o, "website", l.Website)
	return o
}

// locationWritten is the bare answer of create and update.
func locationWritten(l Location) object {
	o := locationRow(l)
	o["companyId"] = l.CompanyID
	set(o, "domain", l.Domain)
	return o
}

func (s *Server) locationOf(c *call) (Location, *failure) {
	l, ok := s.locations.get(c.path["locationId"])
	if !ok {
		return l, fail(400, "Location not found for id: %s", c.path["locationId"])
	}
	return l, nil
}

func (s *Server) getLocation(c *call) (any, *failure) {
	l, f := s.locationOf(c)
	if f != nil {
		return nil, f
	}
	return object{"location": locationWire(l)}, nil
}

func (s *Server) searchLocations(c *call) (any, *failure) {
	email := c.query.Get("email")
	rows := slices.DeleteFunc(s.locations.live(), func(l Location) bool {
		if !c.token.agency() && l.ID != c.token.LocationID || l.CompanyID != c.token.CompanyID {
			return true
		}
		return email != "" && !strings.EqualFold(email, l.Email)
	})
	slices.SortStableFunc(rows, func(a, b Location) int {
		r := cmp.Or(a.DateAdded.Compare(b.DateAdded), strings.Compare(a.ID, b.ID))
		if c.query.Get("order") == "desc" {
			return -r
		}
		return r
	})
	rows, f := window(c, rows, 10, 1000)
	if f != nil {
		return nil, f
	}
	out := []object{}
	for _, l := range rows {
		out = append(out, locationRow(l))
	}
	return object{"locations": out}, nil
}

func (s *Server) ownCompany(c *call) *failure {
	if id := str(c.body["companyId"]); id != c.token.CompanyID {
		return &failure{status: 403, message: "The token does not have access to this company.", bare: true}
	}
	return nil
}

func applyLocation(l *Location, body object) {
	for key, to := range map[string]*string{"name": &l.Name, "phone": &l.Phone, "address": &l.Address, "city": &l.City,
		"state": &l.State, "country": &l.Country, "postalCode": &l.PostalCode, "website": &l.Website, "timezone": &l.Timezone} {
		if v, ok := body[key]; ok {
			*to = str(v)
		}
	}
	if p := asObject(body["prospectInfo"]); p != nil {
		l.FirstName, l.LastName, l.Email = str(p["firstName"]), str(p["lastName"]), str(p["email"])
	}
	settings := asObject(body["settings"])
	for key, to := range map[string]*bool{"allowDuplicateContact": &l.AllowDuplicateContact,
		"allowDuplicateOpportunity": &l.AllowDuplicateOpportunity, "allowFacebookNameMerge": &l.AllowFacebookNameMerge,
		"disableContactTimezone": &l.DisableContactTimezone} {
		if v, ok := settings[key].(bool); ok {
			*to = v
		}
	}
	if v := asObject(body["social"]); v != nil {
		l.Social = v
	}
}

func (s *Server) createLocation(c *call) (any, *failure) {
	if f := s.ownCompany(c); f != nil {
		return nil, f
	}
	l := Location{ID: s.newID(), CompanyID: c.token.CompanyID, DateAdded: c.now}
	applyLocation(&l, c.body)
	s.seedLocation(l)
	l, _ = s.locations.get(l.ID)
	s.locationChanged("LocationCreate", l, c.now)
	return locationWritten(l), nil
}

func (s *Server) putLocation(c *call) (any, *failure) {
	if f := s.ownCompany(c); f != nil {
		return nil, f
	}
	l, f := s.locationOf(c)
	if f != nil {
		return nil, f
	}
	l = l.clone()
	applyLocation(&l, c.body)
	s.locations.put(l.ID, l, false, c.now, 0)
	s.locationChanged("LocationUpdate", l, c.now)
	return locationWritten(l), nil
}

func (s *Server) deleteLocation(c *call) (any, *failure) {
	l, f := s.locationOf(c)
	if f != nil {
		return nil, f
	}
	l.Deleted = true
	s.locations.put(l.ID, l, true, c.now, 0)
	return object{"success": true, "message": "Deleted location with id: " + l.ID}, nil
}

func (s *Server) listTimezones(c *call) (any, *failure) {
	if _, f := s.locationOf(c); f != nil {
		return nil, f
	}
	return object{"timeZones": []string{"America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Sao_Paulo",
		"Europe/London", "Europe/Zurich", "Europe/Berlin", "Europe/Helsinki", "Africa/Johannesburg", "Asia/Dubai", "Asia/Kolkata",
		"Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland"}}, nil
}
