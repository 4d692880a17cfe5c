package schema_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

func TestValuesInTheKernelsText(t *testing.T) {
	for _, c := range []struct{ option, text, want string }{
		{"mode", "active-backup", "active-backup"},
		{"mode", "1", "active-backup"},
		{"miimon", "100", "100"},
		{"miimon", "100ms", "100"},
		{"miimon", "0.3s", "300"},
		{"lp_interval", "2m", "120"},
		{"num_grat_arp", "0", "0"},
		{"use_carrier", "Yes", "1"},
		{"use_carrier", "off", "0"},
		{"lacp_active", "off", "off"},
		{"primary", "eth0", "eth0"},
		{"arp_ip_target", "192.0.2.1, 192.0.2.2\t192.0.2.3", "192.0.2.1,192.0.2.2,192.0.2.3"},
		{"arp_ip_target", "", ""},
		{"ns_ip6_target", "2001:DB8:0:0::1", "2001:db8::1"},
		{"ad_actor_system", "02-00-00-AA-00-01", "02:00:00:aa:00:01"},
		{"prio", "-2147483648", "-2147483648"},
	} {
		o, _ := schema.Lookup(c.option)
		value, err := o.Parse(c.text)
		require.NoError(t, err, "%s %q", c.option, c.text)
		assert.Equal(t, c.want, value.String(), "%s %q", c.option, c.text)
	}
}

func TestValuesThatAreRefused(t *testing.T) {
	for _, c := range []struct{ option, text, want string }{
		{"mode", "Active-Backup", "wants balance-rr"},
		{"mode", "7", "or its number, not 7"},
		{"miimon", "-1", "a number from 0 to 2147483647 milliseconds"},
		{"miimon", "2147483648", "a number from 0 to 2147483647 milliseconds"},
		{"miimon", "100us", "wants whole milliseconds, not 100us"},
		{"miimon", "fast", `not "fast"`},
		{"num_grat_arp", "2s", "a number from 0 to 255"},
		{"use_carrier", "2", "wants true or false"},
		{"arp_ip_target", "192.0.2.1,2001:db8::1", `not "2001:db8::1"`},
		{"ns_ip6_target", "fe80::1%eth0", `not "fe80::1%eth0"`},
		{"ad_actor_system", "020000000001", "wants an Ethernet address"},
		{"ad_actor_system", "02:00:00:00:00:0g", "wants an Ethernet address"},
	} {
		o, _ := schema.Lookup(c.option)
		_, err := o.Parse(c.text)
		assert.ErrorContains(t, err, c.want, "%s %q", c.option, c.text)
	}
}

func TestValuesOfTheWrongForm(t *testing.T) {
	primary, _ := schema.Lookup("primary")
	_, err := primary.Int(1)
	require.ErrorContains(t, err, "wants the name of a link, not a number")
	miimon, _ := schema.Lookup("miimon")
	_, err = miimon.List([]string{"100"})
	require.ErrorContains(t, err, "not a list")
	_, err = (&schema.Option{Name: "odd", Kind: 99}).Parse("x")
	assert.ErrorContains(t, err, "option odd has no form")
}

func TestZeroIsWhatSwitchesOff(t *testing.T) {
	for text, option := range map[string]string{
		"0": "miimon", "no": "use_carrier", "none": "arp_validate", "00:00:00:00:00:00": "ad_actor_system", "": "arp_ip_target",
	} {
		o, _ := schema.Lookup(option)
		value, err := o.Parse(text)
		require.NoError(t, err)
		assert.True(t, value.IsZero(), option)
	}
	for text, option := range map[string]string{
		"1": "miimon", "all": "arp_validate", "02:00:00:00:00:01": "ad_actor_system", "192.0.2.1": "arp_ip_target", "eth0": "primary",
	} {
		o, _ := schema.Lookup(option)
		value, err := o.Parse(text)
		require.NoError(t, err)
		assert.False(t, value.IsZero(), option)
	}
}

// drawValue makes any value that an option takes.
func drawValue(t *rapid.T, o *schema.Option) schema.Value {
	value, err := o.Parse(drawText(t, o))
	require.NoError(t, err, o.Name)
	return value
}

func drawText(t *rapid.T, o *schema.Option) string {
	switch o.Kind {
	case schema.Number, schema.Flag:
		return fmt.Sprint(rapid.Int64Range(o.Min, o.Max).Draw(t, o.Name))
	case schema.Enum:
		return rapid.SampledFrom(o.Choices).Draw(t, o.Name).Name
	case schema.LinkName:
		return rapid.SampledFrom([]string{"eth0", "eth1"}).Draw(t, o.Name)
	case schema.MACKind:
		return fmt.Sprintf("02:00:00:00:00:%02x", rapid.IntRange(0, 255).Draw(t, o.Name))
	case schema.IPv4List:
		return fmt.Sprintf("192.0.2.%d", rapid.IntRange(1, 254).Draw(t, o.Name))
	case schema.IPv6List:
		return fmt.Sprintf("2001:db8::%x", rapid.IntRange(1, 0xffff).Draw(t, o.Name))
	}
	return ""
}

