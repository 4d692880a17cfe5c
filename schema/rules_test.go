package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// bondOf writes a bond in a mode with two slaves and more lines.
func bondOf(mode schema.Mode, more ...string) string {
	return fmt.Sprintf("bond \"bond0\" {\nmode = %q\nslave \"eth0\" {}\nslave \"eth1\" {}\n%s\n}\n", mode, strings.Join(more, "\n"))
}

// summaries lists what is said of one severity.
func summaries(diags hcl.Diagnostics, severity hcl.DiagnosticSeverity) []string {
	var found []string
	for _, d := range diags {
		if d.Severity == severity {
			found = append(found, d.Summary)
		}
	}
	return found
}

// support is what an option needs beside it to be accepted.
var support = map[string][]string{
	"updelay": {"miimon = 1"}, "downdelay": {"miimon = 1"}, "peer_notif_delay": {"miimon = 1"},
	"arp_interval":  {`arp_ip_target = ["203.0.113.1"]`},
	"arp_ip_target": {"arp_interval = 1"}, "ns_ip6_target": {"arp_interval = 1"},
	"arp_validate": {"arp_interval = 1", `arp_ip_target = ["203.0.113.1"]`},
}

// literal writes a value as HCL does.
func literal(o *schema.Option, v schema.Value) string {
	if v.IsList() {
		return fmt.Sprintf("[%q]", v.Items()[0])
	}
	if o.Kind == schema.Number || o.Kind == schema.Flag {
		return v.String()
	}
	return fmt.Sprintf("%q", v.String())
}

// What the driver takes in a mode is no error, and what it refuses is exactly
// one, whatever the value.
func TestEachOptionIsAcceptedInItsModesOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.SampledFrom(schema.OptionsOf(schema.BondScope)[1:]).Draw(t, "option")
		mode := rapid.SampledFrom(schema.Modes()).Draw(t, "mode")
		value := drawValue(t, o)
		lines := []string{o.Name + " = " + literal(o, value)}
		off := o.Name == "arp_interval" && value.IsZero() // targets would then miss it
		if o.Modes.Has(mode) && requirementsHold(o, mode) && !off {
			lines = append(lines, support[o.Name]...)
		}
		_, diags := decode(bondOf(mode, lines...))
		errors := summaries(diags, hcl.DiagError)
		switch {
		case !o.Modes.Has(mode):
			assert.Equal(t, []string{"Option not accepted in this mode"}, errors, findings(diags))
		case !requirementsHold(o, mode):
			assert.Equal(t, []string{"Missing option"}, errors, findings(diags))
		default:
			assert.Empty(t, errors, findings(diags))
		}
	})
}

// requirementsHold tells whether the mode accepts what the option needs.
func requirementsHold(o *schema.Option, mode schema.Mode) bool {
	for _, name := range o.Requires {
		if needed, _ := schema.Lookup(name); needed.Modes.Has(mode) {
			return true
		}
	}
	return len(o.Requires) == 0
}

// The driver keeps a whole number of ticks: a delay is said to be rounded
// exactly when it is.
func TestDelaysAreRoundedWhenTheyAreNoMultiple(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tick := rapid.IntRange(1, 1000).Draw(t, "miimon")
		delay := rapid.IntRange(0, 10000).Draw(t, "updelay")
		_, diags := decode(bondOf(schema.ActiveBackup, fmt.Sprint("miimon = ", tick), fmt.Sprint("updelay = ", delay)))
		var want []string
		if delay%tick != 0 {
			want = []string{"Not a multiple of miimon"}
			assert.Contains(t, findings(diags), fmt.Sprintf("makes %d of %d", delay/tick*tick, delay))
		}
		assert.Equal(t, want, summaries(diags, hcl.DiagWarning))
		assert.Empty(t, summaries(diags, hcl.DiagError))
	})
}

// A gateway is reached exactly when one of the link's prefixes has it.
func TestGatewaysWithinPrefixes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.IntRange(8, 29).Draw(t, "bits")
		host := rapid.IntRange(2, 5).Draw(t, "host")
		last := rapid.IntRange(1, 254).Draw(t, "gateway")
		_, diags := decode(fmt.Sprintf("ethernet \"eth0\" {\n  ipv4 {\n    addresses = [\"10.0.0.%d/%d\"]\n    gateway = \"10.0.0.%d\"\n  }\n}\n", host, bits, last))
		size := 1 << (32 - bits)
		outside := last >= size
		for _, summary := range summaries(diags, hcl.DiagError) {
			switch summary {
			case "Gateway outside every prefix":
				assert.True(t, outside, findings(diags))
			case "Gateway is this host":
				assert.Equal(t, host, last)
			case "Unsuitable gateway":
				assert.Equal(t, size-1, last)
			default:
				assert.Fail(t, summary)
			}
		}
		if outside {
			assert.NotEmpty(t, diags)
		}
	})
}

// Nothing of a document changes by looking at it, and looking twice finds the
// same, in the order of the source.
func TestValidateOnlyLooks(t *testing.T) {
	for name, text := range files(t, "invalid") {
		d, _ := schema.Decode([]schema.Source{{Name: "test.hcl", Bytes: []byte(text)}}, environment())
		before := said(d)
		first, second := schema.Validate(d), schema.Validate(d)
		assert.Equal(t, before, said(d), name)
		require.Equal(t, findings(first), findings(second), name)
		for i := 1; i < len(first); i++ {
			assert.LessOrEqual(t, first[i-1].Subject.Start.Byte, first[i].Subject.Start.Byte, name)
		}
	}
}

// A message names things in the words of the language.
func TestMessagesAreWellFormed(t *testing.T) {
	for name, text := range files(t, "invalid") {
		d, _ := schema.Decode([]schema.Source{{Name: "test.hcl", Bytes: []byte(text)}}, environment())
		for _, diag := range schema.Validate(d) {
			assert.NotRegexp(t, `[.:!]$`, diag.Summary, "%s: a summary is a noun phrase", name)
			assert.Regexp(t, `[.?]$`, diag.Detail, "%s: a detail is sentences", name)
			assert.NotContains(t, diag.Detail, "%!", name)
			assert.LessOrEqual(t, strings.Count(diag.Detail, " "), 45, "%s: too long to be read: %s", name, diag.Detail)
		}
	}
}

// Ten thousand bonds are ten times the work of a thousand.
func BenchmarkValidate(b *testing.B) {
	for _, n := range []int{1, 100, 1000, 10000} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "bond \"bond%d\" {\n  mode = 1\n  miimon = 100\n  primary = \"p%da\"\n  slave \"p%da\" {}\n  slave \"p%db\" {}\n"+
				"  ipv4 { addresses = [\"10.%d.%d.1/24\"] }\n}\n", i, i, i, i, i>>8, i&255)
		}
		d, diags := decode(text.String())
		require.Empty(b, diags)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				_ = schema.Validate(d)
			}
		})
	}
}
