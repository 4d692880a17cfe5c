package networkd

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// spanUnits are the units of systemd.time(7).
var spanUnits = []struct {
	names string
	unit  time.Duration
}{
	{"usec us µs μs", time.Microsecond},
	{"msec ms", time.Millisecond},
	{"seconds second sec s", time.Second},
	{"minutes minute min m", time.Minute},
	{"hours hour hr h", time.Hour},
	{"days day d", 24 * time.Hour},
	{"weeks week w", 7 * 24 * time.Hour},
	{"months month M", 2629800 * time.Second},
	{"years year y", 31557600 * time.Second},
}

var errSpan = errors.New("wants a time such as 100ms; a bare number counts seconds")

// timeSpan reads a time as systemd does: numbers with units one after another,
// "1s 500ms", with fractions; a number without a unit counts seconds.
func timeSpan(text string) (time.Duration, error) {
	var total float64
	rest := strings.TrimSpace(text)
	if rest == "" {
		return 0, errSpan
	}
	for rest != "" {
		number, after := leading(rest, "0123456789.")
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return 0, errSpan
		}
		name, next := untilNumber(strings.TrimLeft(after, " \t"))
		unit, ok := spanUnit(name)
		if !ok {
			return 0, errSpan
		}
		total += value * float64(unit)
		rest = next
	}
	if total > math.MaxInt64/2 {
		return 0, errSpan
	}
	return time.Duration(math.Round(total)), nil
}

// leading splits a text after the letters of a set.
func leading(text, set string) (head, tail string) {
	tail = strings.TrimLeft(text, set)
	return text[:len(text)-len(tail)], tail
}

// untilNumber splits a text before its first digit.
func untilNumber(text string) (head, tail string) {
	if i := strings.IndexAny(text, "0123456789."); i >= 0 {
		return strings.TrimRight(text[:i], " \t"), text[i:]
	}
	return strings.TrimRight(text, " \t"), ""
}

func spanUnit(name string) (time.Duration, bool) {
	if name == "" {
		return time.Second, true
	}
	for _, u := range spanUnits {
		for spelling := range strings.FieldsSeq(u.names) {
			if spelling == name {
				return u.unit, true
			}
		}
	}
	return 0, false
}
