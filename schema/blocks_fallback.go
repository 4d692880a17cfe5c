package schema

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
)

var fallbackFields = []field[Fallback]{
	one("fail_back", "Whether traffic returns to a better route by itself; by default auto.", enumCodec(FailBackAuto, FailBackManual),
		func(f *Fallback) *Attr[string] { return &f.FailBack }),
	one("min_good", "How long a better route must be good before traffic returns to it, by default 30s; longer the more often it failed.", durationCodec,
		func(f *Fallback) *Attr[Duration] { return &f.MinGood }),
	one("close_sockets", "Whether this host's connections over a route that traffic has left are ended, but for those to its neighbours; by default true. They would hang there for minutes.",
		boolCodec, func(f *Fallback) *Attr[bool] { return &f.CloseSockets }),
	one("flush_conntrack", "Whether connections over such a route are forgotten that this host translates (NAT) for others; by default true.",
		boolCodec, func(f *Fallback) *Attr[bool] { return &f.FlushConntrack }),
	one("on_stop", "What becomes of the routes when the monitor ends: keep leaves them as they are, which is the default, restore has the host's own be as before, and tells handlers teardown of the routes that are set up.",
		enumCodec(OnStopKeep, OnStopRestore), func(f *Fallback) *Attr[string] { return &f.OnStop }),
}

var fallbackRouteFields = []field[FallbackRoute]{
	one("interface", "Link of the route.", textCodec, func(r *FallbackRoute) *Attr[string] { return &r.Interface }).must(),
	one("gateway", "Next hop: an address, auto (learned) or none (point to point).", gatewayCodec,
		func(r *FallbackRoute) *Attr[Gateway] { return &r.Gateway }).must(),
	one("metric", "Metric of the standing default route; by default 100 for the first route, 200 for the second, and so on.",
		intCodec(1, maxMetric), func(r *FallbackRoute) *Attr[int] { return &r.Metric }),
	one("activate_timeout", "How long setup may take before the route counts as failed; by default 60s.", durationCodec,
		func(r *FallbackRoute) *Attr[Duration] { return &r.ActivateTimeout }),
}

var guardFields = []field[Guard]{
	one("confirm_within", "How long an unconfirmed change lives.", durationCodec, func(g *Guard) *Attr[Duration] { return &g.ConfirmWithin }),
}

// commonVerifierFields are those of every kind of verifier.
var commonVerifierFields = []field[Verifier]{
	one("interval", "Time between two checks of the active route, by default 1s for icmp, and 10s for the others; in guard, between two tries, by default 1s.", durationCodec, func(v *Verifier) *Attr[Duration] { return &v.Interval }),
	one("standby_interval", "Time between two checks of the other routes; by default 10s for icmp, and 60s for the others, but not shorter than interval.", durationCodec,
		func(v *Verifier) *Attr[Duration] { return &v.StandbyInterval }),
	one("suspect_interval", "Time between two checks after a first miss; by default the shorter of interval and timeout.", durationCodec,
		func(v *Verifier) *Attr[Duration] { return &v.SuspectInterval }),
	one("timeout", "How long an answer may take; by default 1s for icmp, and 5s for the others, and for a route not longer than the intervals.", durationCodec, func(v *Verifier) *Attr[Duration] { return &v.Timeout }),
	one("fall", "Misses in a row that make the route bad, by default 3; in guard, tries after which a change is rolled back.", intCodec(1, 1000), func(v *Verifier) *Attr[int] { return &v.Fall }),
	one("rise", "Hits in a row that make a bad route good; by default 2.", intCodec(1, 1000), func(v *Verifier) *Attr[int] { return &v.Rise }),
	one("require", "How many targets must answer; by default any.", requireCodec, func(v *Verifier) *Attr[string] { return &v.Require }),
	one("max_loss", "Percentage of checks lost within window that makes the route bad. A check answered after its timeout is missed, and not lost.", intCodec(1, 100),
		func(v *Verifier) *Attr[int] { return &v.MaxLoss }),
	one("max_latency", "Mean time of an answer within window that makes the route bad.", durationCodec,
		func(v *Verifier) *Attr[Duration] { return &v.MaxLatency }),
	one("window", "Time over which loss and latency are judged.", durationCodec, func(v *Verifier) *Attr[Duration] { return &v.Window }),
}

var targetsField = many("targets", "What is tested against; gateway stands for the route's own next hop, and in guard for those of the default routes over the links described.", textCodec,
	func(v *Verifier) *List[string] { return &v.Targets }).must()

