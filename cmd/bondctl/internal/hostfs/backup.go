package hostfs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
)

// manifestName is the file of a backup that describes the others. It is complete or unreadable: JSON
// that is cut off does not parse.
const manifestName = "manifest.json"

const manifestVersion = 1

// manifest is what a backup knows.
type manifest struct {
	FormatVersion int      `json:"format_version"`
	Missing       []string `json:"missing_directories"` // parents first
	Files         []record `json:"files"`
}

// record is one path as it was. Without a file, only Path and Existed mean something.
type record struct {
	Path    string `json:"path"`
	Existed bool   `json:"existed"`
	Mode    string `json:"mode,omitempty"` // octal
	UID     int    `json:"uid"`
	GID     int    `json:"gid"`
	SHA256  string `json:"sha256,omitempty"`
	Copy    string `json:"copy,omitempty"` // name in the backup
}

// store is a backup in the making.
type store struct {
	dir   string
	made  []string
	files []string
}

// Save copies the files at paths, and notes which are absent, to a new directory in the target, so that
// [Root.Restore] can make them what they were. It is durable when it returns.
func (r *Root) Save(backup string, paths []string) error {
	wishes := make([]wish, 0, len(paths))
	for _, p := range paths {
		wishes = append(wishes, wish{File: File{Path: p}})
	}
	if err := errors.Join(checkWishes(wishes), checkBackup(backup, wishes)); err != nil {
		return err
	}
	t, err := r.begin()
	if err != nil {
		return err
	}
	defer t.tree.close()
	if err := t.saveAll(backup, wishes); err != nil {
		return t.undo(fmt.Errorf("saving files in %s: %w", backup, err))
	}
	return nil
}

func (t *transaction) saveAll(backup string, wishes []wish) error {
	for _, w := range wishes {
		old, info, err := t.tree.look(w.Path)
		if err != nil {
			return err
		}
		t.entries = append(t.entries, &entry{want: w, old: old, info: info})
	}
	t.dirty.bulk = len(t.entries) > t.root.bulk
	if err := t.noteMissing(); err != nil {
		return err
	}
	if err := t.save(backup); err != nil {
		return err
	}
	return t.settle()
}

// save writes the old files of all entries. It is durable with the next settle.
func (t *transaction) save(backup string) error {
	t.backup.dir = backup
	if err := t.makeBackupDir(); err != nil {
		return err
	}
	m := manifest{FormatVersion: manifestVersion, Missing: t.missing}
	for i, e := range t.entries {
		rec := recordOf(e, i)
		if rec.Existed {
			if err := t.saveFile(rec.Copy, e.old.Content); err != nil {
				return err
			}
		}
		m.Files = append(m.Files, rec)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return t.saveFile(manifestName, append(text, '\n'))
}

// makeBackupDir insists on a directory of its own: two backups in one would restore neither.
func (t *transaction) makeBackupDir() error {
	_, err := t.tree.dir(t.backup.dir)
	switch {
	case err == nil:
		return fmt.Errorf("%s is there already: name a new directory", t.backup.dir)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if t.backup.made, err = t.makeDirs(path.Dir(t.backup.dir)); err != nil {
		return err
	}
	made, err := t.makeDir(t.backup.dir, secretDir)
	t.backup.made = append(t.backup.made, made...)
	return err
}

func recordOf(e *entry, number int) record {
	if e.info == nil {
		return record{Path: e.want.Path}
	}
	return record{
		Path:    e.old.Path,
		Existed: true,
		Mode:    fmt.Sprintf("%04o", e.old.Mode),
		UID:     e.old.UID,
		GID:     e.old.GID,
		SHA256:  checksum(e.old.Content),
		Copy:    fmt.Sprintf("%04d-%s", number, stem(path.Base(e.old.Path))),
	}
}

func (t *transaction) saveFile(name string, content []byte) error {
	d, err := t.tree.dir(t.backup.dir)
	if err != nil {
		return err
	}
	f, err := d.create(name)
	if err != nil {
		return err
	}
	t.touch(d)
	t.backup.files = append(t.backup.files, name)
	_, err = t.fill(d, f, wish{File: File{Mode: secretFile, Content: content}})
	return err
}

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// file gives back what recordOf took down, with the content read from the copy.
func (r record) file(content []byte) (File, error) {
	mode, err := strconv.ParseUint(r.Mode, 8, 32)
	if err != nil {
		return File{}, fmt.Errorf("the mode %q of %s is not octal", r.Mode, r.Path)
	}
	if checksum(content) != r.SHA256 {
		return File{}, fmt.Errorf("the copy of %s does not have the checksum noted for it", r.Path)
	}
	return File{Path: r.Path, Mode: fs.FileMode(mode), UID: r.UID, GID: r.GID, Content: content}, nil
}
