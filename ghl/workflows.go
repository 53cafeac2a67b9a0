package ghl

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
)

// WorkflowsService calls workflows, https://marketplace.gohighlevel.com/docs/ghl/workflows/workflows. They cannot be written
// through the API; contacts are put into them with ContactsService.AddToWorkflow.
type WorkflowsService struct{ service }

// Workflow is a workflow of a location.
type Workflow struct {
	ID         string  `json:"id"`
	LocationID string  `json:"locationId"`
	Name       string  `json:"name"`
	Status     string  `json:"status"`
	Version    float64 `json:"version"`
	CreatedAt  Time    `json:"createdAt"`
	UpdatedAt  Time    `json:"updatedAt"`

	raw raw
}

// RawJSON returns the workflow as it was received.
func (w Workflow) RawJSON() json.RawMessage { return w.raw.copy() }

// UnmarshalJSON reads a workflow.
func (w *Workflow) UnmarshalJSON(data []byte) error { return w.decode(slices.Clone(data)) }

func (w *Workflow) decode(data json.RawMessage) error {
	type fields Workflow
	err := unmarshal(data, (*fields)(w))
	w.raw.data = data
	return err
}

// List yields the workflows of a location; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/workflows/get-workflow
//
//api:op GET /workflows/
func (s *WorkflowsService) List(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[Workflow, error] {
	if err := required(opWorkflowsList, "locationId", locationID); err != nil {
		return listError[Workflow](err)
	}
	query := url.Values{"locationId": {locationID}}
	return listOnce[Workflow](ctx, s.client, opWorkflowsList, args{query: query}, opts, "workflows")
}
