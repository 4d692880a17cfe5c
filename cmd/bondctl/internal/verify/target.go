package verify

import (
	"errors"
	"net/netip"
	"net/url"

	"github.com/bondctl/bondctl/schema"
)

// errNoGateway is that "gateway" stands for nothing now.
var errNoGateway = errors.New("no default route leads to one")

// target is one thing to ask: under its name, and as a probe takes it; err says
// why it cannot be asked.
type target struct {
	name, asked string
	err         error
}

// targets lists what is asked now. A program asks on its own.
func (v *Verifier) targets() []target {
	if command := v.described.Command.Values(); len(command) > 0 {
		return []target{{name: command[0]}}
	}
	var all []target
	for _, text := range v.described.Targets.Values() {
		if text == schema.GatewayTarget {
			all = append(all, v.nextHops()...)
		} else {
			all = append(all, target{name: shown(text), asked: text})
		}
	}
	return all
}

// nextHops is what the word gateway stands for now: each next hop is a target.
func (v *Verifier) nextHops() []target {
	addresses, err := v.options.nextHops()
	if err != nil {
		return []target{{name: schema.GatewayTarget, err: unclear{err}}}
	}
	all := make([]target, len(addresses))
	for i, addr := range addresses {
		all[i] = target{name: schema.GatewayTarget + " " + addr.String(), asked: addr.String()}
	}
	return all
}

func (o Options) nextHops() ([]netip.Addr, error) {
	if o.Gateways == nil {
		return nil, errNoGateway
	}
	addresses, err := o.Gateways()
	if err == nil && len(addresses) == 0 {
		err = errNoGateway
	}
	return addresses, err
}

// shown is a target for people to read: an address of the web may have a
// password in it, or a token in its query.
func shown(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	u.RawQuery, u.Fragment = "", ""
	return u.Redacted()
}
