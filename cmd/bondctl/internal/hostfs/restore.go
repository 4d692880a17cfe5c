package hostfs

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
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
	if err := checkPath(backup); err != nil {
		return err
	}
	t, err := r.begin()
	if err != nil {
		return err
	}
	defer t.tree.close()
	m, err := t.readManifest(backup)
	if err != nil {
		return err
	}
	wishes, err := t.readCopies(backup, m)
	if err != nil {
		return err
	}
	t.unmake = m.Missing
	t.sweep = sweepOf(wishes)
	_, err = t.run(wishes, "")
	return err
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
	for _, rec := range m.Files {
		if !rec.Existed {
			wishes = append(wishes, absence(rec.Path))
			continue
		}
		saved, info, err := t.tree.look(path.Join(backup, rec.Copy))
		if err != nil {
			return nil, err
		}
		if info == nil {
			return nil, fmt.Errorf("the copy %s of %s is missing", rec.Copy, rec.Path)
		}
		old, err := rec.file(saved.Content)
		if err != nil {
			return nil, err
		}
		wishes = append(wishes, sameAs(old))
	}
	return wishes, nil
}

// Saved gives the files of a backup as they were, and the paths at which there was none.
func (r *Root) Saved(backup string) (files []File, absent []string, err error) {
	if err := checkPath(backup); err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", backup, err)
	}
	t, err := r.begin()
	if err != nil {
		return nil, nil, err
	}
	defer t.tree.close()
	m, err := t.readManifest(backup)
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", backup, err)
	}
	wishes, err := t.readCopies(backup, m)
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