// verifierKinds are the kinds of verifiers with the attributes that each has
// beside the common ones.
var verifierKinds = []kind[Verifier]{
	{"icmp", "Sends echo requests.", []field[Verifier]{targetsField}},
	{"tcp", "Opens a connection.", []field[Verifier]{
		targetsField,
		one("port", "Port to connect to.", intCodec(1, 65535), func(v *Verifier) *Attr[int] { return &v.Port }).must(),
	}},
	{"http", "Fetches a page; a captive portal is not health.", []field[Verifier]{
		targetsField,
		many("status", "Status codes that count as an answer; by default 200 to 299.", intCodec(100, 599),
			func(v *Verifier) *List[int] { return &v.Status }),
		one("body", "Text that the page must have.", textCodec, func(v *Verifier) *Attr[string] { return &v.Body }),
		one("server_name", "Name that the server's certificate must have.", textCodec, func(v *Verifier) *Attr[string] { return &v.ServerName }),
	}},
	{"dns", "Asks a resolver.", []field[Verifier]{
		targetsField,
		one("query", "Name to ask for.", textCodec, func(v *Verifier) *Attr[string] { return &v.Query }).must(),
		one("record_type", "Type of the record to ask for; by default A.", enumCodec("A", "AAAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT"),
			func(v *Verifier) *Attr[string] { return &v.RecordType }),
	}},
	{"exec", "Runs a program; exit status 0 is health.", []field[Verifier]{
		many("command", "Program and its arguments; no shell is involved. Its environment has BONDCTL_INTERFACE, empty in guard, the same as BONDCTL_LINK, BONDCTL_FAMILY (ipv4, ipv6, or empty for both), BONDCTL_GATEWAY, addresses, and BONDCTL_MARK, the mark of packets (SO_MARK; -m of ping) that go by the gateway of this route where other routes share its link, otherwise 0.",
			textCodec, func(v *Verifier) *List[string] { return &v.Command }).must(),
	}},
}

var commonHandlerFields = []field[Handler]{
	many("events", "Events that the handler is told; by default all, for webhook and exec without checked, which comes with each check.", enumCodec(Events...), func(h *Handler) *List[string] { return &h.Events }),
}

// handlerTimeout is how long one try may take, where the document does not say as long as that.
func handlerTimeout(otherwise string) field[Handler] {
	return one("timeout", "How long one try may take; by default "+otherwise+".", durationCodec, func(h *Handler) *Attr[Duration] { return &h.Timeout })
}

// handlerKinds are the kinds of handlers with the attributes that each has
// beside the common ones.
var handlerKinds = []kind[Handler]{
	{"log", "Writes the event to the log.", nil},
	{"webhook", "Posts the event to a server, as JSON, over a path that is up; a status from 200 to 299 is its yes. The header Idempotency-Key is the same at each try, Bondctl-Late is true where the event is long past.", []field[Handler]{
		one("url", "Where events are posted.", textCodec, func(h *Handler) *Attr[string] { return &h.URL }),
		one("urls", "Where single events are posted instead.", mapOf(textCodec), func(h *Handler) *Attr[map[string]string] { return &h.URLs }),
		one("headers", "Header lines of the request.", mapOf(secretCodec), func(h *Handler) *Attr[map[string]Secret] { return &h.Headers }).hidden(),
		one("username", "User of basic authentication.", textCodec, func(h *Handler) *Attr[string] { return &h.Username }),
		one("password", "Password of basic authentication.", secretCodec, func(h *Handler) *Attr[Secret] { return &h.Password }).hidden(),
		one("retries", "Tries after the first; by default 120.", intCodec(0, 10000), func(h *Handler) *Attr[int] { return &h.Retries }),
		one("retry_delay", "Time before the first of them, which doubles up to a minute; by default 500ms.", durationCodec,
			func(h *Handler) *Attr[Duration] { return &h.RetryDelay }),
		handlerTimeout("10s"),
	}},
	{"exec", "Runs a program with the event in its environment.", []field[Handler]{
		many("command", "Program and its arguments; no shell is involved. Its input has the event as JSON. Its environment has BONDCTL_EVENT, BONDCTL_FALLBACK, BONDCTL_ROUTE, BONDCTL_INTERFACE, BONDCTL_FAMILY (ipv4, ipv6, or empty for both), BONDCTL_GATEWAY, BONDCTL_PREVIOUS_ROUTE, BONDCTL_REASON, BONDCTL_UP and BONDCTL_DOWN (names of routes), BONDCTL_TIME, BONDCTL_TIME_SYNCHRONIZED, BONDCTL_BOOT_ID and BONDCTL_BOOTTIME (seconds) of the event, BONDCTL_HOST, BONDCTL_ID (no other event's), BONDCTL_SEQUENCE, BONDCTL_COALESCED (how many earlier events it stands for), BONDCTL_ATTEMPT and BONDCTL_LATE (true where it is long past); what says nothing is empty.",
			textCodec, func(h *Handler) *List[string] { return &h.Command }).must(),
		one("environment", "Further variables of its environment.", mapOf(secretCodec),
			func(h *Handler) *Attr[map[string]Secret] { return &h.Environment }).hidden(),
		handlerTimeout("1m"),
	}},
	{"gpio", "Switches a modem's power through the GPIO character device.", []field[Handler]{
		one("chip", "Device of the pins, such as gpiochip0.", textCodec, func(h *Handler) *Attr[string] { return &h.Chip }).must(),
		one("status_pin", "Line that is high while the modem is on.", intCodec(0, 1023), func(h *Handler) *Attr[int] { return &h.StatusPin }).must(),
		one("key_pin", "Line that is pulled low to switch.", intCodec(0, 1023), func(h *Handler) *Attr[int] { return &h.KeyPin }).must(),
		one("pulse", "How long it is pulled low; by default 2s.", durationCodec, func(h *Handler) *Attr[Duration] { return &h.Pulse }),
		one("min_off", "How long the modem stays off at least; by default not at all.", durationCodec, func(h *Handler) *Attr[Duration] { return &h.MinOff }),
		one("cycles_per_hour", "How often it may be switched on; by default as often as needed.", intCodec(1, 3600), func(h *Handler) *Attr[int] { return &h.CyclesPerHour }),
	}},
}

