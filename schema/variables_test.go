package schema_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

const declarations = `
variable "mtu" {
  type    = number
  default = 1400
}
variable "addresses" {
  type    = list(string)
  default = []
}
variable "psk" {
  sensitive = true
  default   = "goatsareinteresting"
}
ethernet "eth0" {
  mtu = var.mtu
  ipv4 { addresses = var.addresses }
}
wifi "wlan0" {
  ssid = "home"
  psk  = "${var.psk}!"
}`

// decodeWith reads the declarations with variables given from outside.
func decodeWith(change func(*schema.Inputs)) (*schema.Document, hcl.Diagnostics) {
	in := environment()
	change(&in)
	return schema.Decode([]schema.Source{{Name: "test.hcl", Bytes: []byte(declarations)}}, in)
}

// The environment loses to files, files to the command line, and of two the
// last wins.
func TestWhereVariablesComeFrom(t *testing.T) {
	environ := func(in *schema.Inputs) {
		in.Getenv = func(name string) (string, bool) { return "1401", name == "BONDCTL_VAR_mtu" }
	}
	file := func(in *schema.Inputs) {
		in.VarFiles = append(in.VarFiles, schema.Source{Name: "a.hclvars", Bytes: []byte("mtu = 1402\n")})
	}
	second := func(in *schema.Inputs) {
		in.VarFiles = append(in.VarFiles, schema.Source{Name: "b.hclvars", Bytes: []byte("mtu = 1403\n")})
	}
	flag := func(in *schema.Inputs) {
		in.Assignments = append(in.Assignments, schema.Assignment{Name: "mtu", Text: "1404"})
	}
	var given []func(*schema.Inputs)
	for i, source := range []func(*schema.Inputs){func(*schema.Inputs) {}, environ, file, second, flag} {
		given = append(given, source)
		d, diags := decodeWith(func(in *schema.Inputs) {
			for _, g := range given {
				g(in)
			}
		})
		require.Empty(t, diags)
		assert.Equal(t, 1400+i, d.Links[0].MTU.Value)
	}
}

func TestVariablesOfOtherTypesAreExpressions(t *testing.T) {
	d, diags := decodeWith(func(in *schema.Inputs) {
		in.Assignments = []schema.Assignment{{Name: "addresses", Text: `["192.0.2.1/24", "192.0.2.2/24"]`}}
	})
	require.Empty(t, diags)
	assert.Len(t, d.Links[0].IPv4.Addresses.Items, 2)
}

func TestAssignmentsThatFail(t *testing.T) {
	for _, c := range []struct {
		name, text, want, place string
	}{
		{"mut", "1", `There is no variable "mut". Did you mean "mtu"?`, "--var"},
		{"colour", "1", `There is no variable "colour"; there are mtu, addresses and psk.`, "--var"},
		{"mtu", "big", "variable mtu wants number", "--var mtu"},
		{"addresses", "192.0.2.1/24", "", "--var addresses"},
		{"addresses", "[nonsense]", "nonsense", "--var addresses"},
		{"addresses", "{}", "variable addresses wants list(string)", "--var addresses"},
	} {
		_, diags := decodeWith(func(in *schema.Inputs) {
			in.Assignments = []schema.Assignment{{Name: c.name, Text: c.text}}
		})
		require.NotEmpty(t, diags, c.text)
		assert.Contains(t, findings(diags), c.want)
		assert.Equal(t, c.place, diags[0].Subject.Filename)
	}
}

func TestVariableFilesThatFail(t *testing.T) {
	_, diags := decodeWith(func(in *schema.Inputs) {
		in.VarFiles = []schema.Source{{Name: "a.hclvars", Bytes: []byte("mtu = \"big\"\nmut = 1\naddresses = nonsense\n")}}
	})
	assert.Equal(t, []string{"a.hclvars:1", "a.hclvars:2", "a.hclvars:3"}, lines(diags), findings(diags))
}

// P7: a sensitive variable and what is made of it are known as secrets.
func TestSecretsThatADocumentKnows(t *testing.T) {
	d, diags := decodeWith(func(*schema.Inputs) {})
	require.Empty(t, diags)
	assert.ElementsMatch(t, []string{"goatsareinteresting", "goatsareinteresting!"}, reveal(d.Secrets()))

	d = documentOf(t, files(t, "corpus")["seed002_modem.hcl"])
	assert.Equal(t, []string{"password"}, reveal(d.Secrets()))
	d = documentOf(t, files(t, "corpus")["design_example.hcl"])
	assert.ElementsMatch(t, []string{"from a variable", "from a variable", "Bearer 0123456789"}, reveal(d.Secrets()))
	d = documentOf(t, `
variable "keys" {
  sensitive = true
  default   = { a = "one", b = ["two"], c = 3 }
}`)
	assert.ElementsMatch(t, []string{"one", "two"}, reveal(d.Secrets()), "every text within")
}

func reveal(secrets []schema.Secret) []string {
	texts := make([]string, len(secrets))
	for i, s := range secrets {
		texts[i] = s.Reveal()
	}
	return texts
}

// No finding about a secret shows it.
func TestFindingsDoNotShowSecrets(t *testing.T) {
	_, diags := decode(`
variable "psk" {
  sensitive = true
  type      = string
  default   = "goat\n"
}
wifi "wlan0" {
  ssid     = "home"
  security = var.psk
  psk      = var.psk
  mtu      = var.psk
  band     = "${var.psk}"
  country  = var.psk
  eap {
    method   = "peap"
    identity = "jane"
    password = var.psk
  }
}`)
	require.NotEmpty(t, diags)
	assert.NotContains(t, findings(diags), "goat")
	assert.Contains(t, findings(diags), schema.Masked+" is not a country's code")
}
