package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// summary is the result of a run. Figures that a run did not measure are null.
type summary struct {
	Mode string `json:"mode"`
	// Records of the GHL side by kind: in memory after the first sync, with
	// real services at the end.
	Contacts     int `json:"contacts"`
	Tasks        int `json:"tasks"`
	Notes        int `json:"notes"`
	Appointments int `json:"appointments"`
	// Pairs were compared by verify.
	Pairs     *int `json:"pairs"`
	Created   int  `json:"created"`
	Updated   int  `json:"updated"`
	Deleted   int  `json:"deleted"`
	Linked    int  `json:"linked"`
	Conflicts int  `json:"conflicts"`
	Parked    int  `json:"parked"`
	Failures  int  `json:"failures"`
	// GHLCalls and PagicoCalls are those of the first sync.
	GHLCalls    int64 `json:"ghlCalls"`
	PagicoCalls int64 `json:"pagicoCalls"`
	// TotalGHLCalls and TotalPagicoCalls are those of the whole run.
	TotalGHLCalls    int64 `json:"totalGhlCalls"`
	TotalPagicoCalls int64 `json:"totalPagicoCalls"`
	RateLimited      int64 `json:"rateLimited"`
	Drifted          *int  `json:"drifted"`
	Missing          *int  `json:"missing"`
	Orphaned         *int  `json:"orphaned"`
	Doubled          *int  `json:"doubled"`
	LeftAlone        *int  `json:"leftAlone"`
	// SecondPassWrites counts the writes of passes that had nothing to do; with
	// real services, those that verify says another pass would make.
	SecondPassWrites *int    `json:"secondPassWrites"`
	PlannedSteps     *int    `json:"plannedSteps,omitempty"`
	Receipt          string  `json:"receipt,omitempty"`
	State            string  `json:"state,omitempty"`
	Seconds          float64 `json:"seconds"`

	details []string
}

// add sums up what a pass did.
func (s *summary) add(r *syncer.Report) {
	total := r.Total()
	s.Created += total.Created + total.Adopted
	s.Updated += total.Updated
	s.Deleted += total.Deleted
	s.Linked += total.Linked
	s.Conflicts += r.Conflicts
	s.Parked += r.Parked
	s.Failures = len(r.Failures)
	for _, f := range r.Failures {
		s.detail("failed: %s %s %q: %s", f.Op, f.Ref, f.Label, f.Reason)
	}
}

// calls notes the counters of both clients.
func (s *summary) calls(g *ghl.Client, p *pagico.Client) {
	s.TotalGHLCalls, s.TotalPagicoCalls = g.Stats().Calls, p.Stats().Calls
	s.RateLimited = g.Stats().RateLimited + p.Stats().RateLimited
}

// verified notes what verify found.
func (s *summary) verified(r *syncer.Receipt) {
	s.Pairs, s.Receipt = new(r.Pairs), r.Hash
	s.Drifted, s.Missing = new(len(r.Drifted)), new(len(r.Missing))
	s.Orphaned, s.Doubled, s.LeftAlone = new(len(r.Orphaned)), new(len(r.Doubled)), new(len(r.LeftAlone))
	for _, d := range r.Drifted {
		s.detail("drifted: %s %q, %s: ghl %q, pagico %q %s", d.Kind, d.Label, d.Field, d.GHL.String(), d.Pagico.String(), d.Reason)
	}
	for name, findings := range map[string][]syncer.Finding{"missing": r.Missing, "orphaned": r.Orphaned, "doubled": r.Doubled} {
		for _, f := range findings {
			s.detail("%s: %s %q: %s", name, f.Ref, f.Label, f.Reason)
		}
	}
}

// counts notes how many records of each kind there are.
func (s *summary) counts(count func(syncer.Kind) int) {
	s.Contacts, s.Tasks = count(syncer.KindContact), count(syncer.KindTask)
	s.Notes, s.Appointments = count(syncer.KindNote), count(syncer.KindAppointment)
}

// maxDetails bounds the list of single findings.
const maxDetails = 20

func (s *summary) detail(format string, args ...any) {
	s.details = append(s.details, fmt.Sprintf(format, args...))
}

// clean reports whether verify found both sides in step, or was not run.
func (s *summary) clean() bool {
	for _, n := range []*int{s.Drifted, s.Missing, s.Orphaned, s.Doubled, s.SecondPassWrites} {
		if n != nil && *n > 0 {
			return false
		}
	}
	return s.Failures == 0
}

// print writes the summary for people, or as one line of JSON.
func (s *summary) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(s)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d contacts, %d tasks, %d notes, %d appointments\n", s.Contacts, s.Tasks, s.Notes, s.Appointments)
	fmt.Fprintf(&b, "linked %d, created %d, updated %d, deleted %d, conflicts %d (%d wait for a person)\n",
		s.Linked, s.Created, s.Updated, s.Deleted, s.Conflicts, s.Parked)
	fmt.Fprintf(&b, "requests: first sync %d to GHL and %d to Pagico; whole run %d and %d; refused for the rate: %d\n",
		s.GHLCalls, s.PagicoCalls, s.TotalGHLCalls, s.TotalPagicoCalls, s.RateLimited)
	if s.SecondPassWrites != nil {
		fmt.Fprintf(&b, "passes with nothing to do made %d writes\n", *s.SecondPassWrites)
	}
	if s.Pairs != nil {
		fmt.Fprintf(&b, "verify: %d pairs, %d drifted, %d missing, %d orphaned, %d doubled; %d left alone on purpose; receipt %.16s…\n",
			*s.Pairs, *s.Drifted, *s.Missing, *s.Orphaned, *s.Doubled, *s.LeftAlone, s.Receipt)
	}
	for i, d := range s.details {
		if i == maxDetails {
			fmt.Fprintf(&b, "  … and %d more\n", len(s.details)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", d)
	}
	if s.State != "" {
		fmt.Fprintf(&b, "state: %s\n", s.State)
	}
	fmt.Fprintf(&b, "took %.1f s\n", s.Seconds)
	_, err := io.WriteString(w, b.String())
	return err
}
