package checkpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// playGuard is what `bondctl guard ID` does.
func playGuard(dir, id string) error {
	s, err := Open(Config{Root: dir, Dir: stateDir, Tell: func(text string) { fmt.Println(text) }})
	if err != nil {
		return err
	}
	return s.Guard(context.Background(), id, undoFiles(dir))
}

// playApplier brings a transaction with a detached guard to a state, and stays there.
func playApplier(dir string, to State) error {
	s, err := Open(Config{Root: dir, Dir: stateDir})
	if err != nil {
		return err
	}
	s.launch = launchDetached
	lock, err := s.Lock(anna, "applying bond.hcl", 0)
	if err != nil {
		return err
	}
	tx, err := lock.Begin(Request{Window: 5 * time.Second, ApplyWithin: time.Hour})
	if err != nil {
		return err
	}
	command, err := guardCommand(dir, tx.ID())
	err = errors.Join(err, tx.SaveFiles([]string{"/etc/bond"}), tx.Arm(context.Background(), command))
	if err == nil && to != Armed {
		err = errors.Join(tx.Applying(), changeFile(dir))
	}
	if err == nil && to == Awaiting {
		err = tx.Awaiting()
		lock.Release()
	}
	if err != nil {
		return err
	}
	return staysOnStage(tx.ID())
}

// guardOf reads who the guard is.
func (m *machine) guardOf(id string) Process {
	m.t.Helper()
	var p Process
	require.NoError(m.t, json.Unmarshal([]byte(m.get(m.path(id, guardFile))), &p))
	return p
}

func TestDetachedGuardOutlivesEverybody(t *testing.T) {
	for _, s := range []State{Armed, Applying, Awaiting} {
		t.Run(string(s), func(t *testing.T) {
			m := realMachine(t)
			applier, id := enters(t, "applier "+string(s), m.dir)
			guard := m.guardOf(id)
			require.NotEqual(t, applier.Process.Pid, guard.PID)
			session, err := unix.Getsid(guard.PID)
			require.NoError(t, err)
			assert.Equal(t, guard.PID, session, "a session of its own")

			require.NoError(t, unix.Kill(guard.PID, unix.SIGHUP))
			require.NoError(t, applier.Process.Kill())
			_, err = applier.Process.Wait()
			require.NoError(t, err)

			eventually(t, func() bool { return m.journal(id).State == RolledBack })
			assert.Equal(t, "old\n", m.get("/etc/bond"))
			j := m.journal(id)
			assert.Equal(t, theGuard, j.Outcome.By)
			assert.Equal(t, j.Touched(), undosOf(t, m.dir, id) == 1)
			eventually(t, func() bool { return !guard.runs(m.self.BootID) })
			assert.Contains(t, m.get(m.path(id, guardLog)), id+" is rolled back")
		})
	}
}

// A stopped applier has the lock and does nothing any more.
func TestDetachedGuardEndsAStoppedApplier(t *testing.T) {
	m := realMachine(t)
	applier, id := enters(t, "applier applying", m.dir)
	require.NoError(t, applier.Process.Signal(unix.SIGSTOP))
	m.lowerCeiling(id)

	eventually(t, func() bool { return m.journal(id).State == RolledBack })

	state, err := applier.Process.Wait()
	require.NoError(t, err)
	assert.Equal(t, "signal: killed", state.String())
	assert.Equal(t, "old\n", m.get("/etc/bond"))
}

// lowerCeiling makes the applier late, in the journal and in the lock.
func (m *machine) lowerCeiling(id string) {
	m.t.Helper()
	var h Holder
	require.NoError(m.t, json.Unmarshal([]byte(m.get(stateDir+"/lock")), &h))
	h.Limit = 1
	text, err := json.Marshal(h)
	require.NoError(m.t, err)
	m.put(stateDir+"/lock", string(text))
	j := m.journal(id)
	j.Ceiling = 1
	require.NoError(m.t, m.save(&j))
}

// A killed guard is seen to be dead, and another one is armed in its place.
func TestGuardIsArmedAgain(t *testing.T) {
	m := realMachine(t)
	m.launch = launchDetached
	tx := m.realTransaction()
	command, err := guardCommand(m.dir, tx.ID())
	require.NoError(t, err)
	require.NoError(t, tx.Arm(t.Context(), command))
	first := m.guardOf(tx.ID())
	require.NoError(t, tx.Arm(t.Context(), command))
	assert.Equal(t, first, m.guardOf(tx.ID()), "it lives")

	require.NoError(t, first.kill(m.self.BootID))
	eventually(t, func() bool {
		alive, err := m.GuardAlive(tx.ID())
		require.NoError(t, err)
		return !alive
	})
	require.ErrorContains(t, tx.Applying(), "the guard of "+tx.ID()+" is gone, and nothing was changed yet: arm it again")
	require.NoError(t, tx.Arm(t.Context(), command))

	second := m.guardOf(tx.ID())
	assert.NotEqual(t, first, second)
	require.NoError(t, tx.Applying())
	tx.lock.Release()
	require.NoError(t, m.RollBack("", ben, "tired of it", m.undo))
	eventually(t, func() bool { return !second.runs(m.self.BootID) })
}

func (m *machine) realTransaction() *Transaction {
	m.t.Helper()
	tx, err := m.locked().Begin(aMinute)
	require.NoError(m.t, err)
	require.NoError(m.t, tx.SaveFiles([]string{"/etc/bond"}))
	return tx
}

