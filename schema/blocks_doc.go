package schema

import (
	"slices"
	"strings"
)

// BlockDoc describes one kind of block for people: what explain and the
// reference page print.
type BlockDoc struct {
	// Name is the block's type, Labels say what stands behind it in quotes.
	Name   string
	Labels []string
	// Kind is the label that gives the block these attributes: icmp of verify
	// "icmp"; empty where the label is a name.
	Kind string
	// In lists the blocks that it may stand in; empty for the document itself.
	In []string
	// Doc says in one sentence what the block describes.
	Doc string
	// Options are the driver's options that it takes.
	Options []*Option
	// Attributes are what it takes besides, in the order of the reference.
	Attributes []AttributeDoc
	// Blocks are the types of its inner blocks.
	Blocks []string
}

// AttributeDoc describes one attribute of a block.
type AttributeDoc struct {
	Name string
	// Kind says what is wanted: "a number from 1 to 4094".
	Kind string
	// Doc says in one sentence what it means.
	Doc      string
	Required bool
	Secret   bool
}

// Title writes the block as the first line of it in a document: slave "NAME".
func (b BlockDoc) Title() string {
	if b.Kind != "" {
		return b.Name + ` "` + b.Kind + `"`
	}
	if len(b.Labels) == 0 {
		return b.Name
	}
	return b.Name + ` "` + strings.Join(b.Labels, `" "`) + `"`
}

// Blocks lists every block of the language, outer before inner.
func Blocks() []BlockDoc {
	return slices.Concat(linkDocs(), networkDocs(), fallbackDocs(), inputDocs())
}

// SecretAttributes lists the names of the attributes whose values are secrets.
func SecretAttributes() []string {
	var names []string
	for _, b := range Blocks() {
		for _, a := range b.Attributes {
			if a.Secret && !slices.Contains(names, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

// carriers are the blocks that carry addresses.
var carriers = []string{"bond", "ethernet", "wifi", "vlan"}

func linkDocs() []BlockDoc {
	linked := []string{"ipv4", "ipv6", "dns", "route", "vlan"}
	return []BlockDoc{
		{
			Name: "bond", Labels: []string{"NAME"}, Doc: "An aggregated link, with the driver's options.",
			Options: bondOptions, Attributes: attributeDocs(bondFields), Blocks: append([]string{"slave"}, linked...),
		},
		{
			Name: "slave", Labels: []string{"NAME"}, In: []string{"bond"}, Doc: "A link enslaved to the bond.",
			Options: slaveOptions, Blocks: []string{"wifi"},
		},
		{
			Name: "wifi", In: []string{"slave"}, Doc: "The wireless network that the slave joins.",
			Attributes: attributeDocs(wifiFields), Blocks: []string{"eap"},
		},
		{
			Name: "eap", In: []string{"wifi"}, Doc: "Enterprise authentication (802.1X).",
			Attributes: attributeDocs(eapFields),
		},
		{
			Name: "ethernet", Labels: []string{"NAME"}, Doc: "An Ethernet link outside every bond.",
			Attributes: attributeDocs(ethernetFields), Blocks: linked,
		},
		{
			Name: "wifi", Labels: []string{"NAME"}, Doc: "A wireless link outside every bond.",
			Attributes: append(attributeDocs(wifiFields), attributeDocs(ethernetFields)...), Blocks: append([]string{"eap"}, linked...),
		},
		{
			Name: "ppp", Labels: []string{"NAME"}, Doc: "A point-to-point link, such as that of a modem.",
			Attributes: attributeDocs(pppFields), Blocks: []string{"dns", "route"},
		},
	}
}

func networkDocs() []BlockDoc {
	return []BlockDoc{
		{
			Name: "vlan", Labels: []string{"ID"}, In: []string{"bond", "ethernet", "wifi"}, Doc: "A VLAN on the link, numbered 1 to 4094.",
			Attributes: attributeDocs(vlanFields), Blocks: []string{"ipv4", "ipv6", "dns", "route"},
		},
		{
			Name: "ipv4", In: carriers, Doc: "The link's IPv4; without the block it has none.",
			Attributes: attributeDocs(ipFields), Blocks: []string{"route"},
		},
		{
			Name: "ipv6", In: carriers, Doc: "The link's IPv6; without the block it is left to the backend's default.",
			Attributes: attributeDocs(ipv6Fields), Blocks: []string{"route"},
		},
		{
			Name: "dns", In: append(slices.Clip(carriers), "ppp"), Doc: "The resolvers that are asked over the link.",
			Attributes: attributeDocs(dnsFields),
		},
		{
			Name: "route", Labels: []string{"DESTINATION"}, In: append(slices.Clip(carriers), "ppp", "ipv4", "ipv6"),
			Doc:        `A static route over the link; the destination is a prefix such as "10.0.0.0/8", or "default".`,
			Attributes: attributeDocs(routeFields),
		},
	}
}

func fallbackDocs() []BlockDoc {
	docs := []BlockDoc{
		{
			Name: "fallback", Labels: []string{"NAME"}, Doc: "An ordered list of ways out; the first that works carries the default route.",
			Attributes: attributeDocs(fallbackFields), Blocks: []string{"route"},
		},
		{
			Name: "route", Labels: []string{"NAME"}, In: []string{"fallback"}, Doc: "One way out.",
			Attributes: attributeDocs(fallbackRouteFields), Blocks: []string{"verify", "handler"},
		},
		{
			Name: "guard",
			Doc: "What watches over a change until it is confirmed. Its verifiers are asked before the change; those that passed must pass after it, " +
				"or all is rolled back. Where fall is not set they are tried for half of the window, and 30s at most.",
			Attributes: attributeDocs(guardFields), Blocks: []string{"verify"},
		},
	}
	docs = append(docs, kindDocs("verify", []string{"route", "guard"}, verifierKinds, commonVerifierFields)...)
	return append(docs, kindDocs("handler", []string{"route"}, handlerKinds, commonHandlerFields)...)
}

func inputDocs() []BlockDoc {
	return []BlockDoc{
		{
			Name: "variable", Labels: []string{"NAME"},
			Doc: "An input of the document, referred to as var.NAME; its value comes from --var, --var-file, the environment (" +
				EnvPrefix + "NAME) or its default.",
			Attributes: []AttributeDoc{
				{Name: "description", Kind: "a text", Doc: "What the variable is for."},
				{Name: "type", Kind: "a type such as string or list(string)", Doc: "What its value must be; by default anything."},
				{Name: "default", Kind: "a value of that type", Doc: "What it is where nothing else is given."},
				{Name: "sensitive", Kind: "true or false", Doc: "Whether its value is a secret that is never shown."},
			},
		},
		{Name: "locals", Doc: "Values that the document computes once; each is referred to as local.NAME."},
	}
}

func attributeDocs[B any](rows []field[B]) []AttributeDoc {
	docs := make([]AttributeDoc, len(rows))
	for i, row := range rows {
		docs[i] = AttributeDoc{Name: row.name, Kind: row.kind, Doc: row.doc, Required: row.required, Secret: row.secret}
	}
	return docs
}

func kindDocs[B any](name string, in []string, kinds []kind[B], common []field[B]) []BlockDoc {
	docs := make([]BlockDoc, len(kinds))
	for i, k := range kinds {
		docs[i] = BlockDoc{
			Name: name, Labels: []string{"KIND"}, Kind: k.name, In: in, Doc: k.doc,
			Attributes: attributeDocs(slices.Concat(k.own, common)),
		}
	}
	return docs
}
