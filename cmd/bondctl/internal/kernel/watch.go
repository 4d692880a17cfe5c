package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// watched are the groups of rtnetlink that tell of what [Host.Observe] reads.
// Routes go without a word with the nexthop object that they refer to.
var watched = []int{
	unix.RTNLGRP_LINK,
	unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV6_IFADDR,
	unix.RTNLGRP_IPV4_ROUTE, unix.RTNLGRP_IPV6_ROUTE, unix.RTNLGRP_NEXTHOP,
	unix.RTNLGRP_IPV4_RULE, unix.RTNLGRP_IPV6_RULE,
}

// Watch tells of changes to links, addresses, routes and rules in the network
// namespace of the calling thread. The channel, of capacity one, has something
// in it when there is something new to observe since it was last read: a signal
// comes at once, and what happens while it waits needs no other. Messages that
// the kernel had to drop (ENOBUFS in netlink(7)) are a signal too. The channel
// is closed when the context ends.
//
// No message comes of IPv4 routes that go because their address or link does,
// but one of the address or link.
func Watch(ctx context.Context) (<-chan struct{}, error) {
	socket, err := subscribe()
	if err != nil {
		return nil, fmt.Errorf("watch links, addresses and routes: %w", err)
	}
	return watch(ctx, socket)
}

// watch takes a socket that it closes in the end.
func watch(ctx context.Context, socket *os.File) (<-chan struct{}, error) {
	connection, err := socket.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	changes := make(chan struct{}, 1)
	context.AfterFunc(ctx, func() { _ = socket.SetReadDeadline(time.Unix(1, 0)) })
	go func() {
		defer close(changes)
		defer func() { _ = socket.Close() }()
		for receive(connection) {
			select {
			case changes <- struct{}{}:
			default:
			}
		}
	}()
	return changes, nil
}

// subscribe opens a socket that hears the groups watched.
func subscribe() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	address := unix.SockaddrNetlink{Family: unix.AF_NETLINK}
	for _, group := range watched {
		address.Groups |= 1 << (group - 1)
	}
	if err := unix.Bind(fd, &address); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), "rtnetlink"), nil
}

// receive waits for a message and drops it; false once the socket's deadline is
// over. Of an error the kernel tells once, and it stands for messages that were
// lost (netlink_set_err in net/netlink/af_netlink.c).
func receive(connection syscall.RawConn) bool {
	var message [1]byte
	return nil == connection.Read(func(fd uintptr) bool {
		_, _, err := unix.Recvfrom(int(fd), message[:], 0)
		return !errors.Is(err, unix.EAGAIN)
	})
}
