package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// BlockSlot is a time in which nothing can be booked.
type BlockSlot struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	Title      string `json:"title"`
	// CalendarID or AssignedUserID says whose time is blocked.
	CalendarID     string `json:"calendarId"`
	AssignedUserID string `json:"assignedUserId"`
	StartTime      Time   `json:"startTime"`
	EndTime        Time   `json:"endTime"`

	raw raw
}

// RawJSON returns the slot as it was received.
func (b BlockSlot) RawJSON() json.RawMessage { return b.raw.copy() }

// UnmarshalJSON reads a slot.
func (b *BlockSlot) UnmarshalJSON(data []byte) error { return b.decode(slices.Clone(data)) }

type blockSlotFields BlockSlot

func (b *BlockSlot) decode(data json.RawMessage) error {
	w := struct {
		*blockSlotFields
		UnderscoreID string `json:"_id"`
	}{blockSlotFields: (*blockSlotFields)(b)}
	err := unmarshal(data, &w)
	b.ID, b.raw.data = cmp.Or(b.ID, w.UnderscoreID), data
	return err
}

// BlockSlotInput is the body of creating and changing a blocked slot. LocationID and one of CalendarID and AssignedUserID are
// required.
type BlockSlotInput struct {
	LocationID     string         `json:"locationId"`
	CalendarID     string         `json:"calendarId,omitempty"`
	AssignedUserID string         `json:"assignedUserId,omitempty"`
	Title          string         `json:"title,omitempty"`
	StartTime      Opt[time.Time] `json:"startTime,omitzero"`
	EndTime        Opt[time.Time] `json:"endTime,omitzero"`
}

func (b *BlockSlotInput) check(id opID) error {
	if err := required(id, "locationId", b.LocationID); err != nil {
		return err
	}
	if (b.CalendarID == "") == (b.AssignedUserID == "") {
		return invalid(operations[id].ID, "exactly one of CalendarID and AssignedUserID is required")
	}
	b.StartTime, b.EndTime = outgoingOpt(b.StartTime), outgoingOpt(b.EndTime)
	return nil
}

// BlockedSlots yields the blocked times within a period; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-blocked-slots
//
//api:op GET /calendars/blocked-slots
func (s *CalendarsService) BlockedSlots(ctx context.Context, q EventQuery, opts ...CallOption) iter.Seq2[BlockSlot, error] {
	query, err := q.values(opCalendarsBlockedSlots)
	if err != nil {
		return listError[BlockSlot](err)
	}
	return listOnce[BlockSlot](ctx, s.client, opCalendarsBlockedSlots, args{query: query}, opts, "events")
}

// CreateBlockSlot blocks a time. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/create-block-slot
//
//api:op POST /calendars/events/block-slots
func (s *CalendarsService) CreateBlockSlot(ctx context.Context, body BlockSlotInput, opts ...CallOption) (BlockSlot, error) {
	if err := body.check(opCalendarsCreateBlockSlot); err != nil {
		return BlockSlot{}, err
	}
	return one[BlockSlot](ctx, s.client, opCalendarsCreateBlockSlot, args{body: body}, opts, "event")
}

// UpdateBlockSlot changes a blocked time. Delete it with AppointmentsService.Delete.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/edit-block-slot
//
//api:op PUT /calendars/events/block-slots/{eventId}
func (s *CalendarsService) UpdateBlockSlot(ctx context.Context, eventID string, body BlockSlotInput, opts ...CallOption) (BlockSlot, error) {
	if err := body.check(opCalendarsUpdateBlockSlot); err != nil {
		return BlockSlot{}, err
	}
	return one[BlockSlot](ctx, s.client, opCalendarsUpdateBlockSlot, args{params: []string{eventID}, body: body}, opts, "event")
}

// FreeSlotQuery asks for the free slots of a calendar.
type FreeSlotQuery struct {
	// Start and End bound the slots, at most 31 days apart.
	Start, End time.Time
	// Timezone is the IANA name of the zone in which the answer groups slots by day; empty means the calendar's.
	Timezone string
	// UserIDs narrow the slots to those of some team members.
	UserIDs []string
}

// FreeDay holds the free slots of one day.
type FreeDay struct {
	// Date is YYYY-MM-DD.
	Date string
	// Slots are the beginnings.
	Slots []Time
}

// FreeSlots returns the free slots of a calendar by day, in order.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-slots
//
//api:op GET /calendars/{calendarId}/free-slots
func (s *CalendarsService) FreeSlots(ctx context.Context, calendarID string, q FreeSlotQuery, opts ...CallOption) ([]FreeDay, error) {
	op := operations[opCalendarsFreeSlots].ID
	switch span := q.End.Sub(q.Start); {
	case q.Start.IsZero() || span <= 0:
		return nil, invalid(op, "Start is empty or not before End")
	case span > 31*day:
		return nil, invalid(op, "Start and End are more than 31 days apart")
	}
	query := url.Values{"startDate": {strconv.FormatInt(q.Start.UnixMilli(), 10)}, "endDate": {strconv.FormatInt(q.End.UnixMilli(), 10)}}
	setQuery(query, "timezone", q.Timezone)
	if len(q.UserIDs) == 1 {
		query.Set("userId", q.UserIDs[0])
	} else if len(q.UserIDs) > 1 {
		query["userIds"] = q.UserIDs
	}
	resp, err := s.client.send(ctx, opCalendarsFreeSlots, args{params: []string{calendarID}, query: query}, opts)
	if err != nil {
		return nil, err
	}
	var out []FreeDay
	whole := walkObject(resp.Body, func(key []byte, value json.RawMessage) bool {
		if _, err := time.Parse(time.DateOnly, string(key)); err != nil {
			return true // traceId and the like
		}
		var slots struct {
			Slots []Time `json:"slots"`
		}
		if unmarshal(value, &slots) == nil {
			out = append(out, FreeDay{Date: string(key), Slots: slots.Slots})
		}
		return true
	})
	if !whole {
		return nil, unreadable(operations[opCalendarsFreeSlots], resp, errNotObject)
	}
	slices.SortFunc(out, func(a, b FreeDay) int { return cmp.Compare(a.Date, b.Date) })
	return out, nil
}
