package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/pagico"
)

// settings name the services to talk to.
type settings struct {
	ghlURL, ghlToken, locationID string
	pagicoURL, pagicoToken       string
	// unlimited turns the clients' own pacing off.
	unlimited bool
}

// fromEnvironment reads the settings; given is false when none is set.
func fromEnvironment(getenv func(string) string) (s settings, given bool, err error) {
	required := []struct {
		name string
		to   *string
	}{
		{"GHL_TOKEN", &s.ghlToken}, {"GHL_LOCATION_ID", &s.locationID},
		{"PAGICO_BASE_URL", &s.pagicoURL}, {"PAGICO_TOKEN", &s.pagicoToken},
	}
	var missing []string
	for _, r := range required {
		if *r.to = strings.TrimSpace(getenv(r.name)); *r.to == "" {
			missing = append(missing, r.name)
		}
	}
	s.ghlURL = strings.TrimSpace(getenv("GHL_BASE_URL"))
	if len(missing) == len(required) && s.ghlURL == "" {
		return s, false, nil
	}
	if len(missing) > 0 {
		return s, true, fmt.Errorf("%s not set: set all of GHL_TOKEN, GHL_LOCATION_ID, PAGICO_BASE_URL and PAGICO_TOKEN, or none to run in memory",
			strings.Join(missing, ", "))
	}
	return s, true, nil
}

// clients makes the two clients.
func (s settings) clients() (*ghl.Client, *pagico.Client, error) {
	ghlOptions := []ghl.Option{ghl.WithToken(s.ghlToken)}
	if s.ghlURL != "" {
		ghlOptions = append(ghlOptions, ghl.WithBaseURL(s.ghlURL))
	}
	// A sync waits for its turn as long as it takes.
	pagicoOptions := []pagico.Option{pagico.WithToken(s.pagicoToken), pagico.WithLimits(pagico.Limits{MaxWait: time.Hour})}
	if s.unlimited {
		ghlOptions = append(ghlOptions, ghl.WithLimits(ghl.NoLimits()))
	}
	g, err := ghl.New(ghlOptions...)
	if err != nil {
		return nil, nil, err
	}
	p, err := pagico.New(s.pagicoURL, pagicoOptions...)
	if err != nil {
		return nil, nil, err
	}
	return g, p, nil
}

// check asks both services who they serve, once and without repetitions, so
// that a wrong setting shows at once and before anything is written.
func (s settings) check(ctx context.Context, g *ghl.Client, p *pagico.Client) error {
	once, err := g.Clone(ghl.WithRetry(ghl.RetryPolicy{MaxRetries: -1}))
	if err != nil {
		return err
	}
	if _, err := once.Locations.Get(ctx, s.locationID); err != nil {
		return hint("GHL", err, errors.Is(err, ghl.ErrUnauthorized) || errors.Is(err, ghl.ErrScope), "check GHL_TOKEN",
			errors.Is(err, ghl.ErrLocation) || errors.Is(err, ghl.ErrNotFound), "check GHL_LOCATION_ID")
	}
	pagicoOnce, err := p.Clone(pagico.WithRetry(pagico.RetryPolicy{MaxRetries: -1}))
	if err != nil {
		return err
	}
	if _, err := pagicoOnce.Me(ctx); err != nil {
		return hint("Pagico", err, errors.Is(err, pagico.ErrUnauthorized) || errors.Is(err, pagico.ErrScope), "check PAGICO_TOKEN",
			errors.Is(err, pagico.ErrNotFound), "check PAGICO_BASE_URL")
	}
	return nil
}

// hint adds what to do to the error of a first call.
func hint(service string, err error, token bool, tokenHint string, place bool, placeHint string) error {
	switch {
	case token:
		return fmt.Errorf("%s refuses the token (%s): %w", service, tokenHint, err)
	case place:
		return fmt.Errorf("%s does not know the place (%s): %w", service, placeHint, err)
	}
	return fmt.Errorf("%s cannot be used (check its base URL): %w", service, err)
}
