package image

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

//go:embed emulator examples machine networkmanager
var recipes embed.FS

// artefact is something that a recipe makes and the cache keeps.
type artefact struct {
	// name is the part of its name in the cache that stays when the recipe changes.
	name  string
	suite string
	// recipe is a directory with a recipe.sh, and with what that uses.
	recipe fs.FS
	// needs are artefacts that must be there first; the recipe is told where.
	needs []artefact
}

// machine is the artefact with the disk of a suite. NetworkManager is one of
// its own, for that takes minutes and its recipe rarely changes.
func machine(suite string) artefact {
	networkManager := artefact{name: "networkmanager-" + suite, suite: suite, recipe: recipe("networkmanager")}
	return artefact{name: suite, suite: suite, recipe: recipe("machine"), needs: []artefact{networkManager}}
}

// examples is the artefact with the example files of a suite's packages.
func examples(suite string) artefact {
	return artefact{name: "examples-" + suite, suite: suite, recipe: recipe("examples")}
}

func recipe(name string) fs.FS {
	dir, err := fs.Sub(recipes, name)
	if err != nil {
		panic(err) // the names above are those of the embedded directories
	}
	return dir
}

// hash names the suite, every file of the recipe, and what it needs.
func (a artefact) hash() (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, a.suite)
	for _, need := range a.needs {
		hash, err := need.hash()
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintln(sum, need.name, hash)
	}
	err := fs.WalkDir(a.recipe, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(a.recipe, name)
		_, _ = fmt.Fprintln(sum, path.Clean(name), len(text))
		_, _ = sum.Write(text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading the recipe of %s: %w", a.name, err)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6]), nil
}

// in gives the artefact's directory in a cache, and makes it where it is not
// there. Only a whole one gets the name under which it is found; then those go
// that nobody uses any more.
func (a artefact) in(cache string, progress io.Writer) (string, error) {
	hash, err := a.hash()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, a.name+"-"+hash)
	if now := time.Now(); !errors.Is(os.Chtimes(dir, now, now), fs.ErrNotExist) {
		return dir, nil
	}
	var needs []string
	for _, need := range a.needs {
		place, err := need.in(cache, progress)
		if err != nil {
			return "", err
		}
		needs = append(needs, place)
	}
	if err := a.follow(dir, needs, progress); err != nil {
		return "", err
	}
	return dir, a.forget(cache, time.Now().Add(-unused))
}

// follow follows the recipe in a directory beside the wanted one, and renames it.
func (a artefact) follow(dir string, needs []string, progress io.Writer) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: that needs root", ErrNotHere)
	}
	half := dir + ".half"
	if err := os.RemoveAll(half); err != nil {
		return fmt.Errorf("removing an unfinished %s: %w", a.name, err)
	}
	if err := os.MkdirAll(half, 0o755); err != nil {
		return fmt.Errorf("making room for %s: %w", a.name, err)
	}
	if err := a.cook(append([]string{a.suite, half}, needs...), progress); err != nil {
		return err
	}
	if err := os.Rename(half, dir); err != nil {
		return fmt.Errorf("naming %s: %w", a.name, err)
	}
	return nil
}

// cook lays the recipe's files out and runs it.
func (a artefact) cook(args []string, progress io.Writer) error {
	kitchen, err := os.MkdirTemp("", "bondlab-recipe-")
	if err != nil {
		return fmt.Errorf("making room for a recipe: %w", err)
	}
	defer func() { _ = os.RemoveAll(kitchen) }()
	if err := os.CopyFS(kitchen, a.recipe); err != nil {
		return fmt.Errorf("laying out the recipe of %s: %w", a.name, err)
	}
	cmd := exec.Command("bash", append([]string{filepath.Join(kitchen, "recipe.sh")}, args...)...)
	cmd.Stdout, cmd.Stderr = progress, progress
	// What it mounts ends with it, though it is killed: nothing of this host's is
	// below the directory when that is removed.
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building %s: %w", a.name, err)
	}
	return nil
}

// unused is how long nobody has asked for an artefact that goes: machines may run
// for hours from the work of a recipe that has changed meanwhile.
const unused = 24 * time.Hour

// forget removes what recipes of the artefact have made and nobody has asked for
// since a time.
func (a artefact) forget(cache string, since time.Time) error {
	made := regexp.MustCompile("^" + regexp.QuoteMeta(a.name) + `-[0-9a-f]{12}(\.half)?$`)
	entries, err := os.ReadDir(cache)
	if err != nil {
		return fmt.Errorf("looking for older recipes' work: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !made.MatchString(entry.Name()) || info.ModTime().After(since) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(cache, entry.Name())); err != nil {
			return fmt.Errorf("removing an older recipe's work: %w", err)
		}
	}
	return nil
}
