package ghltest

func locationOps() []operation {
	return []operation{
		{family: "locations", method: "GET", path: "/locations/{locationId}", id: "get-location", scope: "locations.readonly",
			level: levelBoth, handle: (*Server).getLocation},
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
	for k, v := range l.Business {
		business[k] = v
	}
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
