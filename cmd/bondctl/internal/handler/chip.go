package handler

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Chip is a GPIO chip, whose lines have numbers from 0.
type Chip interface {
	// Read gives the level of a line as an input.
	Read(line int) (Level, error)
	// Drive takes a line as an output with this level, until it is closed. What
	// it is then is the driver's affair: an input, mostly.
	Drive(line int, level Level) (Driven, error)
	Close() error
}

// Driven is a line that we give the level of.
type Driven interface {
	Set(level Level) error
	Close() error
}

// Level is that of a line.
type Level uint8

// The levels.
const (
	Low Level = iota
	High
)

// String gives "low" or "high".
func (l Level) String() string { return [...]string{"low", "high"}[l] }

// device is a GPIO character device (Documentation/userspace-api/gpio/chardev.rst),
// spoken to in version 2 of its interface, which Linux has since 5.10.
type device struct{ file *os.File }

var _ Chip = (*device)(nil)

// OpenDevice opens a chip of this machine: "gpiochip0", or the path of its device.
func OpenDevice(name string) (Chip, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join("/dev", name)
	}
	file, err := os.OpenFile(name, os.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the GPIO chip: %w", err)
	}
	return &device{file: file}, nil
}

func (d *device) Close() error { return d.file.Close() }

// Flags of a line (linux/gpio.h, enum gpio_v2_line_flag).
const (
	lineInput  = 1 << 2
	lineOutput = 1 << 3
)

func (d *device) Read(line int) (Level, error) {
	requested, err := d.request(line, unix.GPIOV2LineConfig{Flags: lineInput})
	if err != nil {
		return Low, err
	}
	values := unix.GPIOV2LineValues{Mask: 1}
	err = ioctl(requested.fd, unix.GPIO_V2_LINE_GET_VALUES_IOCTL, unsafe.Pointer(&values)) //nolint:gosec // as the kernel wants it
	if err = errors.Join(err, requested.Close()); err != nil {
		return Low, fmt.Errorf("reading line %d of %s: %w", line, d.file.Name(), err)
	}
	return Level(values.Bits & 1), nil
}

func (d *device) Drive(line int, level Level) (Driven, error) {
	config := unix.GPIOV2LineConfig{Flags: lineOutput, Num_attrs: 1}
	config.Attrs[0] = unix.GPIOV2LineConfigAttribute{
		// Flags is a union: the levels, with this id.
		Attr: unix.GPIOV2LineAttribute{Id: unix.GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, Flags: uint64(level)},
		Mask: 1,
	}
	requested, err := d.request(line, config)
	if err != nil {
		return nil, err
	}
	return requested, nil
}

// requested is a line that this process alone has, through a handle of its own.
type requested struct {
	fd   int
	name string
}

var _ Driven = (*requested)(nil)

func (d *device) request(line int, config unix.GPIOV2LineConfig) (*requested, error) {
	wish := unix.GPIOV2LineRequest{Num_lines: 1, Config: config}
	wish.Offsets[0] = uint32(line) //nolint:gosec // 0 to 1023, by the document's rules
	copy(wish.Consumer[:], "bondctl")
	err := ioctl(int(d.file.Fd()), unix.GPIO_V2_GET_LINE_IOCTL, unsafe.Pointer(&wish)) //nolint:gosec // as the kernel wants it
	if err != nil {
		return nil, fmt.Errorf("requesting line %d of %s: %w", line, d.file.Name(), err)
	}
	return &requested{fd: int(wish.Fd), name: fmt.Sprintf("line %d of %s", line, d.file.Name())}, nil
}

func (r *requested) Set(level Level) error {
	values := unix.GPIOV2LineValues{Mask: 1, Bits: uint64(level)}
	if err := ioctl(r.fd, unix.GPIO_V2_LINE_SET_VALUES_IOCTL, unsafe.Pointer(&values)); err != nil { //nolint:gosec // as the kernel wants it
		return fmt.Errorf("setting %s: %w", r.name, err)
	}
	return nil
}

func (r *requested) Close() error { return unix.Close(r.fd) }

func ioctl(fd int, request uintptr, argument unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(argument))
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR {
			return errno
		}
	}
}
