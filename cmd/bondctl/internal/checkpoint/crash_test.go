package checkpoint

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// stage is a machine for a scenario, in a process that is killed at its nth point.
type stage struct {
	*Store
	mark  *os.File // what shows that the guard is alive
	dir   string
	clock *fakeClock
	nth   int // 0 to live
	count int
}

// point ends the process as a power cut would: nothing is tidied up, and nobody is told.
func (s *stage) point(string) {
	if s.count++; s.count == s.nth {
		_ = unix.Kill(os.Getpid(), unix.SIGKILL)
		select {}
	}
}

// scenarios are the courses that a transaction can take, up to its end.
var scenarios = map[string]func(*stage) error{
	"history":                      history,
	"confirmed":                    confirmed,
	"failed while applying":        failed,
	"not confirmed in time":        notConfirmed,
	"rollback incomplete at first": incompleteAtFirst,
	"restarted":                    restarted,
}

// playScenario runs one, and tells how many points it passed.
func playScenario(dir, name string, nth int) error {
	s := &stage{dir: dir, clock: newClock(), nth: nth}
	var err error
	s.Store, err = Open(Config{Root: dir, Dir: stateDir, Clock: s.clock, Point: s.point})
	if err != nil {
		return err
	}
	s.keep = 1
	s.launch = func(_ context.Context, tx *Transaction, _ []string) (_ launched, err error) {
		s.mark, err = tx.store.takeMark(tx.ID())
		return launched{}, err
	}
	err = scenarios[name](s)
	fmt.Println(s.count)
	return err
}

