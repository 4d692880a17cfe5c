package generators

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/schema"
)

func TestHeaderIsOneLine(t *testing.T) {
	header := Header(&schema.Document{Name: "a\nb\u2028c\x00\u0080\ufffe é.hcl"})
	assert.Equal(t, "Made by bondctl from a?b?c??? é.hcl; changes here are overwritten.", header)
}

func TestUnsaidCoversWhatIsBelow(t *testing.T) {
	unsaid := Unsaid{Path: "bond/bond0/slave/eth0"}
	assert.True(t, unsaid.Covers("bond/bond0/slave/eth0"))
	assert.True(t, unsaid.Covers("bond/bond0/slave/eth0/queue_id"))
	assert.False(t, unsaid.Covers("bond/bond0/slave/eth01"))
}

func TestMaskShowsOnlyWhetherSecretsDiffer(t *testing.T) {
	var masker Masker
	find := SecretKeys(":", "password")
	content := "ssid: home\n  password: \"goats\"\n  password: sheep\npassword: |\n  two\n  lines\nend: 1\npassword: 'sheep'\npassword: '"
	want := "ssid: home\n  password: \"(sensitive, value 1)\"\n  password: (sensitive, value 2)\n" +
		"password: (sensitive, value 3)\nend: 1\npassword: '(sensitive, value 2)'\npassword: (sensitive, value 4)"
	assert.Equal(t, want, string(masker.Mask(find, []byte(content))))
}
