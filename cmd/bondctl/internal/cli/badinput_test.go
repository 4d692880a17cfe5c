package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/generators/all"
)

// places lists what is below a directory, without the directory: "etc", "etc/network".
func places(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, _ fs.DirEntry, err error) error {
		if path != "." {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// hijack puts a symbolic link in the place of a file or directory: what it led to
// is elsewhere then, in a directory that a stranger has prepared.
func hijack(t *testing.T, root, place string) (elsewhere string) {
	t.Helper()
	elsewhere = filepath.Join(t.TempDir(), "elsewhere")
	victim := filepath.Join(root, place)
	require.NoError(t, os.MkdirAll(filepath.Dir(victim), 0o755))
	switch err := os.Rename(victim, elsewhere); {
	case os.IsNotExist(err):
		require.NoError(t, os.Mkdir(elsewhere, 0o755))
	default:
		require.NoError(t, err)
	}
	require.NoError(t, os.Symlink(elsewhere, victim))
	return elsewhere
}

// contents is everything below a directory, or in a file.
func contents(t *testing.T, place string) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, filepath.WalkDir(place, func(path string, entry fs.DirEntry, err error) error {
		b.WriteString(path + "\n")
		if err == nil && entry.Type().IsRegular() {
			text, unread := os.ReadFile(path)
			b.Write(text)
			err = unread
		}
		return err
	}))
	return b.String()
}

// refusesLink wants to be told why; the second are the words of os.Root.
func refusesLink(t *testing.T, m *machine, place string) {
	t.Helper()
	assert.Regexp(t, "symbolic link|path escapes from parent", m.err.String(), place)
}

// Wherever a symbolic link takes the place of what apply writes, or of a
// directory on the way, nothing is written behind it, and nothing is changed.
func TestApplyFollowsNoSymbolicLink(t *testing.T) {
	m, _ := newApply(t, "--no-guard")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	tried := 0
	for _, place := range places(t, m.Root) {
		if strings.Contains(place, "transactions/") { // one that begins has a directory of its own
			continue
		}
		m, k := newApply(t, "--no-guard")
		elsewhere := hijack(t, m.Root, place)
		behind, links := contents(t, elsewhere), k.String()
		tried++
		assert.NotEqual(t, codeDone, Run(m.Env), place)
		refusesLink(t, m, place)
		assert.Equal(t, behind, contents(t, elsewhere), place)
		assert.Equal(t, links, k.String(), place)
	}
	assert.Greater(t, tried, 8)
}

// So it is with every backend's files, and with the units.
func TestNoBackendsFileIsWrittenBehindASymbolicLink(t *testing.T) {
	write := func(args ...string) func(*machine) int {
		return func(m *machine) int { return m.again(args...) }
	}
	commands := map[string]func(*machine) int{"units": write("install-units", "--root", "root")}
	for _, backend := range all.Names() {
		commands[backend] = write("apply", "--root", "root", "--auto-approve", "--lossy", "--backend", backend)
	}
	for name, run := range commands {
		t.Run(name, func(t *testing.T) {
			m, _ := newHost(t)
			m.Self = []string{"/usr/bin/bondctl"}
			require.NoError(t, os.Mkdir("root", 0o755))
			require.Equal(t, codeDone, run(m), m.err.String())
			written := places(t, "root")
			for _, place := range written {
				if strings.Contains(place, "backups/") || strings.Contains(place, ".wants/") {
					continue // a name of its own, or a link by itself
				}
				require.NoError(t, os.RemoveAll("root"))
				require.NoError(t, os.Mkdir("root", 0o755))
				elsewhere := hijack(t, "root", place)
				assert.NotEqual(t, codeDone, run(m), place)
				refusesLink(t, m, place)
				assert.Equal(t, elsewhere+"\n", contents(t, elsewhere), place)
			}
		})
	}
}

// What others can write to decides nothing that root does.
func TestAStateDirectoryOfOthersIsRefused(t *testing.T) {
	for name, prepare := range map[string]func(string) error{
		"can be written by others (mode 0777)": func(dir string) error { return os.Chmod(dir, 0o777) },
		"belongs to uid 65534, not to uid 0":   func(dir string) error { return os.Chown(dir, 65534, 65534) },
	} {
		if os.Geteuid() != 0 && strings.HasPrefix(name, "belongs") {
			continue // only root can give a directory away
		}
		m, k := newApply(t, "--no-guard")
		dir := filepath.Join(m.Root, stateDir)
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, prepare(dir))
		before := portrait(t, m, k)
		assert.Equal(t, codeError, Run(m.Env))
		assert.Contains(t, m.err.String(), name)
		for _, command := range []string{"confirm", "rollback", "status", "history", "recover"} {
			assert.Equal(t, codeError, m.again(command), command)
			assert.Contains(t, m.err.String(), name)
		}
		assert.Equal(t, before, portrait(t, m, k))
	}
}

