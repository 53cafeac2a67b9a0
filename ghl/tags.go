package ghl

import (
	"context"
	"slices"
	"strings"
)

// TagsService calls the tags of contacts and of a location, https://marketplace.gohighlevel.com/docs/ghl/contacts/tags.
type TagsService struct{ service }

// ContactTags is the answer to adding and removing tags.
type ContactTags struct {
	// Tags are all tags of the contact after the call, in lower case.
	Tags []string
	// Changed are the tags that were really added or removed; a tag that was there already, or was not there, is not among
	// them.
	Changed []string
}

// Add puts tags on a contact and leaves the others. Adding a tag that is there does nothing, so the call may be repeated.
// Tags are stored in lower case; a tag that the location does not know is made.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/add-tags
//
//api:op POST /contacts/{contactId}/tags
func (s *TagsService) Add(ctx context.Context, contactID string, tags ...string) (ContactTags, error) {
	return s.change(ctx, opTagsAdd, contactID, tags)
}

// Remove takes tags off a contact and leaves the others. Removing a tag that is not there does nothing.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/remove-tags
//
//api:op DELETE /contacts/{contactId}/tags
func (s *TagsService) Remove(ctx context.Context, contactID string, tags ...string) (ContactTags, error) {
	return s.change(ctx, opTagsRemove, contactID, tags)
}

func (s *TagsService) change(ctx context.Context, id opID, contactID string, tags []string) (ContactTags, error) {
	if len(tags) == 0 || slices.ContainsFunc(tags, func(t string) bool { return strings.TrimSpace(t) == "" }) {
		return ContactTags{}, invalid(operations[id].ID, "a tag is required, and none may be empty")
	}
	body := struct {
		Tags []string `json:"tags"`
	}{tags}
	resp, err := s.client.send(ctx, id, args{params: []string{contactID}, body: body}, nil)
	if err != nil {
		return ContactTags{}, err
	}
	var out struct {
		Tags    []string `json:"tags"`
		Added   []string `json:"tagsAdded"`
		Removed []string `json:"tagsRemoved"`
	}
	if err := decodeInto(id, resp, &out); err != nil {
		return ContactTags{}, err
	}
	return ContactTags{Tags: out.Tags, Changed: append(out.Added, out.Removed...)}, nil
}
