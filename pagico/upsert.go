package pagico

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
)

// upsertTries bounds how often an upsert reads the record again after it changed
// between the read and the write.
const upsertTries = 3

// upsertOps are the operations that an upsert is made of.
type upsertOps struct{ create, get, update Operation }

// upsert creates a record, or patches the one that has the external id. There is no
// upsert in the contract: a PUT would wipe the fields that only Pagico's users set.
func upsert[T any, P record[T]](ctx context.Context, c *Client, ops upsertOps, externalID string, body any,
	opts []CallOption,
) (T, bool, error) {
	var zero T
	if externalID == "" {
		return zero, false, invalid(ops.create, "an upsert needs an external id")
	}
	made, err := create[T, P](ctx, c, ops.create, body, opts)
	if err == nil {
		return made, true, nil
	}
	if !errors.Is(err, ErrExternalIDConflict) {
		return zero, false, err
	}
	id := External(externalID)
	if e, ok := errors.AsType[*Error](err); ok && e.ExistingID != "" {
		id = e.ExistingID
	}
	patch, err := patchOf(body)
	if err != nil {
		return zero, false, named(ops.update, err)
	}
	for try := 1; ; try++ {
		have, err := get[T, P](ctx, c, ops.get, id, opts)
		if err != nil {
			return zero, false, err
		}
		guard := opts
		if m := P(&have).mark(); m.etag != nil && *m.etag != "" {
			guard = append(slices.Clip(opts), IfMatch(*m.etag))
		}
		done, err := update[T, P](ctx, c, ops.update, id, patch, guard)
		if err == nil || !errors.Is(err, ErrPreconditionFailed) || try == upsertTries {
			return done, false, err
		}
	}
}

// exclusions are members that a record cannot hold together: giving the first in a
// patch writes the other in its empty form.
var exclusions = [...]struct{ given, other, empty string }{
	{"projectId", "contactId", "null"},
	{"contactId", "projectId", "null"},
	{"dueDate", "someday", "false"},
	{"someday", "dueDate", "null"},
}

// patchOf turns a create body into a merge patch: what the body holds is set, what it
// excludes is cleared, the rest is kept.
func patchOf(body any) (map[string]json.RawMessage, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var patch map[string]json.RawMessage
	if err := json.Unmarshal(data, &patch); err != nil {
		return nil, err
	}
	delete(patch, "externalId")
	given := maps.Clone(patch)
	for _, x := range exclusions {
		if given[x.given] != nil && given[x.other] == nil {
			patch[x.other] = json.RawMessage(x.empty)
		}
	}
	return patch, nil
}
