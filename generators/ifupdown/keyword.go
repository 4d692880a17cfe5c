package ifupdown

import "strings"

// kind is what a line is by its first word.
type kind uint8

const (
	// optionLine belongs to the stanza that it stands in.
	optionLine kind = iota
	// ifaceLine begins a stanza: "iface NAME [FAMILY METHOD] [inherits NAME]".
	ifaceLine
	// startLine names links that are brought up: auto or allow-CLASS.
	startLine
	// sourceLine and directoryLine name further files.
	sourceLine
	directoryLine
	// mappingLine begins a stanza that gives links other names for their iface stanzas.
	mappingLine
	// renameLine gives links other names.
	renameLine
	// exemptLine names links that ifdown -a or the hooks pass over.
	exemptLine
)

// kindOf tells the kinds apart as ifupdown does (config.c).
func kindOf(keyword string) kind {
	class, allowed := strings.CutPrefix(keyword, "allow-")
	switch {
	case keyword == "iface":
		return ifaceLine
	case keyword == "auto", allowed && class != "":
		return startLine
	case keyword == "source":
		return sourceLine
	case strings.HasPrefix(keyword, "source-dir"):
		return directoryLine
	case keyword == "mapping":
		return mappingLine
	case keyword == "rename":
		return renameLine
	case keyword == "no-auto-down", keyword == "no-scripts":
		return exemptLine
	}
	return optionLine
}

// endsStanza tells whether options cannot follow a line of this kind.
func (k kind) endsStanza() bool { return k != optionLine && k != ifaceLine && k != mappingLine }
