package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLockSaysWhoseItIs(t *testing.T) {
	m := newMachine(t)
	m.locked()

	_, err := m.Lock(ben, "applying other.hcl", 0)

	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	assert.Equal(t, anna, locked.Holder.Who)
	assert.Equal(t, m.self, locked.Holder.Process)
	assert.Regexp(t, `^root \(by sudo of anna, pts/0, from 192\.0\.2\.7\) is applying bond\.hcl since `+
		`2026-11-27 21:14:53 UTC \(process \d+\): wait until it is done, then try again$`, err.Error())
}

func TestLockWithoutAName(t *testing.T) {
	for _, text := range []string{"", `{"who":`, "null", "7"} {
		m := newMachine(t)
		m.locked()
		m.put(stateDir+"/lock", text)
		_, err := m.Lock(ben, "applying other.hcl", 0)
		require.EqualError(t, err, "another bondctl is at work: wait until it is done, then try again")
	}
}

func TestLockIsGivenBack(t *testing.T) {
	m := newMachine(t)
	lock := m.locked()
	lock.Release()
	lock.Release()
	assert.Empty(t, m.get(stateDir+"/lock"), "nobody has it")

	again, err := m.Lock(ben, "applying other.hcl", 0)
	require.NoError(t, err)
	defer again.Release()

	_, err = lock.Begin(aMinute)
	require.ErrorContains(t, err, "the lock was given back")
	_, err = lock.Confirm("20261127T211453Z")
	require.ErrorContains(t, err, "the lock for 20261127T211453Z was given back: take it again")
}

func TestLockIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t)
		lock := m.locked()
		released := make(chan bool)
		go func() {
			time.Sleep(2 * time.Second)
			lock.Release()
			close(released)
		}()

		_, err := m.Lock(ben, "confirming", time.Second)
		require.ErrorContains(t, err, "is applying bond.hcl")

		second, err := m.Lock(ben, "confirming", 10*time.Second)
		require.NoError(t, err)
		second.Release()
		<-released
	})
}

func TestLateHolder(t *testing.T) {
	m := newMachine(t)
	_, err := m.locked().Begin(aMinute)
	require.NoError(t, err)
	m.clock.pass(aMinute.ApplyWithin - 1)
	_, early := m.Lock(ben, "applying other.hcl", 0)
	m.clock.pass(1)
	_, late := m.Lock(ben, "applying other.hcl", 0)

	assert.NotContains(t, early.Error(), "should be over")
	assert.Regexp(t, `\(process (\d+)\), which should be over by now: if it hangs, end it with kill -9 \d+; then undo what it left with: bondctl rollback$`, late.Error())
}

// A number alone is nobody: it may be another process by now, or of another boot.
func TestProcess(t *testing.T) {
	me, err := self("boot-1")
	require.NoError(t, err)
	assert.True(t, me.runs("boot-1"))
	for _, other := range []Process{
		{},
		{PID: -1, Start: me.Start, BootID: "boot-1"},
		{PID: me.PID, Start: me.Start + 1, BootID: "boot-1"},
		{PID: me.PID, Start: me.Start, BootID: "boot-0"},
		{PID: 1 << 30, Start: me.Start, BootID: "boot-1"},
	} {
		assert.False(t, other.runs("boot-1"), other)
		if other.PID == me.PID {
			require.ErrorContains(t, other.kill("boot-1"), "is another one by now, and is left alone")
		}
	}
}

func TestADeadProcessThatNobodyWaitedForIsDead(t *testing.T) {
	cmd := actor(t, "holder wait", t.TempDir())
	require.NoError(t, cmd.Start())
	stat, err := readStat(cmd.Process.Pid)
	require.NoError(t, err)
	p := Process{PID: cmd.Process.Pid, Start: stat.start, BootID: "boot-1"}
	require.True(t, p.runs("boot-1"))

	require.NoError(t, p.kill("boot-1"))

	eventually(t, func() bool { return !p.runs("boot-1") })
	_, err = readStat(p.PID)
	require.NoError(t, err, "its number is still taken")
	_, _ = cmd.Process.Wait()
}

func TestProcStat(t *testing.T) {
	for name, text := range map[string]string{
		"plain":              "42 (bondctl) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 8 0 12345 1 1",
		"a name that counts": "42 (a) Z 1 2 3 4 5 6 (b) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 8 0 12345 1 1",
	} {
		got, err := parseStat([]byte(text))
		require.NoError(t, err, name)
		assert.Equal(t, stat{state: 'S', start: 12345}, got, name)
	}
	for _, text := range []string{"", "42 (bondctl) S 1", "42 (x) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 8 0 soon 1"} {
		_, err := parseStat([]byte(text))
		require.Error(t, err)
	}
}

