package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutcomeInOneLine(t *testing.T) {
	run := Run{Scenario: "failover", Story: "attic", Consumer: "netplan"}
	passed := Outcome{Run: run, Passed: true, Seconds: 31.44, Readings: []Reading{
		{Mode: "balance-rr", Right: 4, Unsaid: 1}, {Carrying: 2340 * time.Millisecond}, {Meter: "cut", Lost: 3, Sent: 150, Gap: 30 * time.Millisecond},
	}}
	assert.Equal(t, "ok     31.4 s  failover/attic/netplan                             "+
		"balance-rr: 4 settings right, 1 unsaid; carries traffic after 2.3s; cut: 3 of 150 packets lost, longest gap 30ms", passed.Line())
	assert.Equal(t, "kill apply: 43 points", Reading{Fault: "kill apply", Points: 43}.String())
	assert.Equal(t, "FAIL    0.5 s  boot                                               miimon of bond0 is 0",
		Outcome{Run: Run{Scenario: "boot"}, Seconds: 0.5, Words: "miimon of bond0 is 0"}.Line())
}

func TestTable(t *testing.T) {
	meter := func(name string, lost int, gap time.Duration) Reading {
		return Reading{Meter: name, Lost: lost, Sent: 100, Gap: gap}
	}
	outcomes := []Outcome{
		{Run: Run{Consumer: "keyfile"}, Readings: []Reading{
			{Mode: "802.3ad", Right: 7, Unsaid: 2}, {Mode: "802.3ad", Right: 7, Unsaid: 2}, {Carrying: time.Second}, meter(CableCut, 1, 10*time.Millisecond),
		}},
		{Run: Run{Consumer: "keyfile"}, Readings: []Reading{{Mode: "802.3ad", Right: 1}, {Carrying: 3 * time.Second}, meter(CableCut, 9, 90*time.Millisecond), meter(CableBack, 0, 0)}},
		{Run: Run{Consumer: "netplan"}, Readings: []Reading{
			{Change: "mode", Way: ByBondctl, Lost: 7, Gap: 7 * time.Millisecond},
			{Change: "mode", Way: ByItself, Lost: 70, Gap: time.Second, Untaken: true},
			{Change: "return", Back: 90 * time.Millisecond},
			{Change: "return", Back: 70 * time.Millisecond},
		}},
		{Run: Run{Consumer: "modprobe"}, Readings: []Reading{{Mode: "broadcast", Right: 2}}},
	}
	var page strings.Builder
	require.NoError(t, Table(&page, outcomes))
	assert.Equal(t, `settings read back  balance-rr  active-backup  balance-xor  broadcast  802.3ad  balance-tlb  balance-alb
keyfile             0+0         0+0            0+0          0+0        8+2      0+0          0+0
modprobe            0+0         0+0            0+0          2+0        0+0      0+0          0+0

interruption  to traffic  cable cut: lost  gap                 cable back: lost  gap
keyfile       3s          9, at most 9     90ms, at most 90ms  0                 0s

change           by bondctl: lost  gap  its own way: lost  gap                      back after
netplan  mode    7                 7ms  70                 1s, 1 of 1 did not take  -
netplan  return  -                 -    -                  -                        90ms, at most 90ms
`, page.String())
}
