package manager

import (
	"context"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// scripts are RHEL's network-scripts, which keep no record of what they have
// brought up: ifdown and ifup look at the kernel. There is nothing to tell.
type scripts struct{}

// CanTake implements [Manager].
func (scripts) CanTake(doc *schema.Document) error { return wiredAndStatic(networkScripts, doc) }

// RouteProtocol implements [Manager]: ip route add says boot.
func (scripts) RouteProtocol() uint8 { return unix.RTPROT_BOOT }

// Remember implements [Manager].
func (scripts) Remember([]string) ([]byte, error) { return nil, nil }

// Prepare implements [Manager].
func (scripts) Prepare(context.Context) error { return nil }

// TakeUp implements [Manager].
func (scripts) TakeUp(context.Context, *schema.Document, []string) error { return nil }

// Restore implements [Manager].
func (scripts) Restore(context.Context, []string, []byte) error { return nil }
