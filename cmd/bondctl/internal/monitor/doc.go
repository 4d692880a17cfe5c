// Package monitor decides which fallback route carries the default route. It is
// pure: [Settings.Step] takes a state and what has come in, and gives the next
// state and what is to be done. Time comes in as readings of the boot clock; who
// asks targets, writes routes and tells handlers stands outside.
//
// One [State] is for one fallback in one family: IPv4 and IPv6 are judged apart.
//
// A route is judged by its checks, the verify blocks. Enough misses in a row make
// it bad, enough hits in a row good again; losses and slow answers within a window
// make it bad too. A target that answers over no route, while others do
// over this one, is a dead target and not a dead route, and is left out of the count.
//
// The first doubt about the route that carries traffic, a missed check or a lost
// link, makes all routes be asked at once. Traffic moves when the route is bad and
// another has passed its checks since the doubt began: never to a route that was
// well some time ago, and never where no other passes. A route that somebody has to
// bring up first is told to set up, and the old one stays until the new one passes.
//
// Traffic returns to a better route when that has been good long enough. Each
// failure of a route doubles the time, so that whatever a flapping route does, the
// number of returns grows with the logarithm of the time it has for it. Past failures
// never keep traffic on a dead route while another passes.
package monitor
