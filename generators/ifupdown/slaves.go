package ifupdown

import (
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// accepted lists the slaves whose names can be said.
func (g *generator) accepted(path string, slaves []*schema.Slave) []*schema.Slave {
	var kept []*schema.Slave
	for _, slave := range slaves {
		if g.accepts(path+"/slave/"+slave.Name.Value, slave.Name.Value, slave.Range) {
			kept = append(kept, slave)
		}
	}
	return kept
}

// noLinks is the word for an empty list of links.
const noLinks = "none"

// namesOf lists the slaves' names, or the word for no slave: ifenslave makes a
// bond only where it finds bond-slaves or bond-mode.
func namesOf(slaves []*schema.Slave) []string {
	if len(slaves) == 0 {
		return []string{noLinks}
	}
	var names []string
	for _, slave := range slaves {
		names = slices.Insert(names, placeOf(slave.Name.Value, names), slave.Name.Value)
	}
	return names
}

// placeOf finds where a name has to stand in bond-slaves: ifenslave skips a
// slave that it takes for enslaved already, by a search for the name in the
// text of the slaves so far. So it stands before the first that has it as a part.
func placeOf(name string, before []string) int {
	at := slices.IndexFunc(before, func(other string) bool { return hasWord(other, name) })
	if at < 0 {
		return len(before)
	}
	return at
}

// hasWord tells whether grep finds a word in a text: the word's dots match any
// byte, and what stands around it is no letter, digit or underscore.
func hasWord(text, word string) bool {
	for from := range max(len(text)-len(word)+1, 0) {
		to := from + len(word)
		if matches(text[from:to], word) && (from == 0 || !isLetter(text[from-1])) && (to == len(text) || !isLetter(text[to])) {
			return true
		}
	}
	return false
}

func matches(text, pattern string) bool {
	for i := range len(pattern) {
		if pattern[i] != '.' && pattern[i] != text[i] {
			return false
		}
	}
	return true
}

func isLetter(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}
