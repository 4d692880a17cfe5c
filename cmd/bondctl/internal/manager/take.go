package manager

import (
	"context"
	"fmt"

	"github.com/bondctl/bondctl/schema"
)

// Manager is the host's network system, as far as it must learn what bondctl
// changes under it.
type Manager interface {
	// CanTake tells by an error which part of a document this manager cannot be
	// made to take up on a running host, and what to do instead.
	CanTake(doc *schema.Document) error
	// Remember gives what the manager knows of links, for Restore.
	Remember(links []string) ([]byte, error)
	// TakeUp tells it that links are up as its files have them, or are gone.
	// Links that need work of the manager's own are brought up by it.
	TakeUp(ctx context.Context, doc *schema.Document, gone []string) error
	// Restore makes it know again what Remember gave.
	Restore(ctx context.Context, links []string, remembered []byte) error
}

// For gives the manager that takes up the files of a backend, on the host below root.
func For(backend, root string) (Manager, error) {
	switch {
	case backend == ifupdown:
		return stanzaFiles{root}, nil
	case backend == keyfile:
		return newProfileManager(backend, root), nil
	}
	return nil, fmt.Errorf("this version cannot have %s take up a change on a running host: apply --root DIR writes its files", backend)
}
