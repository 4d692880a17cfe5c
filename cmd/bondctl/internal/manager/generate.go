package manager

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// generateLimit is how long netplan, a Python program, may take to start and
// to make the files of its renderers.
const generateLimit = time.Minute

// Regenerate makes anew what the tool of a backend makes of its files at a
// boot; that of netplan runs before anything else does (systemd.generator(7)).
func Regenerate(ctx context.Context, backend, root string) error {
	if backend != netplan {
		return nil
	}
	return generate(ctx, root)
}

// generate has netplan make the files of its renderers.
func generate(ctx context.Context, root string) error {
	ctx, cancel := context.WithTimeout(ctx, generateLimit)
	defer cancel()
	args := []string{"generate"}
	if root != "/" {
		args = append(args, "--root-dir", root)
	}
	cmd := exec.CommandContext(ctx, "netplan", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("netplan generate, within %s: %w: %s", generateLimit, cmp.Or(context.Cause(ctx), err), output)
	}
	return nil
}
