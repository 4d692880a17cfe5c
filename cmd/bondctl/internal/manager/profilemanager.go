package manager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// profileManager is NetworkManager, which leads: it looks after the links that
// it has activated, and brings back what somebody else changes of their slaves.
type profileManager struct {
	root     string
	profiles profiles
	// dial connects to the bus of the host.
	dial func(context.Context) (busWithSignals, error)
	// open is the conversation of this transaction.
	open *talk
}

// busWithSignals is a bus that tells also what services say by themselves.
type busWithSignals interface {
	Bus
	Signals
}

var _ Leader = (*profileManager)(nil)

func newProfileManager(backend, root string) *profileManager {
	return &profileManager{root: root, profiles: profilesOf[backend], dial: func(ctx context.Context) (busWithSignals, error) {
		within, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return OpenBus(within, busAddress(root))
	}}
}

// workPatience is how long NetworkManager may take to answer while it is at
// work: it answers nobody while it runs scripts and talks to the kernel.
const workPatience = 15 * time.Second

// talk begins a conversation, or goes on with it.
func (m *profileManager) talk(ctx context.Context) (*talk, error) {
	if m.open != nil {
		return m.open, nil
	}
	t, err := m.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := (client{Host{Bus: t.Bus, Patience: patience}}).answers(ctx); err != nil {
		return nil, err
	}
	signals, err := t.signals.Signals(ctx, nm, nmDevice, "StateChanged")
	if err != nil {
		return nil, err
	}
	t.watch = newWatch(signals)
	if err := t.look(ctx); err != nil {
		return nil, err
	}
	m.open = t
	return t, nil
}

// connect reaches the bus, where NetworkManager need not be.
func (m *profileManager) connect(ctx context.Context) (*talk, error) {
	bus, err := m.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("NetworkManager cannot be reached: %w: systemctl start dbus, then systemctl start NetworkManager", err)
	}
	return &talk{
		client: client{Host{Bus: bus, Patience: workPatience}}, signals: bus, root: m.root, profiles: m.profiles,
		anew: map[string]bool{}, had: map[string]bool{}, unprobed: map[string]bool{},
	}, nil
}

// respawnLimit is how long systemd may take to run a NetworkManager again that has
// crashed.
const respawnLimit = time.Second

// talkAgain is [profileManager.talk], with a NetworkManager that was there when the
// transaction began: it is waited for where it is about to be back, for by then it has
// read the files of the change, and started where it is gone, for bondctl may have been
// stopped while it had it start anew.
func (m *profileManager) talkAgain(ctx context.Context) (*talk, error) {
	t, err := m.talk(ctx)
	if err == nil {
		err = t.answers(ctx)
	}
	if !errors.Is(err, errAbsent) {
		return t, err
	}
	if t == nil {
		if t, err = m.connect(ctx); err != nil {
			return nil, err
		}
	}
	if await(ctx, respawnLimit, m.runs) == nil && t.awaitAnswer(ctx) == nil {
		return m.talk(ctx)
	}
	if err := t.begin(ctx); err != nil {
		return nil, err
	}
	return m.talk(ctx)
}

// runs tells whether there is a NetworkManager, be it on the bus or not yet.
func (m *profileManager) runs() bool { return Host{Root: os.DirFS(m.root)}.programs()[networkManager] }

// Name implements [Manager].
func (*profileManager) Name() string { return networkManager }

// CanTake implements [Manager].
func (m *profileManager) CanTake(doc *schema.Document, taken []string) error {
	ctx := context.Background()
	t, err := m.talk(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, link := range described(doc) {
		if _, device := t.seen.deviceOf(link); device != nil && state(device) <= nmUnmanaged && !slices.Contains(taken, link) {
			errs = append(errs, fmt.Errorf("NetworkManager does not manage %s: nmcli device set %s managed yes, and take it from unmanaged-devices in its configuration", link, link))
		}
	}
	return errors.Join(errs...)
}

// knownLink is what NetworkManager knows of a link.
type knownLink struct {
	// UUID and File are those of the profile that it is up by, empty for none.
	UUID, File string
	// External is set where NetworkManager only watches what others set up, and
	// Unmanaged where it leaves the link alone.
	External, Unmanaged bool
}

// RouteProtocol implements [Manager].
func (*profileManager) RouteProtocol() uint8 { return 0 }

// Remember implements [Manager].
func (m *profileManager) Remember(links []string) ([]byte, error) {
	ctx := context.Background()
	t, err := m.talk(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.look(ctx); err != nil {
		return nil, err
	}
	known := map[string]knownLink{}
	for _, link := range links {
		if _, properties := t.seen.deviceOf(link); properties != nil {
			d := t.seen.deviceFacts(properties)
			known[link] = knownLink{UUID: d.UUID, File: d.File, External: d.External, Unmanaged: !d.Managed}
		}
	}
	return json.Marshal(known)
}

// Prepare implements [Manager].
func (m *profileManager) Prepare(ctx context.Context) error {
	if !m.profiles.made {
		return nil
	}
	return run(ctx, netplanGenerate(m.root)...)
}

// EndPrograms implements [Manager]: it runs its own.
func (*profileManager) EndPrograms(context.Context, []string) error { return nil }

// TakeUp implements [Manager]. All changes were carried already: what is left
// is to see them through.
func (m *profileManager) TakeUp(ctx context.Context, doc *schema.Document, _ []string) error {
	t, err := m.talk(ctx)
	if err != nil {
		return err
	}
	return t.settle(ctx, described(doc))
}

// existing gives the files that are there.
func (t *talk) existing(files []string) []string {
	var there []string
	for _, file := range files {
		dir := filepath.Dir(file)
		entries, _ := os.ReadDir(filepath.Join(t.root, dir)) // one that is not there has none
		for _, entry := range entries {
			if name := filepath.Join(dir, entry.Name()); t.profiles.isFor(name, file) && !slices.Contains(there, name) {
				there = append(there, name)
			}
		}
	}
	return there
}
