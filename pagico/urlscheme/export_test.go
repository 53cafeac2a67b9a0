package urlscheme

import "context"

// RunProgram is how a Mac without a Runner runs programs.
func RunProgram(ctx context.Context, path string, args ...string) error {
	return runProgram(ctx, path, args...)
}
