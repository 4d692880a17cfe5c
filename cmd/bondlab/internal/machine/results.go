package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// resultsParent is the directory with the results of all orders.
func resultsParent() (string, error) {
	cache, err := image.Cache()
	return filepath.Join(cache, "results"), err
}

// resultsDir makes a directory of this day and time in the cache.
func resultsDir() (string, error) {
	parent, err := resultsParent()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("making room for results: %w", err)
	}
	dir, err := os.MkdirTemp(parent, time.Now().Format("20060102-150405-"))
	if err != nil {
		return "", fmt.Errorf("making room for results: %w", err)
	}
	return dir, prune(parent)
}

// mostResults is how many orders' results are kept.
const mostResults = 20

// prune removes the results of the orders that have stood still for longest.
func prune(parent string) error {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return fmt.Errorf("looking for old results: %w", err)
	}
	var all []fs.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil { // another order may have removed it meanwhile
			all = append(all, info)
		}
	}
	slices.SortStableFunc(all, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, old := range all[:max(0, len(all)-mostResults)] {
		if err := os.RemoveAll(filepath.Join(parent, old.Name())); err != nil {
			return fmt.Errorf("removing old results: %w", err)
		}
	}
	return nil
}

// goesOn marks an order as one that has not stood still: one that takes hours, or
// days in parts, stays while others come and go.
func goesOn(share string) error {
	now := time.Now()
	if err := os.Chtimes(share, now, now); err != nil {
		return fmt.Errorf("marking what goes on: %w", err)
	}
	return nil
}

// signatureFile names everything that an order's outcomes depend on.
const signatureFile = "signature"

// sign writes the signature: the suite, and every file that the machines are given.
func sign(share, suite string) error {
	sum := sha256.New()
	name, err := image.Name(suite)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(sum, name)
	root := os.DirFS(share)
	for _, dir := range []string{scenario.Programs, scenario.Scripts, scenario.Corpus, scenario.Examples, scenario.PlanFile} {
		err := fs.WalkDir(root, dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(root, path)
			_, _ = fmt.Fprintln(sum, path, len(text))
			_, _ = sum.Write(text)
			return err
		})
		if err != nil {
			return fmt.Errorf("signing the order: %w", err)
		}
	}
	text := []byte(hex.EncodeToString(sum.Sum(nil)))
	if err := os.WriteFile(filepath.Join(share, signatureFile), text, 0o600); err != nil {
		return fmt.Errorf("signing the order: %w", err)
	}
	return nil
}

// goOn gives the newest directory that has the signature of the one that was
// just made, and removes this; or this where there is none. Runs that have
// failed or were under way are given back to the queue.
func goOn(made string) (string, error) {
	signature, err := os.ReadFile(filepath.Join(made, signatureFile))
	if err != nil {
		return "", fmt.Errorf("looking for an order to resume: %w", err)
	}
	all, err := filepath.Glob(filepath.Join(filepath.Dir(made), "*", signatureFile))
	if err != nil {
		return "", fmt.Errorf("looking for an order to resume: %w", err)
	}
	slices.Sort(all)
	for _, file := range slices.Backward(all) {
		dir := filepath.Dir(file)
		if other, err := os.ReadFile(file); err != nil || dir == made || string(other) != string(signature) {
			continue
		}
		if err := os.RemoveAll(made); err != nil {
			return "", fmt.Errorf("clearing up: %w", err)
		}
		return dir, giveBack(dir)
	}
	return made, nil
}

// giveBack gives every run that has not passed back to the queue.
func giveBack(share string) error {
	var plan scenario.Plan
	if err := jsonfile.Read(filepath.Join(share, scenario.PlanFile), &plan); err != nil {
		return err
	}
	all, err := outcomes(share, plan.Runs)
	if err != nil {
		return err
	}
	for _, dir := range []string{scenario.Claims, "machines"} {
		if err := os.RemoveAll(filepath.Join(share, dir)); err != nil {
			return fmt.Errorf("clearing the queue: %w", err)
		}
	}
	if err := os.Mkdir(filepath.Join(share, scenario.Claims), 0o755); err != nil {
		return fmt.Errorf("clearing the queue: %w", err)
	}
	for _, o := range all {
		if !o.Passed {
			continue
		}
		if err := os.Mkdir(filepath.Join(share, scenario.Claims, o.Run.Claim()), 0o755); err != nil {
			return fmt.Errorf("filling the queue: %w", err)
		}
	}
	return nil
}
