package manager

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// generateLimit is how long netplan may take to make the files of its
// renderers.
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
	args := generator(root)
	if root != "/" {
		args = append(args, "--root-dir", root)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // one of netplan's own programs
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("netplan generate, within %s: %w: %s", generateLimit, cmp.Or(context.Cause(ctx), err), output)
	}
	return nil
}

// generator is the program behind netplan generate, which systemd runs at each
// boot: it does the same without a Python interpreter, that takes seconds to
// start on a small machine. Since 1.2 it is two programs, and netplan knows which.
func generator(root string) []string {
	h := Host{Root: os.DirFS(root)}
	for _, name := range []string{"usr/libexec/netplan/generate", "usr/lib/netplan/generate"} {
		if h.any(name) && !h.any("usr/libexec/netplan/configure") {
			return []string{"/" + name}
		}
	}
	return []string{"netplan", "generate"}
}
