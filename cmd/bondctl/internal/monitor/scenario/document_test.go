package scenario

import (
	"fmt"
	"strings"
)

// links describes the links of the host under test.
const links = `
ethernet "eth0" {
  ipv4 { addresses = ["10.1.0.2/24"] }
}
wifi "wlan0" {
  ssid = "café"
  psk  = "correct horse"
  ipv4 { addresses = ["10.2.0.2/24"] }
}
ppp "ppp0" {}
`

// asks is how the targets are asked, unless a scenario says otherwise. An answer may
// take so long that a busy machine does not miss one.
const asks = `
    verify "icmp" {
      targets          = ["203.0.113.1", "203.0.113.2"]
      interval         = "1s"
      standby_interval = "1s"
      timeout          = "1s"
      fall             = 3
      rise             = 2
    }
`

// way is one route of a document.
type way struct {
	name, link string
	// gateway is as in the document; empty is the router's address.
	gateway string
	// more are further attributes and blocks; without any verify block, asks is one, unless
	// the way is trusted.
	more    string
	trusted bool
}

// The ways out of a world, in the order of its links.
var (
	fibre  = way{name: "fibre", link: eth0}
	radio  = way{name: "radio", link: wlan0}
	mobile = way{name: "mobile", link: ppp0}
)

// with is the way with further attributes and blocks.
func (w way) with(more string) way {
	w.more += more
	return w
}

// text is the way as a document writes it. Its events are logged.
func (w way) text() string {
	gateway := w.gateway
	if gateway == "" {
		gateway = gatewayOf(w.link)
	}
	if gateway == "" {
		gateway = "none"
	}
	more := w.more
	if !w.trusted && !strings.Contains(more, "verify ") {
		more += asks
	}
	return fmt.Sprintf("  route %q {\n    interface = %q\n    gateway   = %q\n    handler \"log\" {}\n%s  }\n", w.name, w.link, gateway, more)
}

// document describes a host with a fallback of these attributes and ways.
func document(attributes string, ways ...way) string {
	text := links + "fallback \"internet\" {\n" + attributes + "\n"
	for _, w := range ways {
		text += w.text()
	}
	return text + "}\n"
}

// soon has traffic return to a better route after a short while.
const soon = `  min_good = "1s"`
