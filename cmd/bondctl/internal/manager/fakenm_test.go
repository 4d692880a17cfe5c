package manager

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/bondctl/bondctl/generators/format/ini"
)

// fakeNM is a NetworkManager that activates what it is told, reads keyfiles
// below a root, and refuses to take over another mode or another bond.
type fakeNM struct {
	root     string
	mutex    sync.Mutex
	devices  map[string]*fakeDevice
	profiles map[string]settings // by file
	signals  chan *dbus.Signal
	// said are the calls that change something.
	said []string
	// fails are the methods that fail, hangs those that never answer.
	fails, hangs map[string]bool
	activations  int
	// stranger is how often it will not know who calls it.
	stranger int
	// made are the profiles that it has made by itself, with the cards that they are
	// for; none are the cards for which it makes no more, as it knows them.
	made map[string]string
	none []string
	// alone is its configuration of what it leaves alone, as it has last read that.
	alone string
	// quicker is how often it will find an address taken before it is told not to look.
	quicker int
}

type fakeDevice struct {
	state   uint32
	active  string // its active connection, empty for none
	file    string
	applied settings
}

func newFakeNM(root string) *fakeNM {
	return &fakeNM{
		root: root, devices: map[string]*fakeDevice{}, profiles: map[string]settings{}, signals: make(chan *dbus.Signal, 1000),
		fails: map[string]bool{}, hangs: map[string]bool{},
	}
}

// manager is the one that speaks with the fake, as one process of bondctl does.
func (f *fakeNM) manager() *profileManager {
	m := newProfileManager(keyfile, f.root)
	m.dial = func(context.Context) (busWithSignals, error) { return f, nil }
	return m
}

// Signals implements [Signals].
func (f *fakeNM) Signals(context.Context, string, string, string) (<-chan *dbus.Signal, error) {
	f.signals = make(chan *dbus.Signal, 1000)
	return f.signals, nil
}

// Call implements [Bus].
func (f *fakeNM) Call(ctx context.Context, _, object, method string, args ...any) ([]any, error) {
	name := method[strings.LastIndex(method, ".")+1:]
	if f.hangs[name] {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if f.fails[name] {
		return nil, dbus.Error{Name: nm + ".Failed", Body: []any{name + " fails"}}
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.stranger > 0 {
		f.stranger--
		return nil, dbus.Error{Name: nm + ".PermissionDenied", Body: []any{"Unable to determine UID of the request"}}
	}
	switch name {
	case "Get":
		return f.property(object, args[1].(string))
	case "GetManagedObjects":
		return []any{f.all()}, nil
	case "GetDeviceByIpIface":
		if f.devices[args[0].(string)] == nil {
			return nil, dbus.Error{Name: nm + ".UnknownDevice"}
		}
		return []any{dbus.ObjectPath("/device/" + args[0].(string))}, nil
	case "LoadConnections":
		return f.load(args[0].([]string))
	case "ActivateConnection":
		return f.activate(string(args[0].(dbus.ObjectPath)))
	case "GetSettings":
		return []any{f.profiles[object]}, nil
	case "GetAppliedConnection":
		return []any{f.devices[filepath.Base(object)].applied, uint64(1)}, nil
	case "Set":
		f.manage(filepath.Base(object), args[2].(dbus.Variant).Value().(bool))
		return nil, nil
	case "Reload":
		f.say("read its configuration")
		f.none = f.noted()
		text, _ := os.ReadFile(filepath.Join(f.root, leavesAlone)) // it may not be there
		f.alone = string(text)
		return nil, nil
	case "Reapply":
		return f.reapply(filepath.Base(object), args[0].(settings))
	}
	return nil, fmt.Errorf("the fake has no %s", method)
}

func (f *fakeNM) say(format string, values ...any) {
	f.said = append(f.said, fmt.Sprintf(format, values...))
}

func (f *fakeNM) property(object, name string) ([]any, error) {
	link := filepath.Base(object)
	d := f.devices[link]
	value := map[string]any{"Version": "1.52", "Autoconnect": true, "InterfaceFlags": uint32(0x10000), "Connection": dbus.ObjectPath("/")}[name]
	switch {
	case name == "State":
		value = d.state
	case name == "ActiveConnection":
		value = dbus.ObjectPath("/active/" + link)
	case name == "Connection" && d != nil && d.active != "":
		value = dbus.ObjectPath(d.file)
	}
	return []any{dbus.MakeVariant(value)}, nil
}

func (f *fakeNM) all() objects {
	all := objects{}
	for link, d := range f.devices {
		properties := map[string]dbus.Variant{
			"Interface": dbus.MakeVariant(link), "State": dbus.MakeVariant(d.state), "Managed": dbus.MakeVariant(d.state > nmUnmanaged),
			"ActiveConnection": dbus.MakeVariant(dbus.ObjectPath("/active/" + link)),
		}
		all[dbus.ObjectPath("/device/"+link)] = map[string]map[string]dbus.Variant{nmDevice: properties}
		if d.active != "" {
			all[dbus.ObjectPath("/active/"+link)] = map[string]map[string]dbus.Variant{nmActive: {
				"Id": dbus.MakeVariant(link), "Uuid": dbus.MakeVariant("u-" + d.file), "Connection": dbus.MakeVariant(dbus.ObjectPath(d.file)),
			}}
		}
	}
	for file := range f.profiles {
		all[dbus.ObjectPath(file)] = map[string]map[string]dbus.Variant{nmConnection: {"Filename": dbus.MakeVariant(file)}}
	}
	return all
}

// load reads files. One that is gone takes down what is up by it.
func (f *fakeNM) load(files []string) ([]any, error) {
	f.say("load %s", strings.Join(bases(files), " "))
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(f.root, file))
		if err == nil {
			f.profiles[file] = read(content)
			continue
		}
		delete(f.profiles, file)
		if err := f.makeNoMore(file); err != nil {
			return nil, err
		}
		for link, d := range f.devices {
			if d.file == file {
				f.down(link)
			}
		}
	}
	return []any{true, []string{}}, nil
}

