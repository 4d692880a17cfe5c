package hostfs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// interfere lets someone else act right ahead of an operation on a path, once.
func (h *host) interfere(doing, p string, act func()) {
	acted := false
	h.before = func(d, q string) error {
		if !acted && d == doing && (q == p || temporaryFor(q, p)) {
			acted = true
			act()
		}
		return nil
	}
}

// temporaryFor tells whether q is a temporary beside p.
func temporaryFor(q, p string) bool {
	s, ok := temporaryOf(filepath.Base(q))
	return ok && filepath.Join(filepath.Dir(q), s) == p
}

// temporary finds the one temporary of a target.
func (h *host) temporary(p string) string {
	h.t.Helper()
	found, err := filepath.Glob(h.at(filepath.Join(filepath.Dir(p), "."+filepath.Base(p)+temporaryMark+"*")))
	require.NoError(h.t, err)
	require.Len(h.t, found, 1)
	return found[0]
}

// What someone else does after we looked wins: our change is undone, and theirs is there.
func TestWhatSomeoneElseDoesMeanwhileIsKept(t *testing.T) {
	theirs := func(h *host) { h.put("/etc/a", "theirs\n", 0o600) }
	link := func(h *host) {
		require.NoError(h.t, os.RemoveAll(h.at("/etc/a")))
		require.NoError(h.t, os.Symlink("victim", h.at("/etc/a")))
	}
	dir := func(h *host) {
		require.NoError(h.t, os.RemoveAll(h.at("/etc/a")))
		require.NoError(h.t, os.Mkdir(h.at("/etc/a"), 0o755))
	}
	vanish := func(h *host) { require.NoError(h.t, os.Remove(h.at("/etc/a"))) }
	for name, c := range map[string]struct {
		exists bool
		doing  string
		act    func(h *host)
	}{
		"edited while we replace":       {true, "exchanging", theirs},
		"made a link while we replace":  {true, "exchanging", link},
		"made a dir while we replace":   {true, "exchanging", dir},
		"removed while we replace":      {true, "exchanging", vanish},
		"edited while we stage":         {true, "creating", theirs},
		"removed while we stage":        {true, "creating", vanish},
		"appeared while we create":      {false, "renaming", theirs},
		"link appeared while we create": {false, "renaming", link},
		"dir appeared while we create":  {false, "renaming", dir},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.put("/etc/victim", "a file to lead us to\n", 0o644)
			h.put("/etc/b", "old\n", 0o644)
			if c.exists {
				h.put("/etc/a", "old\n", 0o644)
			}
			var wanted snapshot
			h.interfere(c.doing, "/etc/a", func() {
				c.act(h)
				wanted = h.snapshot().without(leftByKill)
			})
			changes := append(write("/etc/b"), write("/etc/a")...)

			_, err := h.Apply(changes, "")

			require.ErrorIs(t, err, errChanged)
			require.ErrorContains(t, err, "nothing was changed")
			now := h.snapshot()
			assert.Contains(t, now["/etc/b"], `"old\n"`, "swapped first, and undone")
			delete(wanted, "/etc/b")
			delete(now, "/etc/b")
			assert.Equal(t, wanted, now)
		})
	}
}

func TestRemovalOfAFileThatChangedIsUndone(t *testing.T) {
	h := newHost(t)
	h.put("/etc/a", "old\n", 0o644)
	h.interfere("renaming", "/etc/a", func() { h.put("/etc/a", "theirs\n", 0o644) })

	_, err := h.Apply([]Change{{Path: "/etc/a", Remove: true}}, "")

	require.ErrorIs(t, err, errChanged)
	assert.Contains(t, h.snapshot()["/etc/a"], "theirs")
	assert.Len(t, h.snapshot(), 3, "no temporary is left")
}

