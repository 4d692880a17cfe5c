package schema_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// The rows by their netlink attribute (include/uapi/linux/if_link.h), as the
// driver's header numbers them; AD_INFO (23) is not an option.
func TestTableHasEveryNetlinkAttribute(t *testing.T) {
	var bond, slave []uint16
	for _, o := range schema.Options() {
		switch {
		case o.Attr == 0 || o.Alias != "":
		case o.Scope == schema.SlaveScope:
			slave = append(slave, o.Attr)
		default:
			bond = append(bond, o.Attr)
		}
	}
	slices.Sort(bond)
	var want []uint16
	for n := uint16(1); n <= 34; n++ {
		if n != 23 {
			want = append(want, n)
		}
	}
	assert.Equal(t, want, bond, "each attribute of a bond once")
	assert.Equal(t, []uint16{5, 9, 10}, slices.Sorted(slices.Values(slave)))
}

// The parameters that `modinfo -p bonding` lists from 6.1 to 7.2.
func TestTableHasEveryModuleParameter(t *testing.T) {
	want := strings.Fields(`ad_select all_slaves_active arp_all_targets arp_interval arp_ip_target arp_validate downdelay
		fail_over_mac lacp_rate lp_interval max_bonds miimon min_links mode num_grat_arp num_unsol_na packets_per_slave
		primary primary_reselect resend_igmp tx_queues updelay use_carrier xmit_hash_policy`)
	var got []string
	for _, o := range schema.Options() {
		if name := o.Word(schema.Module).Name; name != "" {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	assert.Equal(t, want, got)
}

func TestEveryRowIsSound(t *testing.T) {
	for _, o := range schema.Options() {
		t.Run(o.Name, func(t *testing.T) {
			assert.True(t, strings.HasSuffix(o.Doc, "."), "a sentence ends in a full stop: %q", o.Doc)
			assert.NotEmpty(t, o.Modes.Modes())
			assert.NotEmpty(t, o.Effective.Modes())
			for _, m := range o.Effective.Modes() {
				assert.True(t, o.Modes.Has(m), "works in %s, which does not accept it", m)
			}
			assert.NotEmpty(t, o.Range())
			assert.Equal(t, o.Attr == 0, o.Width == schema.NoWidth, "an attribute has an encoding")
			found, ok := schema.Lookup(o.Name)
			assert.True(t, ok)
			assert.Same(t, o, found, "one row for a name")
		})
	}
	_, ok := schema.Lookup("mimon")
	assert.False(t, ok)
}

// A default is a value of the option, in the kernel's own text.
func TestDefaultsAreInRange(t *testing.T) {
	for _, o := range schema.Options() {
		for _, m := range schema.Modes() {
			text := o.DefaultIn(m)
			if text == "" {
				continue
			}
			value, err := o.Parse(text)
			require.NoError(t, err, o.Name)
			assert.Equal(t, text, value.String(), o.Name)
			assert.True(t, o.IsDefault(m, value), o.Name)
		}
	}
	miimon, _ := schema.Lookup("miimon")
	assert.Equal(t, "0", miimon.DefaultIn(schema.ActiveBackup))
	assert.Equal(t, "100", miimon.DefaultIn(schema.Mode8023AD), "the driver forces 100 in 802.3ad, balance-tlb and balance-alb")
}

func TestEnumerationsAreComplete(t *testing.T) {
	for _, o := range schema.Options() {
		assert.Equal(t, o.Kind == schema.Enum, len(o.Choices) > 0, o.Name)
		for i, choice := range o.Choices {
			assert.Equal(t, int64(i), choice.Number, "%s: the kernel numbers from 0 without gaps", o.Name)
			assert.NotEmpty(t, choice.Doc, "%s %s", o.Name, choice.Name)
			found, ok := o.Choice(choice.Name)
			assert.True(t, ok)
			assert.Equal(t, choice, found)
		}
		_, ok := o.Choice("no such word")
		assert.False(t, ok)
	}
}

// What a row refers to is in the table, and exclusions hold both ways.
func TestReferencesHold(t *testing.T) {
	for _, o := range schema.Options() {
		for _, name := range slices.Concat(o.Excludes, o.Requires, o.UselessWithout, nonEmpty(o.MultipleOf, o.Alias)) {
			other, ok := schema.Lookup(name)
			require.True(t, ok, "%s refers to %s", o.Name, name)
			assert.NotEqual(t, o, other)
		}
		for _, name := range o.Excludes {
			other, _ := schema.Lookup(name)
			assert.Contains(t, other.Excludes, o.Name)
		}
		if o.Alias != "" {
			other, _ := schema.Lookup(o.Alias)
			assert.Equal(t, other.Attr, o.Attr, "two names of one variable")
		}
	}
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// A reader must know which option a word means.
func TestWordsAreUniqueInEachVocabulary(t *testing.T) {
	for _, v := range schema.Vocabularies() {
		assert.NotEmpty(t, v.String())
		for _, o := range schema.Options() {
			word := o.Word(v)
			if word.Name == "" {
				continue
			}
			found, ok := schema.OptionByWord(v, o.Scope, word.Name)
			require.True(t, ok)
			assert.Same(t, o, found, "%s: %s means two options", v, word.Name)
			for _, only := range word.Only {
				_, err := o.Parse(only)
				require.NoError(t, err, "%s %s", v, o.Name)
			}
		}
	}
	_, ok := schema.OptionByWord(schema.Netplan, schema.BondScope, "")
	assert.False(t, ok, "an option without a word is not found by none")
	_, ok = schema.OptionByWord(schema.Networkd, schema.BondScope, "Bonding")
	assert.False(t, ok)
}

// The scopes part the table.
func TestScopesPartTheTable(t *testing.T) {
	all := slices.Concat(schema.OptionsOf(schema.BondScope), schema.OptionsOf(schema.SlaveScope), schema.OptionsOf(schema.ModuleScope))
	assert.ElementsMatch(t, schema.Options(), all)
}

func TestWhatConsumersCannotBeTold(t *testing.T) {
	for _, c := range []struct {
		name, value string
		in          schema.Vocabulary
		why         string
	}{
		{"miimon", "100", schema.Networkd, ""},
		{"miimon", "0", schema.Networkd, "does not send MIIMonitorSec=0"},
		{"min_links", "0", schema.Netplan, `takes 0 for "not set"`},
		{"arp_validate", "filter", schema.Netplan, "knows only none, active, backup or all"},
		{"arp_validate", "filter", schema.NetworkManager, ""},
		{"lp_interval", "1", schema.Networkd, "only together with ARPIntervalSec"},
		{"use_carrier", "0", schema.Netplan, "netplan has no word for it"},
	} {
		o, _ := schema.Lookup(c.name)
		value, err := o.Parse(c.value)
		require.NoError(t, err)
		ok, why := o.CanSay(c.in, value)
		assert.Equal(t, c.why == "", ok, "%s of %s to %s", c.value, c.name, c.in)
		assert.Contains(t, why, c.why)
	}
}

func TestModes(t *testing.T) {
	numbers := map[string]schema.Mode{}
	for _, m := range schema.Modes() {
		numbers[m.String()] = m
		assert.NotEmpty(t, m.Doc())
	}
	assert.Equal(t, map[string]schema.Mode{
		"balance-rr": 0, "active-backup": 1, "balance-xor": 2, "broadcast": 3, "802.3ad": 4, "balance-tlb": 5, "balance-alb": 6,
	}, numbers)
	assert.Equal(t, "balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb or balance-alb", schema.AllModes.String())
	assert.True(t, schema.Broadcast.NeedsSwitch())
	assert.False(t, schema.ActiveBackup.NeedsSwitch())
}
