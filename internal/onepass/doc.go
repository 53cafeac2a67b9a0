// Package onepass reads JSON into structs in one pass over the text, for the answers that the API clients read all day.
//
// It knows only what is usual. Whenever a text holds anything else, be it an error of syntax, a value of another type than
// the field has, a key twice, or a key in another case, it gives up, and the caller reads the same text again with
// encoding/json. Giving up is never an error and needs no reason; so there is one set of rules for what JSON means, that of
// encoding/json, and this package is only faster where it applies.
//
// The promise is: when [Plan.Read] succeeds, encoding/json would have succeeded as well, with the same result.
package onepass
