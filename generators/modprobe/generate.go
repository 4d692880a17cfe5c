package modprobe

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// generate renders the file where the document has a bond that loading the
// module can make.
func generate(doc *schema.Document, report *generators.Report) []generators.File {
	made := madeByLoading(doc)
	for _, bond := range doc.Bonds {
		if !made[bond.Name.Value] {
			refuse(report, bond, len(made))
		}
	}
	leaveOut(report, doc, made)
	if len(made) == 0 {
		return nil
	}
	text := "# " + generators.Header(doc) + "\n" + comment +
		"options " + module + " " + maxBonds + "=" + strconv.Itoa(len(made)) + parameters(report, doc, made) + "\n"
	return []generators.File{{Path: file, Mode: generators.Public, Content: []byte(text)}}
}

// comment is for who knows old instructions or looks for the file's effect.
const comment = `# The driver's defaults for every bond that is made after it is loaded, whoever makes it.
# systemd.conf sets max_bonds=0, and the last file wins: keep this name behind it.
# Lines for a name, "alias netdev-bond0 bonding" and "options bond0 ...", do nothing any more.
`

// madeByLoading finds the bonds that loading the module makes as they are
// described: bond0, bond1 and so on, as far as there are such and they agree.
func madeByLoading(doc *schema.Document) map[string]bool {
	byName := make(map[string]*schema.Bond, len(doc.Bonds))
	for _, bond := range doc.Bonds {
		byName[bond.Name.Value] = bond
	}
	made := map[string]bool{}
	for i := 0; ; i++ {
		name := madeName(i)
		bond, ok := byName[name]
		if !ok || !agree(bond.Settings, byName[madeName(0)].Settings) {
			return made
		}
		made[name] = true
	}
}

func madeName(i int) string { return "bond" + strconv.Itoa(i) }

// agree tells whether two bonds want the same parameters.
func agree(a, b schema.Settings) bool {
	wantA, wantB := sayable(a), sayable(b)
	if len(wantA) != len(wantB) {
		return false
	}
	for i := range wantA {
		if wantA[i].Option != wantB[i].Option || !wantA[i].Value.Equal(wantB[i].Value) {
			return false
		}
	}
	return true
}

func sayable(settings schema.Settings) schema.Settings {
	var found schema.Settings
	for _, setting := range settings {
		if ok, _ := setting.Option.CanSay(schema.Module, setting.Value); ok {
			found = append(found, setting)
		}
	}
	return found
}

// refuse reports a bond that loading the module cannot make, where it makes
// so many others.
func refuse(report *generators.Report, bond *schema.Bond, made int) {
	why, remedy := "Loading the module makes bonds named bond0, bond1 and so on without a gap, all with the same options", "Name it so"
	if bond.Name.Value == madeName(made) {
		why, remedy = "The module has one set of parameters for all bonds, and this one's options differ from those of "+madeName(0), "Give both the same"
	}
	report.CannotSay("bond/"+bond.Name.Value, bond.Range, why, remedy+", or leave this bond to another backend")
}

// leaveOut reports what is not the driver's, once for each thing that a bond
// or link has.
func leaveOut(report *generators.Report, doc *schema.Document, made map[string]bool) {
	reported := map[string]bool{"": true}
	for _, said := range doc.Statements() {
		if path := notTheDrivers(said.Path, made); !reported[path] {
			report.NeedNotSay(path, said.Range, "It is not the driver's; the backend beside this one says it")
			reported[path] = true
		}
	}
}

// notTheDrivers gives the beginning of a statement's path that no parameter
// can say, empty where one can or the bond as a whole is refused.
func notTheDrivers(path string, made map[string]bool) string {
	words := strings.SplitN(path, "/", 4)
	if words[0] != "bond" {
		return strings.Join(words[:2], "/")
	}
	if len(words) < 3 || !made[words[1]] {
		return ""
	}
	if option, ok := schema.Lookup(words[2]); ok && option.Scope == schema.BondScope {
		return ""
	}
	return strings.Join(words[:3], "/")
}

// parameters writes the settings of the bonds that are made, which agree, and
// reports those of each that no parameter says.
func parameters(report *generators.Report, doc *schema.Document, made map[string]bool) string {
	var text string
	for _, bond := range doc.Bonds {
		if made[bond.Name.Value] {
			text = parametersOf(report, bond)
		}
	}
	return text
}

func parametersOf(report *generators.Report, bond *schema.Bond) string {
	var text strings.Builder
	mode, _ := bond.Mode()
	path := "bond/" + bond.Name.Value
	for _, said := range report.Words(schema.Module, mode, path, bond.Settings) {
		value := said.Value.String()
		if strings.ContainsAny(value, " \t\r\n\\\"\x00") || !utf8.ValidString(value) {
			report.CannotSay(path+"/"+said.Option.Name, said.NameRange,
				"kmod splits options at blanks and takes backslashes and quotes away", "Give the link another name")
			continue
		}
		text.WriteString(" " + said.Word.Name + "=" + value)
	}
	return text.String()
}
