// Package apicheck holds the checks of the rules that this repository sets itself and that no ready-made linter
// knows: who may import whom, how long a file or a function may grow, which names need a comment, and that the
// code shown in the README compiles.
//
// Each check is a function from a [Tree] (or from the output of go list) to a list of [Finding]. It is tested twice:
// on the repository, where it must find nothing, and on small trees that break the rule on purpose, where it must find
// exactly that.
//
// The tests run with everything else: go test ./internal/apicheck.
package apicheck
