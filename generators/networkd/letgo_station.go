package networkd

import (
	"path"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// systemDir is where an administrator's units lie (systemd.unit(5)).
const systemDir = "/etc/systemd/system/"

// stations removes the files of links for wpa_supplicant, unless bondctl's of
// the same path take their place.
func (l *letting) stations(files []generators.File) {
	for _, file := range files {
		link, wired, ok := wifiLink(file.Path)
		switch {
		case !ok || wired || l.taking.Own || !l.takes(link):
		case file.Path != StationFile(link):
			l.report.CannotLetGo(file.Path, 1, "The unit that reads this file would go on to join a network with "+link,
				"Name it "+path.Base(StationFile(link))+", for "+StationUnit(link))
		default:
			if !generators.IsOurs(file.Content) {
				l.edit(file.Path, nil, []string{link}, "file removed")
			}
			l.idle(link)
		}
	}
}

// idle keeps the unit of a link from being started without its file, at a boot
// above all: it stays enabled, for the day when the file is there again.
func (l *letting) idle(link string) {
	l.write(systemDir+StationUnit(link)+".d/"+exclusion, []string{link}, StationUnit(link)+" told to do without the link",
		"bondctl has taken "+link+" over: without this file the unit has nothing to read.",
		section{name: "Unit", entries: entries("ConditionPathExists", strings.ReplaceAll(StationFile(link), "%", "%%"))})
}