// noted are the cards for which it makes no profiles by itself, as its file has them.
func (f *fakeNM) noted() []string {
	text, _ := os.ReadFile(filepath.Join(f.root, noAutoDefault)) // it may not be there
	return strings.Fields(string(text))
}

// makeNoMore writes down the card for which it had made a profile that is gone.
func (f *fakeNM) makeNoMore(file string) error {
	card, made := f.made[file]
	if !made {
		return nil
	}
	delete(f.made, file)
	f.none = append(f.none, card)
	return os.WriteFile(filepath.Join(f.root, noAutoDefault), []byte(strings.Join(f.none, "\n")+"\n"), 0o600)
}

func bases(files []string) []string {
	var names []string
	for _, file := range files {
		names = append(names, filepath.Base(file))
	}
	return names
}

func read(content []byte) settings {
	s := settings{}
	for _, section := range ini.GKeyFile.Read(content).Sections {
		s[section.Name] = map[string]dbus.Variant{}
		for _, e := range section.Entries {
			s[section.Name][e.Key] = dbus.MakeVariant(e.Value)
		}
	}
	return s
}

// down takes a link down; a bond goes, and with it its slaves.
func (f *fakeNM) down(link string) {
	d := f.devices[link]
	d.active, d.file, d.applied = "", "", nil
	f.tell(link, nmDisconnected)
	for _, slave := range f.slavesOf(link) {
		f.down(slave)
	}
	if strings.HasPrefix(link, "bond") {
		delete(f.devices, link)
	}
}

func (f *fakeNM) slavesOf(bond string) []string {
	var slaves []string
	for _, link := range slices.Sorted(maps.Keys(f.devices)) {
		if f.devices[link].applied.master() == bond {
			slaves = append(slaves, link)
		}
	}
	return slaves
}

// tell sets a state and says so.
func (f *fakeNM) tell(link string, state uint32) {
	f.devices[link].state = state
	f.signals <- &dbus.Signal{Path: dbus.ObjectPath("/device/" + link), Body: []any{state, uint32(0), uint32(0)}}
}

// activate brings a link up by a profile, and a bond's slaves with it.
func (f *fakeNM) activate(file string) ([]any, error) {
	s := f.profiles[file]
	link := s.value("connection", "interface-name")
	if f.isAlone(link) {
		return nil, dbus.Error{Name: nm + ".UnknownConnection", Body: []any{link + " is strictly unmanaged"}}
	}
	f.say("activate %s", link)
	f.bringUp(link, file)
	return []any{dbus.ObjectPath("/active/" + link)}, nil
}

func (f *fakeNM) bringUp(link, file string) {
	slaves := f.slavesOf(link)
	if f.devices[link] == nil {
		f.devices[link] = &fakeDevice{}
	}
	f.activations++
	d := f.devices[link]
	d.active, d.file, d.applied = fmt.Sprint("/active/", f.activations), file, maps.Clone(f.profiles[file])
	f.tell(link, nmPrepare)
	f.tell(link, nmActivated)
	for _, slave := range slaves {
		f.say("%s follows %s", slave, link)
		f.bringUp(slave, f.devices[slave].file)
	}
}

// manage has a device left alone as it is, or cared for again.
func (f *fakeNM) manage(link string, whether bool) {
	f.say("manage %s %t", link, whether)
	d := f.devices[link]
	d.active, d.file = "", ""
	f.tell(link, map[bool]uint32{false: nmUnmanaged, true: nmDisconnected}[whether && !f.isAlone(link)])
}

// leavesAlone is the file of its configuration that names the links to leave alone.
const leavesAlone = "/etc/NetworkManager/conf.d/99-bondctl-unmanaged.conf"

// isAlone tells whether its configuration has it leave a link alone, whatever it is told.
func (f *fakeNM) isAlone(link string) bool { return strings.Contains(f.alone, "interface-name:"+link) }

// reapply takes settings over, but for the mode and the bond of a slave.
func (f *fakeNM) reapply(link string, s settings) ([]any, error) {
	d := f.devices[link]
	if _, quick := s["ipv4"]["dad-timeout"]; quick && f.quicker > 0 {
		f.quicker--
		f.tell(link, nmFailed)
		return nil, dbus.Error{Name: nm + ".Device.NotActive", Body: []any{"Device is not activated"}}
	}
	how := "as the profile says"
	if len(s) == 0 {
		s = f.profiles[d.file]
	} else if _, quick := s["ipv4"]["dad-timeout"]; quick {
		how = "without a probe"
	} else {
		how = "in part"
	}
	if s.value("bond", "mode") != d.applied.value("bond", "mode") || s.master() != d.applied.master() || s.value("ethernet", "cloned-mac-address") != d.applied.value("ethernet", "cloned-mac-address") {
		return nil, dbus.Error{Name: nm + ".Device.IncompatibleConnection", Body: []any{"Can't reapply"}}
	}
	f.say("reapply %s %s", link, how)
	d.applied = maps.Clone(s)
	return nil, nil
}

// files puts what a document renders to below the root.
func (f *fakeNM) files(t *testing.T, text string) {
	t.Helper()
	write(t, f.root, observedFiles(t, keyfile, text))
}
