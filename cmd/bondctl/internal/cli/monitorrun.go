package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

// lockFile is beside the socket of a monitor.
const lockFile = "monitor.lock"

// errNothingWatched is a document that gives a monitor nothing to do.
var errNothingWatched = errors.New("it has no fallback to watch: describe one, as bondctl init --template two-uplinks does")

// runMonitor watches until it is told to end.
func (a *app) runMonitor(flags watchFlags) error {
	a.live, a.runner = true, "the monitor"
	switch {
	case !a.env.Privileged:
		return errors.New("this needs root: routes are changed; try sudo")
	case a.config == standardIn:
		return errors.New("a monitor reads its document again when it is told to: name a file with -c, not standard input")
	}
	d, err := a.toWatch()
	if err != nil {
		return err
	}
	lock, err := a.onlyMonitor(flags.runDir, d)
	if err != nil {
		return err
	}
	defer lock.Release()
	return a.watchOver(d, flags)
}

// toWatch reads the document that is to be watched.
func (a *app) toWatch() (*description, error) {
	d, err := a.read()
	if err != nil {
		return nil, err
	}
	if err := a.refuse(&rendering{description: d}); err != nil {
		return nil, err
	}
	if len(watched(d.doc)) == 0 {
		return nil, exitError{code: codeInvalid, cause: errNothingWatched}
	}
	return d, nil
}

// again reads the document once more, for the monitor that runs. What is wrong with it
// is told to whoever asked.
func (a *app) again() (*schema.Document, error) {
	d, err := a.read()
	switch {
	case err != nil:
		return nil, err
	case d.diags.HasErrors():
		return nil, &control.InvalidError{Text: textOf(d)}
	case len(watched(d.doc)) == 0:
		return nil, &control.InvalidError{Text: errNothingWatched.Error()}
	}
	return d.doc, nil
}

// textOf is what is to be said of a document that is not valid.
func textOf(d *description) string {
	var text bytes.Buffer
	page := view.NewPage(&text)
	view.Diagnostics{Sources: d.sources}.Write(page, d.diags)
	page.Print((&rendering{description: d}).refusal())
	_ = page.Flush() // a buffer takes everything
	return text.String()
}

// onlyMonitor makes sure that there is one monitor.
func (a *app) onlyMonitor(dir string, d *description) (*checkpoint.FileLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the directory for the monitor's socket: %w", err)
	}
	lock, err := checkpoint.LockFile(filepath.Join(dir, lockFile), a.actor(), "watching "+d.doc.Name, a.env.Clock)
	if locked, ok := errors.AsType[*checkpoint.LockedError](err); ok {
		return nil, otherMonitor(locked.Holder)
	}
	return lock, err
}

// otherMonitor says whose monitor runs already.
func otherMonitor(h checkpoint.Holder) error {
	if h.Process.PID == 0 {
		return errors.New("another monitor runs already: see bondctl monitor status")
	}
	return fmt.Errorf("another monitor runs already: %s is %s since %s (process %d). See bondctl monitor status; systemctl stop bondctl-monitor or kill %[4]d ends it",
		h.Who, h.What, h.Since.Format("2006-01-02 15:04:05 UTC"), h.Process.PID)
}
