package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// stateDir is where transactions are kept.
const stateDir = "/var/lib/bondctl"

// What is put beside a journal, for whoever undoes the transaction.
const (
	kernelBlob  = "kernel.json"
	managerBlob = "manager.json"
	filesBlob   = "files.json"
)

// store opens the transactions of the host, which only root can.
func (a *app) store() (*checkpoint.Store, error) {
	if !a.env.Privileged {
		return nil, errors.New("this needs root: the network is changed, and the state in " + stateDir + " is root's alone; try sudo")
	}
	return checkpoint.Open(checkpoint.Config{
		Root: a.env.Root, Dir: stateDir, Version: thisVersion().Version, Clock: a.env.Clock, Point: a.env.Point,
		Tell: func(text string) { a.say("%s", text) }, Announce: a.env.Wall.Tell,
	})
}

// withStore does something with the transactions of the host.
func (a *app) withStore(do func(*checkpoint.Store) error) error {
	s, err := a.store()
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// actor is who runs this process, as far as the process can tell.
func (a *app) actor() checkpoint.Actor {
	actor := checkpoint.Actor{User: "root", TTY: a.env.TTY}
	actor.SudoUser, _ = a.env.LookupEnv("SUDO_USER")
	if client, ok := a.env.LookupEnv("SSH_CONNECTION"); ok {
		_, _ = fmt.Sscan(client, &actor.Client)
	}
	return actor
}

// remember puts beside the journal all that undoing needs: the files as they
// are, the kernel, what the manager knows, and what will be written.
func remember(t *checkpoint.Transaction, l *live, p plan.Plan) error {
	var paths []string
	sums := map[string]fileSums{}
	for _, step := range p.Files.Changing() {
		paths = append(paths, step.Path)
		sums[step.Path] = fileSums{checksum(step.Old), checksum(step.New)}
	}
	if err := t.SaveFiles(withAll(paths, l.written(p.Links))); err != nil {
		return err
	}
	state, err := kernel.Encode(l.state)
	if err != nil {
		return fmt.Errorf("keeping the state of the kernel: %w", err)
	}
	known, err := l.manager.Remember(t.Journal().Links)
	if err != nil {
		return err
	}
	text, err := json.Marshal(sums)
	if err != nil {
		return fmt.Errorf("keeping the checksums of the files: %w", err)
	}
	return errors.Join(l.rememberFormers(t), keepAskings(t, l.askings), t.Put(kernelBlob, state), t.Put(managerBlob, known), t.Put(filesBlob, text))
}

// written are the files that the managers write themselves when links change.
func (l *live) written(changes []plan.Change) []string {
	var paths []string
	for _, m := range l.managers() {
		if writer, ok := m.(manager.Writer); ok {
			paths = withAll(paths, writer.Writes(changes))
		}
	}
	return paths
}

// fileSums tell a file as it was and as a transaction wrote it from what
// someone else made of it; empty for no file.
type fileSums struct{ Before, After string }

func checksum(f *plan.File) string {
	if f == nil {
		return ""
	}
	sum := sha256.Sum256(f.Content)
	return hex.EncodeToString(sum[:])
}

// undo makes links, files and what the manager knows what they were before a
// transaction. The links come first: they are the way to the host. They come
// last too, for a manager makes links what its files say, and they may have been
// more than that. One that insists on what it has up goes first.
// What cannot be restored does not keep the rest from it.
func (a *app) undo(ctx context.Context, t *checkpoint.Transaction) error {
	m, err := a.managerOf(t, t.Journal().Backend)
	if err != nil {
		return err
	}
	if len(t.Journal().Formers) > 0 && m.Insists() {
		_ = letGo(ctx, m, t.Journal().Links) // it is tried once more below
	}
	if len(t.Journal().Formers) > 0 || !m.Insists() {
		_ = a.undoLinks(ctx, t, m) // what fails here and not below was in the way of nothing
	}
	return errors.Join(a.undoFiles(t), a.undoManagers(ctx, t, m), a.undoLinks(ctx, t, m))
}

// undoAtBoot restores the files, and what the manager reads that is made of
// them: it is all that there is to undo after a restart.
func (a *app) undoAtBoot(ctx context.Context, t *checkpoint.Transaction) error {
	errs := []error{a.undoFiles(t)}
	for _, backend := range append(t.Journal().Formers, t.Journal().Backend) {
		m, err := a.managerOf(t, backend)
		if err == nil {
			err = m.Prepare(ctx)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (a *app) undoLinks(ctx context.Context, t *checkpoint.Transaction, m manager.Leader) error {
	text, err := t.Get(kernelBlob)
	if err != nil {
		return err
	}
	earlier, err := kernel.Decode(text)
	if err != nil {
		return err
	}
	k, err := a.env.Kernel()
	if err != nil {
		return err
	}
	defer k.Close()
	known, _ := t.Get(managerBlob) // undoManagers tells
	want := plan.Before(earlier, t.Journal().Links)
	want.IPv6By(manager.IPv6Before(m, known))
	return apply.Restore(ctx, manager.Kernel(m, k), want, func(change plan.Change) {
		a.point("going back, before " + change.String())
	})
}

// undoFiles restores the files.
func (a *app) undoFiles(t *checkpoint.Transaction) error {
	a.point("going back, before the files")
	return t.WithRoom(func() error { return a.bringBackFiles(t) })
}

// letGo has a manager let links go to the one that had them.
func letGo(ctx context.Context, m manager.Manager, links []string) error {
	return errors.Join(m.LetGo(ctx, links), m.EndPrograms(ctx, links))
}

// undoManagers has every manager know again what it knew. One that was given
// links lets them go before those have them back that had them.
func (a *app) undoManagers(ctx context.Context, t *checkpoint.Transaction, m manager.Leader) error {
	a.point("going back, before the manager")
	formers, err := a.formersOf(t)
	errs := []error{err, m.Prepare(ctx)}
	for _, f := range formers {
		errs = append(errs, f.manager.Prepare(ctx))
	}
	if slices.ContainsFunc(formers, func(f former) bool { return f.manager.Name() != m.Name() }) {
		errs = append(errs, letGo(ctx, m, t.Journal().Links))
	}
	for _, f := range formers {
		a.point("going back, before " + f.manager.Name())
		errs = append(errs, f.manager.Restore(ctx, t.Journal().Links, f.known))
	}
	known, err := t.Get(managerBlob)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	return errors.Join(append(errs, m.Restore(ctx, t.Journal().Links, known))...)
}
