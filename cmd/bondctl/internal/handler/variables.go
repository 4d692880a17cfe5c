package handler

import (
	"strconv"
	"strings"
	"time"
)

// Delivery is one try to hand an event over.
type Delivery struct {
	Event Event
	// Attempt counts the tries since this process began, from 1.
	Attempt int
	// Late tells that it is well after the event.
	Late bool
}

// variablePrefix is that of the variables, and of the fields in the journal.
const variablePrefix = "BONDCTL_"

// variable is what a program has of an event in its environment, and the journal in a field.
type variable struct {
	name  string
	value func(Delivery) string
}

// variables are always all there, some of them empty: a script need not ask which are set.
var variables = []variable{
	{"EVENT", func(d Delivery) string { return d.Event.Name }},
	{"ID", func(d Delivery) string { return d.Event.ID }},
	{"SEQUENCE", func(d Delivery) string { return strconv.FormatUint(d.Event.Sequence, 10) }},
	{"HOST", func(d Delivery) string { return d.Event.Host }},
	{"FALLBACK", func(d Delivery) string { return d.Event.Fallback }},
	{"ROUTE", func(d Delivery) string { return d.Event.Route }},
	{"INTERFACE", func(d Delivery) string { return d.Event.Link }},
	{"FAMILY", func(d Delivery) string { return d.Event.Family }},
	{"GATEWAY", func(d Delivery) string { return addrText(d.Event.Gateway) }},
	{"PREVIOUS_ROUTE", func(d Delivery) string { return d.Event.Previous }},
	{"REASON", func(d Delivery) string { return d.Event.Reason }},
	{"UP", func(d Delivery) string { return strings.Join(d.Event.Up, " ") }},
	{"DOWN", func(d Delivery) string { return strings.Join(d.Event.Down, " ") }},
	{"TIME", func(d Delivery) string { return d.Event.At.Time.Format(time.RFC3339Nano) }},
	{"TIME_SYNCHRONIZED", func(d Delivery) string { return strconv.FormatBool(d.Event.At.Synchronized) }},
	{"BOOT_ID", func(d Delivery) string { return d.Event.At.BootID }},
	{"BOOTTIME", func(d Delivery) string { return strconv.FormatFloat(d.Event.At.Boot.Seconds(), 'f', 3, 64) }},
	{"COALESCED", func(d Delivery) string { return strconv.Itoa(d.Event.Coalesced) }},
	{"ATTEMPT", func(d Delivery) string { return strconv.Itoa(d.Attempt) }},
	{"LATE", func(d Delivery) string { return strconv.FormatBool(d.Late) }},
}

// environment gives the variables as a process has them. None can hold a zero byte (environ(7)).
func (d Delivery) environment() []string {
	all := make([]string, len(variables))
	for i, v := range variables {
		all[i] = variablePrefix + v.name + "=" + strings.ReplaceAll(v.value(d), "\x00", " ")
	}
	return all
}
