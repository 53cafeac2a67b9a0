package ghl

import (
	"context"
	"net/url"
)

// followers adds or removes the followers of a contact or an opportunity.
func (c *Client) followers(ctx context.Context, id opID, record string, users []string, query url.Values, opts []CallOption) (Followers, error) {
	if len(users) == 0 && query == nil {
		return Followers{}, invalid(operations[id].ID, "a user is required")
	}
	body := struct {
		Followers []string `json:"followers"`
	}{append([]string{}, users...)}
	resp, err := c.send(ctx, id, args{params: []string{record}, query: query, body: body}, opts)
	if err != nil {
		return Followers{}, err
	}
	var out struct {
		Followers []string `json:"followers"`
		Added     []string `json:"followersAdded"`
		Removed   []string `json:"followersRemoved"`
	}
	err = decodeInto(id, resp, &out)
	return Followers{Followers: out.Followers, Changed: append(out.Added, out.Removed...)}, err
}
