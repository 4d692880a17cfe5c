package planfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	// kind tells a saved plan from any other JSON.
	kind          = "bondctl saved plan"
	formatVersion = 1
)

// Plan is a plan that was saved.
type Plan struct {
	// Version is that of the bondctl that made it.
	Version string    `json:"bondctl_version"`
	Made    time.Time `json:"made"`
	Host    Host      `json:"host"`
	// Document is what the plan was made from, secrets and all.
	Document Document `json:"document"`
	// Backend is the one chosen, and Why how it was found.
	Backend string   `json:"backend"`
	Why     []string `json:"backend_reasons,omitempty"`
	// Lossy is set where the files may say less than the document.
	Lossy bool `json:"lossy,omitempty"`
	// TakeOver is set where the configuration of others is taken over.
	TakeOver bool `json:"take_over,omitempty"`
	// Ground is what the plan was made on, and Leads where it leads.
	Ground []Mark `json:"ground"`
	Leads  string `json:"leads_sha256"`

	id string
}

// ErrForeign is a file that is no saved plan.
var ErrForeign = errors.New("this is no saved plan")

// envelope is a plan on disk. The version is first, and the checksum is of
// Plan without blanks.
type envelope struct {
	FormatVersion int             `json:"format_version"`
	Kind          string          `json:"kind"`
	Checksum      string          `json:"sha256"`
	Plan          json.RawMessage `json:"plan"`
}

// Encode writes a plan down.
func Encode(p *Plan) ([]byte, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("writing the plan down: %w", err)
	}
	p.id = Sum(text)
	whole, err := json.Marshal(envelope{FormatVersion: formatVersion, Kind: kind, Checksum: p.id, Plan: text})
	return append(whole, '\n'), err
}

// Decode reads a plan, and takes none that was changed since it was written.
func Decode(text []byte) (*Plan, error) {
	var e envelope
	if json.Unmarshal(text, &e) != nil || e.Kind != kind {
		return nil, ErrForeign
	}
	if e.FormatVersion != formatVersion {
		return nil, fmt.Errorf("the plan has format version %d, and this bondctl knows %d", e.FormatVersion, formatVersion)
	}
	var plain bytes.Buffer
	if err := json.Compact(&plain, e.Plan); err != nil || Sum(plain.Bytes()) != e.Checksum {
		return nil, errors.New("the plan was changed after it was saved")
	}
	p := &Plan{id: e.Checksum}
	if err := json.Unmarshal(e.Plan, p); err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	return p, nil
}

// ID tells this plan from every other, once it was encoded or decoded. It is
// empty for no plan.
func (p *Plan) ID() string {
	if p == nil {
		return ""
	}
	return p.id
}

// Sum is a checksum as plans have them.
func Sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
