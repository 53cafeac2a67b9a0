package pagicosource

import (
	"errors"
	"fmt"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// readError gives an error of a read its meaning for the engine.
func readError(what string, err error) error {
	return wrap(what, meaning(err), err)
}

// writeError gives an error of a write its meaning for the engine.
func writeError(what string, err error) error {
	sentinel := meaning(err)
	switch {
	case errors.Is(err, pagico.ErrUncertain), errors.Is(err, pagico.ErrIdempotencyInProgress):
		sentinel = syncer.ErrUncertain
	case errors.Is(err, pagico.ErrPreconditionFailed):
		sentinel = syncer.ErrChanged
	case errors.Is(err, pagico.ErrValidation), errors.Is(err, pagico.ErrInvalidRequest), errors.Is(err, pagico.ErrInvalidArgument),
		errors.Is(err, pagico.ErrTooLarge), errors.Is(err, pagico.ErrUnsupportedMedia), errors.Is(err, pagico.ErrPreconditionRequired):
		sentinel = syncer.ErrRefused
	}
	return wrap(what, sentinel, err)
}

// meaning finds the engine's word for what reads and writes have in common.
func meaning(err error) error {
	switch {
	case errors.Is(err, pagico.ErrNotFound):
		return syncer.ErrNotFound
	case errors.Is(err, pagico.ErrUnauthorized), errors.Is(err, pagico.ErrScope):
		return syncer.ErrDenied
	case errors.Is(err, pagico.ErrRateLimited):
		return syncer.ErrOverLimit
	case errors.Is(err, pagico.ErrNotSupported):
		return syncer.ErrUnsupported
	}
	return nil
}

func wrap(what string, sentinel, err error) error {
	if sentinel == nil {
		return fmt.Errorf("pagicosource: %s: %w", what, err)
	}
	return fmt.Errorf("pagicosource: %s: %w: %w", what, sentinel, err)
}

func refusedf(format string, args ...any) error {
	return fmt.Errorf("pagicosource: %w: %s", syncer.ErrRefused, fmt.Sprintf(format, args...))
}

func unsupportedf(format string, args ...any) error {
	return fmt.Errorf("pagicosource: %w: %s", syncer.ErrUnsupported, fmt.Sprintf(format, args...))
}
