package schema

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// handlerRules look at one handler.
var handlerRules = []func(*finder, *Handler){
	(*finder).eventsHappen,
	(*finder).handlerTimes,
	(*finder).webhookAddress,
	(*finder).webhookSecrets,
	(*finder).webhookEvents,
	(*finder).programAndEnvironment,
	(*finder).pinsDiffer,
}

func (f *finder) handler(h *Handler) {
	for _, rule := range handlerRules {
		rule(f, h)
	}
}

func (f *finder) eventsHappen(h *Handler) {
	if h.Events.Set && !h.Events.Bad && len(h.Events.Items) == 0 {
		f.warn(h.Events.Range, "Handler without events", "It is never told anything. Name events, or remove the attribute to have all.")
	}
}

func (f *finder) handlerTimes(h *Handler) {
	for _, t := range []namedTime{{"timeout", h.Timeout}, {"pulse", h.Pulse}} {
		if t.Known() && t.Value == 0 {
			f.refuse(t.Range, "Time of zero", "%s must be longer than 0, or nothing can happen. Write a time such as \"1s\".", t.name)
		}
	}
}

func (f *finder) webhookAddress(h *Handler) {
	if h.Kind.Value != "webhook" {
		return
	}
	if !h.URL.Set && !h.URLs.Set && !h.unread.attrs {
		f.refuse(h.Kind.Range, "Webhook without an address", "Set url for all events, or urls for single ones.")
	}
	for _, at := range h.addresses() {
		if _, why := httpURL(at.Value); why != "" {
			f.refuse(at.Range, "Unsuitable address", "%s", why)
		}
	}
}

// addresses lists where a webhook posts to.
func (h *Handler) addresses() []Attr[string] {
	var all []Attr[string]
	if h.URL.Known() {
		all = append(all, h.URL)
	}
	for _, event := range slices.Sorted(maps.Keys(h.URLs.Value)) {
		all = append(all, Attr[string]{Value: h.URLs.Value[event], Set: true, Range: h.URLs.Range})
	}
	return all
}

// webhookSecrets: what is sent without TLS can be read on the way, and a
// line break would end a header.
func (f *finder) webhookSecrets(h *Handler) {
	for _, name := range slices.Sorted(maps.Keys(h.Headers.Value)) {
		if name == "" || strings.ContainsFunc(name, isOutsideHeaderName) || strings.ContainsFunc(h.Headers.Value[name].Reveal(), isControl) {
			f.refuse(h.Headers.Range, "Unsuitable header", "%q: a name has letters, digits and hyphens, a value no control characters. Correct it.", name)
		}
	}
	if h.Password.Set && !h.Username.Set && !h.unread.attrs {
		f.refuse(h.Password.Range, "Password without username", "The server is given both or none. Set username, or remove password.")
	}
	if (h.Password.Set || h.Headers.Set) && slices.ContainsFunc(h.addresses(), inClear) {
		place := h.Password.Range
		if !h.Password.Set {
			place = h.Headers.Range
		}
		f.warn(place, "Secret sent in clear", "Over http everyone on the way can read it. Use https.")
	}
}

func isOutsideHeaderName(r rune) bool {
	return !isASCIILetterOrDigit(r) && r != '-' && r != '_'
}

func inClear(at Attr[string]) bool { return strings.HasPrefix(at.Value, "http://") }

func (f *finder) webhookEvents(h *Handler) {
	for _, event := range slices.Sorted(maps.Keys(h.URLs.Value)) {
		if !slices.Contains(Events, event) {
			f.unknownEvent(event, h.URLs.Range)
		} else if told := h.Events.Values(); h.Events.Set && h.Events.sound() && !slices.Contains(told, event) {
			f.warn(h.URLs.Range, "Setting without effect", "%q is not among the events of this handler. Add it there, or remove its address.", event)
		}
	}
}

func (f *finder) unknownEvent(event string, place hcl.Range) {
	f.refuse(place, "Unknown event", "There is no event %q. %s", event, remedy(event, Events, "There are "+andList(Events)+"."))
}

func (f *finder) programAndEnvironment(h *Handler) {
	if h.Kind.Value != "exec" {
		return
	}
	f.command(h.Command)
	for _, name := range slices.Sorted(maps.Keys(h.Environment.Value)) {
		switch {
		case !isVariableName(name) || strings.Contains(h.Environment.Value[name].Reveal(), "\x00"):
			f.refuse(h.Environment.Range, "Unsuitable variable", "%q: a name has letters, digits and underscores, a value no zero byte. Correct it.", name)
		case strings.HasPrefix(name, "BONDCTL_"):
			f.refuse(h.Environment.Range, "Reserved variable", "%s: bondctl tells the program of the event in BONDCTL_ variables. Choose another name.", name)
		}
	}
}

func isVariableName(name string) bool {
	return name != "" && (name[0] < '0' || name[0] > '9') &&
		!strings.ContainsFunc(name, func(r rune) bool { return !isASCIILetterOrDigit(r) && r != '_' })
}

func (f *finder) pinsDiffer(h *Handler) {
	if h.StatusPin.Known() && h.KeyPin.Known() && h.StatusPin.Value == h.KeyPin.Value {
		f.refuse(h.KeyPin.Range, "Two uses of one pin", "Line %d is read as status_pin and cannot be pulled as key_pin too. Correct one of them.", h.KeyPin.Value)
	}
}
