package ghl

import (
	"cmp"
	"slices"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// APIVersion is a generation of the API. The default keeps the date version of each operation, under which nearly all
// observed behaviour was recorded; V3 switches to the path, header and spelling of version 3 wherever an operation has them.
type APIVersion string

// The generations. See the vendor's versioning page, https://marketplace.gohighlevel.com/docs/Versioning.
const (
	V2 APIVersion = "v2"
	V3 APIVersion = "v3"
)

// The values of the Version header.
const (
	version2021July  = "2021-07-28"
	version2021April = "2021-04-15"
	version3         = "v3"
)

// TokenLevel says whose token an operation takes.
type TokenLevel string

// The token levels: of a sub-account (location), of an agency (company), or either.
const (
	LocationToken TokenLevel = "location"
	AgencyToken   TokenLevel = "agency"
	AnyToken      TokenLevel = "any"
)

// Operation is one row of the operation table: everything that the client must know to call it.
type Operation struct {
	// ID names the operation in errors and log lines, for example "contacts.get". Method is the Go method,
	// for example "Contacts.Get".
	ID, Method string
	// HTTPMethod and Path are the request under the date versions; placeholders stand in braces.
	HTTPMethod, Path string
	// Version is the date version sent in the Version header; empty when the operation takes none.
	Version string
	// V3Path is the path under version 3, usually the same. Empty means that version 3 has no twin: the operation is then
	// called under its date version, whatever the client's setting.
	V3Path string
	// Scopes are the OAuth scopes that allow the operation; empty when the vendor states none.
	Scopes []string
	// Token is the level of the token.
	Token TokenLevel
	// Repeatable reports that sending the request twice has the effect of sending it once, so that the client may repeat it
	// after an unclear failure. A request that is not repeatable fails with ErrUncertain instead.
	Repeatable bool
	// Deprecated reports that the vendor advises against the operation.
	Deprecated bool
	// VendorID is the operation's name in the vendor's OpenAPI files.
	VendorID string
}

// Family returns the vendor's area, the first part of the ID.
func (o Operation) Family() string {
	for i := range len(o.ID) {
		if o.ID[i] == '.' {
			return o.ID[:i]
		}
	}
	return o.ID
}

// Operations returns the whole operation table, sorted by ID. The result is a copy.
func Operations() []Operation {
	out := slices.Clone(operations[:])
	for i := range out {
		out[i].Scopes = slices.Clone(out[i].Scopes)
	}
	slices.SortFunc(out, func(a, b Operation) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// route returns the path and the Version header of the operation for a generation.
func (o Operation) route(v APIVersion) (path, version string) {
	if v == V3 && o.V3Path != "" {
		return o.V3Path, version3
	}
	return o.Path, o.Version
}

func (o Operation) safety() transport.Safety {
	if o.Repeatable {
		return transport.Repeatable
	}
	return transport.Once
}
