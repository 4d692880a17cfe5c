package keyfile

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators/format/ini"
)

// NetworkManager.conf(5), "Device List Format".
func TestDeviceLists(t *testing.T) {
	for value, want := range map[string]struct{ has, hasNot []string }{
		"":     {nil, []string{"eth0"}},
		"*":    {[]string{"eth0", "wlan0"}, nil},
		"eth0": {[]string{"eth0"}, []string{"eth1"}},
		" interface-name:eth* ; interface-name:=wl[0] ,": {[]string{"eth0", "eth10", "wl[0]"}, []string{"en0", "wl0"}},
		"interface-name:~e?h0":                           {[]string{"eth0"}, []string{"eh0", "etth0"}},
		"interface-name:=eth*":                           {[]string{"eth*"}, []string{"eth0"}},
		`interface-name:=a\,b;interface-name:=c\\;d`:     {[]string{"a,b", `c\`, "d"}, []string{"a", "b"}},
		"*,except:interface-name:eth0":                   {[]string{"eth1"}, []string{"eth0"}},
		"except:interface-name:eth0":                     {[]string{"eth1"}, []string{"eth0"}},
		"*,except:type:wifi":                             {nil, []string{"eth0", "wlan0"}},
		"mac:00:22:68:1c:59:b1;driver:veth":              {nil, []string{"eth0"}},
	} {
		list := unmanaged([]confEntry{{section: "keyfile", Entry: ini.Entry{Key: unmanagedDevices, Value: value}}})
		for _, link := range want.has {
			_, ok := list.has(link)
			assert.True(t, ok, "%q has %s", value, link)
		}
		for _, link := range want.hasNot {
			_, ok := list.has(link)
			assert.False(t, ok, "%q has not %s", value, link)
		}
	}
}

// nm-settings(5), match.interface-name.
func TestPatterns(t *testing.T) {
	for value, want := range map[string]struct{ allow, refuse []string }{
		"":               {[]string{"eth0"}, nil},
		"eth0;eth1;":     {[]string{"eth0", "eth1"}, []string{"eth2"}},
		"e*;!eth0;":      {[]string{"eth1"}, []string{"eth0", "wlan0"}},
		"!eth0;!eth1;":   {[]string{"eth2"}, []string{"eth0", "eth1"}},
		"&e*;&*0;":       {[]string{"eth0"}, []string{"eth1", "wlan0"}},
		"|!eth0;wlan0;":  {[]string{"eth1", "wlan0"}, []string{"eth0"}},
		"&!eth0;|eth*;":  {[]string{"eth1"}, []string{"eth0", "en0"}},
		"en[!0-4];":      {[]string{"en5"}, []string{"en3"}},
		`\\!odd;`:        {[]string{"!odd"}, []string{"odd"}},
		`[unclosed;eth0`: {[]string{"eth0"}, []string{"[unclosed", "u"}},
	} {
		list := patternsOf(value)
		for _, link := range want.allow {
			assert.True(t, list.allow(link), "%q allows %s", value, link)
		}
		for _, link := range want.refuse {
			assert.False(t, list.allow(link), "%q refuses %s", value, link)
		}
	}
}

func patternsOf(value string) patterns {
	p := &reading{entries: []entry{{section: "match", Entry: ini.Entry{Key: "interface-name", Value: value}}}}
	return p.patterns()
}

func TestWhomPatternsAreFor(t *testing.T) {
	links := []string{"eth0", "wl*"}
	for value, want := range map[string]bool{
		"eth0;": true, `eth0;wl\\*`: true, "&eth0;&e*;": true, "eth0;eth1;": false, "e*;": false, "wl*": false, "": false, "!eth1;": false,
	} {
		assert.Equal(t, want, patternsOf(value).onlyAllow(links), value)
	}
}

// Any name that the kernel takes is refused by the pattern for it, and by no other.
func TestRefusedNames(t *testing.T) {
	name := rapid.StringMatching(`[a-z*?\[\]\\!&|;,]{1,15}`)
	rapid.Check(t, func(t *rapid.T) {
		link, other := name.Draw(t, "link"), name.Draw(t, "other")
		list := patternsOf(escapeList([]string{pattern{glob: globEscaper.Replace(link), inverted: true}.spell()}))
		assert.False(t, list.allow(link))
		assert.Equal(t, other != link, list.allow(other))

		devices := unmanaged([]confEntry{{section: "keyfile", Entry: ini.Entry{Key: unmanagedDevices, Value: literally(link)}}})
		_, has := devices.has(other)
		assert.Equal(t, other == link, has)
	})
}

// UUIDs of profiles without one, as Python's uuid.uuid3 gives them too.
func TestUUIDsByFileName(t *testing.T) {
	const want = "7ba00b1d-8cdd-30da-91ad-bb83ed4f7474"
	assert.Equal(t, want, fileUUID(dir+"/eth0.nmconnection"))
	assert.Equal(t, want, fileUUID(libDir+"/eth0.nmconnection"))
	assert.NotEqual(t, want, fileUUID(dir+"/eth0"))
}
