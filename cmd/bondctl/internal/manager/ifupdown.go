package manager

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	files "github.com/bondctl/bondctl/generators/ifupdown"
	"github.com/bondctl/bondctl/schema"
)

// stanzaFiles is ifupdown, which is no daemon: it keeps in files under /run/network which links it
// has brought up, and by which stanza. Those are all that it must be told.
type stanzaFiles struct {
	scripted
	root string
}

var _ Writer = (*stanzaFiles)(nil)

// Where ifupdown keeps what is up (main.c of ifupdown 0.8): a list of all
// links, guarded by a lock file, and a file for each link, which is its own lock.
const (
	ifstate     = "run/network/ifstate"
	ifstateLock = "run/network/.ifstate.lock"
)

// newIfupdown is ifupdown below root. The programs are run as its own methods
// and the hook of wpasupplicant run them (inet.defn and inet6.defn of ifupdown 0.8,
// functions.sh of wpasupplicant 2.10), so that ifdown ends them.
func newIfupdown(root string) *stanzaFiles {
	m := &stanzaFiles{root: root}
	m.scripted = newScripted(ifupdown, root, ifupdownLeasers())
	m.prepare()
	m.configures = stanzasConfigure
	m.stations.program, m.stations.path = ifupdownStation, "/usr/sbin/wpa_supplicant"
	m.stations.begun = m.tellStation
	m.joining = func(link string) []string {
		return []string{supplicant, "-s", "-B", "-P", ifupdownStation.file(link), "-i", link, "-D", "nl80211,wext", "-c", files.StationFile(link)}
	}
	return m
}

// Name implements [Manager].
func (*stanzaFiles) Name() string { return ifupdown }

// CanTake implements [Manager].
func (m *stanzaFiles) CanTake(doc *schema.Document, _ []string) error { return m.canTake(doc) }

// RouteProtocol implements [Manager]: ip route add says boot.
func (*stanzaFiles) RouteProtocol() uint8 { return unix.RTPROT_BOOT }

// Remember implements [Manager].
func (m *stanzaFiles) Remember(links []string) ([]byte, error) {
	known, err := m.known()
	if err == nil {
		err = m.isWritable(links)
	}
	if err != nil {
		return nil, err
	}
	states := map[string]string{}
	for _, link := range links {
		if state, ok := known[link]; ok {
			states[link] = state
		}
	}
	return m.remember(links, states)
}

// Prepare implements [Manager].
func (*stanzaFiles) Prepare(context.Context) error { return nil }

// TakeUp implements [Manager].
func (m *stanzaFiles) TakeUp(ctx context.Context, doc *schema.Document, gone []string) error {
	states := map[string]string{}
	for _, name := range described(doc) {
		states[name] = "" // of slaves ifupdown is told by their bond's stanza
	}
	for _, name := range slices.Concat(carriers(doc), doc.Stations()) {
		states[name] = name
	}
	for _, name := range gone {
		states[name] = ""
	}
	return m.note(ctx, states)
}

// Restore implements [Manager].
func (m *stanzaFiles) Restore(ctx context.Context, links []string, remembered []byte) error {
	known, err := recall(remembered)
	if err != nil {
		return err
	}
	states := map[string]string{}
	for _, link := range links {
		states[link] = known.Up[link]
	}
	return errors.Join(m.note(ctx, states), m.restore(ctx, links, known))
}

// known reads which links ifupdown has brought up, and by which stanza.
func (m *stanzaFiles) known() (map[string]string, error) {
	text, err := m.read(ifstate)
	if err != nil {
		return nil, fmt.Errorf("reading what ifupdown knows: %w", err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if link, state, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			known[link] = state
		}
	}
	return known, nil
}

