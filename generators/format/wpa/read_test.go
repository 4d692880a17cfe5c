package wpa

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

func TestFileOfAnotherHand(t *testing.T) {
	w, misread := parse(t, "ctrl_interface=/run/wpa_supplicant\nupdate_config=1\r\ncountry=GB # home\n\n"+
		"  network={\n"+
		"    # the flat\n"+
		"    ssid=P\"caf\\xc3\\xa9 \\\"\\101\\\\\" # Bob's \n"+
		"    #psk=\"goats and sheep\"\n"+
		"\tpsk=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F  \n"+
		"    bssid=any\n    ieee80211w=0\n    scan_ssid=0\n"+
		"}\n")
	assert.Empty(t, misread)
	assert.Equal(t, []string{
		"wifi/wlan0 = ",
		"wifi/wlan0/country = GB",
		"wifi/wlan0/psk = 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F",
		"wifi/wlan0/security = wpa2-psk",
		`wifi/wlan0/ssid = "café \"A\\"`,
	}, said(w))
	assert.Equal(t, 9, w.PSK.Range.Start.Line)
}

func TestLinesThatADocumentCannotSay(t *testing.T) {
	cases := []struct{ name, content, want string }{
		{"another network", "network={\n}\nnetwork={\nssid=\"b\"\n}", ":3,1-1 A link of a document joins one network, and this is not the first."},
		{"a credential", "cred={\nrealm=\"x\"\n}\nnetwork={\n}", ":1,1-1 A document has no cred block."},
		{"an unknown key", "network={\npriority=5\n}", ":2,1-1 A document has nothing like priority."},
		{"no key at all", "network={\nhello\n}", ":2,1-1 A document has nothing like hello."},
		{"an unknown global key", "p2p_disabled=1\nnetwork={\n}", ":1,1-1 A document has nothing like p2p_disabled."},
		{"blanks around the sign", "network={\nssid =\"x\"\n}", ":2,1-1 A document has nothing like ssid ."},
		{"two protections", "network={\nkey_mgmt=WPA-PSK SAE\n}", ":2,1-1 key_mgmt of WPA-PSK SAE is not one of"},
		{"management frames", "network={\nieee80211w=1\n}", ":2,1-1 ieee80211w is fixed by the protection"},
		{"a name too long", "network={\nssid=\"" + string(make([]byte, 33)) + "\"\n}", ":2,1-1 ssid wants a name of at most 32 bytes."},
		{"an odd name", "network={\nssid=abc\n}", ":2,1-1 ssid wants a text in quotes"},
		{"a broken escape", "network={\nssid=P\"\\q\"\n}", ":2,1-1 ssid wants \\\\"},
		{"an escape that ends", "network={\nssid=P\"\\\"\n}", ":2,1-1 ssid wants \\\\"},
		{"an access point", "network={\nbssid=2:3\n}", ":2,1-1 bssid wants an Ethernet address"},
		{"one channel", "network={\nfreq_list=2412\n}", ":2,1-1 freq_list is not exactly one band"},
		{"a channel by name", "network={\nfreq_list=one\n}", ":2,1-1 freq_list wants frequencies in MHz"},
		{"a short pass-phrase", "network={\npsk=\"short\"\n}", ":2,1-1 psk wants a pass-phrase"},
		{"an external pass-phrase", "network={\npsk=ext:home\n}", ":2,1-1 psk wants a pass-phrase"},
		{"a hidden network", "network={\nscan_ssid=2\n}", ":2,1-1 scan_ssid wants 0 or 1"},
		{"a hashed password", "network={\npassword=hash:00\n}", ":2,1-1 password wants a text in quotes"},
		{"a method", "network={\neap=SIM\n}", ":2,1-1 eap wants one of PEAP"},
		{"a tunnel", "network={\neap=TTLS\nphase2=\"autheap=MSCHAPV2\"\n}", ":3,1-1 phase2 has a method that a document does not know"},
		{"no end", "network={\n", ":1,1-1 The file ends within a block"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w, misread := parse(t, c.content)
			require.Len(t, misread, 1)
			assert.Contains(t, misread[0], path+c.want)
			assert.NotNil(t, w)
		})
	}
}

func TestFileWithoutNetwork(t *testing.T) {
	w, misread := parse(t, "country=DE\n")
	assert.Empty(t, misread)
	assert.Nil(t, w)
}

// A password wins over the pass-phrase, wherever they stand.
func TestPasswordWins(t *testing.T) {
	w, _ := parse(t, "network={\nsae_password=\"mine\"\npsk=\"goats and sheep\"\nkey_mgmt=SAE\nieee80211w=2\n}")
	assert.Equal(t, "mine", w.PSK.Value.Reveal())
}

func TestSecretsAreFound(t *testing.T) {
	var masker generators.Masker
	content := "ssid=\"home\"\n\tpsk=\"goats\"\n\t# psk=\"sheep\"\n#psk=\"goats\"\nsae_password=x\npassword=y\nprivate_key_passwd=z\nwep_key0=1\n"
	want := "ssid=\"home\"\n\tpsk=\"(sensitive, value 1)\"\n\t# psk=\"(sensitive, value 2)\"\n#psk=\"(sensitive, value 1)\"\n" +
		"sae_password=(sensitive, value 3)\npassword=(sensitive, value 4)\nprivate_key_passwd=(sensitive, value 5)\nwep_key0=(sensitive, value 6)\n"
	assert.Equal(t, want, string(masker.Mask(Secret, []byte(content))))
}

// FuzzRead holds the reader to not panicking, and what it reads to coming back
// when it is written.
func FuzzRead(f *testing.F) {
	f.Add("country=DE\nnetwork={\n\tssid=\"a\"\n\tscan_ssid=1\n\tkey_mgmt=SAE\n\tpsk=\"12345678\"\n}\n")
	f.Add("network={\n\tssid=P\"\\x41\\n\\\\\"\n\teap=TTLS\n\tidentity=6162\n\tphase2=\"auth=PAP\"\n}\n")
	f.Fuzz(func(t *testing.T, content string) {
		w, _ := parse(t, content)
		if w == nil {
			return
		}
		written, complaints := render(t, w)
		again, misread := parse(t, written)
		assert.Empty(t, misread)
		if len(complaints) == 0 {
			assert.Equal(t, said(w), said(again))
		}
	})
}
