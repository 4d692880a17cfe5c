package templates

import (
	"embed"
	"strings"
)

//go:embed units/*.service
var units embed.FS

// RecoverUnit is the name of the systemd unit that rolls back, at boot and
// before the network comes up, what a restart left unconfirmed.
const RecoverUnit = "bondctl-recover.service"

// MonitorUnit is the name of the systemd unit that runs the monitor.
const MonitorUnit = "bondctl-monitor.service"

// Unit gives the text of a systemd unit that runs bondctl from a path.
func Unit(name, bondctl string) []byte {
	text, err := units.ReadFile("units/" + name)
	if err != nil {
		panic("reading the embedded unit " + name)
	}
	return []byte(strings.ReplaceAll(string(text), "@BONDCTL@", escaped(bondctl)))
}

// escaped makes a path one word of a command line in a unit (systemd.service(5)).
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, ` `, `\x20`, `"`, `\"`, `'`, `\'`, `%`, `%%`, `$`, `$$`).Replace(path)
}
