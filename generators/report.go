package generators

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/schema"
)

// Report collects what a backend cannot say, or what a reader cannot understand.
type Report struct {
	backend string
	diags   hcl.Diagnostics
	// warned has the summaries of warnings that are given once.
	warned map[string]bool
}

// Unsaid is the Extra of a diagnostic about something of the document that
// the files do not have.
type Unsaid struct {
	// Path is that of the statement ([schema.Statement]); what is below it is
	// not said either.
	Path string
}

// Needs is the Extra of a diagnostic about a setting whose word only newer
// consumers know.
type Needs struct {
	Option *schema.Option
	// Since names the first that does, such as "NetworkManager 1.44".
	Since string
}

// Consumers that drop what others of the same files have, as diagnostics call them.
const (
	Ifupdown2             = "ifupdown2"
	NetplanNetworkManager = "netplan with NetworkManager"
)

// Skipped is the Extra of a diagnostic about a line whose meaning is not in the
// document that was read; others are about what a reader has chosen.
type Skipped struct{}

// LostTo is the Extra of a diagnostic about statements that one consumer of
// the files drops while another has them.
type LostTo struct {
	Consumer string
	// Paths are those of the statements.
	Paths []string
}

// IsEmpty tells whether nothing was reported.
func (r *Report) IsEmpty() bool { return len(r.diags) == 0 }

// LostTo warns of statements that a consumer of the files drops or changes in
// silence; the detail says why, or who does not.
func (r *Report) LostTo(consumer string, place hcl.Range, paths []string, detail string) {
	var names []string
	for _, path := range paths {
		if name := lastWord(path); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	r.Warn(place, consumer+" would lose "+strings.Join(names, ", "), detail)
	r.diags[len(r.diags)-1].Extra = LostTo{consumer, paths}
}

// Covers tells whether the path of a statement is unsaid by this.
func (u Unsaid) Covers(path string) bool {
	return path == u.Path || strings.HasPrefix(path, u.Path+"/")
}

// CannotSay reports that the files behave differently from the document: why
// is a sentence without its full stop that says what the backend does instead,
// remedy one that says what to do.
func (r *Report) CannotSay(path string, place hcl.Range, why, remedy string) {
	r.unsaid(hcl.DiagError, path, place, why, remedy)
}

// NeedNotSay reports that something is not in the files, and that they behave
// as the document describes all the same.
func (r *Report) NeedNotSay(path string, place hcl.Range, why string) {
	r.unsaid(hcl.DiagWarning, path, place, why, "")
}

// DialledRoutes reports the routes of a link that pppd makes, which the files
// do not have. Those that stand for a fallback the monitor makes.
func (r *Report) DialledRoutes(path string, routes []*schema.Route) {
	for _, route := range routes {
		if !route.Standing {
			r.CannotSay(path+"/route/"+route.String(), route.Range, "pppd makes the link, and its routes are left to it",
				"Set defaultroute in the peer's file, or add the route by a script in /etc/ppp/ip-up.d")
		}
	}
}

func (r *Report) unsaid(severity hcl.DiagnosticSeverity, path string, place hcl.Range, why, remedy string) {
	detail := why + "."
	if remedy != "" {
		detail += " " + remedy + "."
	}
	r.diags = append(r.diags, &hcl.Diagnostic{
		Severity: severity,
		Summary:  fmt.Sprintf("%s cannot say %s", r.backend, lastWord(path)),
		Detail:   detail,
		Subject:  placeOf(place),
		Extra:    Unsaid{Path: path},
	})
}

// Warn reports something that the reader of the files should know.
func (r *Report) Warn(place hcl.Range, summary, detail string) {
	r.diags = append(r.diags, &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: summary, Detail: detail, Subject: placeOf(place),
	})
}

// NotUnderstood reports a line of a file that a document cannot say, or that
// its consumer would refuse. The file itself stays as it is.
func (r *Report) NotUnderstood(path string, line int, detail string) {
	r.Warn(Line(path, line), "Not understood by "+r.backend, detail)
	r.diags[len(r.diags)-1].Extra = Skipped{}
}

// CannotLetGo reports an error: links cannot be taken over because of a line of
// a file. Why and remedy are sentences without their full stops.
func (r *Report) CannotLetGo(path string, line int, why, remedy string) {
	place := Line(path, line)
	r.diags = append(r.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: r.backend + " cannot let go of links",
		Detail: why + ". " + remedy + ".", Subject: &place,
	})
}

// Line is the place of a line of a file.
func Line(path string, line int) hcl.Range {
	at := hcl.Pos{Line: line, Column: 1}
	return hcl.Range{Filename: path, Start: at, End: at}
}

func placeOf(place hcl.Range) *hcl.Range {
	if place.Filename == "" {
		return nil
	}
	return &place
}

// lastWord names what a path leads to; a route's own text has a slash too.
func lastWord(path string) string {
	if _, route, ok := strings.Cut(path, "/route/"); ok {
		return "route " + route
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}

// Said is a setting with the word that a vocabulary has for it.
type Said struct {
	schema.Setting
	Word schema.Word
}

// Words finds the vocabulary's words for the settings, in table order, and
// reports those that it cannot say: as an error, or where leaving the setting
// out changes nothing, as a warning. The path is that of what carries the
// settings.
func (r *Report) Words(v schema.Vocabulary, mode schema.Mode, path string, settings schema.Settings) []Said {
	said := make([]Said, 0, len(settings))
	for _, setting := range settings {
		if ok, why := setting.Option.CanSay(v, setting.Value); !ok {
			r.cannotSet(mode, path, setting, why)
			continue
		}
		word := setting.Option.Word(v)
		r.needsVersion(v, word, setting)
		said = append(said, Said{Setting: setting, Word: word})
	}
	return said
}

func (r *Report) cannotSet(mode schema.Mode, path string, setting schema.Setting, why string) {
	path += "/" + setting.Option.Name
	if setting.Option.IsDefault(mode, setting.Value) {
		r.NeedNotSay(path, setting.NameRange, why+"; "+setting.Value.Shown()+" is what the driver has anyway")
		return
	}
	r.CannotSay(path, setting.NameRange, why, "Remove it, or use a backend that can say it: see bondctl explain "+setting.Option.Name)
}

// needsVersion warns once that older consumers do not know a word.
func (r *Report) needsVersion(v schema.Vocabulary, word schema.Word, setting schema.Setting) {
	summary := fmt.Sprintf("%s needs %s or later", setting.Option.Name, word.Since)
	if word.Since == "" || r.warned[summary] {
		return
	}
	if r.warned == nil {
		r.warned = map[string]bool{}
	}
	r.warned[summary] = true
	detail := "Older versions ignore it without a word, or refuse all that stands beside it."
	if v == schema.IPRoute2 {
		detail = "Older versions refuse the command that says it."
	}
	r.Warn(setting.NameRange, summary, detail)
	r.diags[len(r.diags)-1].Extra = Needs{setting.Option, word.Since}
}
