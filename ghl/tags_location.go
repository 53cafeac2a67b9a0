package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
)

// Tag is a tag that a location knows. Names are lower case; the list can hold one name twice.
type Tag struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	LocationID string `json:"locationId"`

	raw raw
}

// RawJSON returns the tag as it was received.
func (t Tag) RawJSON() json.RawMessage { return t.raw.copy() }

// UnmarshalJSON reads a tag.
func (t *Tag) UnmarshalJSON(data []byte) error { return t.decode(slices.Clone(data)) }

type tagFields Tag

func (t *Tag) decode(data json.RawMessage) error {
	w := struct {
		*tagFields
		UnderscoreID string `json:"_id"`
	}{tagFields: (*tagFields)(t)}
	err := unmarshal(data, &w)
	t.ID, t.raw.data = cmp.Or(t.ID, w.UnderscoreID), data
	return err
}

// tagBody is the body of creating and renaming a tag.
type tagBody struct {
	Name string `json:"name"`
}

// List yields all tags of a location; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-location-tags
//
//api:op GET /locations/{locationId}/tags
func (s *TagsService) List(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[Tag, error] {
	return listOnce[Tag](ctx, s.client, opTagsList, args{params: []string{locationID}}, opts, "tags")
}

// Get reads one tag of a location.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-tag-by-id
//
//api:op GET /locations/{locationId}/tags/{tagId}
func (s *TagsService) Get(ctx context.Context, locationID, tagID string, opts ...CallOption) (Tag, error) {
	return one[Tag](ctx, s.client, opTagsGet, args{params: []string{locationID, tagID}}, opts, "tag")
}

// Create makes a tag in a location. What happens for a name that exists is not documented. It is sent once; see
// ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/create-tag
//
//api:op POST /locations/{locationId}/tags
func (s *TagsService) Create(ctx context.Context, locationID, name string, opts ...CallOption) (Tag, error) {
	if err := required(opTagsCreate, "name", name); err != nil {
		return Tag{}, err
	}
	return one[Tag](ctx, s.client, opTagsCreate, args{params: []string{locationID}, body: tagBody{name}}, opts, "tag")
}

// Update renames a tag of a location.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/update-tag
//
//api:op PUT /locations/{locationId}/tags/{tagId}
func (s *TagsService) Update(ctx context.Context, locationID, tagID, name string, opts ...CallOption) (Tag, error) {
	if err := required(opTagsUpdate, "name", name); err != nil {
		return Tag{}, err
	}
	return one[Tag](ctx, s.client, opTagsUpdate, args{params: []string{locationID, tagID}, body: tagBody{name}}, opts, "tag")
}

// Delete removes a tag from a location.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/delete-tag
//
//api:op DELETE /locations/{locationId}/tags/{tagId}
func (s *TagsService) Delete(ctx context.Context, locationID, tagID string, opts ...CallOption) error {
	return s.client.remove(ctx, opTagsDelete, args{params: []string{locationID, tagID}}, opts)
}