// Of two who confirm at once, one does and the other is told so.
func TestTwoConfirmAtOnce(t *testing.T) {
	m, _ := newApply(t, "--confirm-within", "10m")
	var said [2]string
	code := during(t, m, func(other *machine) {
		require.Equal(t, codeDone, other.again("history"))
		id := newest(other)
		var both sync.WaitGroup
		for i := range said {
			user := &machine{Env: other.Env}
			user.Stdout, user.Stderr = &user.out, &user.err
			both.Go(func() {
				assert.Equal(t, codeDone, user.again("confirm", id), user.err.String())
				said[i] = user.out.String()
			})
		}
		both.Wait()
	})
	assert.Equal(t, codeDone, code, m.err.String())
	slices.Sort(said[:])
	assert.Regexp(t, `^Confirmed: transaction \w+ stays\.`, said[0])
	assert.Regexp(t, `^Transaction \w+ was confirmed before, by root\.`, said[1])
}

// What the host cannot be made is said before anything is changed.
func TestWhatTheHostCannotBeMade(t *testing.T) {
	none := func(*testing.T, *kerneltest.Fake) {}
	cases := []struct {
		name    string
		prepare func(*testing.T, *kerneltest.Fake)
		change  [2]string
		want    string
	}{
		{"no such link", none, [2]string{"eth1", "eth7"}, "error: No such link\n"},
		{"somebody else's slave", func(t *testing.T, k *kerneltest.Fake) {
			t.Helper()
			require.NoError(t, k.AddBond("bond9", nil))
			require.NoError(t, k.Enslave("eth1", "bond9"))
		}, [2]string{}, "error: Slave of another bond\n"},
		{"no bond of that name", func(t *testing.T, k *kerneltest.Fake) {
			t.Helper()
			require.NoError(t, k.AddLink("bond0", "dummy"))
		}, [2]string{}, "error: Name in use\n"},
		{"an option that the driver lacks", func(t *testing.T, k *kerneltest.Fake) {
			t.Helper()
			require.NoError(t, k.AddBond("bond0", nil))
		}, [2]string{"= 100", "= 100\n  peer_notif_delay = 200"}, "error: Kernel too old\n"},
		{"an option that the driver lacks, of a new bond", none, [2]string{"= 100", "= 100\n  peer_notif_delay = 200"}, "error: Kernel too old\n"},
		{"an option that the driver lacks, of a slave", none, [2]string{`slave "eth1" {}`, `slave "eth1" { prio = 7 }`}, "error: Kernel too old\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, _ := newApply(t, "--no-guard", "--take-over")
			k := kerneltest.NewFake("peer_notif_delay", "prio")
			k.AddHardware("eth0")
			k.AddHardware("eth1")
			c.prepare(t, k)
			m.Kernel = func() (Kernel, error) { return openFake{k}, nil }
			write(t, "bondctl.hcl", strings.ReplaceAll(attic, c.change[0], c.change[1]))
			if c.change[0] == "" {
				write(t, "bondctl.hcl", attic)
			}
			before := portrait(t, m, k)
			changes := 0
			k.Before(func(string) error { changes++; return nil })
			assert.Equal(t, codeError, Run(m.Env))
			assert.Contains(t, m.err.String(), c.want)
			assert.Contains(t, m.err.String(), "bondctl: the document does not fit this host; nothing was changed\n")
			assert.Zero(t, changes)
			assert.Equal(t, before, portrait(t, m, k))
		})
	}
}

// newerHost is a host with the attic, whose bond and slave have options that this
// program has never heard of.
func newerHost(t *testing.T) (*machine, *kerneltest.Fake) {
	t.Helper()
	m, k := newApply(t, "--no-guard", "--take-over")
	applied(t, m, k)
	require.NoError(t, k.SetUnknown("bond0", kernel.Attribute{Number: 4711, Data: []byte("news")}))
	require.NoError(t, k.SetUnknown("eth1", kernel.Attribute{Number: 4712, Data: []byte("news")}))
	return m, k
}

// newsOf gives what the bond and the slave have of these options.
func newsOf(t *testing.T, k *kerneltest.Fake) []kernel.Attribute {
	t.Helper()
	state, err := k.Observe()
	require.NoError(t, err)
	bond, _ := state.Link("bond0")
	slave, _ := state.Link("eth1")
	return append(bond.Bond.Unknown, slave.Slave.Unknown...)
}

// An option that only the kernel knows is kept, on the way there and back.
func TestOptionsOfANewerKernelAreCarried(t *testing.T) {
	m, k := newerHost(t)
	write(t, "bondctl.hcl", strings.Replace(attic, "= 100", "= 200", 1))
	before, had := portrait(t, m, k), newsOf(t, k)
	require.Len(t, had, 2)
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, k.String(), "miimon 200")
	assert.Equal(t, had, newsOf(t, k))
	require.Equal(t, codeDone, m.again("history"))
	require.Equal(t, codeDone, m.again("rollback", newest(m), "--no-guard", "--auto-approve"), m.err.String())
	assert.Equal(t, before, portrait(t, m, k))
	assert.Equal(t, had, newsOf(t, k))
}

// A bond made anew would not have it: that is refused.
func TestBondWithOptionsOfANewerKernelIsNotMadeAnew(t *testing.T) {
	m, k := newerHost(t)
	write(t, "bondctl.hcl", strings.Replace(attic, "= 100", "= 100\n  tx_queues = 8", 1))
	before, had := portrait(t, m, k), newsOf(t, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "error: Link that could not be restored\n")
	assert.Contains(t, m.err.String(), "bondctl: the document does not fit this host; nothing was changed\n")
	assert.Equal(t, before, portrait(t, m, k))
	assert.Equal(t, had, newsOf(t, k))
}
