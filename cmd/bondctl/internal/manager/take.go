package manager

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// Manager is the host's network system, as far as it must learn what bondctl
// changes under it.
type Manager interface {
	// Name is what the manager is called by people.
	Name() string
	// CanTake tells by an error which part of a document this manager cannot be
	// made to take up on a running host, and what to do instead. The links taken
	// are those that another manager has had so far.
	CanTake(doc *schema.Document, taken []string) error
	// RouteProtocol is who the kernel is told has made a route (RTPROT_*) when
	// this manager brings up a link; 0 for RTPROT_STATIC.
	RouteProtocol() uint8
	// Remember gives what the manager knows of links, for Restore. Nothing is
	// changed yet.
	Remember(links []string) ([]byte, error)
	// Prepare has what the manager reads made of the files, once they are written
	// or restored. It changes no link, and works before the network is up.
	Prepare(ctx context.Context) error
	// LetGo has it leave links as they are, which another manager has from now on:
	// its files for them are gone. Where it cannot but take something of them down,
	// the kernel has to be told once more.
	LetGo(ctx context.Context, links []string) error
	// EndPrograms ends what its scripts have run for links, such as DHCP clients, for
	// another manager has them from now on.
	EndPrograms(ctx context.Context, links []string) error
	// TakeUp tells it that links are up as its files have them, or are gone.
	// Links that need work of the manager's own are brought up by it.
	TakeUp(ctx context.Context, doc *schema.Document, gone []string) error
	// Restore makes it know again what Remember gave.
	Restore(ctx context.Context, links []string, remembered []byte) error
}

// For gives the manager that takes up the files of a backend, on the host below root.
func For(backend, root string) (Leader, error) {
	return Named(nameFor(backend, root), backend, root)
}

// nameFor finds out who takes up the files of a backend, empty for nobody.
func nameFor(backend, root string) string {
	switch {
	case backend == ifupdown:
		return ifupdown
	case backend == networkd, backend == netplan && rendererOf(root) == networkd:
		return systemdNetworkd
	case backend == keyfile, backend == netplan && rendererOf(root) == networkManager, backend == ifcfg && readsIfcfg(root):
		return networkManager
	case backend == ifcfg:
		return networkScripts
	}
	return ""
}

// Named gives the manager of a name that takes up the files of a backend, though it
// may be away at the moment: it is what a change begun with it is undone with.
func Named(name, backend, root string) (Leader, error) {
	switch name {
	case ifupdown:
		return newIfupdown(root), nil
	case systemdNetworkd:
		if backend == netplan {
			return newNetplan(root), nil
		}
		return newNetworkd(root), nil
	case networkManager:
		return newProfileManager(backend, root), nil
	case networkScripts:
		return newScripts(root), nil
	}
	return nil, fmt.Errorf("this version cannot have %s take up a change on a running host: apply --root DIR writes its files", backend)
}

// readsIfcfg tells whether it is NetworkManager that takes up ifcfg files: it
// is there or will be at the next boot, and network-scripts are not or it has
// its plugin for them.
func readsIfcfg(root string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	h := Host{Root: os.DirFS(root), Patience: patience}
	there := len(h.glob("etc/systemd/system/*.wants/"+unitNetworkManager)) > 0
	if bus, err := OpenBus(ctx, busAddress(root)); err == nil {
		defer bus.Close()
		h.Bus = bus
		absent := client{h}.answers(ctx)
		there = there || !errors.Is(absent, errAbsent)
	}
	return there && (h.ifUp() != networkScripts || h.ifcfgPlugin())
}

// described lists the links that a document describes, but for dialled ones,
// which no manager is told of.
func described(doc *schema.Document) []string {
	names := carriers(doc)
	for _, b := range doc.Bonds {
		for _, s := range b.Slaves {
			names = append(names, s.Name.Value)
		}
	}
	return names
}

// carriers lists those of them that carry addresses.
func carriers(doc *schema.Document) []string {
	var names []string
	for name := range networks(doc) {
		names = append(names, name)
	}
	return names
}

// networks gives the links of a document that carry something by themselves, VLANs
// behind what they stand on, and what that is; dialled ones are left out.
func networks(doc *schema.Document) iter.Seq2[string, schema.Network] {
	return func(yield func(string, schema.Network) bool) {
		all := func(link string, n schema.Network, vlans []*schema.VLAN) bool {
			return yield(link, n) && !slices.ContainsFunc(vlans, func(v *schema.VLAN) bool { return !yield(v.Name(link), v.Network) })
		}
		for _, b := range doc.Bonds {
			if !all(b.Name.Value, b.Network, b.VLANs) {
				return
			}
		}
		for _, l := range doc.Links {
			if l.Kind != schema.PPP && !all(l.Name.Value, l.Network, l.VLANs) {
				return
			}
		}
	}
}
