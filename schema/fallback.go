package schema

import (
	"net/netip"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Duration is a length of time as a document writes it.
type Duration = time.Duration

// Fallback is an ordered list of ways out; the first that works carries the default route.
type Fallback struct {
	Name     Attr[string]
	FailBack Attr[string]
	// MinGood is how long a better route must be good before traffic returns to it.
	MinGood Attr[Duration]
	// CloseSockets and FlushConntrack end the connections over a route that traffic
	// has left: those of this host, and those that it translates for others.
	CloseSockets, FlushConntrack Attr[bool]
	// OnStop is what becomes of the routes when the monitor ends.
	OnStop Attr[string]
	Routes []*FallbackRoute
	Range  hcl.Range
	unread gaps
}

// When traffic returns to a better route.
const (
	FailBackAuto   = "auto"
	FailBackManual = "manual"
)

// What becomes of the routes when the monitor ends.
const (
	OnStopKeep    = "keep"
	OnStopRestore = "restore"
)

// ClosesSockets tells whether connections of this host over a route that traffic has
// left are ended.
func (f *Fallback) ClosesSockets() bool { return f.CloseSockets.Or(true) }

// FlushesConntrack tells whether connections over such a route are forgotten that
// this host translates for others.
func (f *Fallback) FlushesConntrack() bool { return f.FlushConntrack.Or(true) }

// Restores tells whether the host has its own routes back when the monitor ends.
func (f *Fallback) Restores() bool { return f.OnStop.Or(OnStopKeep) == OnStopRestore }

// FallbackRoute is one way out.
type FallbackRoute struct {
	Name      Attr[string]
	Interface Attr[string]
	Gateway   Attr[Gateway]
	// Metric is that of the standing default route; unset, routes get rising metrics in order.
	Metric          Attr[int]
	ActivateTimeout Attr[Duration]
	Verifiers       []*Verifier
	Handlers        []*Handler
	Range           hcl.Range
	unread          gaps
}

// GatewayKind says how a route's next hop is known.
type GatewayKind uint8

// The ways to know a next hop.
const (
	GatewayAddress GatewayKind = iota // fixed
	GatewayAuto                       // learned by DHCP or router advertisement
	GatewayNone                       // a point-to-point link needs none
)

// Gateway is the next hop of a fallback route.
type Gateway struct {
	Kind GatewayKind
	Addr netip.Addr
}

// String gives the gateway as a document writes it.
func (g Gateway) String() string {
	switch g.Kind {
	case GatewayAuto:
		return "auto"
	case GatewayNone:
		return "none"
	case GatewayAddress:
	}
	return g.Addr.String()
}

// Verifier is a way to test a path.
type Verifier struct {
	// Kind is icmp, tcp, http, dns or exec.
	Kind    Attr[string]
	Targets List[string]
	// Interval is between two checks of the active route, StandbyInterval of
	// the others, SuspectInterval after a first miss.
	Interval, StandbyInterval, SuspectInterval, Timeout Attr[Duration]
	// Fall and Rise are the misses and hits in a row that change the verdict.
	Fall, Rise Attr[int]
	// Require is how many targets must answer: any, all, or a number.
	Require Attr[string]
	// MaxLoss (percent) and MaxLatency judge the checks within Window.
	MaxLoss    Attr[int]
	MaxLatency Attr[Duration]
	Window     Attr[Duration]
	// Port is for tcp.
	Port Attr[int]
	// Status, Body and ServerName are for http.
	Status     List[int]
	Body       Attr[string]
	ServerName Attr[string]
	// Query and RecordType are for dns.
	Query      Attr[string]
	RecordType Attr[string]
	// Command is for exec: an argument list, never a shell's line.
	Command List[string]
	Range   hcl.Range
	unread  gaps
}

// How many targets must answer, beside a number; where a verifier does not say, any.
const (
	RequireAny = "any"
	RequireAll = "all"
)

// AnswerWithin is how long one answer may take. Where the document does not
// say, it is 1s for icmp, and 5s for the kinds that need several round trips.
func (v *Verifier) AnswerWithin() Duration {
	if v.Kind.Value == "icmp" {
		return v.Timeout.Or(time.Second)
	}
	return v.Timeout.Or(5 * time.Second)
}

// Handler is what runs when a path changes.
type Handler struct {
	// Kind is log, webhook, exec or gpio.
	Kind   Attr[string]
	Events List[string]
	// URL, URLs (by event), Headers, Username, Password, Retries and RetryDelay are for webhook.
	URL        Attr[string]
	URLs       Attr[map[string]string]
	Headers    Attr[map[string]Secret]
	Username   Attr[string]
	Password   Attr[Secret]
	Retries    Attr[int]
	RetryDelay Attr[Duration]
	Timeout    Attr[Duration]
	// Command and Environment are for exec.
	Command     List[string]
	Environment Attr[map[string]Secret]
	// Chip, StatusPin, KeyPin, Pulse, MinOff and CyclesPerHour are for gpio.
	Chip          Attr[string]
	StatusPin     Attr[int]
	KeyPin        Attr[int]
	Pulse         Attr[Duration]
	MinOff        Attr[Duration]
	CyclesPerHour Attr[int]
	Range         hcl.Range
	unread        gaps
}

// The events that handlers are told.
const (
	EventSetup          = "setup"
	EventTeardown       = "teardown"
	EventFailed         = "failed"
	EventRestored       = "restored"
	EventConnected      = "connected"
	EventChecked        = "checked"
	EventSuspect        = "suspect"
	EventAllDown        = "all_down"
	EventGatewayChanged = "gateway_changed"
	EventFlapping       = "flapping"
)

// Events lists them in the order of a route's life.
var Events = []string{
	EventSetup, EventTeardown, EventFailed, EventRestored, EventConnected, EventChecked, EventSuspect, EventAllDown, EventGatewayChanged, EventFlapping,
}
