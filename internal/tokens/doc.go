// Package tokens keeps OAuth tokens in a store that several processes share, and renews each of them at most once at a
// time, whoever asks. It knows no service: packages ghl and pagico give it the function that trades one token for the next.
//
// # The problem
//
// A refresh token works once. Two processes that refresh at the same time, or one that is killed after the server has
// answered and before the answer is stored, lose the installation. So a [Source] takes a lease in the [Store], reads the
// token again, writes a mark that says "an exchange is under way", exchanges, stores the new pair, and only then uses it.
//
// # After a failure
//
//   - Refused: the token is void. The record says so, and every source answers [ErrAuthorizeAgain] from then on,
//     without asking the server again.
//   - Not sent, or refused for a reason that is not the token: nothing has changed; asked again after a short pause.
//   - Unclear, or a mark left behind by somebody who died: the stored token is tried once more. If it is refused, the pair
//     is lost: [ErrAuthorizeAgain]. If that is unclear too, the server is in trouble: it is asked again after a wait that
//     doubles, never in a loop.
//
// A pair that arrives late, because its process was stopped and its lease ran out, is still stored as long as nobody has
// stored another one made from the same token: the newest pair is never thrown away.
package tokens
