// Package ledger remembers on disk what was there before something was changed, so
// that it can be put back by a later process too.
package ledger

import (
	"encoding/json"
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

// Ledger is a list of entries in a file. It has one writer.
type Ledger[T any] struct {
	files      *hostfs.Root
	path, boot string
	entries    []T
}

// page is the file.
type page[T any] struct {
	BootID  string `json:"boot_id"`
	Entries []T    `json:"entries"`
}

// Open reads the ledger at a target path; a missing file is an empty one. Of
// another boot than this one, by its id, nothing is read: what was changed then is
// gone.
func Open[T any](files *hostfs.Root, path, boot string) (*Ledger[T], error) {
	file, there, err := files.Read(path)
	if err != nil {
		return nil, err
	}
	l := &Ledger[T]{files: files, path: path, boot: boot}
	if !there {
		return l, nil
	}
	var found page[T]
	if err := json.Unmarshal(file.Content, &found); err != nil {
		return nil, fmt.Errorf("reading %s: %w: remove it; what it remembered is not put back then", path, err)
	}
	if found.BootID == boot {
		l.entries = found.Entries
	}
	return l, nil
}

// Entries gives what is remembered, in the order written.
func (l *Ledger[T]) Entries() []T { return l.entries }

// Write remembers these entries alone; it is durable when it has returned nil. With
// none there is no file.
func (l *Ledger[T]) Write(entries []T) error {
	change := hostfs.Change{Path: l.path, Remove: true}
	if len(entries) > 0 {
		content, err := json.Marshal(page[T]{BootID: l.boot, Entries: entries})
		if err != nil {
			return err
		}
		change = hostfs.Change{Path: l.path, Content: append(content, '\n'), Mode: 0o600}
	}
	if err := l.files.Put(change); err != nil {
		return err
	}
	l.entries = entries
	return nil
}