// apply does a transaction up to a state, and gives the lock back.
func (s *stage) apply(to State) error {
	lock, err := s.Lock(anna, "applying bond.hcl", 0)
	if err != nil {
		return err
	}
	defer lock.Release()
	tx, err := lock.Begin(aMinute)
	if err != nil || to == Prepared {
		return err
	}
	for _, step := range []func() error{
		func() error { return tx.Put("kernel.json", []byte("{}")) },
		func() error { return tx.SaveFiles([]string{"/etc/bond", "/etc/new"}) },
		func() error { return tx.Arm(context.Background(), []string{"guard"}) },
		tx.Applying,
		func() error { s.point("half way"); return changeFile(s.dir) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if to == Awaiting {
		err = tx.Awaiting()
	}
	return err
}

// history is what the other scenarios begin with: closed transactions that are due for pruning.
func history(s *stage) error {
	s.keep = 3
	for range 3 {
		if err := s.apply(Prepared); err != nil {
			return err
		}
		if err := s.RollBack("", ben, "a rehearsal", nil); err != nil {
			return err
		}
	}
	return nil
}

func confirmed(s *stage) error {
	if err := s.apply(Awaiting); err != nil {
		return err
	}
	if _, err := s.Extend("", ben, time.Hour); err != nil {
		return err
	}
	_, err := s.Confirm("", ben)
	return err
}

func failed(s *stage) error {
	if err := s.apply(Applying); err != nil {
		return err
	}
	return s.RollBack("", anna, "a step failed", undoFiles(s.dir))
}

func notConfirmed(s *stage) error {
	if err := s.apply(Awaiting); err != nil {
		return err
	}
	s.clock.pass(time.Minute)
	id := s.newest()
	return s.Guard(context.Background(), id, undoFiles(s.dir))
}

func incompleteAtFirst(s *stage) error {
	if err := s.apply(Awaiting); err != nil {
		return err
	}
	broken := func(context.Context, *Transaction) error { return syscall.EIO }
	if err := s.RollBack("", ben, "tired of it", broken); err == nil {
		return fmt.Errorf("the rollback was to be incomplete")
	}
	return s.RollBack("", ben, "once more", undoFiles(s.dir))
}

func restarted(s *stage) error {
	if err := s.apply(Awaiting); err != nil {
		return err
	}
	s.clock.restart("boot-2")
	_, err := s.Recover(undoFiles(s.dir))
	return err
}

func (s *stage) newest() string {
	all, err := s.List()
	if err != nil || len(all) == 0 {
		return ""
	}
	return all[0].ID
}

// TestKilledAtEveryPoint finds the points by itself: one added to the code is one tried here.
func TestKilledAtEveryPoint(t *testing.T) {
	tried := 0
	start := filepath.Join(t.TempDir(), "start")
	require.NoError(t, os.MkdirAll(filepath.Join(start, "etc"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(start, "etc/bond"), []byte("old\n"), 0o644))
	run(t, "history", start, 0)
	for name := range scenarios {
		t.Run(name, func(t *testing.T) {
			points := run(t, name, copied(t, start), 0)
			require.Greater(t, points, 10)
			for n := 1; n <= points; n++ {
				dir := copied(t, start)
				run(t, name, dir, n)
				isRecovered(t, copied(t, dir), n, byRecover)
				isRecovered(t, dir, n, byPerson)
				tried++
			}
		})
	}
	t.Logf("%d points to be killed at", tried)
}

// run plays a scenario in a process of its own, which is killed at the nth point or tells how many it has.
func run(t *testing.T, scenario, dir string, nth int) int {
	t.Helper()
	cmd := actor(t, "scenario "+scenario, dir, nthEnv+"="+strconv.Itoa(nth))
	out, err := cmd.Output()
	if nth != 0 {
		require.EqualError(t, err, "signal: killed", "point %d", nth)
		return 0
	}
	require.NoError(t, err)
	points, err := strconv.Atoi(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	return points
}

func copied(t *testing.T, dir string) string {
	t.Helper()
	twin := filepath.Join(t.TempDir(), "target")
	require.NoError(t, exec.Command("cp", "-a", dir, twin).Run())
	return twin
}

// survivor opens what a killed process left, with a clock of another boot or of the same one.
func survivor(t *testing.T, dir, bootID string) *Store {
	t.Helper()
	clock := newClock()
	clock.bootID = bootID
	s, err := Open(Config{Root: dir, Dir: stateDir, Clock: clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func byRecover(t *testing.T, dir string) *Store {
	t.Helper()
	s := survivor(t, dir, "boot-3")
	_, err := s.Recover(undoFiles(dir))
	require.NoError(t, err)
	return s
}

func byPerson(t *testing.T, dir string) *Store {
	t.Helper()
	s := survivor(t, dir, "boot-1")
	if _, open, err := s.Current(); open {
		require.NoError(t, err)
		require.NoError(t, s.RollBack("", ben, "found it lying about", undoFiles(dir)))
	}
	return s
}

// isRecovered insists that what was left is legal, and that it ends old or new, as the journal says.
func isRecovered(t *testing.T, dir string, n int, by func(*testing.T, string) *Store) {
	t.Helper()
	before, err := survivor(t, dir, "boot-1").List()
	require.NoError(t, err, "point %d: every journal can be read", n)

	s := by(t, dir)

	after, err := s.History()
	require.NoError(t, err)
	for i, j := range after {
		assert.False(t, j.Open(), "point %d", n)
		assert.Equal(t, before[i].ID, j.ID, "point %d", n)
		undos := undosOf(t, dir, j.ID)
		switch {
		case j.State == Confirmed:
			assert.Zero(t, undos, "point %d: undone although it was confirmed", n)
		case j.Touched():
			assert.Positive(t, undos, "point %d: never undone", n)
		}
	}
	want := "old\n"
	if after[0].State == Confirmed {
		want = "new\n"
	}
	content, err := os.ReadFile(filepath.Join(dir, "etc/bond"))
	require.NoError(t, err)
	assert.Equal(t, want, string(content), "point %d", n)
	beginsAgain(t, s, n)
}

// beginsAgain insists that nothing left over keeps the next transaction from its beginning.
func beginsAgain(t *testing.T, s *Store, n int) {
	t.Helper()
	lock, err := s.Lock(anna, "applying bond.hcl", 0)
	require.NoError(t, err, "point %d", n)
	defer lock.Release()
	begun, err := lock.Begin(aMinute)
	require.NoError(t, err, "point %d", n)
	all, err := s.List()
	require.NoError(t, err)
	for _, j := range all {
		assert.Equal(t, j.ID == begun.ID(), j.Open(), "point %d: %s", n, j.ID)
	}
	entries, err := s.entries()
	require.NoError(t, err)
	for _, name := range entries {
		assert.True(t, isID(name), "point %d: %s is left", n, name)
	}
}
