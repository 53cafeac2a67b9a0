package pagicotest

import (
	"slices"
	"time"
)

// common points at the members that every resource has, so that one piece of code serves all kinds.
type common struct {
	ID, ExternalID, ETag, ExternalClient *string
	CreatedAt, LastUpdated, DeletedAt    *time.Time
	Deleted                              *bool
}

// record is a pointer to one of the resource structs. A record inside a table is never changed in place.
type record interface {
	common() common
	clone() record
}

// placed is a record that lies in a project, a contact or the Inbox.
type placed interface {
	record
	container() (projectID, contactID string)
}

func (t *Task) common() common {
	return common{&t.ID, &t.ExternalID, &t.ETag, &t.ExternalClient, &t.CreatedAt, &t.LastUpdated, &t.DeletedAt, &t.Deleted}
}

func (p *Project) common() common {
	return common{&p.ID, &p.ExternalID, &p.ETag, &p.ExternalClient, &p.CreatedAt, &p.LastUpdated, &p.DeletedAt, &p.Deleted}
}

func (l *List) common() common {
	return common{&l.ID, &l.ExternalID, &l.ETag, &l.ExternalClient, &l.CreatedAt, &l.LastUpdated, &l.DeletedAt, &l.Deleted}
}

func (c *Contact) common() common {
	return common{&c.ID, &c.ExternalID, &c.ETag, &c.ExternalClient, &c.CreatedAt, &c.LastUpdated, &c.DeletedAt, &c.Deleted}
}

func (n *Note) common() common {
	return common{&n.ID, &n.ExternalID, &n.ETag, &n.ExternalClient, &n.CreatedAt, &n.LastUpdated, &n.DeletedAt, &n.Deleted}
}

func (e *Event) common() common {
	return common{&e.ID, &e.ExternalID, &e.ETag, &e.ExternalClient, &e.CreatedAt, &e.LastUpdated, &e.DeletedAt, &e.Deleted}
}

func (h *Webhook) common() common {
	return common{&h.ID, &h.ExternalID, &h.ETag, &h.ExternalClient, &h.CreatedAt, &h.LastUpdated, &h.DeletedAt, &h.Deleted}
}

func (t *Task) clone() record {
	c := *t
	c.Tags, c.Links = slices.Clone(t.Tags), slices.Clone(t.Links)
	if t.Assignee != nil {
		c.Assignee = new(*t.Assignee)
	}
	return &c
}

func (p *Project) clone() record {
	c := *p
	c.Tags, c.Links, c.ContactIDs = slices.Clone(p.Tags), slices.Clone(p.Links), slices.Clone(p.ContactIDs)
	return &c
}

func (l *List) clone() record {
	c := *l
	return &c
}

func (c *Contact) clone() record {
	n := *c
	n.Tags, n.Links = slices.Clone(c.Tags), slices.Clone(c.Links)
	n.CustomFields, n.ProjectIDs = slices.Clone(c.CustomFields), slices.Clone(c.ProjectIDs)
	return &n
}

func (n *Note) clone() record {
	c := *n
	return &c
}

func (e *Event) clone() record {
	c := *e
	return &c
}

func (h *Webhook) clone() record {
	c := *h
	c.Events = slices.Clone(h.Events)
	return &c
}

func (t *Task) container() (string, string) { return t.ProjectID, t.ContactID }
func (l *List) container() (string, string) { return l.ProjectID, l.ContactID }
func (n *Note) container() (string, string) { return n.ProjectID, n.ContactID }
