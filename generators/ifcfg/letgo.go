package ifcfg

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/shell"
)

// letGo removes the files of the links with their companions, takes slaves of
// others out of the links, and has profiles for any link pass over them.
func letGo(files []generators.File, taking generators.Taking, report *generators.Report) []generators.Edit {
	l := &letting{Taking: taking, report: report, edits: map[string]generators.Edit{}}
	for _, file := range files {
		if name, ok := nameOf(file); ok && !generators.IsOurs(file.Content) {
			l.survey(name, file)
		}
	}
	for _, c := range l.configs {
		l.config(c)
	}
	for _, file := range files {
		if _, name, ok := companionOf(file); ok && !generators.IsOurs(file.Content) {
			l.companion(file, name)
		}
	}
	l.hostFile(files)
	edits := make([]generators.Edit, 0, len(l.edits))
	for _, file := range files {
		if edit, ok := l.edits[file.Path]; ok {
			edits = append(edits, edit)
		}
	}
	return generators.WithoutCloudInit(files, edits)
}

// letting is the state of letting go of links.
type letting struct {
	generators.Taking
	report *generators.Report
	// configs are the links' files of others.
	configs []foreign
	edits   map[string]generators.Edit
}

// foreign is a link's file that is not bondctl's.
type foreign struct {
	*config
	file generators.File
	// link is whose file it is, empty where it does not say by a name.
	link string
}

// survey reads a file that a consumer reads. What is wrong in it is no matter here.
func (l *letting) survey(name string, file generators.File) {
	if scripts, plugin := readers(name); !scripts && !plugin {
		return
	}
	c := open(name, file, &generators.Report{})
	f := foreign{config: c, file: file, link: c.link()}
	if f.link == "" && slices.Contains(l.Links, name) {
		f.link = name
	}
	l.configs = append(l.configs, f)
}

func (l *letting) config(f foreign) {
	switch {
	case f.link == "":
		l.passOver(f)
	case slices.Contains(l.Links, f.link):
		l.remove(f.file, f.link)
		l.unmanaged(f)
	default:
		l.free(f)
	}
}

func (l *letting) remove(file generators.File, link string) {
	l.edits[file.Path] = generators.Edit{Path: file.Path, Links: []string{link}, How: "file removed"}
}

// unmanaged warns where a file that goes kept NetworkManager from its link.
func (l *letting) unmanaged(f foreign) {
	if v, ok := f.get("NM_CONTROLLED"); ok && slices.Contains(noWords, strings.ToLower(v.value)) {
		l.report.Warn(generators.Line(v.path, v.line), "NetworkManager no longer passes over "+f.link,
			"NM_CONTROLLED="+v.value+" goes with the file. Where NetworkManager runs and is not to have the link, name it in unmanaged-devices (NetworkManager.conf(5)).")
	}
}

// companion removes the companion of a file that goes, and of a link whose
// own file is bondctl's already.
func (l *letting) companion(file generators.File, name string) {
	link := linkOf(name)
	for _, f := range l.configs {
		if f.name == name && f.link != "" {
			link = f.link
			break
		}
	}
	if slices.Contains(l.Links, link) && !ignored(name) {
		l.remove(file, link)
	}
}

// ofPort are the variables that make a link a slave.
var ofPort = []string{"MASTER", masterUUID, "SLAVE", "BOND_PORT_QUEUE_ID", "BOND_PORT_PRIO"}

// free makes a slave of another's a link by itself where its bond is taken
// over: both consumers would enslave it again.
func (l *letting) free(f foreign) {
	bond := l.bondOf(f)
	if bond == "" {
		return
	}
	content := generators.CommentOut(f.file.Content, assignments(f.file, ofPort...))
	l.edits[f.path] = generators.Edit{Path: f.path, Content: content, Links: []string{bond}, How: "lines commented out: no slave of " + bond + " any more"}
}

// assignments gives the lines of a file that assign the variables.
func assignments(file generators.File, keys ...string) []generators.Lines {
	var runs []generators.Lines
	assigned, _ := shell.Parse(file.Content)
	for _, a := range assigned {
		if slices.Contains(keys, a.Name) {
			runs = append(runs, generators.Lines{First: a.Line, Last: a.Last})
		}
	}
	return runs
}

// bondOf gives the bond among the links that a file puts its link into.
func (l *letting) bondOf(f foreign) string {
	for _, key := range []string{"MASTER", masterUUID} {
		name := f.peek(key)
		for _, other := range l.configs {
			if name != "" && strings.EqualFold(other.peek("UUID"), name) {
				name = other.link
			}
		}
		if slices.Contains(l.Links, name) {
			return name
		}
	}
	return ""
}
