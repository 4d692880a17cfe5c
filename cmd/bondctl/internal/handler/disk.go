package handler

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

const (
	// queueFile is the queue, in its directory.
	queueFile = "queue"
	// leastLimit is the length, in bytes, from which on the file is replaced when half of it is dead.
	leastLimit = 64 << 10
)

// disk is the directory of the queue.
type disk struct {
	files     *hostfs.Root
	root, dir string
	point     func(name string)
	// out is the file, open at its end; nil where it must be replaced first.
	out *os.File
	// size is its length, and limit that from which on it is replaced.
	size, limit int64
	// closed says why nothing can ever be written.
	closed error
}

func openDisk(c Config) (*disk, error) {
	files, err := hostfs.Open(c.Root)
	if err != nil {
		return nil, err
	}
	return &disk{files: files, root: c.Root, dir: c.Dir, point: c.Point}, nil
}

func (d *disk) close() error {
	d.shut()
	return d.files.Close()
}

// shut has the file replaced before anything is added to it again.
func (d *disk) shut() {
	if d.out != nil {
		_ = d.out.Close() // what counts was flushed
		d.out = nil
	}
}

// Load gives a file of the directory, and nothing where there is none.
func (d *disk) Load(name string) ([]byte, error) {
	file, _, err := d.files.Read(path.Join(d.dir, name))
	return file.Content, err
}

// Save writes a file of the directory, all or nothing.
func (d *disk) Save(name string, content []byte) error {
	return d.files.Put(hostfs.Change{Path: path.Join(d.dir, name), Content: content, Mode: 0o600})
}

// full tells whether the file cannot just be added to.
func (d *disk) full(more int) bool { return d.out == nil || d.size+int64(more) > d.limit }

// replace writes the queue's file anew.
func (d *disk) replace(lines []byte) error {
	if d.closed != nil {
		return d.closed
	}
	d.shut()
	d.step("before replacing the queue")
	if err := d.Save(queueFile, lines); err != nil {
		return err
	}
	d.step("after replacing the queue")
	file, err := os.OpenFile(filepath.Join(d.root, d.dir, queueFile), os.O_WRONLY|os.O_APPEND|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening the queue: %w", err)
	}
	d.out, d.size, d.limit = file, int64(len(lines)), max(leastLimit, 2*int64(len(lines)))
	return nil
}

// add adds lines to the file, which are on disk when it has returned nil. After an
// error nobody knows what is in it: the kernel drops pages that it could not write.
func (d *disk) add(lines []byte) error {
	d.step("before adding to the queue")
	_, err := d.out.Write(lines)
	if err == nil {
		d.step("before flushing the queue")
		err = d.out.Sync()
	}
	if err == nil {
		err = d.same()
	}
	if err != nil {
		d.shut()
		return fmt.Errorf("adding to the queue: %w", err)
	}
	d.step("after flushing the queue")
	d.size += int64(len(lines))
	return nil
}

// same notices that the file was removed or replaced by someone else: what is written to it then is lost.
func (d *disk) same() error {
	ours, err := d.out.Stat()
	if err != nil {
		return err
	}
	there, err := os.Lstat(filepath.Join(d.root, d.dir, queueFile))
	if err != nil {
		return err
	}
	if !os.SameFile(ours, there) {
		return fmt.Errorf("it was replaced by something else: %w", fs.ErrNotExist)
	}
	return nil
}

func (d *disk) step(name string) {
	if d.point != nil {
		d.point(name)
	}
}
