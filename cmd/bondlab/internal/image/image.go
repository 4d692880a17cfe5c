// Package image makes the disk of the test machine and keeps it in the user's
// cache, below a name that has the hash of its recipe: a changed recipe makes
// a new one, an unchanged one is there at once. The recipes are shell scripts,
// in directories beside this file.
package image

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Suites are the Debian releases that the machine can be, the usual one first.
var Suites = []string{"trixie", "bookworm"}

// Image is a machine's disk, with the kernel that boots it and the emulator
// that runs it.
type Image struct {
	Kernel, Initrd, Disk string
	Emulator             Emulator
	// Examples is a directory with the example files of the same packages, of
	// which the disk has no documentation.
	Examples string
}

// tools are the programs that a build and a boot need, with the Debian packages of them.
var tools = [][2]string{
	{"mmdebstrap", "mmdebstrap"},
	{"mke2fs", "e2fsprogs"},
}

// ErrNotHere is the lack of what makes the test machine.
var ErrNotHere = errors.New("the test machine cannot be made here")

// Cache is where images lie: below XDG_CACHE_HOME, else ~/.cache.
func Cache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("looking for the cache: %w", err)
	}
	return filepath.Join(dir, "bondctl", "lab"), nil
}

// Name is that of a suite's image in the cache.
func Name(suite string) (string, error) {
	a := machine(suite)
	hash, err := a.hash()
	return a.name + "-" + hash, err
}

// Build gives the image of a suite, and makes it where the cache has none.
func Build(suite string, progress io.Writer) (Image, error) {
	if !slices.Contains(Suites, suite) {
		return Image{}, fmt.Errorf("no suite %q; there are %s", suite, strings.Join(Suites, ", "))
	}
	if err := needTools(progress); err != nil {
		return Image{}, err
	}
	cache, err := Cache()
	if err != nil {
		return Image{}, err
	}
	unlock, err := lock(cache)
	if err != nil {
		return Image{}, err
	}
	defer unlock()
	qemu, err := emulator().in(cache, progress)
	if err != nil {
		return Image{}, err
	}
	dir, err := machine(suite).in(cache, progress)
	if err != nil {
		return Image{}, err
	}
	shipped, err := examples(suite).in(cache, progress)
	if err != nil {
		return Image{}, err
	}
	return Image{
		Examples: shipped,
		Kernel:   filepath.Join(dir, "vmlinuz"), Initrd: filepath.Join(dir, "initrd"), Disk: filepath.Join(dir, "root.img"),
		Emulator: Emulator{filepath.Join(qemu, "root")},
	}, nil
}

// lock makes a second build wait for the first.
func lock(cache string) (func(), error) {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, fmt.Errorf("making the cache: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(cache, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the cache: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, fmt.Errorf("locking the cache: %w", err)
	}
	return func() { _ = file.Close() }, nil
}

// needTools installs what is missing, as root on Debian; elsewhere it says what is missing.
func needTools(progress io.Writer) error {
	missing := missingPackages(func(program string) bool {
		_, err := exec.LookPath(program)
		return err == nil
	})
	if len(missing) == 0 {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return fmt.Errorf("%w: %s missing; as root on Debian bondlab installs what it needs", ErrNotHere, strings.Join(missing, ", "))
	}
	_, _ = fmt.Fprintf(progress, "bondlab: installing %s\n", strings.Join(missing, ", "))
	install := append([]string{"apt-get", "-qq", "-y", "install", "--no-install-recommends"}, missing...)
	for _, args := range [][]string{{"apt-get", "-qq", "update"}, install} {
		if output, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("running %s: %w\n%s", strings.Join(args, " "), err, output)
		}
	}
	return nil
}

func missingPackages(has func(program string) bool) []string {
	var missing []string
	for _, tool := range tools {
		if !has(tool[0]) {
			missing = append(missing, tool[1])
		}
	}
	return missing
}
