// Package netnstest runs the tests of a package in a network namespace of their
// own, where they own every port and reach nobody else.
package netnstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// inside is set in the environment of tests that run in their namespace.
const inside = "BONDCTL_TEST_NAMESPACE"

// Inside tells whether this process is the one in the namespace.
func Inside() bool { return os.Getenv(inside) != "" }

// Rerun runs the tests once more, in the namespace, with further variables in
// their environment, and gives their exit status. Whoever is not root there, is
// one of a user namespace.
func Rerun(environment ...string) int {
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(append(os.Environ(), inside+"=1"), environment...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	runtime.LockOSThread()
	if err := cmd.Run(); err != nil {
		if exited, ok := errors.AsType[*exec.ExitError](err); ok {
			return exited.ExitCode()
		}
		fmt.Fprintf(os.Stderr, "these tests need a network namespace of their own, which root can make: %v\n", err)
		return 1
	}
	return 0
}
