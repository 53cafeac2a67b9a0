// Package urlscheme writes pagico:// links, with which the Pagico app for macOS
// makes a task or a note. It needs no server and no account. It works one way only.
package urlscheme