// playHolder takes the lock with a limit and keeps it.
func playHolder(dir, argument string) error {
	if argument == "wait" {
		return staysOnStage("here")
	}
	s, err := Open(Config{Root: dir, Dir: stateDir})
	if err != nil {
		return err
	}
	lock, err := s.Lock(ben, "hanging", 0)
	if err != nil {
		return err
	}
	lock.limit(1) // long ago
	if argument == "stranger" {
		lock.holder.Process.Start++
		lock.sign()
	}
	return staysOnStage("locked")
}

// realMachine has the clock of this machine, as the actors do.
func realMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir()}
	m.put("/etc/bond", "old\n")
	s, err := Open(Config{Root: m.dir, Dir: stateDir, Tell: func(text string) { t.Log(text) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	s.launch = launchHere(t)
	m.Store = s
	return m
}

func TestLockEndsWithItsProcess(t *testing.T) {
	m := realMachine(t)
	cmd, _ := enters(t, "holder", m.dir)
	_, err := m.Lock(anna, "applying bond.hcl", 0)
	require.ErrorContains(t, err, "ben (pts/1) is hanging since")

	require.NoError(t, cmd.Process.Kill())
	_, err = cmd.Process.Wait()
	require.NoError(t, err)

	lock, err := m.Lock(anna, "applying bond.hcl", time.Minute)
	require.NoError(t, err)
	lock.Release()
}

func TestGuardEndsWhoHoldsTheLockTooLong(t *testing.T) {
	m := realMachine(t)
	tx := m.bring(Awaiting)
	m.makeOverdue(tx.ID())
	enters(t, "holder", m.dir)

	require.NoError(t, m.Guard(t.Context(), tx.ID(), m.undo))

	m.isRolledBack(tx.ID())
}

func TestGuardEndsNoStranger(t *testing.T) {
	m := realMachine(t)
	tx := m.bring(Awaiting)
	m.makeOverdue(tx.ID())
	enters(t, "holder stranger", m.dir)
	g := &guard{store: m.Store, id: tx.ID(), undo: m.undo}

	for range 3 {
		pause, done := g.round()
		assert.False(t, done)
		assert.Equal(t, lockPoll, pause)
	}

	assert.Contains(t, g.said, "is another one by now, and is left alone")
	_, err := m.Lock(anna, "applying bond.hcl", 0)
	require.ErrorContains(t, err, "ben (pts/1) is hanging since", "it lives")
}

// makeOverdue writes a deadline into the journal that is long over.
func (m *machine) makeOverdue(id string) {
	m.t.Helper()
	j := m.journal(id)
	j.Deadline = 1
	require.NoError(m.t, m.save(&j))
}

// eventually waits for what another process does. The limit only ends a test that would wait for ever.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(2 * time.Minute); !done(); {
		require.True(t, time.Now().Before(limit), "it never happened")
		time.Sleep(10 * time.Millisecond)
	}
}

func TestLockFileIsNotFollowed(t *testing.T) {
	m := newMachine(t)
	m.put("/etc/shadow", "secret\n")
	require.NoError(t, os.Symlink("../../../etc/shadow", filepath.Join(m.dir, stateDir, lockFile)))

	_, err := m.Lock(ben, "applying bond.hcl", 0)

	require.ErrorContains(t, err, "opening the lock")
	assert.Equal(t, "secret\n", m.get("/etc/shadow"))
}

func TestLockOfAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "monitor.lock")
	lock, err := LockFile(name, anna, "watching bond.hcl", nil)
	require.NoError(t, err)
	_, err = LockFile(name, ben, "watching other.hcl", nil)
	locked, ok := errors.AsType[*LockedError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, anna, locked.Holder.Who)
	assert.Equal(t, "watching bond.hcl", locked.Holder.What)
	assert.Equal(t, os.Getpid(), locked.Holder.Process.PID)

	lock.Release()
	again, err := LockFile(name, ben, "watching other.hcl", nil)
	require.NoError(t, err)
	again.Release()

	_, err = LockFile(filepath.Join(t.TempDir(), "missing", "monitor.lock"), anna, "watching", nil)
	assert.ErrorContains(t, err, "opening the lock: ")
}
