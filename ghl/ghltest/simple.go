package ghltest

// simpleOps are the families of one operation.
func simpleOps() []operation {
	campaigns, workflows, companies := area("campaigns", "/campaigns"), area("workflows", "/workflows"), area("companies", "/companies")
	company := companies("GET", "/{companyId}", "get-company", "companies.readonly", 200, "", (*Server).getCompany)
	company.level = levelAgency
	return []operation{
		campaigns("GET", "/", "get-campaigns", "campaigns.readonly", 200, "", (*Server).listCampaigns, "locationId"),
		workflows("GET", "/", "get-workflow", "workflows.readonly", 200, "", (*Server).listWorkflows, "locationId"),
		company,
	}
}

func (s *Server) listCampaigns(c *call) (any, *failure) {
	status := c.query.Get("status")
	rows := s.listObjects(Campaigns, c.query.Get("locationId"), func(o Object) bool { return status == "" || o.Fields["status"] == status })
	return object{"campaigns": wires(rows, "", "")}, nil
}

func (s *Server) listWorkflows(c *call) (any, *failure) {
	return object{"workflows": wires(s.listObjects(Workflows, c.query.Get("locationId"), nil), "createdAt", "updatedAt")}, nil
}

func (s *Server) getCompany(c *call) (any, *failure) {
	id := c.path["companyId"]
	if id != c.token.CompanyID {
		return nil, &failure{status: 403, message: "The token does not have access to this company.", bare: true}
	}
	company, ok := s.companies.get(id)
	if !ok {
		return nil, fail(400, "Company not found for id: %s", id)
	}
	count := 0
	for _, l := range s.locations.live() {
		if l.CompanyID == id {
			count++
		}
	}
	o := object{"id": company.ID, "name": company.Name, "locationCount": count, "customerType": "agency", "status": "active"}
	set(o, "email", company.Email)
	set(o, "phone", company.Phone)
	set(o, "website", company.Website)
	set(o, "timezone", company.Timezone)
	set(o, "country", company.Country)
	return object{"company": o}, nil
}
