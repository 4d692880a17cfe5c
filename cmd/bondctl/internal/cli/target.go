package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
)

// target is a directory laid out like a root, and what a rendering means for it.
type target struct {
	dir  string
	root *hostfs.Root
	*rendering
	// owners are whose the files were that come back, by path.
	owners map[string]*hostfs.Owner
	// others are the paths that other backends render into directories that
	// this one uses too; nil until first asked for.
	others map[string]bool
	// takeOver allows that files of others are changed; on the running host it also
	// has the configuration of others leave the links alone.
	takeOver bool
	// entry is what becomes of the backend's entry file, nil where it stays.
	entry *generators.File
}

// openTarget opens a directory that must be there.
func openTarget(dir string, r *rendering) (*target, error) {
	root, err := hostfs.Open(dir)
	if err != nil {
		return nil, err
	}
	return &target{dir: filepath.Clean(dir), root: root, rendering: r}, nil
}

func (t *target) close() { _ = t.root.Close() } // nothing is written through it

// observe reads the rendered files that are there already, and those beside
// them in the backend's directories that belongs picks.
func (t *target) observe(belongs func(hostfs.File) bool) ([]plan.Observed, error) {
	paths, err := t.paths()
	if err != nil {
		return nil, err
	}
	rendered := make(map[string]bool, len(t.files))
	for _, file := range t.files {
		rendered[file.Path] = true
	}
	files, err := t.root.ReadAll(paths)
	return observedOf(slices.DeleteFunc(files, func(file hostfs.File) bool { return !rendered[file.Path] && !belongs(file) })), err
}

// paths lists the rendered files and those in the backend's directories,
// sorted. What lies behind a symbolic link, such as /lib of today's systems,
// was not written by bondctl.
func (t *target) paths() ([]string, error) {
	var paths []string
	for _, file := range t.files {
		paths = append(paths, file.Path)
	}
	for _, dir := range t.backend.Dirs {
		found, err := t.root.List(dir)
		if err != nil && !errors.Is(err, hostfs.ErrLink) {
			return nil, err
		}
		paths = append(paths, found...)
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// plan says what has to change for the target to hold what was rendered.
func (t *target) plan() (plan.Files, error) {
	observed, err := t.observe(func(f hostfs.File) bool { return generators.IsOurs(f.Content) && !t.isOthers(f.Path) })
	return plan.Towards(t.files, observed), err
}

// check says how golden files differ: in the backend's directories of a golden
// tree nothing else belongs.
func (t *target) check() (plan.Files, error) {
	observed, err := t.observe(func(f hostfs.File) bool { return !t.isOthers(f.Path) })
	return plan.Exactly(t.files, observed), err
}

// isOthers tells whether another backend renders the path from the same
// document: ifupdown and modprobe may both have been asked for.
func (t *target) isOthers(file string) bool {
	if t.others == nil {
		t.others = map[string]bool{}
		for _, b := range all.Backends() {
			if b.Name == t.backend.Name || !share(b.Dirs, t.backend.Dirs) {
				continue
			}
			files, _ := b.Render(t.doc) // what it cannot say is no matter here
			for _, rendered := range files {
				t.others[rendered.Path] = true
			}
		}
	}
	return t.others[file]
}

// unread finds the rendered files to which the target's own entry file does
// not lead: they would lie there without effect.
func (t *target) unread() (hcl.Diagnostics, error) {
	if t.backend.Entry == "" {
		return nil, nil
	}
	entry, exists, err := t.entryFile()
	if err != nil || !exists {
		return nil, err
	}
	rendered := make(map[string]bool, len(t.files))
	for _, file := range t.files {
		rendered[file.Path] = true
	}
	_, found := t.backend.Parse(append(slices.Clip(t.files), entry))
	var unread hcl.Diagnostics
	for _, d := range found {
		if d.Subject != nil && rendered[d.Subject.Filename] {
			unread = append(unread, &hcl.Diagnostic{Severity: d.Severity, Summary: "Not read by " + t.backend.Name, Detail: d.Detail, Subject: d.Subject})
		}
	}
	return unread, nil
}

// entryFile gives the target's entry file as it is going to be.
func (t *target) entryFile() (file generators.File, exists bool, err error) {
	if t.entry != nil {
		return *t.entry, true, nil
	}
	found, exists, err := t.root.Read(t.backend.Entry)
	return generators.File{Path: found.Path, Content: found.Content}, exists, err
}

// share tells whether two lists have an entry in common.
func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(entry string) bool { return slices.Contains(b, entry) })
}

// view shows plans for the target.
func (t *target) view(style view.Style) view.FilesPlan {
	return view.FilesPlan{Backend: t.backend.Name, Root: strings.TrimSuffix(t.dir, "/"), Mask: t.mask(), Style: style, TakesOver: t.takeOver}
}

// mayChange refuses to change files of others unasked.
func (t *target) mayChange(p plan.Files) error {
	others := p.Foreign()
	if t.takeOver || len(others) == 0 {
		return nil
	}
	for i, file := range others {
		others[i] = filepath.Join(t.dir, file)
	}
	return fmt.Errorf("bondctl did not write what is in %s, where the document has a file. Look at it and move it away, or say --take-over, and it is kept for a rollback; nothing was changed",
		strings.Join(others, ", "))
}

// carryOut makes the changes, all or none.
func (t *target) carryOut(p plan.Files, backup string) error {
	if err := t.apply(p, backup); err != nil {
		return failure(err)
	}
	return nil
}

// write makes the changes, all or none, without a backup.
func (t *target) write(p plan.Files) error { return t.apply(p, "") }

func (t *target) apply(p plan.Files, backup string) error {
	changes := make([]hostfs.Change, 0, len(p.Steps))
	for _, step := range p.Changing() {
		change := hostfs.Change{Path: step.Path, Remove: step.New == nil}
		if step.New != nil {
			change.Content, change.Mode, change.Owner = step.New.Content, step.New.Mode, t.owners[step.Path]
		}
		changes = append(changes, change)
	}
	_, err := t.root.Apply(changes, backup)
	return err
}

// failure gives the exit code for a change that did not come about.
func failure(err error) error {
	if _, unfinished := errors.AsType[*hostfs.UnfinishedError](err); unfinished {
		return exitError{code: codeIncomplete, cause: err}
	}
	return exitError{code: codeRolledBack, cause: fmt.Errorf("nothing was changed: %w", err)}
}

// makeDir makes a directory for output, and those above it.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("making the directory for the files: %w", err)
	}
	return nil
}

// freeName finds a name in a directory of the target that nothing has.
func (t *target) freeName(dir, name string) (string, error) {
	for n := 1; ; n++ {
		candidate := path.Join(dir, name)
		if n > 1 {
			candidate = fmt.Sprintf("%s-%d", candidate, n)
		}
		_, err := os.Lstat(filepath.Join(t.dir, candidate))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // the latter is for Apply to refuse
			return candidate, nil
		}
		if err != nil {
			return "", fmt.Errorf("looking for a place for the backup: %w", err)
		}
	}
}
