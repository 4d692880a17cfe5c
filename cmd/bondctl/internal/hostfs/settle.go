package hostfs

import (
	"maps"
	"os"
	"path"
	"slices"

	"golang.org/x/sys/unix"
)

// bulkThreshold is the number of files above which syncfs(2) takes the place of fsync(2).
//
// What is guaranteed is the same either way. Before the first rename every new file and every saved old
// one is on disk, so no rename can put an empty file in place. After the last rename, and again after the
// temporaries are removed, the directories are on disk. Each error of the disk is reported: by fsync
// always, by syncfs since Linux 5.8 (before, only those of the journal, not those of file content).
//
// What differs is the price. One fsync is one commit of the journal: 0.2 to 0.5 ms on ext4 on a virtual
// disk, more on an SD card, so 40 000 files would take 10 s and longer. One syncfs writes all that is
// unwritten on that file system, of other programs too: 1 to 2 ms when there is nothing else, 0.4 to 0.7 s
// for those 40 000 files, but as long as it takes behind someone's copying. A few files must not wait for
// strangers, and many must not pay a commit each. Alone on the disk, syncfs wins from about four files on;
// 32 keeps every host with a handful of bonds on fsync, and bounds what that costs.
const bulkThreshold = 32

// dirtySet is the directories with entries that may not be on disk.
type dirtySet struct {
	bulk   bool
	device map[string]any // by path
}

// touch notes that an entry of d is about to change.
func (t *transaction) touch(d *dir) {
	if t.dirty.device == nil {
		t.dirty.device = map[string]any{}
	}
	t.dirty.device[d.path] = d.device
}

// settleFile makes one file durable, unless settle will do so for all.
func (t *transaction) settleFile(d *dir, f *os.File) error {
	if t.dirty.bulk {
		t.touch(d)
		return nil
	}
	return d.do("flushing", path.Base(f.Name()), f.Sync)
}

// settle makes durable what was done since the last time.
func (t *transaction) settle() error {
	synced := map[any]bool{}
	for _, p := range slices.Sorted(maps.Keys(t.dirty.device)) {
		device := t.dirty.device[p]
		if t.dirty.bulk && synced[device] {
			continue
		}
		if err := t.sync(p); err != nil {
			return err
		}
		synced[device] = true
	}
	clear(t.dirty.device)
	return nil
}

func (t *transaction) sync(p string) error {
	d, err := t.tree.dir(p)
	if err != nil {
		return err
	}
	if t.dirty.bulk {
		return d.do("flushing the file system of", ".", func() error { return unix.Syncfs(int(d.handle.Fd())) })
	}
	return d.do("flushing", ".", d.handle.Sync)
}
