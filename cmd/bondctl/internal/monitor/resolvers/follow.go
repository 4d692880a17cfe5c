package resolvers

import (
	"net/netip"
	"time"
)

// Follower has a host ask what was wanted last, in a goroutine of its own, for a bus
// and a disk may take their time.
type Follower struct {
	host   host
	report func(error)
	// wanted has the newest choice, if it is not in use yet.
	wanted chan set
	ended  chan struct{}
}

// host is a [Host].
type host interface {
	UseResolvers(link string, servers []netip.Addr, search []string) error
}

// renewal is how long resolvers stay as others have made them, or as they should not
// be: a DHCP client may write /etc/resolv.conf anew, a link be configured anew, and a
// systemd-resolved start that did not run.
const renewal = 5 * time.Second

// Follow has the host follow what is wanted. The host is the follower's until that is
// closed. Report takes why something is not in use, nil once it is.
func (h *Host) Follow(report func(error)) *Follower { return follow(h, report) }

func follow(h host, report func(error)) *Follower {
	f := &Follower{host: h, report: report, wanted: make(chan set, 1), ended: make(chan struct{})}
	go f.serve()
	return f
}

// UseResolvers wants what [Host.UseResolvers] does, and that it stays so. It does not
// wait for it, and its error is nil. It is for one goroutine.
func (f *Follower) UseResolvers(link string, servers []netip.Addr, search []string) error {
	select {
	case <-f.wanted: // nobody waits for that any more
	default:
	}
	f.wanted <- set{link, servers, search}
	return nil
}

func (f *Follower) serve() {
	defer close(f.ended)
	s, open := <-f.wanted
	for open {
		err := f.host.UseResolvers(s.link, s.servers, s.search)
		f.report(err)
		s, open = f.next(s, err)
	}
}

// next waits for something else than s, or until s is to be made good. The host's own
// resolvers are left alone once it has them.
func (f *Follower) next(s set, err error) (_ set, open bool) {
	var again <-chan time.Time
	if !s.empty() || err != nil {
		again = time.After(renewal)
	}
	select {
	case s, open = <-f.wanted:
		return s, open
	case <-again:
		return s, true
	}
}

// Close waits until what was wanted last is in use, or has failed.
func (f *Follower) Close() error {
	close(f.wanted)
	<-f.ended
	return nil
}
