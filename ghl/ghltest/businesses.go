package ghltest

const businessBody = "phone:s email:s website:s address:s city:s postalCode:s state:s country:s description:s customFields:o "

func businessOps() []operation {
	op := area("businesses", "/businesses")
	const read, write = "businesses.readonly", "businesses.write"
	return []operation{
		op("PUT", "/{businessId}", "update-business", write, 200, businessBody+"name:s", (*Server).updateBusiness),
		op("DELETE", "/{businessId}", "delete-Business", write, 200, "", (*Server).deleteBusiness),
		op("GET", "/{businessId}", "get-business", read, 200, "", (*Server).getBusiness),
		op("GET", "/", "get-businesses-by-location", read, 200, "", (*Server).listBusinesses, "locationId"),
		op("POST", "/", "create-business", write, 201, businessBody+"name!:s locationId!:s", (*Server).createBusiness),
	}
}

func businessWire(o Object) object {
	out := o.wire("createdAt", "updatedAt")
	for _, key := range []string{"createdBy", "updatedBy"} {
		if _, ok := out[key]; !ok {
			out[key] = object{}
		}
	}
	return out
}

func (s *Server) businessOf(c *call) (Object, *failure) {
	return s.objectOf(c, Businesses, "Business", c.path["businessId"])
}

func (s *Server) listBusinesses(c *call) (any, *failure) {
	rows, f := window(c, s.listObjects(Businesses, c.query.Get("locationId"), nil), 100, 1000)
	if f != nil {
		return nil, f
	}
	out := []object{}
	for _, o := range rows {
		out = append(out, businessWire(o))
	}
	return object{"businesses": out}, nil
}

// createBusiness answers under the key buiseness: the typing error is the service's own.
func (s *Server) createBusiness(c *call) (any, *failure) {
	c.body["createdBy"] = object{"source": "INTEGRATION", "channel": "OAUTH", "createdAt": stamp(c.now)}
	return object{"success": true, "buiseness": businessWire(s.newObject(c, Businesses, str(c.body["locationId"]), c.body))}, nil
}

func (s *Server) getBusiness(c *call) (any, *failure) {
	o, f := s.businessOf(c)
	if f != nil {
		return nil, f
	}
	return object{"business": businessWire(o)}, nil
}

func (s *Server) updateBusiness(c *call) (any, *failure) {
	o, f := s.businessOf(c)
	if f != nil {
		return nil, f
	}
	return object{"success": true, "buiseness": businessWire(s.mergeObject(c, Businesses, o, c.body))}, nil
}

func (s *Server) deleteBusiness(c *call) (any, *failure) {
	o, f := s.businessOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, Businesses, o)
	return object{"success": true}, nil
}
