package hostfs

import (
	"errors"
	"io/fs"
	"os"
	"path"
)

// stage writes every new file beside its target.
func (t *transaction) stage() error {
	for _, e := range t.entries {
		if e.kind == remove {
			continue
		}
		if err := t.stageOne(e); err != nil {
			return e.wrap(err)
		}
	}
	return nil
}

func (t *transaction) stageOne(e *entry) error {
	made, err := t.makeDirs(path.Dir(e.want.Path))
	t.made = append(t.made, made...)
	if err != nil {
		return err
	}
	d, name, err := t.tree.beside(e.want.Path)
	if err != nil {
		return err
	}
	temp := temporaryName(name)
	f, err := d.create(temp)
	if err != nil {
		return err
	}
	e.temp = temp
	e.fresh, err = t.fill(d, f, e.want)
	return err
}

// fill gives a new file its owner, then its mode, then its content. chown(2) may clear bits of the mode,
// and no content is ever under a mode that is not its own.
func (t *transaction) fill(d *dir, f *os.File, want wish) (info fs.FileInfo, err error) {
	defer func() { _ = f.Close() }() // for the ways out before the checked one
	name := path.Base(f.Name())
	if want.owned {
		if err := d.do("setting the owner of", name, func() error { return f.Chown(want.UID, want.GID) }); err != nil {
			return nil, err
		}
	}
	if err := d.do("setting the mode of", name, func() error { return f.Chmod(want.Mode) }); err != nil {
		return nil, err
	}
	if err := d.do("writing", name, func() error { return writeAll(f, want.Content) }); err != nil {
		return nil, err
	}
	if err := t.settleFile(d, f); err != nil {
		return nil, err
	}
	err = d.do("closing", name, func() error {
		info, err = f.Stat()
		return errors.Join(err, f.Close())
	})
	return info, err
}

func writeAll(f *os.File, content []byte) error {
	_, err := f.Write(content)
	return err
}

// makeDirs makes a directory and those above it that are missing, and gives the ones it made even when
// it fails at a later one.
func (t *transaction) makeDirs(p string) ([]string, error) {
	_, err := t.tree.dir(p)
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	above, err := t.makeDirs(path.Dir(p))
	if err != nil {
		return above, err
	}
	made, err := t.makeDir(p, publicDir)
	if errors.Is(err, fs.ErrExist) { // someone else was quicker
		return above, nil
	}
	return append(above, made...), err
}

// makeDir makes one directory, and gives it back as soon as it is there. Its mode is set twice, because
// the umask keeps mkdir(2) from giving all of it.
func (t *transaction) makeDir(p string, mode fs.FileMode) ([]string, error) {
	parent, name, err := t.tree.beside(p)
	if err != nil {
		return nil, err
	}
	if err := parent.mkdir(name, mode); err != nil {
		return nil, err
	}
	t.touch(parent)
	made := []string{p}
	d, err := t.tree.dir(p)
	if err != nil {
		return made, err
	}
	return made, d.do("setting the mode of", ".", func() error { return d.handle.Chmod(mode) })
}
