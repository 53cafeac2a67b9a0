package syncer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// planFormat names the form of plan files; it changes with their meaning.
const planFormat = "ghl-pagico-plan/1"

// ErrPlanFile says that a plan file was changed after it was written, is cut
// off, or is none at all.
var ErrPlanFile = errors.New("syncer: not a plan file, or changed since it was written; plan again")

// planHeader is the first line of a plan file.
type planHeader struct {
	Format string `json:"format"`
	SHA256 string `json:"sha256"`
}

// body is the plan as it stands in a file.
func (p Plan) body() ([]byte, error) {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("syncer: write plan: %w", err)
	}
	return append(data, '\n'), nil
}

// Hash is the SHA-256 of the plan's content in hexadecimal: what a reviewer
// approved and what is applied have the same hash. It is the hash that
// [WritePlan] puts into the file.
func (p Plan) Hash() string {
	data, err := p.body()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// WritePlan writes a plan as a file for review: one line of JSON with the format
// and the hash of the rest, then the plan as indented JSON. The plan holds the
// records' values in plain text.
func WritePlan(w io.Writer, p *Plan) error {
	data, err := p.body()
	if err != nil {
		return err
	}
	head, err := json.Marshal(planHeader{Format: planFormat, SHA256: p.Hash()})
	if err != nil {
		return fmt.Errorf("syncer: write plan: %w", err)
	}
	if _, err := w.Write(append(append(head, '\n'), data...)); err != nil {
		return fmt.Errorf("syncer: write plan: %w", err)
	}
	return nil
}

// ReadPlan reads what [WritePlan] wrote, to its end. It returns [ErrPlanFile]
// when a single byte of it is another one. The hash protects against accidents
// and careless edits; it is no signature.
func ReadPlan(r io.Reader) (*Plan, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("syncer: read plan: %w", err)
	}
	line, rest, found := bytes.Cut(data, []byte("\n"))
	var head planHeader
	if !found || json.Unmarshal(line, &head) != nil || head.Format == "" {
		return nil, fmt.Errorf("%w: it does not begin with a header", ErrPlanFile)
	}
	if head.Format != planFormat {
		return nil, fmt.Errorf("%w: its format is %q, this version reads %q", ErrPlanFile, head.Format, planFormat)
	}
	sum := sha256.Sum256(rest)
	exact, err := json.Marshal(planHeader{Format: planFormat, SHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return nil, fmt.Errorf("syncer: read plan: %w", err)
	}
	if !bytes.Equal(line, exact) {
		return nil, fmt.Errorf("%w: the hash in its first line does not fit", ErrPlanFile)
	}
	p := new(Plan)
	dec := json.NewDecoder(bytes.NewReader(rest))
	dec.DisallowUnknownFields()
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPlanFile, err)
	}
	return p, nil
}
