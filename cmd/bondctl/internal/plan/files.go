package plan

import (
	"bytes"
	"cmp"
	"io/fs"
	"slices"

	"github.com/bondctl/bondctl/generators"
)

// Files is the way of files from what was observed to what is desired: one
// step for each, sorted by path.
type Files struct{ Steps []Step }

// Step is what becomes of one file.
type Step struct {
	Action Action
	// Path is absolute on the target.
	Path string
	// Old is the file as it was found, nil where there is none; New is what it
	// shall be, nil where it shall not be.
	Old, New *File
	// Foreign is set where the file found was not made by bondctl.
	Foreign bool
	// Effect is what traffic notices.
	Effect Effect
}

// File is a file's content and mode.
type File struct {
	Mode    fs.FileMode
	Content []byte
}

// Observed is a file as it was found on the target.
type Observed struct {
	Path string
	File
}

// Action is what a step does.
type Action uint8

// What can become of a file.
const (
	Keep    Action = iota // it is as desired
	Create                // there is none yet
	Replace               // its content changes, perhaps its mode too
	Chmod                 // its mode alone changes
	Remove                // it is no longer desired
)

// Actions lists what a plan can do, in the order of its summary.
func Actions() []Action { return []Action{Create, Replace, Chmod, Remove, Keep} }

// String names the action as plans and their JSON do.
func (a Action) String() string {
	return [...]string{"keep", "create", "replace", "chmod", "remove"}[a]
}

// Effect is what traffic notices of a step.
type Effect string

// None is the effect of a file: it changes nothing until a network system reads it.
const None Effect = "none"

// Towards plans for files. All that are desired come about; of those observed
// beside them, the ones that bondctl made are removed and the others kept.
func Towards(desired []generators.File, observed []Observed) Files {
	return files(desired, observed, func(old Observed) bool { return generators.IsOurs(old.Content) })
}

// Exactly plans for files as [Towards] does, and removes all others observed.
func Exactly(desired []generators.File, observed []Observed) Files {
	return files(desired, observed, func(Observed) bool { return true })
}

func files(desired []generators.File, observed []Observed, remove func(Observed) bool) Files {
	found := make(map[string]*Observed, len(observed))
	for i := range observed {
		found[observed[i].Path] = &observed[i]
	}
	steps := make([]Step, 0, len(desired))
	wanted := make(map[string]bool, len(desired))
	for _, file := range desired {
		wanted[file.Path] = true
		steps = append(steps, StepTo(file, found[file.Path]))
	}
	for _, old := range observed {
		if !wanted[old.Path] && remove(old) {
			steps = append(steps, Step{Action: Remove, Path: old.Path, Old: &old.File, Effect: None})
		}
	}
	slices.SortFunc(steps, func(a, b Step) int { return cmp.Compare(a.Path, b.Path) })
	return Files{Steps: steps}
}

// With adds a step for a file that has none yet.
func (p Files) With(step Step) Files {
	if slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Path == step.Path }) {
		return p
	}
	steps := append(slices.Clone(p.Steps), step)
	slices.SortFunc(steps, func(a, b Step) int { return cmp.Compare(a.Path, b.Path) })
	return Files{Steps: steps}
}

// StepTo is the step that makes a file what is desired.
func StepTo(file generators.File, old *Observed) Step {
	step := Step{Path: file.Path, New: &File{Mode: file.Mode, Content: file.Content}, Effect: None}
	if old == nil {
		step.Action = Create
		return step
	}
	step.Old = &old.File
	switch {
	case !bytes.Equal(old.Content, file.Content):
		step.Action = Replace
		step.Foreign = !generators.IsOurs(old.Content)
	case old.Mode != file.Mode:
		step.Action = Chmod
	}
	return step
}

// Count tells how many steps do this.
func (p Files) Count(action Action) int {
	n := 0
	for _, step := range p.Steps {
		if step.Action == action {
			n++
		}
	}
	return n
}

// Changing lists the steps that change something.
func (p Files) Changing() []Step {
	var changes []Step
	for _, step := range p.Steps {
		if step.Action != Keep {
			changes = append(changes, step)
		}
	}
	return changes
}

// Foreign lists the paths of the files of others that change.
func (p Files) Foreign() []string {
	var paths []string
	for _, step := range p.Changing() {
		if step.Foreign {
			paths = append(paths, step.Path)
		}
	}
	return paths
}

// IgnoringModes gives the plan for a target that keeps no modes.
func (p Files) IgnoringModes() Files {
	steps := slices.Clone(p.Steps)
	for i, step := range steps {
		if step.Old == nil || step.New == nil {
			continue
		}
		steps[i].New = &File{Mode: step.Old.Mode, Content: step.New.Content}
		if step.Action == Chmod {
			steps[i].Action = Keep
		}
	}
	return Files{Steps: steps}
}

// IgnoringOrigin gives the plan for a target where it does not matter from
// which document bondctl made a file, if it is the same otherwise.
func (p Files) IgnoringOrigin() Files {
	steps := slices.Clone(p.Steps)
	for i, step := range steps {
		if step.Action == Replace && !step.Foreign && step.Old.Mode == step.New.Mode && bytes.Equal(body(step.Old), body(step.New)) {
			steps[i] = Step{Action: Keep, Path: step.Path, Old: step.Old, New: step.Old, Effect: None}
		}
	}
	return Files{Steps: steps}
}

// body is a file of bondctl's without the line that says so.
func body(f *File) []byte {
	_, rest, _ := bytes.Cut(f.Content, []byte("\n"))
	return rest
}

// Equal tells whether two plans lead the same way from the same ground.
func (p Files) Equal(q Files) bool { return slices.EqualFunc(p.Steps, q.Steps, Step.equal) }

func (s Step) equal(t Step) bool {
	return s.Action == t.Action && s.Path == t.Path && s.Old.equal(t.Old) && s.New.equal(t.New)
}

func (f *File) equal(g *File) bool {
	if f == nil || g == nil {
		return f == g
	}
	return f.Mode == g.Mode && bytes.Equal(f.Content, g.Content)
}
