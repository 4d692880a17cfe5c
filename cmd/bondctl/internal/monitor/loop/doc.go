// Package loop is the running monitor. One goroutine owns the state of every
// fallback: it hands what comes in to [monitor.Settings.Step], one thing after the
// other, and carries out what that wants.
//
// What comes in are answers to checks, the kernel's own state, moments that were
// waited for, and what people say. The kernel's state is read whenever it says that
// something has changed, and every half a second besides, for routes of IPv4 vanish
// without a word (fib_sync_down_addr in net/ipv4/fib_frontend.c).
//
// Nothing slow is done in that goroutine. Checks run in goroutines of their own, the
// state and the history are written by others, and what handlers are told goes into
// their queue.
//
// The routes are kept by level and not by edge: after each reading they are what the
// decisions want, whoever has changed them. Somebody who changes them again and again
// is given way to for longer and longer, and is reported.
package loop
