package manager

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/generators/format/wpa"
)

// controlDir is where wpa_supplicant has a socket for each link, on Debian.
const controlDir = "/run/wpa_supplicant"

// controlLimit is how long wpa_supplicant may take to answer a command.
const controlLimit = 5 * time.Second

// control is the control socket of a wpa_supplicant (wpa_ctrl.c of its source):
// each command is a datagram, and so is its answer.
type control struct{ net.Conn }

// join has a wpa_supplicant that has no network join one. It passes over what that
// refuses of the network's fields, as the hook of wpasupplicant does.
func join(ctx context.Context, socket string, network []wpa.Entry) error {
	c, err := openControl(ctx, socket)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // nothing is left to be sent
	id, err := c.ask("ADD_NETWORK")
	if err != nil {
		return err
	}
	for _, field := range network {
		if _, err := c.ask("SET_NETWORK", id, field.Key, field.Value); err != nil && !errors.Is(err, errRefused) {
			return err
		}
	}
	_, err = c.ask("ENABLE_NETWORK", id)
	return err
}

// openControl waits for the socket, which is there a moment after the number of
// the process is.
func openControl(ctx context.Context, socket string) (control, error) {
	var c net.Conn
	var failed error
	dialer := net.Dialer{Control: named}
	waited := await(ctx, beginLimit, func() bool {
		c, failed = dialer.DialContext(ctx, "unixgram", socket)
		return failed == nil
	})
	if waited != nil {
		return control{}, failed
	}
	return control{c}, nil
}

// named has the kernel give a socket a name, to which it can be answered (unix(7), autobind).
func named(_, _ string, socket syscall.RawConn) error {
	var failed error
	err := socket.Control(func(fd uintptr) { failed = unix.Bind(int(fd), &unix.SockaddrUnix{}) })
	return errors.Join(err, failed)
}

// errRefused is an answer that is no answer.
var errRefused = errors.New("wpa_supplicant refused a command")

// ask sends a command and gives the answer. No error repeats what follows the
// command's name, which may be a secret.
func (c control) ask(command string, words ...string) (answer string, err error) {
	if err := c.SetDeadline(time.Now().Add(controlLimit)); err != nil {
		return "", fmt.Errorf("%s: %w", command, err)
	}
	if _, err := c.Write([]byte(strings.Join(append([]string{command}, words...), " "))); err != nil {
		return "", fmt.Errorf("%s: %w", command, err)
	}
	buffer := make([]byte, 4096)
	n, err := c.Read(buffer)
	if err != nil {
		return "", fmt.Errorf("waiting for an answer to %s: %w", command, err)
	}
	answer = strings.TrimSpace(string(buffer[:n]))
	if answer == "FAIL" || strings.HasPrefix(answer, "UNKNOWN") {
		return "", fmt.Errorf("%w: %s", errRefused, command)
	}
	return answer, nil
}