// kind is one kind of a labelled block, with the attributes of its own.
type kind[B any] struct {
	name, doc string
	own       []field[B]
}

var (
	fallbackSchema      = bodySchema(fallbackFields, nil, block("route", "name"))
	fallbackRouteSchema = bodySchema(fallbackRouteFields, nil, block("verify", "kind"), block("handler", "kind"))
	guardSchema         = bodySchema(guardFields, nil, block("verify", "kind"))
)

func (d *decoder) fallback(b *hcl.Block) *Fallback {
	fallback := &Fallback{Name: label(b), Range: b.DefRange}
	content := d.bodyOf(b, fallbackSchema, &fallback.unread)
	decodeFields(d, fallbackFields, content, fallback)
	eachOfType(content, "route", func(b *hcl.Block) { fallback.Routes = append(fallback.Routes, d.fallbackRoute(b)) })
	return fallback
}

func (d *decoder) fallbackRoute(b *hcl.Block) *FallbackRoute {
	route := &FallbackRoute{Name: label(b), Range: b.DefRange}
	content := d.bodyOf(b, fallbackRouteSchema, &route.unread)
	decodeFields(d, fallbackRouteFields, content, route)
	before := len(d.diags)
	route.Verifiers = d.verifiers(content)
	route.unread.blocks = route.unread.blocks || len(d.diags) > before
	eachOfType(content, "handler", func(b *hcl.Block) {
		handler := &Handler{Kind: label(b), Range: b.DefRange}
		if decodeKind(d, b, handlerKinds, commonHandlerFields, handler, &handler.unread) {
			route.Handlers = append(route.Handlers, handler)
		}
	})
	return route
}

func (d *decoder) verifiers(content *hcl.BodyContent) []*Verifier {
	var verifiers []*Verifier
	eachOfType(content, "verify", func(b *hcl.Block) {
		verifier := &Verifier{Kind: label(b), Range: b.DefRange}
		if decodeKind(d, b, verifierKinds, commonVerifierFields, verifier, &verifier.unread) {
			verifiers = append(verifiers, verifier)
		}
	})
	return verifiers
}

func (d *decoder) guard(b *hcl.Block) *Guard {
	guard := &Guard{Range: b.DefRange}
	content := d.content(b.Body, guardSchema)
	decodeFields(d, guardFields, content, guard)
	guard.Verifiers = d.verifiers(content)
	return guard
}

// decodeKind reads a block whose label says which attributes it has; false
// where no kind has that name.
func decodeKind[B any](d *decoder, b *hcl.Block, kinds []kind[B], common []field[B], into *B, unread *gaps) bool {
	i := slices.IndexFunc(kinds, func(k kind[B]) bool { return k.name == b.Labels[0] })
	if i < 0 {
		d.unknownWord(b.LabelRanges[0], b.Type, b.Labels[0], kindNames(kinds))
		return false
	}
	rows := fieldsOf(kinds, b.Labels[0], common)
	decodeFields(d, rows, d.bodyOf(b, bodySchema(rows, nil), unread), into)
	return true
}

// fieldsOf gives the attributes of a kind; of one that is not known those
// that all have.
func fieldsOf[B any](kinds []kind[B], name string, common []field[B]) []field[B] {
	for _, k := range kinds {
		if k.name == name {
			return slices.Concat(k.own, common)
		}
	}
	return common
}

func kindNames[B any](kinds []kind[B]) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}
