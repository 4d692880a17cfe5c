package modprobe

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
)

// noBonds is the file that keeps the module from making bond0 by itself, which
// it does where no line says how many bonds it makes.
const noBonds = modconf.Dir + "/bondctl-max_bonds.conf"

const noBondsText = "# bondctl has taken bond0 over, so loading the module must not make it.\n" +
	"options " + module + " " + maxBonds + "=0\n"

// letGo comments out the lines that name the bonds, those that have the module
// make them, and the driver's defaults, which hold for every bond. The caller
// asks only where a bond is taken over: other links have nothing here. A file
// of the distribution is hidden by one of its name in the administrator's
// directory.
func letGo(files []generators.File, taking generators.Taking, report *generators.Report) []generators.Edit {
	l := &letting{Taking: taking, report: report, made: unsaidCount}
	for _, file := range modconf.Files(files) {
		if !generators.IsOurs(file.Content) {
			l.survey(file)
		}
	}
	l.holds = l.refuse()
	var edits []generators.Edit
	for _, file := range l.files {
		if edit, ok := l.edit(file); ok {
			edits = append(edits, edit)
		}
	}
	if l.needsNoBonds() {
		edits = append(edits, generators.Edit{
			Path: noBonds, Content: []byte(noBondsText), Links: []string{madeName(0)}, How: maxBonds + "=0 set, so that loading the module does not make it",
		})
	}
	return edits
}

// letting is the state of letting go of links.
type letting struct {
	generators.Taking
	report *generators.Report
	// files are those of others, in kmod's order.
	files []generators.File
	// made is how many bonds loading the module makes, said at the place: of
	// several lines the last counts. defaults is the last line that sets some.
	made           int
	said, defaults place
	// holds tells that the module's parameters are for others too, and stay.
	holds bool
	// left tells that a line remains that says how many bonds there are.
	left bool
}

// survey reads what the lines of a file come to.
func (l *letting) survey(file generators.File) {
	l.files = append(l.files, file)
	for _, line := range modconf.Lines(file.Content) {
		at := place{file.Path, line.Number}
		defaults, made := sets(line)
		if made != unsaidCount {
			l.made, l.said = made, at
		}
		if defaults {
			l.defaults = at
		}
		if line.Words[0] == "install" && len(line.Words) > 2 && line.Words[1] == module && strings.Contains(strings.Join(line.Words[2:], " "), "=") {
			l.report.CannotLetGo(at.path, at.line, "The command that loads the module gives it parameters of its own",
				"Remove the line, or the parameters from it")
		}
	}
}

// refuse reports parameters that bonds of others need, and tells whether there are.
func (l *letting) refuse() bool {
	var ours, others []string
	for i := range max(l.made, 0) {
		name := madeName(i)
		if slices.Contains(l.Links, name) {
			ours = append(ours, name)
		} else {
			others = append(others, name)
		}
	}
	if len(others) == 0 || len(ours) == 0 && l.defaults.path == "" {
		return len(others) > 0
	}
	l.report.CannotLetGo(l.said.path, l.said.line,
		"Loading the module makes "+strings.Join(others, ", ")+" too, with the same parameters, and the document does not have it",
		"Add it to the document, or let it be made otherwise and set "+maxBonds+"=0")
	return true
}

// edit comments out what a file has for the links.
func (l *letting) edit(file generators.File) (generators.Edit, bool) {
	var runs []generators.Lines
	var links []string
	for _, line := range modconf.Lines(file.Content) {
		name, isNamed := namedBond(line)
		defaults, made := sets(line)
		switch {
		case isNamed && slices.Contains(l.Links, name):
			links = append(links, name)
		case !isNamed && !l.holds && (defaults || made > 0):
			links = append(links, l.madeOf(made)...)
		default:
			l.left = l.left || made != unsaidCount
			continue
		}
		runs = append(runs, generators.Lines{First: line.Number, Last: line.Last})
	}
	return generators.Edit{
		Path: modconf.Dir + "/" + path.Base(file.Path), Content: generators.CommentOut(file.Content, runs),
		Links: sorted(links, l.Links), How: "lines commented out",
	}, len(runs) > 0
}

func (l *letting) madeOf(made int) []string {
	var names []string
	for i := range max(made, 0) {
		names = append(names, madeName(i))
	}
	return names
}

// needsNoBonds tells whether the module would make a bond by itself now.
func (l *letting) needsNoBonds() bool {
	saidNone := l.made == 0
	return !l.Own && !l.left && (saidNone || slices.Contains(l.Links, madeName(0)))
}
