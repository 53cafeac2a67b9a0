package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
)

// OpportunitiesService calls opportunities and their pipelines,
// https://marketplace.gohighlevel.com/docs/ghl/opportunities/opportunities.
type OpportunitiesService struct{ service }

// Opportunity is a possible sale.
type Opportunity struct {
	ID              string  `json:"id"`
	LocationID      string  `json:"locationId"`
	ContactID       string  `json:"contactId"`
	Name            string  `json:"name"`
	PipelineID      string  `json:"pipelineId"`
	PipelineStageID string  `json:"pipelineStageId"`
	MonetaryValue   float64 `json:"monetaryValue"`
	// Status is open, won, lost or abandoned.
	Status             string             `json:"status"`
	Source             string             `json:"source"`
	AssignedTo         string             `json:"assignedTo"`
	LostReasonID       string             `json:"lostReasonId"`
	Followers          []string           `json:"followers"`
	CustomFields       []CustomFieldValue `json:"-"`
	CreatedAt          Time               `json:"createdAt"`
	UpdatedAt          Time               `json:"updatedAt"`
	LastStatusChangeAt Time               `json:"lastStatusChangeAt"`
	LastStageChangeAt  Time               `json:"lastStageChangeAt"`
	LastActionDate     Time               `json:"lastActionDate"`
	// ForecastExpectedCloseDate and ForecastProbability are fields of version 3.
	ForecastExpectedCloseDate Time               `json:"forecastExpectedCloseDate"`
	ForecastProbability       float64            `json:"forecastProbability"`
	EffectiveProbability      float64            `json:"effectiveProbability"`
	IndexVersion              string             `json:"indexVersion"`
	ExternalObjectID          string             `json:"externalObjectId"`
	Contact                   OpportunityContact `json:"contact"`
	// Relations, Notes, Tasks and CalendarEvents are as the vendor sends them, in answers to searches that ask for them.
	Relations      []json.RawMessage `json:"relations"`
	Notes          []json.RawMessage `json:"notes"`
	Tasks          []json.RawMessage `json:"tasks"`
	CalendarEvents []json.RawMessage `json:"calendarEvents"`
	// InternalSource says through which app and version the opportunity was written.
	InternalSource json.RawMessage `json:"internalSource"`
	// Sort is the cursor of a search row.
	Sort json.RawMessage `json:"sort"`

	raw raw
}

// OpportunityContact is the contact inside an opportunity.
type OpportunityContact struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	CompanyName string   `json:"companyName"`
	Email       string   `json:"email"`
	Phone       string   `json:"phone"`
	Tags        []string `json:"tags"`
}

// RawJSON returns the opportunity as it was received.
func (o Opportunity) RawJSON() json.RawMessage { return o.raw.copy() }

// UnmarshalJSON reads an opportunity.
func (o *Opportunity) UnmarshalJSON(data []byte) error { return o.decode(slices.Clone(data)) }

type opportunityFields Opportunity

func (o *Opportunity) decode(data json.RawMessage) error {
	w := struct {
		*opportunityFields
		UnderscoreID string `json:"_id"`
		DateAdded    Time   `json:"dateAdded"`
		DateUpdated  Time   `json:"dateUpdated"`
		CustomFields part   `json:"customFields"`
	}{opportunityFields: (*opportunityFields)(o)}
	err := unmarshal(data, &w)
	o.ID, o.raw.data = cmp.Or(o.ID, w.UnderscoreID), data
	o.CreatedAt, o.UpdatedAt = o.CreatedAt.or(w.DateAdded), o.UpdatedAt.or(w.DateUpdated)
	o.CustomFields = customFieldValues(json.RawMessage(w.CustomFields))
	return err
}

// OpportunityCreate is the body of [OpportunitiesService.Create]. PipelineID, LocationID, Name, Status and ContactID are
// required.
type OpportunityCreate struct {
	PipelineID string `json:"pipelineId"`
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	// Status is open, won, lost or abandoned.
	Status          string       `json:"status"`
	ContactID       string       `json:"contactId"`
	PipelineStageID string       `json:"pipelineStageId,omitempty"`
	MonetaryValue   Opt[float64] `json:"monetaryValue,omitzero"`
	AssignedTo      string       `json:"assignedTo,omitempty"`
	// ForecastExpectedCloseDate (yyyy-mm-dd) and ForecastProbability (percent) are for version 3; under the date versions they
	// are refused with ErrInvalidArgument, here and in the other bodies.
	ForecastExpectedCloseDate string             `json:"forecastExpectedCloseDate,omitempty"`
	ForecastProbability       Opt[float64]       `json:"forecastProbability,omitzero"`
	CustomFields              []CustomFieldInput `json:"customFields,omitempty"`
}

