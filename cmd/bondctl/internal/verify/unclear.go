package verify

import (
	"errors"
	"net"
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// unclear is an error that says nothing of the path.
type unclear struct{ error }

func (u unclear) Unwrap() error { return u.error }

// Unclear tells whether nothing follows from it for the path: the question could
// not be put, for the link is not there, say, or this host has no socket left, or
// nobody waited for the answer any more.
func (a Answer) Unclear() bool { return isUnclear(a.Err) }

// refusals are what only the kernel of this host says, and no router: the link is
// gone, no address of it is ready, a rule of ours forbids the packet, or something
// is used up. EACCES is none of them, for a router of IPv6 can say it
// (icmpv6_err_convert, net/ipv6/icmp.c).
var refusals = []error{unix.ENODEV, unix.EADDRNOTAVAIL, unix.EPERM, unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM}

func isUnclear(err error) bool {
	if _, marked := errors.AsType[unclear](err); marked {
		return true
	}
	return slices.ContainsFunc(refusals, func(refusal error) bool { return errors.Is(err, refusal) })
}

// withoutSocket marks that there was no socket to ask with, whatever the reason.
func withoutSocket(err error) error {
	if call, ok := errors.AsType[*os.SyscallError](err); ok && call.Syscall == "socket" {
		return unclear{err}
	}
	return err
}

// servers remembers of one look-up which server was asked last, and whether all
// could be. The error of net has only the text of that, and the server of the host's
// resolv.conf ([net.DNSError]).
type servers struct {
	mu      sync.Mutex
	last    string
	unasked bool
	// failed is what came of asking the last of several, nil for an answer.
	failed error
}

// note notes what came of connecting to a server.
func (s *servers) note(address string, err error) error {
	err = withoutSocket(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.unasked = address, s.unasked || isUnclear(err)
	return err
}

// came notes what came of asking one of several.
func (s *servers) came(address string, err error) error {
	err = s.note(address, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = err
	return err
}

// explain has an error of a look-up name its server, and marks it where a server
// that could not be asked may have known better.
func (s *servers) explain(err error) error {
	lookup, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return withoutSocket(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != "" {
		lookup.Server = s.last
	}
	if s.failed != nil && !lookup.IsNotFound && !lookup.IsTimeout {
		lookup.Err = bare(s.failed).Error()
	}
	if s.unasked && !lookup.IsNotFound {
		return unclear{err}
	}
	return err
}
