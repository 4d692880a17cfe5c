package scenario

import "github.com/bondctl/bondctl/generators"

// Consumer is a network system that takes up the files of one of our
// backends. Several can read the same files, and not all understand the same.
type Consumer struct {
	Name string
	// Backend is whose files it reads.
	Backend string
	// Alias is what the diagnostics about the files call it, where they do.
	Alias string
}

// What each is, testdata/lab/README.md tells.
var consumers = []Consumer{
	{Name: "ifupdown", Backend: "ifupdown"},
	{Name: "ifupdown2", Backend: "ifupdown", Alias: generators.Ifupdown2},
	{Name: "network-scripts", Backend: "ifcfg"},
	{Name: "ifcfg-rh", Backend: "ifcfg"},
	{Name: "netplan", Backend: "netplan"},
	{Name: "netplan-nm", Backend: "netplan", Alias: generators.NetplanNetworkManager},
	{Name: "keyfile", Backend: "keyfile"},
	{Name: "networkd", Backend: "networkd"},
	{Name: "modprobe", Backend: "modprobe"},
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