// OpportunityUpdate is the body of [OpportunitiesService.Update]: absent fields stay as they are.
type OpportunityUpdate struct {
	PipelineID                Opt[string]             `json:"pipelineId,omitzero"`
	Name                      Opt[string]             `json:"name,omitzero"`
	PipelineStageID           Opt[string]             `json:"pipelineStageId,omitzero"`
	Status                    Opt[string]             `json:"status,omitzero"`
	MonetaryValue             Opt[float64]            `json:"monetaryValue,omitzero"`
	AssignedTo                Opt[string]             `json:"assignedTo,omitzero"`
	ForecastExpectedCloseDate Opt[string]             `json:"forecastExpectedCloseDate,omitzero"`
	ForecastProbability       Opt[float64]            `json:"forecastProbability,omitzero"`
	CustomFields              Opt[[]CustomFieldInput] `json:"customFields,omitzero"`
}

// OpportunityUpsert is the body of [OpportunitiesService.Upsert]. PipelineID and LocationID are required; the three fields
// about followers are always sent, because the vendor requires them.
type OpportunityUpsert struct {
	PipelineID         string   `json:"pipelineId"`
	LocationID         string   `json:"locationId"`
	Followers          []string `json:"followers"`
	RemoveAllFollowers bool     `json:"isRemoveAllFollowers"`
	// FollowersAction is "add" or "remove"; empty means "add".
	FollowersAction           string       `json:"followersActionType"`
	ID                        string       `json:"id,omitempty"`
	Name                      Opt[string]  `json:"name,omitzero"`
	Status                    Opt[string]  `json:"status,omitzero"`
	PipelineStageID           Opt[string]  `json:"pipelineStageId,omitzero"`
	MonetaryValue             Opt[float64] `json:"monetaryValue,omitzero"`
	AssignedTo                Opt[string]  `json:"assignedTo,omitzero"`
	LostReasonID              Opt[string]  `json:"lostReasonId,omitzero"`
	ForecastExpectedCloseDate Opt[string]  `json:"forecastExpectedCloseDate,omitzero"`
	ForecastProbability       Opt[float64] `json:"forecastProbability,omitzero"`
}

// OpportunityUpsertResult is the answer of [OpportunitiesService.Upsert].
type OpportunityUpsertResult struct {
	// New reports that an opportunity was created.
	New         bool
	Opportunity Opportunity
}

// forecast refuses the forecast fields under the date versions, whose validation does not know them.
func (s *OpportunitiesService) forecast(id opID, closeDate, probability bool) error {
	switch {
	case s.client.set.version == V3:
	case closeDate:
		return invalid(operations[id].ID, "forecastExpectedCloseDate exists in version 3 only; see WithAPIVersion(V3)")
	case probability:
		return invalid(operations[id].ID, "forecastProbability exists in version 3 only; see WithAPIVersion(V3)")
	}
	return nil
}

// Get reads one opportunity.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/get-opportunity
//
//api:op GET /opportunities/{id}
func (s *OpportunitiesService) Get(ctx context.Context, id string, opts ...CallOption) (Opportunity, error) {
	return one[Opportunity](ctx, s.client, opOpportunitiesGet, args{params: []string{id}}, opts, "opportunity")
}

// Create makes an opportunity. It is sent once; after an unclear failure the error is ErrUncertain. A location may forbid a
// second opportunity for a contact.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/create-opportunity
//
//api:op POST /opportunities/
func (s *OpportunitiesService) Create(ctx context.Context, body OpportunityCreate, opts ...CallOption) (Opportunity, error) {
	if err := required(opOpportunitiesCreate, "pipelineId", body.PipelineID, "locationId", body.LocationID, "name", body.Name,
		"status", body.Status, "contactId", body.ContactID); err != nil {
		return Opportunity{}, err
	}
	if err := s.forecast(opOpportunitiesCreate, body.ForecastExpectedCloseDate != "", !body.ForecastProbability.IsZero()); err != nil {
		return Opportunity{}, err
	}
	body.CustomFields = spell(body.CustomFields, s.client.set.version)
	return one[Opportunity](ctx, s.client, opOpportunitiesCreate, args{body: body}, opts, "opportunity")
}

// Update changes the fields that are set in body.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/update-opportunity
//
//api:op PUT /opportunities/{id}
func (s *OpportunitiesService) Update(ctx context.Context, id string, body OpportunityUpdate, opts ...CallOption) (Opportunity, error) {
	if err := s.forecast(opOpportunitiesUpdate, !body.ForecastExpectedCloseDate.IsZero(), !body.ForecastProbability.IsZero()); err != nil {
		return Opportunity{}, err
	}
	if list, ok := body.CustomFields.Get(); ok {
		body.CustomFields = Set(spell(list, s.client.set.version))
	}
	return one[Opportunity](ctx, s.client, opOpportunitiesUpdate, args{params: []string{id}, body: body}, opts, "opportunity")
}

