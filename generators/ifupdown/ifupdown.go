// Package ifupdown writes and reads interfaces(5), Debian's own network
// configuration, as ifupdown 0.8.41 and later takes it with the hooks of
// ifenslave 2.13 and later, wpasupplicant, and resolvconf or openresolv.
//
// ifenslave makes the bond, sets the options that it knows and enslaves what
// bond-slaves names, all before ifupdown gives the bond its addresses. So the
// options stand once, in the first stanza of the bond, and not on the slaves.
// What ifenslave does not know is said by commands in the stanza: those of
// pre-up run before it and make the bond, which it then keeps; those of
// post-up run when the bond is up. It is pure.
package ifupdown

import (
	"bytes"
	"slices"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
)

// The files. Debian's own /etc/network/interfaces sources those of interfaces.d.
const (
	mainFile      = "/etc/network/interfaces"
	interfacesDir = "/etc/network/interfaces.d"
	ownFile       = interfacesDir + "/bondctl"
	wpaDir        = "/etc/wpa_supplicant"
)

// StationFile is the path of the file for wpa_supplicant of a link.
func StationFile(link string) string { return wpaDir + "/bondctl-" + link + ".conf" }

// Backend is Debian's ifupdown with ifenslave.
func Backend() *generators.Backend {
	return &generators.Backend{
		Name:     "ifupdown",
		Summary:  "Debian's /etc/network/interfaces, with ifenslave and wpasupplicant",
		Dirs:     []string{interfacesDir, wpaDir},
		Entry:    mainFile,
		Generate: generate,
		Read:     read,
		Sources:  []string{mainFile, interfacesDir + "/*"},
		Leads:    leads,
		Mentions: mentions,
		LetGo:    letGo,
		Secret:   secret,
	}
}

// secretOptions are the options of the wpasupplicant hook that hold a secret,
// as files made by hand have them.
var secretOptions = []string{"wpa-psk", "wpa-passphrase", "wpa-password", "wpa-private-key-passwd"}

// secret finds the secrets of both kinds of files.
func secret(line []byte) (start int, ok bool) {
	if start, ok = wpa.Secret(line); ok {
		return start, true
	}
	text := bytes.TrimLeft(line, "# \t")
	end := bytes.IndexAny(text, " \t")
	if end < 0 || !slices.Contains(secretOptions, normalKey(string(text[:end]))) {
		return 0, false
	}
	value := bytes.TrimLeft(text[end:], " \t")
	return len(line) - len(value), true
}
