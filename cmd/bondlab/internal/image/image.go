// Package image makes the disk of the test machine and keeps it in the user's
// cache, below a name that has the hash of its recipe: a changed recipe makes
// a new one, an unchanged one is there at once.
package image

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

//go:embed recipe.sh
var recipe []byte

// Suites are the Debian releases that the machine can be, the usual one first.
var Suites = []string{"trixie", "bookworm"}

// Image is a machine's disk, with the kernel that boots it.
type Image struct{ Kernel, Initrd, Disk string }

// tools are the programs that a build and a boot need, with the Debian packages of them.
var tools = [][2]string{
	{"mmdebstrap", "mmdebstrap"},
	{"mke2fs", "e2fsprogs"},
	{"qemu-system-x86_64", "qemu-system-x86"},
}

// Hash names the recipe of a suite.
func Hash(suite string) string { return hash(suite, recipe) }

func hash(suite string, recipe []byte) string {
	sum := sha256.Sum256(append([]byte(suite+"\n"), recipe...))
	return hex.EncodeToString(sum[:6])
}

// Cache is where images lie: below XDG_CACHE_HOME, else ~/.cache.
func Cache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("looking for the cache: %w", err)
	}
	return filepath.Join(dir, "bondctl", "lab"), nil
}

// Build gives the image of a suite, and makes it where the cache has none.
// Only a whole image gets the name under which it is found.
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
	dir := filepath.Join(cache, suite+"-"+Hash(suite))
	unlock, err := lock(cache)
	if err != nil {
		return Image{}, err
	}
	defer unlock()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := follow(suite, dir, progress); err != nil {
			return Image{}, err
		}
	}
	return Image{Kernel: filepath.Join(dir, "vmlinuz"), Initrd: filepath.Join(dir, "initrd"), Disk: filepath.Join(dir, "root.img")}, nil
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

// follow follows the recipe in a directory beside the wanted one, and renames it.
func follow(suite, dir string, progress io.Writer) error {
	if os.Geteuid() != 0 {
		return errors.New("building the test machine needs root")
	}
	half := dir + ".half"
	if err := os.RemoveAll(half); err != nil {
		return fmt.Errorf("removing an unfinished image: %w", err)
	}
	if err := os.MkdirAll(half, 0o755); err != nil {
		return fmt.Errorf("making room for the image: %w", err)
	}
	cmd := exec.Command("bash", "-c", string(recipe), "recipe.sh", suite, half)
	cmd.Stdout, cmd.Stderr = progress, progress
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building the image of %s: %w", suite, err)
	}
	if err := os.Rename(half, dir); err != nil {
		return fmt.Errorf("naming the image: %w", err)
	}
	return nil
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
		return fmt.Errorf("the test machine needs %s; as root on Debian bondlab installs them itself", strings.Join(missing, ", "))
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