// SetStatus changes the status of an opportunity; lostReasonID goes with "lost" and may be empty.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/update-opportunity-status
//
//api:op PUT /opportunities/{id}/status
func (s *OpportunitiesService) SetStatus(ctx context.Context, id, status, lostReasonID string, opts ...CallOption) error {
	if err := required(opOpportunitiesSetStatus, "status", status); err != nil {
		return err
	}
	body := struct {
		Status       string `json:"status"`
		LostReasonID string `json:"lostReasonId,omitempty"`
	}{status, lostReasonID}
	return s.client.act(ctx, opOpportunitiesSetStatus, args{params: []string{id}, body: body}, opts)
}

// Delete removes an opportunity.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/delete-opportunity
//
//api:op DELETE /opportunities/{id}
func (s *OpportunitiesService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opOpportunitiesDelete, args{params: []string{id}}, opts)
}

// Upsert changes an opportunity or makes one. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/upsert-opportunity
//
//api:op POST /opportunities/upsert
func (s *OpportunitiesService) Upsert(ctx context.Context, body OpportunityUpsert, opts ...CallOption) (OpportunityUpsertResult, error) {
	if err := required(opOpportunitiesUpsert, "pipelineId", body.PipelineID, "locationId", body.LocationID); err != nil {
		return OpportunityUpsertResult{}, err
	}
	if err := s.forecast(opOpportunitiesUpsert, !body.ForecastExpectedCloseDate.IsZero(), !body.ForecastProbability.IsZero()); err != nil {
		return OpportunityUpsertResult{}, err
	}
	body.FollowersAction = cmp.Or(body.FollowersAction, "add")
	body.Followers = append([]string{}, body.Followers...)
	resp, err := s.client.send(ctx, opOpportunitiesUpsert, args{body: body}, opts)
	if err != nil {
		return OpportunityUpsertResult{}, err
	}
	got, err := decodeOne[Opportunity](opOpportunitiesUpsert, resp, "opportunity")
	isNew, _ := pick(resp.Body, "new")
	return OpportunityUpsertResult{New: err == nil && string(isNew) == "true", Opportunity: got}, err
}

// AddFollowers lets users follow an opportunity.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/add-followers-opportunity
//
//api:op POST /opportunities/{id}/followers
func (s *OpportunitiesService) AddFollowers(ctx context.Context, id string, userIDs []string, opts ...CallOption) (Followers, error) {
	return s.client.followers(ctx, opOpportunitiesAddFollowers, id, userIDs, nil, opts)
}

// RemoveFollowers ends the following of an opportunity by users; without users, by all.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/remove-followers-opportunity
//
//api:op DELETE /opportunities/{id}/followers
func (s *OpportunitiesService) RemoveFollowers(ctx context.Context, id string, userIDs []string, opts ...CallOption) (Followers, error) {
	query := url.Values(nil)
	if len(userIDs) == 0 {
		query = url.Values{"isRemoveAllFollowers": {"true"}}
	}
	return s.client.followers(ctx, opOpportunitiesRemoveFollowers, id, userIDs, query, opts)
}

// Pipeline is a row of stages.
type Pipeline struct {
	ID             string          `json:"id"`
	LocationID     string          `json:"locationId"`
	Name           string          `json:"name"`
	Stages         []PipelineStage `json:"stages"`
	ShowInFunnel   bool            `json:"showInFunnel"`
	ShowInPieChart bool            `json:"showInPieChart"`
	// ColorRenderMode is dot, bg-tint or none.
	ColorRenderMode string `json:"colorRenderMode"`

	raw raw
}

// PipelineStage is a stage of a pipeline.
type PipelineStage struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Position float64 `json:"position"`
}

// RawJSON returns the pipeline as it was received.
func (p Pipeline) RawJSON() json.RawMessage { return p.raw.copy() }

// UnmarshalJSON reads a pipeline.
func (p *Pipeline) UnmarshalJSON(data []byte) error { return p.decode(slices.Clone(data)) }

func (p *Pipeline) decode(data json.RawMessage) error {
	type fields Pipeline
	err := unmarshal(data, (*fields)(p))
	p.raw.data = data
	return err
}

// Pipelines yields all pipelines of a location; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/get-pipelines
//
//api:op GET /opportunities/pipelines
func (s *OpportunitiesService) Pipelines(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[Pipeline, error] {
	if err := required(opOpportunitiesPipelines, "locationId", locationID); err != nil {
		return listError[Pipeline](err)
	}
	query := url.Values{"locationId": {locationID}}
	return listOnce[Pipeline](ctx, s.client, opOpportunitiesPipelines, args{query: query}, opts, "pipelines")
}
