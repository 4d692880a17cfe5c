package verify

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/miekg/dns"
)

// longestTurn is how long one of several resolvers is waited for at the most.
const longestTurn = 2 * time.Second

// relay asks several resolvers, one after the other, until one knows.
type relay struct {
	o    Options
	asks net.Dialer
	// until is when whoever needs the name wants to be done with it and with what it
	// is needed for; zero where that is left open.
	until   time.Time
	servers *servers
}

// dial gives a connection over which one question can be asked, as over TCP (RFC 7766).
// It fails where no resolver can be asked.
func (r *relay) dial(ctx context.Context) (net.Conn, error) {
	var able []netip.Addr
	var failed error
	for _, server := range r.o.Resolvers {
		conn, err := r.asks.DialContext(ctx, "udp", dnsPort(server)) // it waits for nothing
		if err != nil {
			failed = r.servers.note(dnsPort(server), err)
			continue
		}
		able = append(able, server)
		_ = conn.Close() // nothing is lost with it
	}
	if len(able) == 0 {
		return nil, failed
	}
	near, far := net.Pipe()
	go func() {
		defer func() { _ = far.Close() }() // nothing is lost with it
		r.serve(ctx, &dns.Conn{Conn: far}, able)
	}()
	return near, nil
}

func dnsPort(server netip.Addr) string { return net.JoinHostPort(server.String(), "53") }

// serve answers one question; without an answer, the end of the connection tells.
func (r *relay) serve(ctx context.Context, asker *dns.Conn, able []netip.Addr) {
	question, err := asker.ReadMsg()
	if err != nil {
		return
	}
	if answer := r.ask(ctx, question, able); answer != nil {
		_ = asker.WriteMsg(answer) // whoever has asked may have gone
	}
}

// ask gives the first answer that tells, or else the last one; nil for none.
func (r *relay) ask(ctx context.Context, question *dns.Msg, able []netip.Addr) *dns.Msg {
	turn := r.turn(len(able))
	var last *dns.Msg
	for _, server := range able {
		answer, err := r.exchange(ctx, turn, question, dnsPort(server))
		if r.servers.came(dnsPort(server), err) != nil {
			continue
		}
		if last = answer; tells(answer) {
			break
		}
	}
	return last
}

// turn is how long each of some resolvers is waited for, so that time is left for what
// the name is needed for.
func (r *relay) turn(count int) time.Duration {
	if r.until.IsZero() {
		return longestTurn
	}
	return min(time.Until(r.until)/time.Duration(count+1), longestTurn)
}

func (r *relay) exchange(ctx context.Context, turn time.Duration, question *dns.Msg, server string) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, turn)
	defer cancel()
	answer, _, err := exchange(ctx, r.asks.DialContext, question, server)
	return answer, err
}

// tells tells whether an answer says that there is a name, or none: other resolvers may
// know more where one is not able or willing to.
func tells(answer *dns.Msg) bool {
	return slices.Contains([]int{dns.RcodeSuccess, dns.RcodeNameError}, answer.Rcode)
}
