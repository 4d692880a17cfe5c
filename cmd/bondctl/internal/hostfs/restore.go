package hostfs

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
)

// ErrIncompleteBackup is a backup that was cut off while it was made. The changes that it was made for
// wait for a complete one, so nothing was changed.
var ErrIncompleteBackup = errors.New("the backup was never completed, so nothing was changed after it")

// Restore makes every file of a backup what it was, all or none, with the guarantees of [Root.Apply]. It
// removes the directories that were missing then, unless they are in use, and the temporaries of an Apply
// that was killed. Restoring again does the rest if a Restore was killed.
//
// What someone else wrote to these files since is overwritten: to keep it, [Root.Read] it first.
func (r *Root) Restore(backup string) error {
	if err := r.restore(backup); err != nil {
		return fmt.Errorf("restoring %s: %w", backup, err)
	}
	return nil
}

func (r *Root) restore(backup string) error {
	wishes, missing, err := r.saved(backup)
	if err != nil {
		return err
	}
	return r.bringBack(wishes, missing)
}

// RestoreEach is [Root.Restore] that lets no file keep the others from being restored: what cannot be done for
// all at once is done for each that it can be done for. It leaves alone the files at the paths in except. The
// error names every file that is not what it was.
func (r *Root) RestoreEach(backup string, except []string) error {
	wishes, missing, damaged := r.saved(backup)
	wishes = slices.DeleteFunc(wishes, func(w wish) bool { return slices.Contains(except, w.Path) })
	if damaged == nil && r.bringBack(wishes, missing) == nil {
		return nil
	}
	errs := []error{damaged}
	for _, w := range wishes {
		errs = append(errs, r.bringBack([]wish{w}, nil))
	}
	if err := errors.Join(append(errs, r.bringBack(nil, missing))...); err != nil {
		return fmt.Errorf("restoring %s: %w", backup, err)
	}
	return nil
}

// bringBack makes all files what they were, or none, and removes the directories that were missing.
func (r *Root) bringBack(wishes []wish, missing []string) error {
	t, err := r.begin()
	if err != nil {
		return err
	}
	defer t.tree.close()
	t.unmake = missing
	t.sweep = sweepOf(wishes)
	_, err = t.run(wishes, "")
	return err
}

// saved reads what a backup has to give back, and which directories were missing. Together with an error it
// gives those files whose copies can be read.
func (r *Root) saved(backup string) (wishes []wish, missing []string, err error) {
	if err := checkPath(backup); err != nil {
		return nil, nil, err
	}
	t, err := r.begin()
	if err != nil {
		return nil, nil, err
	}
	defer t.tree.close()
	m, err := t.readManifest(backup)
	if err != nil {
		return nil, nil, err
	}
	wishes, err = t.readCopies(backup, m)
	return wishes, m.Missing, err
}

func (t *transaction) readManifest(backup string) (manifest, error) {
	var m manifest
	if _, err := t.tree.dir(backup); err != nil {
		return m, err
	}
	f, info, err := t.tree.look(path.Join(backup, manifestName))
	if err != nil {
		return m, err
	}
	if info == nil {
		return m, ErrIncompleteBackup
	}
	if err := json.Unmarshal(f.Content, &m); err != nil {
		return m, fmt.Errorf("%w (%s: %w)", ErrIncompleteBackup, manifestName, err)
	}
	if m.FormatVersion != manifestVersion {
		return m, fmt.Errorf("%s has format version %d, and this bondctl knows %d: use the bondctl that made it",
			manifestName, m.FormatVersion, manifestVersion)
	}
	return m, m.check()
}

// check holds a manifest to the rules for paths that its makers kept.
func (m manifest) check() error {
	for _, p := range m.Missing {
		if err := checkPath(p); err != nil {
			return fmt.Errorf("%s names %s: %w", manifestName, p, err)
		}
	}
	for _, rec := range m.Files {
		if rec.Existed && rec.Copy != path.Base(rec.Copy) {
			return fmt.Errorf("%s names the copy %q, which is not in the backup", manifestName, rec.Copy)
		}
	}
	return nil
}

// readCopies checks every copy before a single file is touched.
func (t *transaction) readCopies(backup string, m manifest) ([]wish, error) {
	wishes := make([]wish, 0, len(m.Files))
	var errs []error
	for _, rec := range m.Files {
		w, err := t.readCopy(backup, rec)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		wishes = append(wishes, w)
	}
	return wishes, errors.Join(errs...)
}

func (t *transaction) readCopy(backup string, rec record) (wish, error) {
	if !rec.Existed {
		return absence(rec.Path), nil
	}
	saved, info, err := t.tree.look(path.Join(backup, rec.Copy))
	if err == nil && info == nil {
		err = fmt.Errorf("the copy %s of %s is missing", rec.Copy, rec.Path)
	}
	if err != nil {
		return wish{}, err
	}
	old, err := rec.file(saved.Content)
	return sameAs(old), err
}

// Saved gives the files of a backup as they were, and the paths at which there was none.
func (r *Root) Saved(backup string) (files []File, absent []string, err error) {
	wishes, _, err := r.saved(backup)
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", backup, err)
	}
	for _, w := range wishes {
		if w.remove {
			absent = append(absent, w.Path)
		} else {
			files = append(files, w.File)
		}
	}
	return files, absent, nil
}