// note writes down the stanza of each link, or that it is down where there is none.
// A link that somebody else has locked does not keep the others from it.
func (m *stanzaFiles) note(ctx context.Context, states map[string]string) error {
	if _, err := os.Stat(filepath.Join(m.root, "run/network")); errors.Is(err, os.ErrNotExist) {
		return nil // ifupdown has not run since the boot, and knows nothing
	}
	ctx, cancel := context.WithTimeoutCause(ctx, programLimit, fmt.Errorf("it was not given back within %s", programLimit))
	defer cancel()
	var errs []error
	for _, link := range slices.Sorted(maps.Keys(states)) {
		state := states[link]
		errs = append(errs, m.rewrite(ctx, stateOf(link), func([]byte) []byte { return []byte(state + "\n") }))
	}
	return errors.Join(append(errs, m.noteAll(ctx, states))...)
}

// noteAll writes down the same in the list of all links.
func (m *stanzaFiles) noteAll(ctx context.Context, states map[string]string) error {
	lock, err := m.lock(ctx, ifstateLock)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }() // nothing was written through it
	return m.rewrite(ctx, ifstate, func(old []byte) []byte { return withStates(old, states) })
}

// stateOf names the file of a link, as ifup does.
func stateOf(link string) string { return ifstate + "." + strings.ReplaceAll(link, "/", ".") }

// isWritable finds out before anything is changed what note would not write through.
func (m *stanzaFiles) isWritable(links []string) error {
	names := []string{ifstateLock}
	for _, link := range links {
		names = append(names, stateOf(link))
	}
	for _, name := range names {
		if _, err := m.read(name); err != nil {
			return fmt.Errorf("looking at what ifupdown keeps: %w", err)
		}
	}
	return nil
}

// read gives the content of a file, empty for one that is not there.
func (m *stanzaFiles) read(name string) ([]byte, error) {
	f, err := m.open(name, unix.O_RDONLY)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return io.ReadAll(f)
}

// fileMode is what ifup gives its files.
const fileMode = 0o644

// open opens a file and follows no symbolic link below the root.
func (m *stanzaFiles) open(name string, flags int) (*os.File, error) {
	at, err := unix.Open(m.root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", m.root, err)
	}
	parts := strings.Split(name, "/")
	for i, part := range parts {
		how := unix.O_PATH | unix.O_DIRECTORY
		if i == len(parts)-1 {
			how = flags
		}
		next, err := unix.Openat(at, part, how|unix.O_NOFOLLOW|unix.O_CLOEXEC, fileMode)
		_ = unix.Close(at) // it was only walked through
		if err != nil {
			return nil, m.refused(path.Join(parts[:i+1]...), err)
		}
		at = next
	}
	return os.NewFile(uintptr(at), filepath.Join(m.root, name)), nil
}

// refused says what to do about a symbolic link, which openat(2) refuses with
// ELOOP, or with ENOTDIR where a directory is wanted.
func (m *stanzaFiles) refused(name string, err error) error {
	if info, seen := os.Lstat(filepath.Join(m.root, name)); seen == nil && info.Mode()&os.ModeSymlink != 0 {
		return fmt.Errorf("/%s is a symbolic link, which is not followed: remove it, or put what it leads to in its place", name)
	}
	return fmt.Errorf("opening /%s: %w", name, err)
}

// withStates gives the list of links with these states, the others as they were.
func withStates(old []byte, states map[string]string) []byte {
	var list bytes.Buffer
	seen := map[string]bool{}
	for line := range strings.Lines(string(old)) {
		link, _, _ := strings.Cut(strings.TrimSpace(line), "=")
		state, changed := states[link]
		if !changed {
			list.WriteString(line)
		} else if state != "" && !seen[link] {
			fmt.Fprintf(&list, "%s=%s\n", link, state)
		}
		seen[link] = true
	}
	for _, link := range slices.Sorted(maps.Keys(states)) {
		if states[link] != "" && !seen[link] {
			fmt.Fprintf(&list, "%s=%s\n", link, states[link])
		}
	}
	return list.Bytes()
}

// rewrite changes a file under its lock, in place: the file is what ifup locks.
func (m *stanzaFiles) rewrite(ctx context.Context, name string, change func(old []byte) []byte) error {
	f, err := m.lock(ctx, name)
	if err != nil {
		return err
	}
	old, err := io.ReadAll(f)
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt(change(old), 0)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("telling ifupdown: %w", err)
	}
	return nil
}
