package schema

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
)

// Source is the text of one file of a document.
type Source struct {
	// Name is what the user calls the file; it stands in diagnostics.
	Name  string
	Bytes []byte
}

// Inputs is everything beside the text that a document can depend on.
type Inputs struct {
	// Name is what the user calls the document.
	Name string
	// Assignments are values of variables given on the command line.
	Assignments []Assignment
	// VarFiles are files of assignments; later ones win.
	VarFiles []Source
	// Getenv looks up a variable of the environment, for env() and BONDCTL_VAR_*.
	Getenv func(name string) (string, bool)
	// ReadFile reads a file for file(); relative names are the caller's to resolve.
	ReadFile func(name string) ([]byte, error)
}

// Assignment is a variable's value as text.
type Assignment struct{ Name, Text string }

var preludeSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{block("variable", "name"), block("locals")}}

var documentSchema = bodySchema(documentFields, nil,
	block("bond", "name"), block("ethernet", "name"), block("wifi", "name"), block("ppp", "name"),
	block("fallback", "name"), block("guard"),
	// Read before, but listed so that a misspelt one is recognised.
	block("variable", "name"), block("locals"))

// Backends are the words that the attribute backend takes.
var Backends = []string{"auto", "ifupdown", "ifcfg", "netplan", "keyfile", "networkd"}

var documentFields = []field[Document]{
	one("backend", "Whose files are written; auto is that of the running host.", enumCodec(Backends...),
		func(d *Document) *Attr[string] { return &d.Backend }),
}

// Decode reads a document. It reports every mistake that it finds and returns
// what it understood, so that [Validate] can look for more.
func Decode(sources []Source, in Inputs) (*Document, hcl.Diagnostics) {
	doc := &Document{Name: in.Name}
	body, diags := parse(sources)
	if diags.HasErrors() {
		return doc, diags
	}
	d := &decoder{}
	prelude, _, preludeDiags := body.PartialContent(preludeSchema)
	_ = preludeDiags // the whole body is read below, and its mistakes reported there
	d.ctx, doc.Sensitive = d.evaluationContext(prelude, in)
	if usesDynamic(sources) {
		body = dynblock.Expand(body, d.ctx)
	}
	before := len(d.diags)
	content := d.content(body, documentSchema)
	doc.unread = gapsOf(d.diags[before:])
	d.document(content, doc)
	return doc, doc.hush(append(diags, d.diags...))
}

// DecodeAndValidate is Decode followed by Validate, with the union of their findings.
func DecodeAndValidate(sources []Source, in Inputs) (*Document, hcl.Diagnostics) {
	doc, diags := Decode(sources, in)
	return doc, append(diags, Validate(doc)...)
}

// usesDynamic tells whether a file may have dynamic blocks; most have none,
// and looking for them in each body takes as long as decoding it.
func usesDynamic(sources []Source) bool {
	for _, source := range sources {
		if bytes.Contains(source.Bytes, []byte("dynamic")) {
			return true
		}
	}
	return false
}

func (d *decoder) document(content *hcl.BodyContent, doc *Document) {
	decodeFields(d, documentFields, content, doc)
	for _, b := range content.Blocks {
		switch b.Type {
		case "bond":
			doc.Bonds = append(doc.Bonds, d.bond(b))
		case "ethernet":
			doc.Links = append(doc.Links, d.ethernet(b))
		case "wifi":
			doc.Links = append(doc.Links, d.wifiLink(b))
		case "ppp":
			doc.Links = append(doc.Links, d.ppp(b))
		case "fallback":
			doc.Fallbacks = append(doc.Fallbacks, d.fallback(b))
		}
	}
	if b, ok := d.single(content, "guard"); ok {
		doc.Guard = d.guard(b)
	}
}
