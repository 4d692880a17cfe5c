package machine

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// console is the file with what the guest's kernel and systemd say.
const console = "console.log"

// boot starts a guest that does what the plan in share says, shows its agent's
// words, and waits until it is off. The disk is as it was made: what a guest
// writes to it is lost.
func boot(img image.Image, share string, agent io.Writer, limit time.Duration) error {
	accel, err := accelerator(img.Kernel)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "qemu-system-x86_64", arguments(img, accel, share, "stdio")...)
	cmd.Stdout, cmd.Stderr = agent, os.Stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("the guest was not done after %v; its console is in %s", limit, filepath.Join(share, console))
		}
		return fmt.Errorf("running the guest: %w", err)
	}
	return nil
}

// Shell boots a guest that builds the world of a story and gives a prompt in it.
func Shell(suite, story string) error {
	s, err := findSource()
	if err != nil {
		return err
	}
	if _, err := os.Stat(s.path("corpus", story+".hcl")); err != nil {
		return fmt.Errorf("there is no story %s: %w", story, err)
	}
	img, err := image.Build(suite, os.Stdout)
	if err != nil {
		return err
	}
	share, err := resultsDir()
	if err != nil {
		return err
	}
	if err := s.prepare(share, scenario.Plan{Shell: story}); err != nil {
		return err
	}
	accel, err := accelerator(img.Kernel)
	if err != nil {
		return err
	}
	cmd := exec.Command("qemu-system-x86_64", arguments(img, accel, share, "chardev:person")...)
	cmd.Args = append(cmd.Args, "-chardev", "stdio,id=person,signal=off")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running the guest: %w", err)
	}
	return nil
}

// arguments are those of QEMU. One processor: emulated ones do not always see
// in time what another writes into the kernel's code, and the guest then dies
// of an int3 at a static key; more machines use more processors. The first serial line is the kernel's, the
// second the agent's.
func arguments(img image.Image, accel, share, agent string) []string {
	return []string{
		"-accel", accel, "-cpu", "max", "-m", "2048", "-smp", "1",
		"-display", "none", "-monitor", "none", "-no-reboot", "-nic", "none",
		"-kernel", img.Kernel, "-initrd", img.Initrd,
		"-append", "console=ttyS0 root=/dev/vda rw quiet systemd.show_status=0 mitigations=off net.ifnames=0 panic=-1",
		"-drive", "if=virtio,format=raw,snapshot=on,file=" + img.Disk,
		"-virtfs", "local,mount_tag=host,security_model=none,path=" + share,
		"-serial", "file:" + filepath.Join(share, console),
		"-serial", agent,
	}
}
