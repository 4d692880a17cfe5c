package program_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
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

// gone waits until a process is no more.
func gone(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }, time.Minute, 10*time.Millisecond)
}

// leaves is a program that leaves another behind, and the id of that.
func leaves(t *testing.T, p program.Program) (child int) {
	t.Helper()
	said, err := p.Run(t.Context())
	require.NoError(t, err)
	child, err = strconv.Atoi(strings.TrimSpace(string(said.Kept)))
	require.NoError(t, err)
	return child
}

func TestWhatAProgramLeavesBehind(t *testing.T) {
	p := shell("sleep 1000 & echo $!")
	gone(t, leaves(t, p))
	p.Leaves = true
	child := leaves(t, p)
	require.NoError(t, syscall.Kill(child, 0), "it may stay")
	require.NoError(t, syscall.Kill(child, syscall.SIGKILL))
}

func TestAProgramWhoseTimeIsOverIsKilledWithItsGroup(t *testing.T) {
	note := filepath.Join(t.TempDir(), "child")
	p := shell("sleep 1000 & echo $! >" + note + ".new; mv " + note + ".new " + note + "; wait")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for ctx.Err() == nil {
			if _, err := os.Stat(note); err == nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	_, err := p.Run(ctx)
	require.Error(t, err)
	text, err := os.ReadFile(note)
	require.NoError(t, err)
	child, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	gone(t, child)
}

func TestNoSuchProgram(t *testing.T) {
	_, err := program.Program{Words: []string{"/no/such/program"}}.Run(t.Context())
	require.ErrorIs(t, err, os.ErrNotExist)
}
