package urlscheme

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
)

// Errors of openers.
var (
	// ErrNotOpened: for certain, nothing was opened. Every other error of an opener
	// leaves it in doubt.
	ErrNotOpened = errors.New("urlscheme: the link was not opened")
	// ErrNotSupported: links cannot be opened on this system. The error is a
	// [*NotSupportedError], which carries the link for the user to follow.
	ErrNotSupported = errors.New("urlscheme: links cannot be opened on this system")
)

// NotSupportedError says that links cannot be opened on this system. It is both
// [ErrNotSupported] and [ErrNotOpened].
type NotSupportedError struct {
	// Link is what was to be opened, for a page or a message on which the user can
	// follow it. It is empty when no link was at hand. It holds the user's texts, so it
	// is not part of the message.
	Link Link
}

// Error implements error.
func (e *NotSupportedError) Error() string { return ErrNotSupported.Error() }

// Is makes the error both [ErrNotSupported] and [ErrNotOpened].
func (e *NotSupportedError) Is(target error) bool {
	return target == ErrNotSupported || target == ErrNotOpened
}

// Opener hands links to the app.
//
// An Opener need not be safe for concurrent use: a [Ledger] opens one link at a time,
// across processes too. It must not call the ledger that it is called by.
type Opener interface {
	// Open hands the link over once. Nil means that the system took it; whether the
	// app made anything of it is not known. An error that is [ErrNotOpened] means that
	// nothing was opened; any other leaves it in doubt.
	Open(ctx context.Context, link Link) error
}

// Runner runs a program by its path and arguments, without a shell, and waits for it.
// It returns an error that is [ErrNotOpened] when the program did not start.
type Runner func(ctx context.Context, path string, args ...string) error

// openProgram hands links to their app on macOS; -g leaves the app in the background.
const openProgram = "/usr/bin/open"

// Mac opens links on macOS by the system's open program. The zero Mac is ready. It is
// safe for concurrent use if its Runner is.
type Mac struct {
	// Run runs the program. Nil means a process of its own, on macOS only.
	Run Runner
}

// Ready returns a [*NotSupportedError] when links cannot be opened on this system.
func (m Mac) Ready() error {
	if m.Run == nil && runtime.GOOS != "darwin" {
		return &NotSupportedError{}
	}
	return nil
}

// Open runs open -g LINK. It returns a [*NotSupportedError] on other systems, and
// [ErrInvalid] together with [ErrNotOpened] for what [Parse] does not read: no other
// scheme is ever opened. An exit status other than 0 leaves it in doubt.
func (m Mac) Open(ctx context.Context, link Link) error {
	if _, err := Parse(string(link)); err != nil {
		return fmt.Errorf("%w: %w", ErrNotOpened, err)
	}
	if m.Ready() != nil {
		return &NotSupportedError{Link: link}
	}
	run := m.Run
	if run == nil {
		run = runProgram
	}
	if err := run(ctx, openProgram, "-g", string(link)); err != nil {
		return fmt.Errorf("urlscheme: open the link: %w", err)
	}
	return nil
}

// maxComplaint bounds how much of a program's complaint is kept, in bytes.
const maxComplaint = 200

func runProgram(ctx context.Context, path string, args ...string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotOpened, err)
	}
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // the path is a constant and the link was checked
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotOpened, err)
	}
	err := cmd.Wait()
	if err == nil {
		return nil
	}
	// The program repeats the link, which holds the user's texts.
	words := strings.Fields(strings.ToValidUTF8(complaint.String(), "?"))
	for i, word := range words {
		if before, _, found := strings.Cut(word, Scheme); found {
			words[i] = before + "LINK"
		}
	}
	text := strings.Join(words, " ")
	if text == "" {
		return err
	}
	if len(text) > maxComplaint {
		text = strings.ToValidUTF8(text[:maxComplaint], "") + "…"
	}
	return fmt.Errorf("%w: %s", err, text)
}