// The kernel's text of a value is read as that value.
func TestTextOfAValueIsThatValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.SampledFrom(schema.Options()).Draw(t, "option")
		value := drawValue(t, o)
		again, err := o.Parse(value.String())
		require.NoError(t, err)
		assert.True(t, value.Equal(again), "%s = %s", o.Name, value)
		if o.Kind == schema.Enum || o.Kind == schema.Number || o.Kind == schema.Flag {
			same, err := o.Int(value.Number())
			require.NoError(t, err)
			assert.Equal(t, value, same, "the kernel's number is that value too")
		}
		if value.IsList() {
			same, err := o.List(slices.Clone(value.Items()))
			require.NoError(t, err)
			assert.Equal(t, value, same)
		}
	})
}

// No text makes the readers of values panic, and what one accepts has a
// canonical text.
func TestAnyTextIsAValueOrAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.SampledFrom(schema.Options()).Draw(t, "option")
		value, err := o.Parse(rapid.String().Draw(t, "text"))
		if err != nil {
			return
		}
		again, err := o.Parse(value.String())
		require.NoError(t, err)
		assert.Equal(t, value.String(), again.String())
	})
}

// Settings stay in table order whatever the order of their making.
func TestSettingsStayInTableOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var settings schema.Settings
		for _, o := range rapid.Permutation(schema.OptionsOf(schema.BondScope)).Draw(t, "order") {
			settings = settings.With(schema.Setting{Option: o, Value: drawValue(t, o)})
		}
		for i, o := range schema.OptionsOf(schema.BondScope) {
			require.Equal(t, o.Name, settings[i].Option.Name)
		}
		o := rapid.SampledFrom(schema.OptionsOf(schema.BondScope)).Draw(t, "changed")
		changed := schema.Setting{Option: o, Value: drawValue(t, o)}
		again := settings.With(changed)
		assert.Len(t, again, len(settings), "a second value replaces the first")
		assert.Equal(t, changed.Value.String(), again.Text(o.Name))
	})
}

func TestSettingsThatAreNotThere(t *testing.T) {
	var none schema.Settings
	_, ok := none.Get("miimon")
	assert.False(t, ok)
	assert.Empty(t, none.Text("miimon"))
}

func TestUnits(t *testing.T) {
	assert.Equal(t, time.Millisecond, schema.Milliseconds.Duration())
	assert.Equal(t, time.Second, schema.Seconds.Duration())
	assert.Zero(t, schema.NoUnit.Duration())
	assert.Equal(t, "seconds", schema.Seconds.String())
}

func TestHardwareAddresses(t *testing.T) {
	mac, err := schema.ParseMAC("01:00:5E-00-00-fb")
	require.NoError(t, err)
	assert.Equal(t, "01:00:5e:00:00:fb", mac.String())
	assert.True(t, mac.Multicast())
	assert.False(t, mac.IsZero())
	for _, text := range []string{"", "02", "02:00:00:00:00:00:00", "0200.0000.0001", "02:00:00:00:00:1", "zz:00:00:00:00:01"} {
		_, err := schema.ParseMAC(text)
		assert.Error(t, err, text)
	}
}

// P7: whatever prints a secret masks it.
func TestSecretsAreMaskedHoweverTheyArePrinted(t *testing.T) {
	secret := schema.NewSecret("goats")
	marshalled, err := json.Marshal(map[string]any{"psk": secret})
	require.NoError(t, err)
	for _, text := range []string{
		fmt.Sprint(secret), fmt.Sprintf("%v %+v %#v %s %q", secret, secret, secret, secret, secret), string(marshalled),
		fmt.Sprintf("%+v", schema.Wifi{PSK: schema.Given(secret)}), fmt.Sprintf("%#v", schema.Given(secret)),
	} {
		assert.NotContains(t, text, "goats")
		assert.Contains(t, text, schema.Masked)
	}
	assert.Equal(t, "goats", secret.Reveal())
}

func TestNetworkNamesInHex(t *testing.T) {
	ssid, err := schema.ParseSSIDHex("00FF41")
	require.NoError(t, err)
	assert.Equal(t, schema.SSID("\x00\xffA"), ssid)
	assert.Equal(t, "00ff41", ssid.Hex())
	_, err = schema.ParseSSIDHex("0")
	assert.Error(t, err)
}
