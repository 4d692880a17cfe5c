package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
)

// What QEMU can run a guest with.
const (
	hardware  = "kvm"
	emulation = "tcg"
)

// probeLimit is many times what a kernel needs to find that it has no disk.
const probeLimit = 15 * time.Second

// accelerator gives hardware only where a guest really runs with it: /dev/kvm
// can be opened on machines on which no guest gets past its firmware. What was
// found is kept until the host boots again.
func accelerator(img image.Image) (string, error) {
	cache, err := image.Cache()
	if err != nil {
		return "", err
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("looking for this boot's name: %w", err)
	}
	note := filepath.Join(cache, "accelerator-"+strings.TrimSpace(string(boot)))
	found, err := os.ReadFile(note)
	if err == nil {
		return string(found), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading what is known of the accelerator: %w", err)
	}
	chosen := emulation
	if runsOnHardware(img) {
		chosen = hardware
	}
	if err := os.WriteFile(note, []byte(chosen), 0o600); err != nil {
		return "", fmt.Errorf("keeping what is known of the accelerator: %w", err)
	}
	return chosen, nil
}

// runsOnHardware boots the kernel without a disk: it works when the kernel
// gets as far as to complain of that.
func runsOnHardware(img image.Image) bool {
	if _, err := os.Stat("/dev/kvm"); err != nil {
		return false
	}
	cmd := img.Emulator.Command(probe(img.Kernel, hardware)...)
	limit := time.AfterFunc(probeLimit, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	words, err := cmd.Output()
	return err == nil && complainsOfNoDisk(string(words))
}

func probe(kernel, accel string) []string {
	return []string{
		"-accel", accel, "-cpu", "max", "-m", "512", "-nodefaults", "-display", "none", "-no-reboot",
		"-kernel", kernel, "-append", "console=ttyS0 panic=-1", "-serial", "stdio",
	}
}

func complainsOfNoDisk(words string) bool {
	return strings.Contains(words, "Unable to mount root fs")
}
