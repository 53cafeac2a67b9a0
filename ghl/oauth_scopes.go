package ghl

import (
	"errors"
	"slices"
	"strings"
)

// RequiredScopes returns the scopes that operations need, sorted and each once, from the operation table. An operation is
// named by its ID ("contacts.get") or Go method ("Contacts.Get"). Operations for which the vendor states no scope add
// none. Errors match [ErrInvalidArgument] for an unknown operation.
func RequiredScopes(ops ...string) ([]string, error) {
	needs, err := scopeNeeds(ops)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, need := range needs {
		out = append(out, need.scopes...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// CheckScopes compares what was granted ([OAuthToken].Scopes) with what operations need. Its error matches [ErrScope] and
// names each missing scope with the operations that need it; nil means that nothing is missing. An unknown operation gives
// [ErrInvalidArgument]. Scopes that are added to an app take a new installation.
func CheckScopes(granted []string, ops ...string) error {
	needs, err := scopeNeeds(ops)
	if err != nil {
		return err
	}
	missing := map[string][]string{}
	for _, need := range needs {
		for _, scope := range need.scopes {
			if !slices.Contains(granted, scope) && !slices.Contains(missing[scope], need.id) {
				missing[scope] = append(missing[scope], need.id)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	var parts []string
	for scope, who := range missing {
		slices.Sort(who)
		parts = append(parts, scope+" (for "+strings.Join(who, ", ")+")")
	}
	slices.Sort(parts)
	return &Error{Operation: "oauth", Err: errors.New("missing scopes: " + strings.Join(parts, "; ")), kinds: kindScope}
}

type scopeNeed struct {
	id     string
	scopes []string
}

func scopeNeeds(ops []string) ([]scopeNeed, error) {
	out := make([]scopeNeed, 0, len(ops))
	for _, name := range ops {
		i := slices.IndexFunc(operations[:], func(op Operation) bool { return strings.EqualFold(op.ID, name) })
		if i < 0 {
			return nil, invalid("oauth", "there is no operation %q", name)
		}
		out = append(out, scopeNeed{operations[i].ID, operations[i].Scopes})
	}
	return out, nil
}
