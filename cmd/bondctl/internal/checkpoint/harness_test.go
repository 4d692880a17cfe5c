package checkpoint

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

const stateDir = "/var/lib/bondctl"

var (
	anna = Actor{User: "root", SudoUser: "anna", TTY: "pts/0", Client: "192.0.2.7"}
	ben  = Actor{User: "ben", UID: 1001, TTY: "pts/1"}
)

// fakeClock stands still, unless it is in a synctest bubble, whose time it then has.
type fakeClock struct {
	mu      sync.Mutex
	boot    time.Duration
	wall    time.Time
	bootID  string
	started time.Time // zero for a clock that stands still
}

func newClock() *fakeClock {
	return &fakeClock{boot: time.Hour, wall: time.Date(2026, 11, 27, 21, 14, 53, 0, time.UTC), bootID: "boot-1"}
}

func (c *fakeClock) Now() Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	ran := time.Duration(0)
	if !c.started.IsZero() {
		ran = time.Since(c.started)
	}
	return Instant{Boot: c.boot + ran, BootID: c.bootID, Wall: c.wall.Add(ran)}
}

// pass lets time go by, such as in suspend.
func (c *fakeClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.boot += d
	c.wall = c.wall.Add(d)
}

// step sets the time of day.
func (c *fakeClock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall = c.wall.Add(d)
}

// restart is what a restart of the machine does to the clocks.
func (c *fakeClock) restart(bootID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.boot, c.bootID = time.Second, bootID
}

// machine is a target with one file that a transaction changes, and a store in it.
type machine struct {
	*Store
	t     *testing.T
	dir   string
	clock *fakeClock
	mu    sync.Mutex
	undos int
	fails error // what the next undos fail with
	hasty bool  // see writeHastily
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir(), clock: newClock()}
	m.put("/etc/bond", "old\n")
	m.open()
	return m
}

func newHastyMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir(), clock: newClock(), hasty: true}
	m.open()
	return m
}

func (m *machine) open() {
	m.t.Helper()
	s, err := Open(Config{Root: m.dir, Dir: stateDir, Version: "1.2.3", Clock: m.clock, Tell: func(text string) { m.t.Log(text) }})
	require.NoError(m.t, err)
	m.t.Cleanup(func() { require.NoError(m.t, s.Close()) })
	s.launch = launchHere(m.t)
	if m.hasty {
		s.place = m.writeHastily
	}
	m.Store = s
}

// writeHastily writes journals in one step, as hostfs does, and leaves it to the kernel when they reach the
// disk: for a test that writes thousands.
func (m *machine) writeHastily(c hostfs.Change) error {
	file := filepath.Join(m.dir, c.Path)
	temporary := file + ".tmp"
	return errors.Join(os.WriteFile(temporary, c.Content, c.Mode), os.Rename(temporary, file))
}

// restart boots the machine anew.
func (m *machine) restart(bootID string) {
	m.t.Helper()
	m.clock.restart(bootID)
	m.open()
}

// launchHere is a guard that only shows that it is alive, until the test ends.
func launchHere(t *testing.T) launcher {
	t.Helper()
	return func(_ context.Context, tx *Transaction, _ []string) (launched, error) {
		mark, err := tx.store.takeMark(tx.ID())
		if err == nil {
			t.Cleanup(func() { _ = mark.Close() })
		}
		return launched{}, err
	}
}

func (m *machine) put(p, content string) {
	m.t.Helper()
	file := filepath.Join(m.dir, p)
	require.NoError(m.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(m.t, os.WriteFile(file, []byte(content), 0o644))
}

func (m *machine) get(p string) string {
	m.t.Helper()
	content, err := os.ReadFile(filepath.Join(m.dir, p))
	require.NoError(m.t, err)
	return string(content)
}

// undo restores the file, or fails as it was told to.
func (m *machine) undo(_ context.Context, tx *Transaction) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.undos++
	if m.fails != nil {
		return m.fails
	}
	return tx.RestoreFiles()
}

func (m *machine) failWith(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails = err
}

func (m *machine) undone() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.undos
}

var aMinute = Request{
	Window: time.Minute, ApplyWithin: 10 * time.Minute,
	Backend: "ifupdown", Managers: map[string]string{"ifupdown": "ifupdown"}, Links: []string{"bond0", "eth0"},
}

func (m *machine) locked() *Lock {
	m.t.Helper()
	lock, err := m.Lock(anna, "applying bond.hcl", 0)
	require.NoError(m.t, err)
	m.t.Cleanup(lock.Release)
	return lock
}

// course is how a transaction gets to a state, step by step.
var course = []State{Prepared, Armed, Applying, Awaiting}

// bring begins a transaction and brings it to one of the states of the course.
func (m *machine) bring(to State) *Transaction {
	m.t.Helper()
	tx, err := m.locked().Begin(aMinute)
	require.NoError(m.t, err)
	require.NoError(m.t, tx.SaveFiles([]string{"/etc/bond"}))
	for _, s := range course {
		if s != Prepared {
			require.NoError(m.t, m.step(tx, s))
		}
		if s == to {
			return tx
		}
	}
	m.t.Fatalf("the course does not lead to %s", to)
	return nil
}

func (m *machine) step(tx *Transaction, to State) error {
	switch to {
	case Armed:
		return tx.Arm(m.t.Context(), []string{"guard"})
	case Applying:
		return errors.Join(tx.Applying(), changeFile(m.dir))
	case Awaiting:
		err := tx.Awaiting()
		tx.lock.Release()
		return err
	case Prepared, Confirmed, RollingBack, RolledBack, RollbackIncomplete:
	}
	return errors.New("no step of the course")
}

// changeFile is all that a transaction of these tests does.
func changeFile(dir string) error {
	root, err := hostfs.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	_, err = root.Apply([]hostfs.Change{{Path: "/etc/bond", Content: []byte("new\n"), Mode: 0o644}}, "")
	return err
}

// journal is the one on disk.
func (m *machine) journal(id string) Journal {
	m.t.Helper()
	j, err := m.read(id)
	require.NoError(m.t, err)
	return j
}

func (m *machine) isRolledBack(id string) {
	m.t.Helper()
	require.Equal(m.t, RolledBack, m.journal(id).State)
	require.Equal(m.t, "old\n", m.get("/etc/bond"))
}

// real is where something of a transaction lies on this machine.
func (s *Store) real(id string, names ...string) string {
	return filepath.Join(s.config.Root, s.path(id, names...))
}
