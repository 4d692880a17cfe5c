package networkd

import (
	"path"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
	"github.com/bondctl/bondctl/schema"
)

// wifiFile is a link's network, and whether a link claimed it.
type wifiFile struct {
	path    string
	wifi    *schema.Wifi
	claimed bool
}

// The names of files for the units of wpa_supplicant: those that Debian ships
// are wpa_supplicant@LINK, wpa_supplicant-nl80211@LINK and
// wpa_supplicant-wired@LINK.
const (
	wpaPrefix = "wpa_supplicant-"
	wpaDriver = "nl80211-"
	wpaWired  = "wired-"
)

// wifiLink gives the link that a wpa_supplicant file is for, and whether that
// is a cable.
func wifiLink(file string) (link string, wired, ok bool) {
	name, isConf := strings.CutSuffix(path.Base(file), dropInKind)
	name, isLinks := strings.CutPrefix(name, wpaPrefix)
	name, wired = strings.CutPrefix(name, wpaWired)
	return strings.TrimPrefix(name, wpaDriver), wired, isConf && isLinks && path.Dir(file) == wpaDir
}

// readStations reads the networks of the links that wpa_supplicant joins.
func (r *reader) readStations(files []generators.File) {
	for _, file := range files {
		link, wired, ok := wifiLink(file.Path)
		switch {
		case !ok:
		case wired:
			r.report.NotUnderstood(file.Path, 1, "A document has no credentials for cables.")
		case r.wifis[link] != nil:
			r.report.NotUnderstood(file.Path, 1, "The network of "+link+" is taken from "+r.wifis[link].path+".")
		default:
			r.stations = append(r.stations, link)
			r.wifis[link] = &wifiFile{path: file.Path, wifi: wpa.Read(file, r.report)}
		}
	}
}

// checkWifis reports networks that no link joins.
func (r *reader) checkWifis() {
	for _, name := range r.stations {
		switch file := r.wifis[name]; {
		case !file.claimed:
			r.report.NotUnderstood(file.path, 1, "No .network file is for "+name+".")
		case file.wifi == nil:
			r.report.NotUnderstood(file.path, 1, "The file has no network to join.")
		}
	}
}

// wifi claims the network of a link, nil where it has none.
func (r *reader) wifi(link string) *schema.Wifi {
	file, ok := r.wifis[link]
	if !ok {
		return nil
	}
	file.claimed = true
	return file.wifi
}
