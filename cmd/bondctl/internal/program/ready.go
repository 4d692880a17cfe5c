package program

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// anyone has the bits of a mode by which somebody may run a file.
const anyone fs.FileMode = 0o111

// Ready says why nobody can run the file at a path, nil where somebody can, or where it
// may not be seen who can. What the file itself needs shows when it is run.
func Ready(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil
	case err != nil:
		return errors.Unwrap(err) // without the path, which whoever asks has
	case info.IsDir():
		return syscall.EISDIR
	case info.Mode()&anyone == 0:
		return errors.New("nobody may execute it")
	}
	return nil
}
