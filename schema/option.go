package schema

import "slices"

// Option is one parameter of the bonding driver: a row of the option table.
type Option struct {
	// Name is the kernel's: the file under /sys/class/net/BOND/bonding, the
	// module parameter, or the netlink attribute in lower case.
	Name string
	// Doc says in one sentence what the option does.
	Doc string
	// Scope says what carries the option: the bond, a slave, or the module.
	Scope Scope
	// Kind is the form of the value.
	Kind Kind
	// Unit is what a number counts.
	Unit Unit
	// Min and Max bound a number, both inclusive.
	Min, Max int64
	// Choices are the words of an enumeration, in the kernel's numbering.
	Choices []Choice
	// MaxItems bounds a list.
	MaxItems int
	// Default is what a fresh bond has, in the kernel's text; empty where it has nothing.
	Default string
	// ModeDefault is what a fresh bond has instead in some modes.
	ModeDefault ModeDefault
	// Modes are those in which the kernel accepts the option.
	Modes ModeSet
	// Effective are the modes in which the option does something.
	Effective ModeSet
	// Excludes names options that cannot be non-zero together with this one.
	Excludes []string
	// Requires names options of which at least one must be set and non-zero.
	Requires []string
	// UselessWithout names options without which this one does nothing.
	UselessWithout []string
	// MultipleOf names the option of which this one is stored as a whole
	// number of ticks: the kernel rounds down what is not a multiple.
	MultipleOf string
	// WholeTicks is set where NetworkManager refuses what is not a multiple.
	WholeTicks bool
	// ResetByMode is set where every change of mode sets the option to its default.
	ResetByMode bool
	// Alias names the option that shares the kernel's variable.
	Alias string
	// Change is what the kernel demands before it changes the option.
	Change Change
	// Attr is the number of the netlink attribute (IFLA_BOND_* or
	// IFLA_BOND_SLAVE_*, include/uapi/linux/if_link.h), zero where there is none.
	Attr uint16
	// Width is how the attribute is encoded.
	Width Width
	// NoSysfs is set where the driver has no sysfs file for the option.
	NoSysfs bool
	// Kernel is the first mainline release with the option, empty where every
	// kernel in use has it.
	Kernel string
	// Words are the spellings of the option in each vocabulary.
	Words Words
}

// Scope says what an option belongs to.
type Scope uint8

// The three things that carry options.
const (
	BondScope Scope = iota
	SlaveScope
	ModuleScope
)

// ActiveSlave names the option whose value the driver changes by itself.
const ActiveSlave = "active_slave"

// QueueID names the option whose value, unless it is 0, one slave of a bond has alone.
const QueueID = "queue_id"

// Kind is the form of an option's value.
type Kind uint8

// The forms of a value.
const (
	Number   Kind = iota // an integer within Min and Max
	Flag                 // 0 or 1
	Enum                 // one of Choices
	LinkName             // the name of a link
	IPv4List             // IPv4 addresses
	IPv6List             // IPv6 addresses
	MACKind              // an Ethernet address
)

// Unit is what a number counts.
type Unit uint8

// The units of the driver's options.
const (
	NoUnit Unit = iota
	Milliseconds
	Seconds
)

// Change is what the kernel demands to change an option.
type Change uint8

// From the least interruption to the most.
const (
	Live      Change = iota // any time, also with slaves and traffic
	Down                    // the bond must be down
	Empty                   // the bond must have no slaves
	EmptyDown               // the bond must be down and have no slaves
	Creation                // only when the bond is made
)

// Width is the encoding of a netlink attribute.
type Width uint8

// The encodings of the driver's netlink policy.
const (
	NoWidth Width = iota
	U8
	U16
	U32
	S32
	Ifindex     // u32 index of a link
	NestedIPv4  // nested list, 4 bytes each
	NestedIPv6  // nested list, 16 bytes each
	SixBytesMAC // 6 bytes
)

// Choice is one word of an enumeration.
type Choice struct {
	Name   string
	Number int64
	Doc    string
	Kernel string // the first mainline release that knows the word, if not all do
}

// ModeDefault is a default that holds in some modes only.
type ModeDefault struct {
	Modes ModeSet
	Value string
}

// DefaultIn gives what a fresh bond of that mode has, in the kernel's text.
func (o *Option) DefaultIn(m Mode) string {
	if o.ModeDefault.Modes.Has(m) {
		return o.ModeDefault.Value
	}
	return o.Default
}

// Choice finds a word of the enumeration by its name.
func (o *Option) Choice(name string) (Choice, bool) {
	i := slices.IndexFunc(o.Choices, func(c Choice) bool { return c.Name == name })
	if i < 0 {
		return Choice{}, false
	}
	return o.Choices[i], true
}

// Lookup finds an option by the kernel's name.
func Lookup(name string) (*Option, bool) {
	o, ok := optionsByName[name]
	return o, ok
}

// Options lists the whole table in the order in which the kernel processes
// the attributes of one message; what belongs to slaves and to the module follows.
func Options() []*Option { return options }

// OptionsOf lists the options of one scope in table order.
func OptionsOf(scope Scope) []*Option {
	var found []*Option
	for _, o := range options {
		if o.Scope == scope {
			found = append(found, o)
		}
	}
	return found
}

var optionsByName = indexOptions()

func indexOptions() map[string]*Option {
	index := make(map[string]*Option, len(options))
	for _, o := range options {
		index[o.Name] = o
	}
	return index
}
