package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// bringBackFiles restores the files, and keeps beside them what someone else made
// of them meanwhile. A file for which that fails is left as it is, and does not
// keep the others from being restored.
func (a *app) bringBackFiles(t *checkpoint.Transaction) error {
	stuck, err := a.keepForeign(t)
	return errors.Join(err, t.RestoreFiles(stuck...))
}

// keepForeign keeps aside what is neither as it was nor as this transaction wrote
// it, and says where. It gives the files for which that failed.
func (a *app) keepForeign(t *checkpoint.Transaction) (stuck []string, err error) {
	sums, err := sumsOf(t)
	if err != nil {
		return nil, err
	}
	root, err := hostfs.Open(a.env.Root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // what was written is durable by now
	var errs []error
	for _, file := range slices.Sorted(maps.Keys(sums)) {
		aside, err := keepOne(root, t.ID(), file, sums[file])
		switch {
		case err != nil:
			stuck = append(stuck, file)
			errs = append(errs, fmt.Errorf("keeping aside what someone else made of %s: %w", file, err))
		case aside != "":
			a.say("someone else changed %s meanwhile: that version is kept as %s", file, aside)
		}
	}
	return stuck, errors.Join(errs...)
}

// sumsOf are the checksums of the files that a transaction changes.
func sumsOf(t *checkpoint.Transaction) (map[string]fileSums, error) {
	text, err := t.Get(filesBlob)
	if err != nil {
		return nil, err
	}
	sums := map[string]fileSums{}
	if err := json.Unmarshal(text, &sums); err != nil {
		return nil, fmt.Errorf("reading the checksums of the files: %w", err)
	}
	return sums, nil
}

// keepOne gives the place where a file is kept that someone else changed, or put
// something else in the place of.
func keepOne(root *hostfs.Root, id, file string, sums fileSums) (string, error) {
	aside := asideOf(root, id, file, nil)
	if moved, err := root.SetAside(file, aside); moved || err != nil {
		return aside, err
	}
	now, exists, err := root.Read(file)
	if err != nil || !exists {
		return "", err
	}
	if sum := checksum(&plan.File{Content: now.Content}); sum == sums.Before || sum == sums.After {
		return "", nil
	}
	aside = asideOf(root, id, file, now.Content)
	_, err = root.Apply([]hostfs.Change{{Path: aside, Content: now.Content, Mode: now.Mode.Perm()}}, "")
	return aside, err
}

// asideOf names a place beside a file that is free, or has this content already. No
// network system reads a name that begins with a dot.
func asideOf(root *hostfs.Root, id, file string, content []byte) string {
	first := path.Join(path.Dir(file), "."+path.Base(file)+".bondctl-"+id)
	for n, name := 2, first; ; n++ {
		if _, err := fs.Lstat(root.FS(), name[1:]); err != nil {
			return name
		}
		if kept, exists, err := root.Read(name); content != nil && err == nil && exists && bytes.Equal(kept.Content, content) {
			return name
		}
		name = first + "." + strconv.Itoa(n)
	}
}
