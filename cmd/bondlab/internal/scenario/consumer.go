package scenario

// Consumer is a network system that takes up the files of one of our
// backends. Several can read the same files, and not all understand the same.
type Consumer struct {
	Name string
	// Backend is whose files it reads.
	Backend string
	// Summary says in a few words what reads them.
	Summary string
}

var consumers = []Consumer{
	{"ifupdown", "ifupdown", "Debian's ifupdown with ifenslave"},
	{"ifupdown2", "ifupdown", "ifupdown2"},
	{"network-scripts", "ifcfg", "what RHEL's older ifup-eth did with ifcfg files"},
	{"ifcfg-rh", "ifcfg", "NetworkManager with its ifcfg-rh plugin"},
	{"netplan", "netplan", "netplan, which tells systemd-networkd"},
	{"netplan-nm", "netplan", "netplan, which tells NetworkManager"},
	{"keyfile", "keyfile", "NetworkManager"},
	{"networkd", "networkd", "systemd-networkd"},
	{"modprobe", "modprobe", "the module's own parameters"},
}

// Consumers lists every consumer that the test machine has.
func Consumers() []Consumer { return consumers }

// LookupConsumer finds a consumer by its name.
func LookupConsumer(name string) (Consumer, bool) {
	for _, c := range consumers {
		if c.Name == name {
			return c, true
		}
	}
	return Consumer{}, false
}