func TestGuardsThatDoNotArm(t *testing.T) {
	for name, c := range map[string]struct {
		command []string
		want    string
	}{
		"no command":      {nil, "there is no command to start it with"},
		"no such program": {[]string{"/nonexistent/bondctl", "guard"}, "no such file or directory"},
		"ends at once":    {[]string{"/bin/sh", "-c", "exit 3"}, "it ended at once (exit status 3): see /var/lib/bondctl/transactions/"},
	} {
		t.Run(name, func(t *testing.T) {
			m := realMachine(t)
			m.launch = launchDetached
			tx := m.realTransaction()

			err := tx.Arm(t.Context(), c.command)

			require.ErrorContains(t, err, "arming the guard of "+tx.ID())
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, Prepared, m.journal(tx.ID()).State)
			require.Error(t, tx.Applying())
		})
	}
}

func TestAGuardThatDoesNotShow(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		m.launch = func(context.Context, *Transaction, []string) (launched, error) {
			return launched{log: "the log"}, nil
		}
		tx := m.bring(Prepared)

		err := tx.Arm(t.Context(), []string{"guard"})

		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "it did not show within 30s that it is alive: context deadline exceeded: see the log")
		assert.Equal(t, Prepared, m.journal(tx.ID()).State)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, tx.Arm(ctx, []string{"guard"}), context.Canceled)
	})
}

func TestASlowGuardIsWaitedFor(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		ready := launchHere(t)
		m.launch = func(ctx context.Context, tx *Transaction, command []string) (launched, error) {
			time.AfterFunc(20*time.Second, func() { _, _ = ready(ctx, tx, command) })
			return launched{}, nil
		}
		tx := m.bring(Prepared)
		require.NoError(t, tx.Arm(t.Context(), []string{"guard"}))
		assert.Equal(t, Armed, m.journal(tx.ID()).State)
		synctest.Wait()
	})
}

func TestWithoutGuard(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Prepared)
	require.NoError(t, tx.WithoutGuard())
	require.NoError(t, tx.Applying())
	require.NoError(t, tx.Awaiting())
	assert.True(t, m.journal(tx.ID()).Unguarded)
	c, err := tx.lock.Confirm(tx.ID())
	require.NoError(t, err)
	assert.Equal(t, Confirmed, c.Journal.State)
}

// The mark of a guard is worth nothing without a living guard behind it.
func TestMarks(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Prepared)
	alive := func() bool {
		t.Helper()
		alive, err := m.GuardAlive(tx.ID())
		require.NoError(t, err)
		return alive
	}
	assert.False(t, alive(), "none yet")
	m.put(m.path(tx.ID(), guardFile), fmt.Sprintf(`{"pid":%d,"start":1,"boot_id":"boot-1"}`, os.Getpid()))
	assert.False(t, alive(), "written by nobody")
	mark, err := m.takeMark(tx.ID())
	require.NoError(t, err)
	assert.True(t, alive())
	_, err = m.takeMark(tx.ID())
	require.ErrorIs(t, err, unix.EWOULDBLOCK)
	require.NoError(t, mark.Truncate(0))
	assert.False(t, alive(), "not ready yet")
	require.NoError(t, mark.Close())
	assert.False(t, alive())
}

func TestSighupIsIgnored(t *testing.T) {
	signal.Reset(syscall.SIGHUP)
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		_, err := m.Confirm("", ben)
		require.NoError(t, err)
		require.NoError(t, m.Guard(t.Context(), tx.ID(), m.undo))
	})
	assert.True(t, signal.Ignored(syscall.SIGHUP))
}

func TestSystemdIsUsedWhereItRuns(t *testing.T) {
	same := func(a, b launcher) bool { return fmt.Sprintf("%p", a) == fmt.Sprintf("%p", b) }
	dir := t.TempDir()
	assert.True(t, same(launcherOf(dir), launchUnit))
	assert.True(t, same(launcherOf(filepath.Join(dir, "nowhere")), launchDetached))
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.True(t, same(launcherOf(file), launchDetached))
}

// The properties as systemd takes them, with their D-Bus types.
func TestGuardProperties(t *testing.T) {
	var lines []string
	for _, p := range guardProperties("20261127T211453Z-2", []string{"/usr/bin/bondctl", "guard", "20261127T211453Z-2"}) {
		lines = append(lines, fmt.Sprintf("%s %s %v", p.Name, p.Value.Signature(), p.Value.Value()))
	}
	assert.Equal(t, []string{
		`Description s bondctl: rolls back 20261127T211453Z-2 unless it is confirmed`,
		`ExecStart a(sasb) [{/usr/bin/bondctl [/usr/bin/bondctl guard 20261127T211453Z-2] true}]`,
		`Restart s always`,
		`RestartUSec t 200000`,
		`RestartPreventExitStatus (aiai) {[0] []}`,
		`StartLimitIntervalUSec t 0`,
		`OOMScoreAdjust i -1000`,
		`KillMode s mixed`,
		`IgnoreOnIsolate b true`,
		`CollectMode s inactive-or-failed`,
	}, lines)
	assert.Equal(t, "bondctl-guard-20261127T211453Z-2.service", unitOf("20261127T211453Z-2"))
}
