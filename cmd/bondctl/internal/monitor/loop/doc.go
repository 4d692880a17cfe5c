// Package loop is the running monitor. One goroutine owns the state of every
// fallback: it hands what comes in to [monitor.Settings.Step], one thing after the
// other, and carries out what that wants.
//
// What comes in are answers to checks, the kernel's own state, moments that were
// waited for, and what people say. The kernel's state is read whenever it says that
// something has changed: routes of IPv4 vanish without a word, but not the address that
// they vanish with (fib_sync_down_addr in net/ipv4/fib_semantics.c). It is read every few
// seconds besides, and every half a second where not all is as it should be.
//
// Nothing slow is done in that goroutine. Checks run in goroutines of their own, the
// state and the history are written by others, and what handlers are told goes into
// their queue.
//
// The routes are kept by level and not by edge: after each reading they are what the
// decisions want, whoever has changed them. Somebody who changes them again and again
// is given way to for longer and longer, and is reported.
package loop
