package ghlsource

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// readError gives an error of a read its meaning for the engine.
func readError(what string, err error) error { return wrap(what, meaning(err), err) }

// createError gives an error of a create its meaning. A 422 counts as uncertain,
// because records were seen to exist after one.
func createError(what string, err error) error {
	if errors.Is(err, ghl.ErrUncertain) {
		return wrap(what, syncer.ErrUncertain, err)
	}
	return writeError(what, err)
}

// writeError gives an error of an update or a delete its meaning.
func writeError(what string, err error) error {
	sentinel := meaning(err)
	if sentinel != nil {
		return wrap(what, sentinel, err)
	}
	e, ok := errors.AsType[*ghl.Error](err)
	switch {
	case errors.Is(err, ghl.ErrInvalidArgument), errors.Is(err, ghl.ErrValidation):
		sentinel = syncer.ErrRefused
	case !ok:
	case e.Status == http.StatusBadRequest, e.Status == http.StatusRequestEntityTooLarge:
		sentinel = syncer.ErrRefused
	}
	return wrap(what, sentinel, err)
}

// changeError is writeError for a change that can be repeated but whose last
// attempt left no clear answer.
func changeError(what string, err error) error {
	e, ok := errors.AsType[*ghl.Error](err)
	unanswered := ok && (e.Status == 0 || e.Status >= http.StatusInternalServerError || errors.Is(err, ghl.ErrAnswer))
	if unanswered && meaning(err) == nil && !errors.Is(err, ghl.ErrInvalidArgument) {
		return wrap(what, syncer.ErrUncertain, err)
	}
	return writeError(what, err)
}

// meaning finds the engine's word for what reads and writes have in common.
func meaning(err error) error {
	switch {
	case errors.Is(err, ghl.ErrNotFound):
		return syncer.ErrNotFound
	case errors.Is(err, ghl.ErrUnauthorized), errors.Is(err, ghl.ErrScope), errors.Is(err, ghl.ErrLocation):
		return syncer.ErrDenied
	case errors.Is(err, ghl.ErrRateLimited), errors.Is(err, ghl.ErrDailyLimit):
		return syncer.ErrOverLimit
	}
	if e, ok := errors.AsType[*ghl.Error](err); ok && e.Status == http.StatusForbidden {
		return syncer.ErrDenied
	}
	return nil
}

func wrap(what string, sentinel, err error) error {
	if sentinel == nil {
		return fmt.Errorf("ghlsource: %s: %w", what, err)
	}
	return fmt.Errorf("ghlsource: %s: %w: %w", what, sentinel, err)
}

func refusedf(format string, args ...any) error {
	return fmt.Errorf("ghlsource: %w: %s", syncer.ErrRefused, fmt.Sprintf(format, args...))
}

func unsupportedf(format string, args ...any) error {
	return fmt.Errorf("ghlsource: %w: %s", syncer.ErrUnsupported, fmt.Sprintf(format, args...))
}
