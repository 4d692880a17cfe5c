// Package planfile keeps a plan until it is applied: what it was made from, the
// ground that it stands on, and where it leads. It is pure.
//
// A plan is good for one apply on one host. It names the host, the boot and the
// newest transaction that there was; whichever apply begins after that, its own
// too, makes the plan stale. Nothing has to be marked as used, so nothing is
// usable twice because a process or the power was cut off.
package planfile
