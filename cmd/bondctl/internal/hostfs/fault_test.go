package hostfs

import (
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// faults makes chosen operations fail, counting from 0.
type faults struct {
	count int
	fail  func(number int) error
	// missing is an operation that the file system does not know.
	missing string
}

func (f *faults) hook(doing, _ string) error {
	if doing == f.missing || f.missing == renameFlags && (doing == "exchanging" || doing == "renaming") {
		return unix.EINVAL
	}
	f.count++
	return f.fail(f.count - 1)
}

const renameFlags = "renameat2 with flags"

// once fails one operation: what undoes the rest works.
func once(n int) func(int) error {
	return func(i int) error {
		if i == n {
			return unix.ENOSPC
		}
		return nil
	}
}

// everSince fails one operation and all that follow: the disk is gone, and undoing fails as well.
func everSince(n int) func(int) error {
	return func(i int) error {
		if i >= n {
			return unix.EIO
		}
		return nil
	}
}

// variant is one of the ways that a change set can take through the code.
type variant struct {
	name    string
	bulk    int
	backup  string
	missing string
}

var variants = []variant{
	{name: "few files", bulk: bulkThreshold},
	{name: "few files, backup", bulk: bulkThreshold, backup: backupDir},
	{name: "many files, backup", backup: backupDir},
	{name: "no renameat2 flags, backup", bulk: bulkThreshold, backup: backupDir, missing: renameFlags},
}

// trial is one run of a change set with faults.
type trial struct {
	host   *host
	story  story
	backup string
	err    error
	points int // operations that were tried
}

func (v variant) try(t *testing.T, fail func(int) error) trial {
	t.Helper()
	h := newHost(t)
	r := trial{host: h, story: newStory(h), backup: v.backup}
	f := faults{fail: fail, missing: v.missing}
	h.bulk, h.before = v.bulk, f.hook
	_, r.err = h.Apply(r.story.changes, v.backup)
	h.before = nil
	r.points = f.count
	return r
}

func TestApplyWithOneFaultAnywhereIsOldOrNew(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			for n := 0; ; n++ {
				r := v.try(t, once(n))
				if r.err == nil {
					r.isNew(t, n)
					require.Equal(t, n, r.points)
					t.Logf("%d points of failure", n)
					return
				}
				require.ErrorIs(t, r.err, unix.ENOSPC)
				r.isOldOrTidying(t, n)
			}
		})
	}
}

func (r trial) isNew(t *testing.T, n int) {
	t.Helper()
	now := r.host.snapshot()
	if r.backup != "" {
		now = now.without(underVar)
	}
	require.Equal(t, r.story.after, now, "point %d: %v", n, r.err)
}

// isOldOrTidying insists that a single fault is undone, or comes when every change is in place.
func (r trial) isOldOrTidying(t *testing.T, n int) {
	t.Helper()
	unfinished, ok := errors.AsType[*UnfinishedError](r.err)
	if !ok {
		require.ErrorContains(t, r.err, "nothing was changed")
		require.Equal(t, r.story.before, r.host.snapshot(), "point %d: %v", n, r.err)
		return
	}
	require.True(t, unfinished.Done, "point %d: %v", n, r.err)
	require.ErrorContains(t, r.err, "every change is in place")
	left := map[string]bool{}
	for _, l := range unfinished.Left {
		left[l.Path] = true
	}
	now := r.host.snapshot().without(func(p string) bool { return left[p] || r.backup != "" && underVar(p) })
	require.Equal(t, r.story.after, now, "point %d: %v", n, r.err)
}

func TestApplyOnADyingDiskNamesWhatIsLeft(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			n := 0
			for ; ; n++ {
				r := v.try(t, everSince(n))
				if r.err == nil {
					break
				}
				r.isExplained(t, n)
			}
			t.Logf("%d points of failure", n)
		})
	}
}

// After a first fault, the undoing meets a second one, wherever that comes. There are thousands of pairs
// with a backup, and they say the same: they are left out for the time they take.
func TestApplyWithTwoFaultsNamesWhatIsLeft(t *testing.T) {
	for _, v := range []variant{
		{name: "few files", bulk: bulkThreshold},
		{name: "no renameat2 flags", bulk: bulkThreshold, missing: renameFlags},
	} {
		t.Run(v.name, func(t *testing.T) {
			pairs := 0
			total := v.try(t, once(-1)).points
			for first := range total {
				for second := first + 1; ; second++ {
					r := v.try(t, func(i int) error { return errors.Join(once(first)(i), once(second)(i)) })
					require.Error(t, r.err)
					r.isExplained(t, first)
					pairs++
					if second >= r.points {
						break
					}
				}
			}
			t.Logf("%d pairs of points of failure", pairs)
		})
	}
}

