package wall

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// limit is how long something may take that takes an instant.
const limit = time.Minute

// carriageReturns undoes what a terminal adds.
var carriageReturns = strings.NewReplacer("\r\r\n", "\r\n")

// pty is a pseudo-terminal: what is written to the terminal is read from its other end.
type pty struct {
	*os.File
	number uint32
}

func openPTY(t *testing.T) pty {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	require.NoError(t, err)
	master := os.NewFile(uintptr(fd), "ptmx") // which may be read with a deadline: it does not block
	t.Cleanup(func() { _ = master.Close() })
	return pty{master, uint32(number)}
}

func (p pty) name() string { return fmt.Sprintf("pts/%d", p.number) }

// hold keeps the terminal open, as a shell does: without it the other end reads nothing.
func (p pty) hold(t *testing.T) int {
	t.Helper()
	tty, err := unix.Open(filepath.Join("/dev", p.name()), unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = unix.Close(tty) })
	return tty
}

// reads gives what has come to the other end once a text is in it: a terminal passes
// on line by line what was written at once.
func (p pty) reads(t *testing.T, text string) string {
	t.Helper()
	require.NoError(t, p.SetReadDeadline(time.Now().Add(limit)))
	all, buffer := "", make([]byte, 4096)
	for !strings.Contains(all, text) {
		n, err := p.Read(buffer)
		require.NoError(t, err, all)
		all = carriageReturns.Replace(all + string(buffer[:n]))
	}
	return all
}

// leader is the stat file of a process that leads a session on a terminal.
func leader(pid int, number uint32) *fstest.MapFile {
	tty := number&0xff | number&^0xff<<12 | ptsMajor<<8
	return &fstest.MapFile{Data: fmt.Appendf(nil, "%d (a ) b) S 1 %d %d %d %d 4194304 0", pid, pid, pid, int32(tty), pid)}
}

func newWall(proc fstest.MapFS) *Wall {
	return &Wall{Proc: proc, Sys: fstest.MapFS{}, Dev: "/dev", Host: "attic"}
}

func TestEveryTerminalIsTold(t *testing.T) {
	one, other, own := openPTY(t), openPTY(t), openPTY(t)
	for _, p := range []pty{one, other, own} {
		p.hold(t)
	}
	w := newWall(fstest.MapFS{
		"10/stat": leader(10, one.number), "20/stat": leader(20, other.number), "30/stat": leader(30, own.number),
		"21/stat": {Data: fmt.Appendf(nil, "21 (vi) S 20 21 20 %d 21 0", other.number|ptsMajor<<8)}, // no leader
		"40/stat": {Data: []byte("40 (daemon) S 1 40 40 0 -1 0")},
		"50/stat": {Data: []byte("torn")}, "self/stat": leader(10, one.number), "uptime": {},
	})
	w.Except = own.name()
	w.Tell("Rolling back\x1b[2J\nbecause of A")
	w.Wait(limit)
	want := "\r\n\aBroadcast message from bondctl on attic:\r\n\r\nRolling back?[2J\r\nbecause of A\r\n\r\n"
	// The terminal puts a carriage return before each new line by itself (ONLCR, termios(3)).
	for _, p := range []pty{one, other} {
		assert.Equal(t, want, p.reads(t, "because of A\r\n\r\n"))
	}
	require.NoError(t, own.SetReadDeadline(time.Now().Add(-time.Second)))
	_, err := own.Read(make([]byte, 1))
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

// A terminal whose output is stopped, or full, keeps nobody waiting.
func TestATerminalThatTakesNothingIsPassedOver(t *testing.T) {
	full, other := openPTY(t), openPTY(t)
	other.hold(t)
	tty := full.hold(t)
	for {
		if _, err := unix.Write(tty, make([]byte, 4096)); err != nil {
			require.ErrorIs(t, err, unix.EAGAIN)
			break
		}
	}
	w := newWall(fstest.MapFS{"10/stat": leader(10, full.number), "20/stat": leader(20, other.number)})
	w.Tell("text")
	other.reads(t, "text")
	w.Wait(limit)
}

// Nothing is written to what is not the terminal that the kernel has named.
func TestOnlyTerminalsAreWrittenTo(t *testing.T) {
	dev := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dev, "pts"), 0o755))
	for name, place := range map[string]func(string) error{
		"pts/1": func(p string) error { return os.WriteFile(p, []byte("precious"), 0o600) },
		"pts/2": func(p string) error { return os.Symlink("1", p) },
		"pts/3": func(p string) error { return unix.Mkfifo(p, 0o600) },
		"pts/4": func(p string) error { return os.Symlink("/dev/null", p) },
	} {
		require.NoError(t, place(filepath.Join(dev, name)))
	}
	for number := range uint32(6) {
		at := terminal{name: fmt.Sprintf("pts/%d", number), major: ptsMajor, minor: number}
		require.Error(t, at.write(dev, []byte("text")), number)
	}
	require.ErrorContains(t, terminal{name: "null", major: ptsMajor}.write("/dev", []byte("text")), "null is no terminal 136:0")
	text, err := os.ReadFile(filepath.Join(dev, "pts/1"))
	require.NoError(t, err)
	assert.Equal(t, "precious", string(text))
}

func TestTerminalsOfOtherDrivers(t *testing.T) {
	sys := fstest.MapFS{
		"dev/char/204:64/uevent": {Data: []byte("MAJOR=204\nMINOR=64\nDEVNAME=ttyAMA0\n")},
		"dev/char/4:1/uevent":    {Data: []byte("DEVNAME=../../etc/passwd\n")},
	}
	proc := fstest.MapFS{
		"10/stat": {Data: fmt.Appendf(nil, "10 (login) S 1 10 10 %d 10 0", 204<<8|64)},
		"11/stat": {Data: fmt.Appendf(nil, "11 (login) S 1 11 11 %d 11 0", 4<<8|1)},
		"12/stat": {Data: fmt.Appendf(nil, "12 (login) S 1 12 12 %d 12 0", 4<<8|2)},
		"13/stat": leader(13, 5000),
	}
	assert.Equal(t, []terminal{{"ttyAMA0", 204, 64}, {"pts/5000", ptsMajor, 5000}}, terminals(proc, sys))
}

func TestNobodyIsTold(*testing.T) {
	var none *Wall
	none.Tell("text")
	none.Wait(limit)
}

// What the kernel tells of a real session on a real terminal is understood.
func TestARealSessionIsTold(t *testing.T) {
	p := openPTY(t)
	tty := os.NewFile(uintptr(p.hold(t)), p.name())
	shell := exec.CommandContext(t.Context(), "sleep", "600")
	shell.Stdin, shell.Stdout, shell.Stderr = tty, tty, tty
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Pdeathsig: syscall.SIGKILL}
	require.NoError(t, shell.Start())
	w := newWall(nil)
	for _, found := range terminals(os.DirFS("/proc"), os.DirFS("/sys")) {
		if found.minor == p.number && found.major == ptsMajor {
			require.NoError(t, found.write(w.Dev, w.message("text"))) // to this one alone: others may be people's
			p.reads(t, "\r\ntext\r\n")
			return
		}
	}
	assert.Fail(t, "the session was not found")
}
