package checkpoint

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// The test binary plays other processes, too: the guard, one that applies, one that is killed.
const (
	roleEnv = "BONDCTL_TEST_ROLE"
	dirEnv  = "BONDCTL_TEST_DIR"
	nthEnv  = "BONDCTL_TEST_NTH"
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleEnv)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func play(role string) error {
	dir := os.Getenv(dirEnv)
	switch name, argument, _ := strings.Cut(role, " "); name {
	case "guard":
		return playGuard(dir, argument)
	case "applier":
		return playApplier(dir, State(argument))
	case "holder":
		return playHolder(dir, argument)
	case "opener":
		return openAt(dir, stateDir)
	case "scenario":
		nth, err := strconv.Atoi(os.Getenv(nthEnv))
		return errors.Join(err, playScenario(dir, argument, nth))
	}
	return fmt.Errorf("no role %s", role)
}

// guardCommand starts the test binary as a guard. The environment of a guard is not the test's.
func guardCommand(dir, id string) ([]string, error) {
	env, err := exec.LookPath("env")
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	return []string{env, roleEnv + "=guard " + id, dirEnv + "=" + dir, program}, err
}

// actor starts the test binary in a role.
func actor(t *testing.T, role, dir string, more ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), append(more, roleEnv+"="+role, dirEnv+"="+dir)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// enters starts an actor and waits for its cue, a line on its standard output.
func enters(t *testing.T, role, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := actor(t, role, dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_, _ = cmd.Process.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return cmd, strings.TrimSpace(line)
}

// undoFiles is the undo of the actors: it leaves a trace of each call.
func undoFiles(dir string) Undo {
	return func(_ context.Context, t *Transaction) error {
		f, err := os.OpenFile(filepath.Join(dir, "undone"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		_, err = f.WriteString(t.ID() + "\n")
		return errors.Join(err, f.Close(), t.RestoreFiles())
	}
}

// undosOf counts the calls of the undo for a transaction.
func undosOf(t *testing.T, dir, id string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "undone"))
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(t, err)
	}
	return strings.Count(string(text), id+"\n")
}

// staysOnStage keeps an actor there until it is killed.
func staysOnStage(cue string) error {
	fmt.Println(cue)
	for {
		_ = unix.Pause()
	}
}
