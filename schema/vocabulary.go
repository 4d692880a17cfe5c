package schema

import "slices"

// Vocabulary is one consumer's set of words for the driver's options.
type Vocabulary uint8

// The vocabularies of the option table.
const (
	Ifenslave      Vocabulary = iota // bond-* lines of interfaces(5), Debian's ifenslave 2.13 and later
	Ifupdown2                        // the same lines, read by ifupdown2 3.0, which makes the bond by itself
	IPRoute2                         // ip link ... type bond, ip-link(8)
	BondingOpts                      // BONDING_OPTS of ifcfg files: network-scripts and NetworkManager's ifcfg-rh
	Module                           // parameters of the bonding module, modprobe.d(5)
	Netplan                          // bonds: parameters:, netplan-yaml(5)
	NetworkManager                   // [bond] and [bond-port], nm-settings-keyfile(5)
	Networkd                         // [Bond], systemd.netdev(5), and [Network], systemd.network(5)
)

// Vocabularies lists all of them in the order of the reference page.
func Vocabularies() []Vocabulary {
	return []Vocabulary{Ifenslave, Ifupdown2, IPRoute2, BondingOpts, Module, Netplan, NetworkManager, Networkd}
}

// String names the vocabulary by its consumer.
func (v Vocabulary) String() string {
	return [...]string{
		"ifenslave", "ifupdown2", "iproute2", "BONDING_OPTS", "bonding module", "netplan", "NetworkManager", "systemd-networkd",
	}[v]
}

// Words are an option's spellings. A zero Word means that the vocabulary has none.
type Words struct {
	Ifenslave, Ifupdown2, IPRoute2, BondingOpts, Module, Netplan, NetworkManager, Networkd Word
}

// Word is how a vocabulary spells an option, and how much of it that
// vocabulary's consumer can be told.
type Word struct {
	// Name is the key; empty where the vocabulary has no word.
	Name string
	// OnSlave is set where the key stands in the slave's file, as a flag.
	OnSlave bool
	// NoZero is set where the consumer takes zero, false or none for "not set".
	NoZero bool
	// Empty is set where the consumer takes an empty list.
	Empty bool
	// Only lists the sole values that the consumer accepts, nil for all.
	Only []string
	// OnOff is set where the consumer wants "on" and "off" for 1 and 0.
	OnOff bool
	// Since is the consumer with the first version that knows the word; older
	// ones drop it, mostly in silence.
	Since string
	// Why says what the consumer makes of it where Name is empty or not all can be said.
	Why string
}

// Word gives the option's spelling in a vocabulary.
func (o *Option) Word(v Vocabulary) Word {
	w := o.Words
	return [...]Word{
		w.Ifenslave, w.Ifupdown2, w.IPRoute2, w.BondingOpts, w.Module, w.Netplan, w.NetworkManager, w.Networkd,
	}[v]
}

// OptionByWord finds the option that a vocabulary spells so, within a scope.
func OptionByWord(v Vocabulary, scope Scope, name string) (*Option, bool) {
	if name == "" {
		return nil, false
	}
	i := slices.IndexFunc(options, func(o *Option) bool {
		return o.Scope == scope && o.Word(v).Name == name
	})
	if i < 0 {
		return nil, false
	}
	return options[i], true
}

// CanSay tells whether the vocabulary's consumer takes the value as it is
// meant, and if not, why.
func (o *Option) CanSay(v Vocabulary, value Value) (ok bool, why string) {
	w := o.Word(v)
	switch {
	case w.Name == "":
		return false, orElse(w.Why, v.String()+" has no word for it")
	case value.String() == "" && !w.Empty:
		return false, v.String() + " cannot be told " + value.Shown()
	case w.NoZero && value.IsZero():
		return false, orElse(w.Why, v.String()+" takes "+value.Shown()+` for "not set"`)
	case w.Only != nil && !slices.Contains(w.Only, value.String()):
		return false, orElse(w.Why, v.String()+" knows only "+orList(w.Only))
	}
	return true, ""
}

func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
