// Package regdom is the file that sets the country of a host's radios, for
// backends whose own files have no word for it: an option of the kernel module
// cfg80211, in modprobe.d(5). It is pure.
package regdom

import (
	"regexp"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
	"github.com/bondctl/bondctl/schema"
)

// Path is the file's own path on the target.
const Path = modconf.Dir + "/bondctl-regdom.conf"

const (
	module    = "cfg80211"
	parameter = "ieee80211_regdom"
)

// code is what cfg80211 takes: two letters, or 00 for what all countries allow.
var code = regexp.MustCompile(`^([A-Z]{2}|00)$`)

// network is a Wi-Fi network of a document with the path of its statements.
type network struct {
	path string
	wifi *schema.Wifi
}

// networks lists the Wi-Fi networks of a document in its order.
func networks(doc *schema.Document) []network {
	var found []network
	for _, bond := range doc.Bonds {
		for _, slave := range bond.Slaves {
			if slave.Wifi != nil {
				found = append(found, network{"bond/" + bond.Name.Value + "/slave/" + slave.Name.Value + "/wifi", slave.Wifi})
			}
		}
	}
	for _, link := range doc.Links {
		if link.Wifi != nil {
			found = append(found, network{string(link.Kind) + "/" + link.Name.Value, link.Wifi})
		}
	}
	return found
}

// File gives the file for the country of the document's Wi-Fi networks, and
// false where none has one. The kernel has one country for all radios: of
// networks that differ the first holds, and the others are reported.
func File(doc *schema.Document, report *generators.Report) (generators.File, bool) {
	country := ""
	for _, n := range networks(doc) {
		switch said := n.wifi.Country; {
		case !said.Known():
		case !code.MatchString(said.Value):
			report.CannotSay(n.path+"/country", said.Range, "The kernel wants two capital letters, or 00",
				"Give the country's code, such as DE")
		case country == "":
			country = said.Value
		case said.Value != country:
			report.CannotSay(n.path+"/country", said.Range, "The kernel has one country for all radios, and "+country+" comes first",
				"Give all networks of the host the same country")
		}
	}
	if country == "" {
		return generators.File{}, false
	}
	text := "# " + generators.Header(doc) + "\n" +
		"# The country whose radio rules hold; takes effect when " + module + " is loaded.\n" +
		"options " + module + " " + parameter + "=" + country + "\n"
	return generators.File{Path: Path, Mode: generators.Public, Content: []byte(text)}, true
}

// Read finds the country in files of modprobe.d, and gives it to the
// document's Wi-Fi networks that have none. Of several lines the last that
// kmod reads wins.
func Read(files []generators.File, doc *schema.Document, report *generators.Report) {
	var country schema.Attr[string]
	for _, file := range modconf.Files(files) {
		read(file, &country, report)
	}
	if !country.Set {
		return
	}
	for _, n := range networks(doc) {
		if !n.wifi.Country.Set {
			n.wifi.Country = country
		}
	}
}

// read takes the country from a file. Files of others have lines about other
// modules, which are none of ours.
func read(file generators.File, country *schema.Attr[string], report *generators.Report) {
	for _, line := range modconf.Lines(file.Content) {
		params, ok := line.Parameters(module)
		if !ok && file.Path == Path {
			report.NotUnderstood(file.Path, line.Number, "Only options of "+module+" belong here.")
		}
		for _, p := range params {
			switch {
			case p.Name != parameter:
				report.NotUnderstood(file.Path, p.Line, "A document cannot say the parameter "+p.Name+" of "+module+".")
			case !code.MatchString(p.Value):
				report.NotUnderstood(file.Path, p.Line, parameter+" wants a country's code, such as DE.")
			default:
				*country = schema.Given(p.Value)
				country.Range = generators.Line(file.Path, p.Line)
			}
		}
	}
}
