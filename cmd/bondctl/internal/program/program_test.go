package program_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/program/programtest"
)

// shell runs a script; no shell is involved where a document does not name one.
func shell(script string) program.Program {
	return program.Program{Words: []string{"/bin/sh", "-c", script}, Keep: program.OutputLimit}
}

func TestAProgramHasWhatItIsGivenAndNoMore(t *testing.T) {
	p := shell("read line; echo $line; pwd; env | grep -E '^(BONDCTL|PATH|HOME)' | sort")
	p.Input = []byte("hello\n")
	p.Environment = []string{"BONDCTL_LINK=eth0"}
	said, err := p.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "hello\n/\nBONDCTL_LINK=eth0\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n", string(said.Kept))
}

// However much a program says, by one write or by many, no more is kept.
func TestOnlyTheBeginningOfTheOutputIsKept(t *testing.T) {
	p := shell("head -c 1000000 /dev/zero | tr '\\0' x; echo >&2 more; exit 3")
	said, err := p.Run(t.Context())
	require.EqualError(t, err, "exit status 3")
	assert.Equal(t, strings.Repeat("x", program.OutputLimit), string(said.Kept))
	assert.True(t, said.Full)
}

// withFile is a script that has a file of its own, $1.
func withFile(t *testing.T, script string) (p program.Program, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "pid")
	p = shell(script)
	p.Words = append(p.Words, "sh", file)
	return p, file
}

func TestWhatAProgramLeavesBehind(t *testing.T) {
	for _, stays := range []bool{false, true} {
		p, file := withFile(t, `sleep 1000 & echo $! >"$1"`)
		p.Leaves = stays
		_, err := p.Run(t.Context())
		require.NoError(t, err)
		child := programtest.AwaitPID(t, file)
		if stays {
			require.True(t, programtest.Alive(child))
			require.NoError(t, syscall.Kill(child, syscall.SIGKILL))
		}
		programtest.Ends(t, child)
	}
}

func TestAProgramWhoseTimeIsOverIsKilledWithItsGroup(t *testing.T) {
	p, file := withFile(t, `sleep 1000 & echo $! >"$1"; wait`)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := p.Run(ctx)
		ended <- err
	}()
	child := programtest.AwaitPID(t, file)
	cancel()
	require.Error(t, <-ended)
	programtest.Ends(t, child)
}

// parentOf is set in a process that runs a program for a test, and names the program's file.
const parentOf = "BONDCTL_TEST_PARENT_OF"

func TestAProgramEndsWithUs(t *testing.T) {
	p, file := withFile(t, `echo $$ >"$1"; exec sleep 1000`)
	if theirs := os.Getenv(parentOf); theirs != "" {
		p.Words[len(p.Words)-1] = theirs
		_, _ = p.Run(t.Context()) // it does not return
		return
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestAProgramEndsWithUs$")
	parent.Env = append(os.Environ(), parentOf+"="+file)
	require.NoError(t, parent.Start())
	child := programtest.AwaitPID(t, file)
	require.NoError(t, parent.Process.Signal(syscall.SIGKILL))
	require.Error(t, parent.Wait())
	programtest.Ends(t, child)
}

// The arguments reach the program as they are: no shell looks at them.
func TestNoShellIsInvolved(t *testing.T) {
	said, err := program.Program{Words: []string{"/bin/echo", "$(id); * `x`"}, Keep: program.OutputLimit}.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "$(id); * `x`\n", string(said.Kept))
}

func TestNoSuchProgram(t *testing.T) {
	_, err := program.Program{Words: []string{"/no/such/program"}}.Run(t.Context())
	require.ErrorIs(t, err, os.ErrNotExist)
}
