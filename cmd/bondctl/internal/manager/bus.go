package manager

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Bus asks services over D-Bus. None is started by being asked.
type Bus interface {
	Call(ctx context.Context, service, object, method string, args ...any) ([]any, error)
}

// Signals tells of what services say by themselves.
type Signals interface {
	// Signals gives those of one name, until the bus is closed.
	Signals(ctx context.Context, service, of, member string) (<-chan *dbus.Signal, error)
}

// SystemBus is the address of the system's bus.
const SystemBus = "unix:path=/run/dbus/system_bus_socket"

// busAddress is that of the bus of the host below root (the D-Bus specification).
func busAddress(root string) string {
	return "unix:path=" + filepath.Join(root, "run/dbus/system_bus_socket")
}

// Conn is a connection to a bus.
type Conn struct{ conn *dbus.Conn }

var _ Bus = (*Conn)(nil)

// OpenBus connects to a bus. The context bounds the life of the greeting alone.
func OpenBus(ctx context.Context, address string) (*Conn, error) {
	conn, err := dbus.Dial(address)
	if err != nil {
		return nil, fmt.Errorf("connect to the bus at %s: %w", address, err)
	}
	// The library reads the greeting without a limit: only closing ends it.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("greet the bus at %s: %w", address, errors.Join(context.Cause(ctx), err))
	}
	return &Conn{conn}, nil
}

// Close ends the connection.
func (c *Conn) Close() { _ = c.conn.Close() }

// Call implements [Bus].
func (c *Conn) Call(ctx context.Context, service, object, method string, args ...any) ([]any, error) {
	call := c.conn.Object(service, dbus.ObjectPath(object)).CallWithContext(ctx, method, dbus.FlagNoAutoStart, args...)
	return call.Body, call.Err
}

// Signals implements [Signals].
func (c *Conn) Signals(ctx context.Context, service, of, member string) (<-chan *dbus.Signal, error) {
	err := c.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(service), dbus.WithMatchInterface(of), dbus.WithMatchMember(member))
	if err != nil {
		return nil, fmt.Errorf("listen on the bus: %w", err)
	}
	signals := make(chan *dbus.Signal, signalsAhead)
	c.conn.Signal(signals)
	return signals, nil
}

// signalsAhead is how many signals are kept for whoever listens: a bond with
// many slaves has some at each step of each.
const signalsAhead = 1024

var (
	// errAbsent is that nobody of the name is on the bus.
	errAbsent = errors.New("not on the bus")
	// errSilent is that a service has taken a question and hangs.
	errSilent = errors.New("no answer")
)

// ask asks a service and stores the values of the answer, within the host's patience.
func (h Host) ask(ctx context.Context, q question, into ...any) error {
	if h.Bus == nil {
		return errAbsent
	}
	ctx, cancel := context.WithTimeout(ctx, h.Patience)
	defer cancel()
	answer, err := h.Bus.Call(ctx, q.service, q.object, q.method, q.args...)
	var refusal dbus.Error
	switch {
	case errors.As(err, &refusal) && slices.Contains(nobody, refusal.Name):
		return errAbsent
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w within %s", errSilent, h.Patience)
	case err != nil:
		return err
	}
	return dbus.Store(answer, into...)
}

// question is a call of a method.
type question struct {
	service, object, method string
	args                    []any
}

// nobody are the errors of the bus where a service is not there and must not be started.
var nobody = []string{"org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner"}

const (
	systemd = "org.freedesktop.systemd1"
	// systemdBooted is there where systemd runs the host (sd_booted(3)).
	systemdBooted = "run/systemd/system"
	getProperties = "org.freedesktop.DBus.Properties.GetAll"
)

// units asks systemd for the units, and looks for processes and links where
// it is not there or does not answer.
func (h Host) units(ctx context.Context, f *Facts) {
	for _, name := range []string{unitNetworkManager, unitNetwork, unitNetworking, unitNetworkd} {
		u, there, err := h.unit(ctx, name)
		if err != nil {
			if !errors.Is(err, errAbsent) {
				f.Silent = append(f.Silent, fmt.Sprintf("systemd was asked for %s: %s; its processes were looked at instead", name, err))
			}
			f.Units = h.unitsByProcess(f)
			return
		}
		if there {
			f.Units = append(f.Units, u)
		}
	}
}

// unit asks for one unit. LoadUnit is what systemd had before it could list
// units by name, and reads the unit's file at most.
func (h Host) unit(ctx context.Context, name string) (u Unit, there bool, err error) {
	properties, err := h.unitProperties(ctx, name)
	return unitOf(name, properties), text(properties, "LoadState") == "loaded", err
}

func (h Host) unitProperties(ctx context.Context, name string) (map[string]dbus.Variant, error) {
	var object dbus.ObjectPath
	q := question{systemd, "/org/freedesktop/systemd1", systemd + ".Manager.LoadUnit", []any{name}}
	if err := h.ask(ctx, q, &object); err != nil {
		return nil, err
	}
	var properties map[string]dbus.Variant
	err := h.ask(ctx, question{systemd, string(object), getProperties, []any{systemd + ".Unit"}}, &properties)
	return properties, err
}

func unitOf(name string, properties map[string]dbus.Variant) Unit {
	state := text(properties, "UnitFileState")
	return Unit{
		Name: name, Active: slices.Contains([]string{"active", "activating", "reloading"}, text(properties, "ActiveState")),
		Enabled: strings.HasPrefix(state, "enabled") || state == "generated",
	}
}

// unitsByProcess tells of the units by what runs, and by the links that
// enabling makes. Those that run no daemon are taken for active by their traces.
func (h Host) unitsByProcess(f *Facts) []Unit {
	running := h.programs()
	var units []Unit
	for _, u := range []Unit{
		{Name: unitNetworkManager, Active: running["NetworkManager"]},
		{Name: unitNetwork, Active: h.any("var/lock/subsys/network", "run/lock/subsys/network")},
		{Name: unitNetworking, Active: len(f.Up) > 0},
		{Name: unitNetworkd, Active: running["systemd-network"]},
	} {
		name := strings.TrimSuffix(u.Name, ".service")
		u.Enabled = len(h.glob("etc/systemd/system/*.wants/"+u.Name)) > 0 || len(h.glob("etc/rc*.d/S[0-9][0-9]"+name)) > 0 ||
			len(h.glob("etc/runlevels/*/"+name)) > 0
		if u.on() {
			units = append(units, u)
		}
	}
	return units
}

// programs names what runs, by the 15 bytes that the kernel keeps of each name.
func (h Host) programs() map[string]bool {
	running := map[string]bool{}
	for _, name := range h.glob("proc/[0-9]*/comm") {
		if comm, err := fs.ReadFile(h.Root, path.Clean(name)); err == nil {
			running[strings.TrimSpace(string(comm))] = true
		}
	}
	return running
}

// text gives a property that is a string, empty where it is not.
func text(properties map[string]dbus.Variant, name string) string {
	value, _ := properties[name].Value().(string)
	return value
}
