package ifcfg

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/regdom"
	"github.com/bondctl/bondctl/schema"
)

// read understands the files of both consumers.
func read(files []generators.File, report *generators.Report) *schema.Document {
	r := &reader{
		report: report, doc: &schema.Document{}, routes: map[*config][]generators.File{},
		bonds: map[string]*schema.Bond{}, links: map[string]*schema.Link{}, host: hostFile(files, report), files: files,
	}
	configs := r.configs(files)
	kinds := r.kinds(configs)
	// Links before what stands on them.
	for _, stage := range []func(*config, kind) bool{r.bond, r.link, r.slave, r.vlan} {
		for i, c := range configs {
			if stage(c, kinds[i]) {
				c.leftovers(ofLink)
			}
		}
	}
	r.orphans()
	r.host.leftovers(ofHost)
	regdom.Read(files, r.doc, report)
	return r.doc
}

// reader builds the document of a set of files.
type reader struct {
	report *generators.Report
	doc    *schema.Document
	// routes are the files of a link's routes.
	routes map[*config][]generators.File
	// bonds and links are those read before, by name.
	bonds map[string]*schema.Bond
	links map[string]*schema.Link
	// masters are the names of the bonds that files of slaves name, by how
	// they do: a device or a UUID.
	masters map[string]string
	aliases []*alias
	// host is the file for all links.
	host *config
	// files are all that there are, those of modprobe.d too.
	files []generators.File
}

// kind is what a file describes.
type kind int

const (
	notOurs kind = iota
	isBond
	isSlave
	isVLAN
	isLink
)

// kinds tells what each file describes. Of two files for a link the first counts.
func (r *reader) kinds(configs []*config) []kind {
	r.masters = mastersOf(configs)
	kinds := make([]kind, len(configs))
	taken := map[string]bool{}
	for i, c := range configs {
		kinds[i] = r.kind(c)
		if kinds[i] != notOurs && taken[c.device.value] {
			c.refuse(c.device, "is described by another file before this")
			kinds[i] = notOurs
		}
		taken[c.device.value] = true
	}
	return kinds
}

// kind tells what the file describes, by the rules of the one consumer or the
// other: TYPE was unknown to the first network-scripts.
func (r *reader) kind(c *config) kind {
	if c.device.value == "" {
		c.nameless()
		return notOurs
	}
	typ, _ := c.get("TYPE")
	switch strings.ToLower(typ.value) {
	case "bond", "bonding":
		return isBond
	case "vlan":
		return isVLAN
	case "", "ethernet":
		switch {
		case c.peek("BONDING_OPTS") != "" || c.yes("BONDING_MASTER", false) || r.isMaster(c.device.value):
			return isBond
		case c.yes("VLAN", false):
			return isVLAN
		}
	case "wireless":
	default:
		c.refuse(typ, "is of a kind that a document does not describe")
		return notOurs
	}
	if c.peek("MASTER") != "" || c.peek(masterUUID) != "" {
		return isSlave
	}
	return isLink
}

// nameless reports a file that does not tell the name of its link.
func (c *config) nameless() {
	if v, ok := c.get("HWADDR"); ok {
		c.refuse(v, "picks the link, whose name only the host knows. Add DEVICE with the name")
		return
	}
	c.report.NotUnderstood(c.path, 1, "The file names no DEVICE.")
}

func (r *reader) bond(c *config, k kind) bool {
	if k != isBond {
		return false
	}
	b := &schema.Bond{Name: given(c.device, c.device.value), Range: generators.Line(c.path, c.device.line)}
	if v, ok := c.get("BONDING_OPTS"); ok {
		b.Settings = c.options(v)
	} else {
		b.Settings = r.fromModule(c)
	}
	r.network(c, &b.Network)
	r.doc.Bonds = append(r.doc.Bonds, b)
	r.bonds[b.Name.Value] = b
	return true
}

// options reads BONDING_OPTS as network-scripts do: the key ends at the first
// equals sign, the value begins after the last.
func (c *config) options(v variable) schema.Settings {
	var settings schema.Settings
	for _, word := range fields(v.value) {
		key, rest, _ := strings.Cut(word, "=")
		text := rest[strings.LastIndexByte(rest, '=')+1:]
		option, ok := schema.OptionByWord(schema.BondingOpts, schema.BondScope, key)
		if !ok {
			c.refuse(v, "has the word "+key+", which is no option of the driver that it can set")
			continue
		}
		if old, again := settings.Get(option.Name); again && old.Value.IsList() {
			text = old.Value.String() + "," + text
		}
		settings = c.set(settings, option, v, text)
	}
	return settings
}

// set adds a setting in the kernel's text. Items of a list may have the plus
// sign that sysfs wants, and quotes.
func (c *config) set(settings schema.Settings, option *schema.Option, v variable, text string) schema.Settings {
	if option.Kind == schema.IPv4List || option.Kind == schema.IPv6List {
		text = strings.NewReplacer("+", "", "'", "", `"`, "").Replace(text)
	}
	value, err := option.Parse(text)
	if err != nil {
		c.refuse(v, option.Name+" "+err.Error())
		return settings
	}
	place := generators.Line(v.path, v.line)
	return settings.With(schema.Setting{Option: option, Value: value, NameRange: place, Range: place})
}

// wireless tells whether the file is for a radio; without TYPE both consumers
// ask the host, which an ESSID answers too.
func (c *config) wireless() bool {
	typ, ok := c.get("TYPE")
	return strings.EqualFold(typ.value, "wireless") || !ok && c.peek("ESSID") != ""
}

func (r *reader) link(c *config, k kind) bool {
	if k != isLink {
		return false
	}
	l := &schema.Link{Kind: schema.Ethernet, Name: given(c.device, c.device.value), Range: generators.Line(c.path, c.device.line)}
	if c.wireless() {
		l.Kind, l.Wifi = schema.WifiLink, c.wifi()
	}
	r.network(c, &l.Network)
	r.doc.Links = append(r.doc.Links, l)
	r.links[l.Name.Value] = l
	return true
}

// vlanName is how the name of a VLAN's device tells its parent and number.
var vlanName = regexp.MustCompile(`^(?:(.+)\.|vlan0*)([0-9]{1,4})$`)

func (r *reader) vlan(c *config, k kind) bool {
	if k != isVLAN {
		return false
	}
	parent, id := "", ""
	if m := vlanName.FindStringSubmatch(c.device.value); m != nil {
		parent, id = m[1], m[2]
	}
	place := c.device
	for _, key := range []string{"VID", "VLAN_ID"} { // NetworkManager's word wins
		if v, ok := c.get(key); ok {
			place, id = v, v.value
		}
	}
	if v, ok := c.get("PHYSDEV"); ok {
		parent = v.value
	}
	number, err := strconv.Atoi(id)
	vlans := r.vlansOf(parent)
	if err != nil || number < 1 || number > 4094 || vlans == nil {
		c.refuse(place, "does not lead to a VLAN of a link that has a file")
		return true
	}
	v := &schema.VLAN{ID: given(place, number), Range: generators.Line(c.path, c.device.line)}
	if c.device.value != parent+"."+strconv.Itoa(number) {
		v.Link = given(c.device, c.device.value)
	}
	r.network(c, &v.Network)
	*vlans = append(*vlans, v)
	return true
}

// vlansOf finds where the VLANs of a link go, nil where there is no such link.
func (r *reader) vlansOf(parent string) *[]*schema.VLAN {
	if b, ok := r.bonds[parent]; ok {
		return &b.VLANs
	}
	if l, ok := r.links[parent]; ok {
		return &l.VLANs
	}
	return nil
}
