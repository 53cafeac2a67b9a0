package ghl

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"
)

// OpportunityQuery narrows [OpportunitiesService.List]; LocationID is required.
type OpportunityQuery struct {
	LocationID      string
	Query           string
	PipelineID      string
	PipelineStageID string
	ContactID       string
	AssignedTo      string
	CampaignID      string
	ID              string
	Country         string
	// Status is open, won, lost, abandoned or all.
	Status string
	// Order is for example "added_asc".
	Order string
	// Date and EndDate bound the time of creation, as mm-dd-yyyy.
	Date, EndDate string
	// WithTasks, WithNotes and WithEvents add them to the rows.
	WithTasks, WithNotes, WithEvents bool
	// Limit is the page size, default and maximum 100.
	Limit int
}

// values spells the query for a generation: the date versions use snake case for five names.
func (q OpportunityQuery) values(v APIVersion) url.Values {
	names := [...]string{"location_id", "pipeline_id", "pipeline_stage_id", "contact_id", "assigned_to"}
	if v == V3 {
		names = [...]string{"locationId", "pipelineId", "pipelineStageId", "contactId", "assignedTo"}
	}
	out := url.Values{}
	for i, value := range [...]string{q.LocationID, q.PipelineID, q.PipelineStageID, q.ContactID, q.AssignedTo} {
		setQuery(out, names[i], value)
	}
	setQuery(out, "q", q.Query)
	setQuery(out, "campaignId", q.CampaignID)
	setQuery(out, "id", q.ID)
	setQuery(out, "country", q.Country)
	setQuery(out, "status", q.Status)
	setQuery(out, "order", q.Order)
	setQuery(out, "date", q.Date)
	setQuery(out, "endDate", q.EndDate)
	for name, on := range map[string]bool{"getTasks": q.WithTasks, "getNotes": q.WithNotes, "getCalendarEvents": q.WithEvents} {
		if on {
			out.Set(name, "true")
		}
	}
	out.Set("limit", strconv.Itoa(pageSize(q.Limit, 100, 100)))
	return out
}

// List walks the opportunities that match, following the cursor of each page.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/search-opportunity
//
//api:op GET /opportunities/search
func (s *OpportunitiesService) List(ctx context.Context, q OpportunityQuery, opts ...CallOption) iter.Seq2[Opportunity, error] {
	return func(yield func(Opportunity, error) bool) {
		if err := required(opOpportunitiesList, "locationId", q.LocationID); err != nil {
			yield(Opportunity{}, err)
			return
		}
		query := q.values(s.client.set.version)
		for {
			resp, err := s.client.send(ctx, opOpportunitiesList, args{query: query}, opts)
			var rows []Opportunity
			if err == nil {
				rows, err = decodeList[Opportunity](opOpportunitiesList, resp, "opportunities")
			}
			if !yieldAll(yield, rows, err) || len(rows) == 0 {
				return
			}
			meta, _ := pick(resp.Body, "meta")
			next, _ := pick(meta, "nextPage")
			after, _ := pick(meta, "startAfter")
			afterID, _ := pick(meta, "startAfterId")
			id := scalar(afterID)
			if scalar(next) == "" {
				return
			}
			if id == "" && scalar(next) != query.Get("page") { // no cursor, so by number
				query.Set("page", scalar(next))
				continue
			}
			if id == query.Get("startAfterId") {
				yield(Opportunity{}, errCursor(opOpportunitiesList, afterID))
				return
			}
			query.Set("startAfterId", id)
			query.Set("startAfter", scalar(after))
		}
	}
}

// OpportunitySearch narrows [OpportunitiesService.Search]; LocationID is required.
type OpportunitySearch struct {
	LocationID string
	Query      string
	// Limit is the page size, default and maximum 100.
	Limit int
	// WithNotes, WithTasks, WithEvents and WithUnread add details to the rows.
	WithNotes, WithTasks, WithEvents, WithUnread bool
}

// opportunitySearchBody is the body of one page; the vendor requires all of it.
type opportunitySearchBody struct {
	LocationID  string          `json:"locationId"`
	Query       string          `json:"query"`
	Limit       int             `json:"limit"`
	Page        int             `json:"page"`
	SearchAfter json.RawMessage `json:"searchAfter"`
	Details     struct {
		Notes  bool `json:"notes"`
		Tasks  bool `json:"tasks"`
		Events bool `json:"calendarEvents"`
		Unread bool `json:"unReadConversations"`
	} `json:"additionalDetails"`
}

