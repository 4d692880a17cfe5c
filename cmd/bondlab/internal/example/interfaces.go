package example

import (
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/bondctl/bondctl/schema"
)

// stanza is an iface stanza of interfaces(5).
type stanza struct {
	line
	name, family, method string
	options              []option
}

// option is a line of a stanza.
type option struct {
	line
	key, value string
}

// inInterfaces finds bonds in the words of ifenslave.
func inInterfaces(files []txtar.File) ([]Saying, error) {
	var all []Saying
	for _, file := range files {
		stanzas := stanzasOf(file)
		bonds := bondsOf(stanzas)
		for _, s := range stanzas {
			all = append(all, s.sayings(bonds)...)
		}
	}
	return all, nil
}

func stanzasOf(file txtar.File) []*stanza {
	var all []*stanza
	var current *stanza
	for i, text := range strings.Split(string(file.Data), "\n") {
		words := strings.Fields(text)
		at := line{file.Name, i + 1}
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case words[0] == "iface" && len(words) == 4:
			current = &stanza{line: at, name: words[1], family: words[2], method: words[3]}
			all = append(all, current)
		case begins(words[0]):
			current = nil
		case current != nil:
			current.options = append(current.options, option{at, words[0], strings.Join(words[1:], " ")})
		}
	}
	return all
}

// begins tells whether a word ends the stanza before it.
func begins(word string) bool {
	return slices.Contains([]string{"iface", "auto", "mapping", "source", "source-directory"}, word) || strings.HasPrefix(word, "allow-")
}

// get finds an option by any of its names.
func (s *stanza) get(names ...string) (value string, ok bool) {
	for _, o := range s.options {
		if slices.Contains(names, o.word()) {
			return o.value, true
		}
	}
	return "", false
}

// word is the key with its dashes as ifenslave documents it.
func (o option) word() string { return strings.ReplaceAll(o.key, "_", "-") }

func (s *stanza) slaves() (names []string, ok bool) {
	value, ok := s.get("bond-slaves", "slaves")
	return slices.DeleteFunc(strings.Fields(value), func(name string) bool { return name == "none" }), ok
}

// bondsOf gives the bond of each slave, and of each bond its own name.
func bondsOf(stanzas []*stanza) map[string]string {
	bonds := map[string]string{}
	for _, s := range stanzas {
		slaves, ok := s.slaves()
		if ok {
			bonds[s.name] = s.name
		}
		for _, slave := range slaves {
			bonds[slave] = s.name
		}
		if master, ok := s.get("bond-master"); ok {
			bonds[s.name] = master
		}
	}
	return bonds
}

func (s *stanza) sayings(bonds map[string]string) []Saying {
	bond := bonds[s.name]
	switch bond {
	case "":
		return nil
	case s.name:
		return s.ofBond()
	}
	all := []Saying{s.says(bond, "", "slave", s.name)}
	for _, o := range s.options {
		switch word := o.word(); {
		case word == "bond-master":
			all = append(all, o.says(bond, "", "slave", s.name))
		case word == "wpa-ssid":
			all = append(all, o.says(bond, `"`+strings.Trim(o.value, `"`)+`"`, "slave", s.name, "wifi", "ssid"))
		case strings.HasPrefix(word, "bond-"):
			all = append(all, o.option(bond, schema.Ifenslave, word, o.value))
		}
	}
	return all
}

func (s *stanza) ofBond() []Saying {
	all := []Saying{s.says(s.name, "")}
	if s.method == "dhcp" {
		all = append(all, s.dhcp(s.name, map[string]schema.Family{"inet": schema.IPv4, "inet6": schema.IPv6}[s.family]))
	}
	for _, o := range s.options {
		switch word := o.word(); word {
		case "bond-slaves", "slaves":
			names, _ := s.slaves()
			for _, slave := range names {
				all = append(all, o.says(s.name, "", "slave", slave))
			}
		case "address":
			all = append(all, o.address(s.name, o.value))
		case "gateway":
			all = append(all, o.gateway(s.name, o.value))
		default:
			all = append(all, o.option(s.name, schema.Ifenslave, word, o.value))
		}
	}
	return all
}
