package kerneltest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// tellAll runs every story on a kernel of its own.
func tellAll(t *testing.T, open func(*testing.T) kernel.Kernel) {
	t.Helper()
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			w := world{t, open(t)}
			require.NoError(t, w.AddLink("s1", "dummy"))
			require.NoError(t, w.AddLink("s2", "dummy"))
			for line := range strings.Lines(strings.TrimSpace(story.lines)) {
				w.run(strings.TrimSpace(line))
			}
		})
	}
}

// run carries out one line: a change, refused with the errno that it may begin
// with, or a look at what is there.
func (w world) run(line string) {
	w.t.Helper()
	words := strings.Fields(line)
	want := ""
	if strings.HasPrefix(words[0], "E") {
		want, words = words[0], words[1:]
	}
	if w.look(words[0], words[1:]) {
		return
	}
	require.Equal(w.t, want, errno(w.change(words[0], words[1:])), line)
}

// look checks what is there; false for a line that is a change.
func (w world) look(verb string, words []string) bool {
	w.t.Helper()
	switch verb {
	case "has":
		for _, word := range words {
			name, want, _ := strings.Cut(word, "=")
			text, _ := w.read(theBond, lookup(name))
			assert.Equal(w.t, want, text, name)
		}
	case "link":
		w.lookAt(words[0], words[1:])
	case "gone":
		state, err := w.Observe()
		require.NoError(w.t, err)
		_, there := state.Link(words[0])
		assert.False(w.t, there, words[0])
	default:
		return false
	}
	return true
}

// lookAt checks a link: up, down, mtu=, mac=, master=.
func (w world) lookAt(name string, words []string) {
	w.t.Helper()
	l := w.link(name)
	for _, word := range words {
		key, want, _ := strings.Cut(word, "=")
		got := map[string]string{
			"up": "", "down": "", "mtu": strconv.Itoa(l.MTU), "mac": l.MAC.String(), "master": l.Master,
		}
		assert.Equal(w.t, want, got[key], "%s of %s", key, name)
		if key == "up" || key == "down" {
			assert.Equal(w.t, key == "up", l.Up, "%s is %s", name, key)
		}
	}
}

// change carries out a change.
func (w world) change(verb string, words []string) error {
	w.t.Helper()
	switch verb {
	case "make":
		return w.AddBond(theBond, w.settings(words))
	case "set":
		return w.SetBond(theBond, w.settings(words))
	case "on":
		return w.SetBond(words[0], w.settings(words[1:]))
	case "slave":
		return w.SetSlave(words[0], w.settings(words[1:]))
	case "enslave":
		return w.Enslave(words[0], theBond)
	case "release":
		return w.Release(words[0])
	case "vlan":
		id, _ := strconv.Atoi(words[1])
		return w.AddVLAN(words[0]+"."+words[1], words[0], id)
	}
	return w.changeLink(verb, words)
}

func (w world) changeLink(verb string, words []string) error {
	w.t.Helper()
	switch verb {
	case "up":
		return w.Up(words[0])
	case "down":
		return w.Down(words[0])
	case "delete":
		return w.Delete(words[0])
	case "mtu":
		bytes, err := strconv.Atoi(words[1])
		require.NoError(w.t, err)
		return w.SetMTU(words[0], bytes)
	case "mac":
		mac, err := schema.ParseMAC(words[1])
		require.NoError(w.t, err)
		return w.SetMAC(words[0], mac)
	}
	require.Fail(w.t, "no such line", verb)
	return nil
}

// settings reads "miimon=100 primary=s1".
func (w world) settings(words []string) schema.Settings {
	w.t.Helper()
	var settings schema.Settings
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		settings = settings.With(setting(w.t, name, value)[0])
	}
	return settings
}