func TestATemporaryReplacedByALinkIsNotMovedIn(t *testing.T) {
	for _, exists := range []bool{true, false} {
		h := newHost(t)
		h.put("/etc/victim", "theirs\n", 0o644)
		doing := "renaming"
		if exists {
			h.put("/etc/a", "old\n", 0o644)
			doing = "exchanging"
		}
		before := h.snapshot()
		h.interfere(doing, "/etc/a", func() {
			temp := h.temporary("/etc/a")
			require.NoError(t, os.Remove(temp))
			require.NoError(t, os.Symlink("victim", temp))
		})

		_, err := h.Apply(write("/etc/a"), "")

		require.ErrorIs(t, err, errChanged)
		assert.Equal(t, before, h.snapshot())
	}
}

// A directory that is replaced by a link after it was opened makes no difference to what is open.
func TestADirectoryReplacedByALinkIsNotFollowed(t *testing.T) {
	for _, doing := range []string{"creating", "writing", "exchanging", "removing"} {
		t.Run(doing, func(t *testing.T) {
			h := newHost(t)
			h.put("/etc/dir/a", "old\n", 0o644)
			h.put("/victims/a", "theirs\n", 0o644)
			victims := describe(t, h.at("/victims/a"))
			h.interfere(doing, "/etc/dir/a", func() {
				require.NoError(t, os.Rename(h.at("/etc/dir"), h.at("/etc/moved")))
				require.NoError(t, os.Symlink("../victims", h.at("/etc/dir")))
			})

			_, _ = h.Apply(write("/etc/dir/a"), "") // either is right: done in what was open, or refused

			now := h.snapshot()
			assert.Equal(t, victims, now["/victims/a"])
			entries, err := os.ReadDir(h.at("/victims"))
			require.NoError(t, err)
			assert.Len(t, entries, 1)
		})
	}
}

func TestADirectorySwappedWhileOpenedIsRefused(t *testing.T) {
	h := newHost(t)
	h.put("/etc/dir/a", "old\n", 0o644)
	h.put("/victims/a", "theirs\n", 0o644)
	h.interfere("opening", "/etc/dir", func() {
		require.NoError(t, os.RemoveAll(h.at("/etc/dir")))
		require.NoError(t, os.Symlink("../victims", h.at("/etc/dir")))
	})
	_, err := h.Apply(write("/etc/dir/a"), "")
	require.Error(t, err)

	require.NoError(t, os.Remove(h.at("/etc/dir")))
	h.put("/etc/dir/a", "old\n", 0o644)
	h.interfere("opening", "/etc/dir", func() {
		require.NoError(t, os.RemoveAll(h.at("/etc/dir")))
		require.NoError(t, os.Symlink("other", h.at("/etc/dir")))
		require.NoError(t, os.Mkdir(h.at("/etc/other"), 0o755))
	})
	_, err = h.Apply(write("/etc/dir/a"), "")
	require.ErrorIs(t, err, errReplaced)
	assert.Contains(t, h.snapshot()["/victims/a"], "theirs")
}

func TestAFileSwappedWhileReadIsRefused(t *testing.T) {
	h := newHost(t)
	h.put("/etc/a", "old\n", 0o644)
	h.put("/etc/shadow", "secret\n", 0o600)
	h.interfere("reading", "/etc/a", func() {
		require.NoError(t, os.Remove(h.at("/etc/a")))
		require.NoError(t, os.Symlink("shadow", h.at("/etc/a")))
	})

	f, _, err := h.Read("/etc/a")

	require.ErrorIs(t, err, errReplaced)
	assert.Empty(t, f.Content)
}

func TestWhatAppearsMeanwhileIsKeptWithoutRenameat2Flags(t *testing.T) {
	h := newHost(t)
	require.NoError(t, os.Mkdir(h.at("/etc"), 0o755))
	h.before = func(doing, _ string) error {
		if doing == "renaming" {
			h.put("/etc/a", "theirs\n", 0o600)
			return unix.EINVAL
		}
		return nil
	}

	_, err := h.Apply(write("/etc/a"), "")

	require.ErrorIs(t, err, errChanged)
	paths, err := h.List("/etc")
	require.NoError(t, err)
	assert.Equal(t, []string{"/etc/a"}, paths)
	assert.Contains(t, h.snapshot()["/etc/a"], "theirs")
}