// isExplained insists that every path which differs from what the error claims is named in it, and that
// each old file is where the error says.
func (r trial) isExplained(t *testing.T, n int) {
	t.Helper()
	now := r.host.snapshot()
	unfinished, ok := errors.AsType[*UnfinishedError](r.err)
	if !ok {
		require.Equal(t, r.story.before, now, "point %d: %v", n, r.err)
		return
	}
	claimed := r.story.before
	if unfinished.Done {
		claimed = r.story.after
	}
	named := map[string]bool{}
	for _, l := range unfinished.Left {
		named[l.Path] = true
		if l.Saved != "" {
			named[l.Saved] = true
			assert.Equal(t, r.story.before[l.Path], now[l.Saved], "point %d: %v", n, r.err)
		}
	}
	for _, p := range differing(claimed, now) {
		inBackup := p == unfinished.Backup || strings.HasPrefix(p, unfinished.Backup+"/") ||
			strings.HasPrefix(unfinished.Backup, p+"/")
		kept := unfinished.Done && underVar(p)
		require.True(t, named[p] || unfinished.Backup != "" && inBackup || kept, "point %d: %s: %v", n, p, r.err)
	}
	for p := range named {
		require.NotEqual(t, claimed[p], now[p], "point %d: %s is as it should be: %v", n, p, r.err)
	}
}

func TestRestoreWithOneFaultAnywhereIsOldOrNew(t *testing.T) {
	for _, bulk := range []int{bulkThreshold, 0} {
		n := 0
		for ; ; n++ {
			h := newHost(t)
			s := newStory(h)
			_, err := h.Apply(s.changes, backupDir)
			require.NoError(t, err)
			f := faults{fail: once(n)}
			h.bulk, h.before = bulk, f.hook

			err = h.Restore(backupDir)

			h.before = nil
			now := h.snapshot().without(underVar)
			if err == nil {
				assert.Equal(t, s.before, now)
				break
			}
			if unfinished, ok := errors.AsType[*UnfinishedError](err); ok {
				require.True(t, unfinished.Done)
				require.Subset(t, now, s.before, "point %d: %v", n, err)
			} else {
				require.Equal(t, s.after, now, "point %d: %v", n, err)
			}
			require.NoError(t, h.Restore(backupDir), "point %d", n)
			require.Equal(t, s.before, h.snapshot().without(underVar), "point %d", n)
		}
		t.Logf("%d points of failure", n)
	}
}

func TestSaveWithOneFaultAnywhereLeavesNothing(t *testing.T) {
	n := 0
	for ; ; n++ {
		h := newHost(t)
		s := newStory(h)
		f := faults{fail: once(n)}
		h.before = f.hook

		err := h.Save(backupDir, []string{"/etc/wpa.conf", "/etc/gone.conf", "/none/at/all"})

		h.before = nil
		if err == nil {
			break
		}
		require.Equal(t, s.before, h.snapshot(), "point %d: %v", n, err)
	}
	t.Logf("%d points of failure", n)
}

func TestErrorsSayWhatWasBeingDone(t *testing.T) {
	for failing, want := range map[string]string{
		"creating " + backupDir + "/manifest.json": "saving the old files in " + backupDir +
			": creating " + backupDir + "/manifest.json: no space left on device; nothing was changed",
		"writing /etc/.wpa.conf":         "replacing /etc/wpa.conf: writing /etc/.wpa.conf.bondctl-",
		"exchanging /etc/wpa.conf":       "replacing /etc/wpa.conf: exchanging /etc/wpa.conf: no space left",
		"renaming /etc/gone.conf":        "removing /etc/gone.conf: renaming /etc/gone.conf: no space left",
		"creating directory /etc/system": "creating /etc/systemd/network/bond0.netdev: creating directory /etc/systemd: no",
		"reading /etc/gone.conf":         "reading /etc/gone.conf: no space left on device; nothing was changed",
	} {
		h := newHost(t)
		s := newStory(h)
		h.before = func(doing, p string) error {
			if strings.HasPrefix(doing+" "+p, failing) {
				return unix.ENOSPC
			}
			return nil
		}

		_, err := h.Apply(s.changes, backupDir)

		require.ErrorContains(t, err, want)
	}
}

func TestUnfinishedErrorStaysReadable(t *testing.T) {
	u := &UnfinishedError{Err: unix.EIO, Backup: backupDir}
	for range 100 {
		u.Left = append(u.Left, Leftover{Path: "/etc/a", State: "has its new content", Saved: path.Join("/etc", "old")})
	}

	assert.Contains(t, u.Error(), "/etc/a has its new content, its old file is /etc/old; ")
	assert.True(t, strings.HasSuffix(u.Error(), "; and 80 more; the old files are saved in "+backupDir), u.Error())
	assert.ErrorIs(t, u, unix.EIO)
}
