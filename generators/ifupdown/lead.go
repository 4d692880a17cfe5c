package ifupdown

import (
	"slices"

	"github.com/bondctl/bondctl/generators"
)

// addedMark stands before the line that has ifupdown read bondctl's file.
const addedMark = "# Added by bondctl, for ifupdown to read its file: to undo, delete this line and the next.\n"

// leading has ifupdown's main file lead to bondctl's, where links stay with
// ifupdown and no line does so yet. Other files beside it stay unread. The line
// stands first: what is last in a file may go on in the next line.
func leading(files []generators.File, edits []generators.Edit) []generators.Edit {
	if len(edits) == 0 || readsOwn(files) {
		return edits
	}
	at := slices.IndexFunc(edits, func(e generators.Edit) bool { return e.Path == mainFile })
	if at < 0 {
		at = len(edits)
		edits = append(edits, untouchedMain(files, edits))
	}
	edit := &edits[at]
	edit.Content = append([]byte(addedMark+"source "+ownFile+"\n"), edit.Content...)
	if edit.How != "" {
		edit.How += ", and "
	}
	edit.How += "made to read " + ownFile
	return edits
}

// readsOwn tells whether ifupdown would read bondctl's file. Without the main
// file nothing tells that it would not.
func readsOwn(files []generators.File) bool {
	others := slices.DeleteFunc(slices.Clone(files), func(f generators.File) bool { return f.Path == ownFile })
	return !readInterfaces(append(others, generators.File{Path: ownFile}), &generators.Report{}).pending[ownFile]
}

// untouchedMain is the main file where only the files that it leads to have
// configured the links.
func untouchedMain(files []generators.File, edits []generators.Edit) generators.Edit {
	edit := generators.Edit{Path: mainFile}
	for _, f := range files {
		if f.Path == mainFile {
			edit.Content = f.Content
		}
	}
	for _, other := range edits {
		edit.Links = append(edit.Links, other.Links...)
	}
	slices.Sort(edit.Links)
	edit.Links = slices.Compact(edit.Links)
	return edit
}
