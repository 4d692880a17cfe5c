// Package programtest watches the processes that programs under test leave.
package programtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// limit is many times what a process needs to begin or to end.
const limit = time.Minute

// AwaitPID gives the process that a program has written to a file.
func AwaitPID(t *testing.T, file string) int {
	t.Helper()
	var pid int
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(file)
		if err != nil || !strings.HasSuffix(string(text), "\n") {
			return false
		}
		pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil
	}, limit, 10*time.Millisecond, "the program has not begun")
	return pid
}

// Alive tells whether a process runs. One that has ended may still wait to be
// asked how.
func Alive(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// Ends insists that a process ends.
func Ends(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool { return !Alive(pid) }, limit, 10*time.Millisecond, "process %d is alive", pid)
}
