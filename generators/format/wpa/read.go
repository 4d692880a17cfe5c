package wpa

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// Read gives the network that a file describes, nil where it has none. What a
// document cannot say is reported, and so is all that wpa_supplicant refuses;
// it refuses the whole file for one such line.
func Read(file generators.File, report *generators.Report) *schema.Wifi {
	r := reader{path: file.Path, report: report}
	line := 0
	for raw := range bytes.Lines(file.Content) {
		line++
		if text := meaningful(string(raw)); text != "" {
			r.take(line, text)
		}
	}
	r.endOfFile(line)
	return r.station()
}

// meaningful gives a line without the blanks around it and without its
// comment, which wpa_supplicant looks for behind the line's second quote.
func meaningful(line string) string {
	line = strings.Trim(line, " \t\r\n")
	if strings.HasPrefix(line, "#") {
		return ""
	}
	head := ""
	if parts := strings.SplitAfterN(line, `"`, 3); len(parts) == 3 {
		head = parts[0] + parts[1]
	}
	rest, _, _ := strings.Cut(line[len(head):], "#")
	return strings.TrimRight(head+rest, " \t\r")
}

// reader goes through the lines of one file.
type reader struct {
	path   string
	report *generators.Report
	// block is what the line is in: "network", another block, or none.
	block string
	// entries are the lines of the block of the one network, by key.
	entries map[string]schema.Attr[string]
	// found is set after the opening of the first network.
	found   bool
	begin   int
	country schema.Attr[string]
}

func (r *reader) take(line int, text string) {
	switch opening, isOpening := strings.CutSuffix(text, "={"); {
	case r.block != "" && text == "}":
		r.block = ""
	case r.block == "network":
		r.entry(line, text)
	case r.block != "": // the opening has been reported
	case isOpening:
		r.open(line, opening)
	default:
		r.global(line, text)
	}
}

func (r *reader) open(line int, block string) {
	r.block = block
	if block != "network" {
		r.report.NotUnderstood(r.path, line, "A document has no "+block+" block.")
		return
	}
	if r.found {
		r.block = "another network"
		r.report.NotUnderstood(r.path, line, "A link of a document joins one network, and this is not the first.")
		return
	}
	r.found, r.begin = true, line
	r.entries = map[string]schema.Attr[string]{}
}

// endOfFile reports a block that is not closed.
func (r *reader) endOfFile(line int) {
	if r.block != "" {
		r.report.NotUnderstood(r.path, line, "The file ends within a block; wpa_supplicant refuses it.")
	}
}

// local are the global keys that say how wpa_supplicant itself runs.
var local = []string{"ctrl_interface", "ctrl_interface_group", "update_config", "eapol_version", "ap_scan", "fast_reauth"}

func (r *reader) global(line int, text string) {
	key, value, _ := strings.Cut(text, "=")
	switch {
	case slices.Contains(local, key):
	case key == "country" && isCountry(value):
		r.country = schema.Attr[string]{Value: value, Set: true, Range: generators.Line(r.path, line)}
	default:
		r.report.NotUnderstood(r.path, line, "A document has nothing like "+key+".")
	}
}

// entry keeps a line of the network; the last of several with one key holds.
func (r *reader) entry(line int, text string) {
	key, value, ok := strings.Cut(text, "=")
	if _, known := fieldOf(key); !ok || !known {
		r.report.NotUnderstood(r.path, line, "A document has nothing like "+key+".")
		return
	}
	r.entries[key] = schema.Attr[string]{Value: value, Set: true, Range: generators.Line(r.path, line)}
}

// station reads the entries in the order of the table, for what some of them
// mean depends on those before.
func (r *reader) station() *schema.Wifi {
	if !r.found {
		return nil
	}
	w := &schema.Wifi{Country: r.country, Range: generators.Line(r.path, r.begin)}
	for _, f := range fields {
		text, ok := r.entries[f.key]
		if !ok {
			continue
		}
		if err := f.read(w, text); err != nil {
			r.report.NotUnderstood(r.path, text.Range.Start.Line, f.key+" "+err.Error()+".")
		}
	}
	return w
}
