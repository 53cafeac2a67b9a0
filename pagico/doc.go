// Package pagico is a typed client of a REST contract for Pagico, the task and project
// manager. Pagico has published no REST reference. This package speaks a contract that
// this project wrote itself, from an integration brief and from Pagico's public
// documentation. It is unofficial and not endorsed by Pagico, there is no public host to
// aim it at, and host, paths, methods, header names and scopes are all configuration.
//
// The contract is described by the file openapi.yaml beside this package, served by
// package pagico/pagicotest, and cited in the comments here as "contract §3.x". What
// works with today's Pagico desktop app is in package pagico/urlscheme.
package pagico
