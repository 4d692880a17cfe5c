package schema

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Validate finds what is wrong with a document before a machine is touched:
// everything that the driver would refuse is an error, and what it lets pass
// but experience forbids is a warning. It never stops at the first finding;
// they come in the order of the source. What [Decode] has refused is not
// reported again, and nothing is said that would only follow from it.
func Validate(d *Document) hcl.Diagnostics {
	f := &finder{doc: d}
	f.index()
	for _, rule := range documentRules {
		rule(f)
	}
	each(f, d.Bonds, bondRules)
	each(f, f.carriers, carrierRules)
	each(f, f.stations, wifiRules)
	each(f, d.Fallbacks, fallbackRules)
	slices.SortStableFunc(f.diags, inPlaceOrder)
	return d.hush(f.diags)
}

// documentRules look at the document as a whole.
var documentRules = []func(*finder){
	(*finder).linkNames,
	(*finder).slavesHaveOneMaster,
	(*finder).addressesAreUnique,
	(*finder).subnetsAreApart,
	(*finder).routesAreApart,
	(*finder).countriesAgree,
	(*finder).fallbackNames,
	(*finder).guard,
}

// bondRules look at one bond, its options and its slaves.
var bondRules = []func(*finder, *Bond){
	(*finder).settings,
	(*finder).aliasesAgree,
	(*finder).modeIsChosen,
	(*finder).switchIsConfigured,
	(*finder).failuresAreNoticed,
	(*finder).probesHaveSource,
	(*finder).probesAreAnswered,
	(*finder).answersAreSeen,
	(*finder).slavesAreEnough,
	(*finder).linksAreEnough,
	(*finder).carrierIsAsked,
	(*finder).hashIsUsed,
	(*finder).prioIsUsed,
	(*finder).queuesFit,
	(*finder).ownAddressStays,
	(*finder).noBondsOfBonds,
	(*finder).wifiModes,
	(*finder).wifiAddresses,
	(*finder).wifiFrames,
	(*finder).wifiIsDescribed,
}

// carrierRules look at one link that has addresses, or at what is on it.
var carrierRules = []func(*finder, *carrier){
	(*finder).hardwareAddress,
	(*finder).frameSize,
	(*finder).vlanIDs,
	(*finder).resolvers,
	(*finder).ip,
	(*finder).routes,
	(*finder).peerName,
}

// each applies every rule to every subject.
func each[S any](f *finder, subjects []S, rules []func(*finder, S)) {
	for _, subject := range subjects {
		for _, rule := range rules {
			rule(f, subject)
		}
	}
}

// finder collects what is wrong with a document.
type finder struct {
	doc *Document
	// carriers are the document's links in the order of the source, each
	// followed by its VLANs.
	carriers []*carrier
	byName   map[string]*carrier
	// masterOf has the first bond that enslaves the link so named.
	masterOf map[string]*Bond
	// stations are all Wi-Fi networks, those of slaves first.
	stations []*Wifi
	// ownedBy has the first link with the address.
	ownedBy map[netip.Addr]*carrier
	diags   hcl.Diagnostics
}

// refuse reports a mistake.
func (f *finder) refuse(place hcl.Range, summary, format string, args ...any) {
	f.report(hcl.DiagError, place, summary, fmt.Sprintf(format, args...))
}

// warn reports what is legal and yet unwise.
func (f *finder) warn(place hcl.Range, summary, format string, args ...any) {
	f.report(hcl.DiagWarning, place, summary, fmt.Sprintf(format, args...))
}

func (f *finder) report(severity hcl.DiagnosticSeverity, place hcl.Range, summary, detail string) {
	f.diags = append(f.diags, &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: detail, Subject: place.Ptr()})
}

func inPlaceOrder(a, b *hcl.Diagnostic) int {
	return cmp.Or(
		cmp.Compare(a.Subject.Filename, b.Subject.Filename),
		cmp.Compare(a.Subject.Start.Byte, b.Subject.Start.Byte),
	)
}
