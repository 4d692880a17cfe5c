package hostfs

import (
	"fmt"
	"path"
	"strings"
)

// UnfinishedError is a failure that could not be undone, or one in tidying up when every change was in
// place already. It names all that differs from the state it claims.
type UnfinishedError struct {
	Err    error      // what failed, and what failed in undoing it
	Done   bool       // every change is in place; otherwise no change is, except those in Left
	Left   []Leftover // what is not as it should be; empty if only the disk's confirmation is missing
	Backup string     // where the old files are saved; "" without a backup
}

// Leftover is a path that is not as it should be.
type Leftover struct {
	Path  string
	State string // such as "has its new content"
	Saved string // where the old file lies, beside the target; "" if there was none
}

// maxListed keeps the message readable. UnfinishedError.Left has them all.
const maxListed = 20

// Error says what failed, what is left and where the saved copies are.
func (u *UnfinishedError) Error() string {
	var b strings.Builder
	b.WriteString(u.Err.Error())
	switch {
	case u.Done:
		b.WriteString("; every change is in place")
	case len(u.Left) == 0:
		b.WriteString("; every file is as it was, but that may not be on disk yet")
	}
	for _, l := range u.Left[:min(len(u.Left), maxListed)] {
		b.WriteString("; " + l.String())
	}
	if more := len(u.Left) - maxListed; more > 0 {
		fmt.Fprintf(&b, "; and %d more", more)
	}
	if u.Backup != "" {
		b.WriteString("; the old files are saved in " + u.Backup)
	}
	return b.String()
}

// Unwrap gives what failed.
func (u *UnfinishedError) Unwrap() error {
	return u.Err
}

func (l Leftover) String() string {
	if l.Saved == "" {
		return l.Path + " " + l.State
	}
	return fmt.Sprintf("%s %s, its old file is %s", l.Path, l.State, l.Saved)
}

func (t *transaction) unfinished(err error) error {
	u := &UnfinishedError{Err: err, Done: t.done}
	for _, e := range t.entries {
		u.Left = append(u.Left, t.leftBy(e)...)
	}
	if len(t.backup.files) > 0 {
		u.Backup = t.backup.dir
	}
	for _, p := range t.emptyDirs() {
		u.Left = append(u.Left, Leftover{Path: p, State: "is a directory made for the change"})
	}
	return u
}

// emptyDirs lists the directories that undo could not remove.
func (t *transaction) emptyDirs() []string {
	switch {
	case t.done:
		return nil
	case len(t.backup.files) > 0:
		return t.made
	}
	return append(t.made, t.backup.made...)
}

// leftBy lists what an entry leaves behind.
func (t *transaction) leftBy(e *entry) []Leftover {
	var left []Leftover
	dir := path.Dir(e.want.Path)
	temporary := func(name string) {
		if name != "" {
			left = append(left, Leftover{Path: path.Join(dir, name), State: "is a temporary, to be removed"})
		}
	}
	temporary(e.spare)
	if !e.swapped || t.done {
		temporary(e.temp)
		return left
	}
	stuck := Leftover{Path: e.want.Path, State: e.kind.state()}
	if e.temp != "" {
		stuck.Saved = path.Join(dir, e.temp)
	}
	return append(left, stuck)
}

// state is what a path is in when the change was made and not undone.
func (k kind) state() string {
	return [...]string{"is as it was", "is new", "has its new content", "is removed"}[k]
}