// Search walks the opportunities of a location, page by page, until a page is short of the limit with as many rows seen
// as announced, or empty.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/search-opportunities-advanced
//
//api:op POST /opportunities/search
func (s *OpportunitiesService) Search(ctx context.Context, q OpportunitySearch, opts ...CallOption) iter.Seq2[Opportunity, error] {
	return func(yield func(Opportunity, error) bool) {
		if err := required(opOpportunitiesSearch, "locationId", q.LocationID); err != nil {
			yield(Opportunity{}, err)
			return
		}
		body := opportunitySearchBody{LocationID: q.LocationID, Query: q.Query, Limit: pageSize(q.Limit, 100, 100), SearchAfter: json.RawMessage("[]")}
		body.Details.Notes, body.Details.Tasks = q.WithNotes, q.WithTasks
		body.Details.Events, body.Details.Unread = q.WithEvents, q.WithUnread
		var before map[string]bool
		for seen := 0; ; {
			body.Page++
			resp, err := s.client.send(ctx, opOpportunitiesSearch, args{body: body}, opts)
			var rows []Opportunity
			if err == nil {
				rows, err = decodeList[Opportunity](opOpportunitiesSearch, resp, "opportunities")
			}
			fresh, ids := unseen(rows, before, func(o Opportunity) string { return o.ID })
			if !yieldAll(yield, fresh, err) || len(fresh) == 0 {
				return
			}
			seen += len(rows)
			if len(rows) < body.Limit && seen >= total(resp.Body) {
				return
			}
			before = ids
		}
	}
}

// LostReason is a reason why opportunities were lost.
type LostReason struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	CreatedAt  Time   `json:"createdAt"`
	UpdatedAt  Time   `json:"updatedAt"`

	raw raw
}

// RawJSON returns the reason as it was received.
func (r LostReason) RawJSON() json.RawMessage { return r.raw.copy() }

// UnmarshalJSON reads a reason.
func (r *LostReason) UnmarshalJSON(data []byte) error { return r.decode(slices.Clone(data)) }

func (r *LostReason) decode(data json.RawMessage) error {
	type fields LostReason
	err := unmarshal(data, (*fields)(r))
	r.raw.data = data
	return err
}

// LostReasonQuery narrows [OpportunitiesService.LostReasons]; LocationID is required.
type LostReasonQuery struct {
	LocationID  string
	Name, Query string
	Deleted     Opt[bool]
	// WithCount lets the vendor count the matches; the walk then ends at that number instead of at a short page.
	WithCount bool
	// Limit is the page size, default and maximum 100.
	Limit int
}

// LostReasons walks the lost reasons of a location, in pages by offset.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/opportunities/get-lost-reason
//
//api:op GET /opportunities/lost-reason
func (s *OpportunitiesService) LostReasons(ctx context.Context, q LostReasonQuery, opts ...CallOption) iter.Seq2[LostReason, error] {
	return func(yield func(LostReason, error) bool) {
		if err := required(opOpportunitiesLostReasons, "locationId", q.LocationID); err != nil {
			yield(LostReason{}, err)
			return
		}
		query := url.Values{"locationId": {q.LocationID}}
		setQuery(query, "name", q.Name)
		setQuery(query, "query", q.Query)
		setBool(query, "deleted", q.Deleted)
		if q.WithCount {
			query.Set("getCount", "true")
		}
		announced := 0
		bySkip(yield, skipper[LostReason]{limit: pageSize(q.Limit, 100, 100), id: func(r LostReason) string { return r.ID }, total: &announced,
			page: func(limit, skip int) ([]LostReason, error) {
				query.Set("limit", strconv.Itoa(limit))
				query.Set("skip", strconv.Itoa(skip))
				resp, err := s.client.send(ctx, opOpportunitiesLostReasons, args{query: query}, opts)
				if err != nil {
					return nil, err
				}
				if q.WithCount {
					announced = total(resp.Body)
				}
				return decodeList[LostReason](opOpportunitiesLostReasons, resp, "lostReasons")
			}})
	}
}
