package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/generators/all"
)

const bond = `
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
}
`

// machine is a process of ours with a directory as its host.
type machine struct {
	Env
	out, err bytes.Buffer
}

func newMachine(t *testing.T, args ...string) *machine {
	t.Helper()
	m := &machine{}
	m.Env = Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: &m.out, Stderr: &m.err,
		LookupEnv:  func(string) (string, bool) { return "", false },
		IsTerminal: IsTerminal,
		Now:        func() time.Time { return time.Date(2026, 11, 21, 3, 4, 5, 0, time.UTC) },
		Root:       t.TempDir(),
		Signals:    func() <-chan os.Signal { return nil },
		Proc:       noConnections(),
	}
	m.Look = func() manager.Facts {
		return manager.Gather(t.Context(), manager.Host{Root: os.DirFS(m.Root), Patience: time.Second})
	}
	t.Chdir(t.TempDir())
	return m
}

// noConnections is a /proc that has no TCP connection.
func noConnections() fstest.MapFS { return fstest.MapFS{"net/tcp": {}} }

func write(t *testing.T, name, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
}

func TestTheHostsOwnDocumentIsFoundWhereNoneIsHere(t *testing.T) {
	m := newMachine(t, "validate")
	host := filepath.Join(m.Root, "etc/bondctl")
	write(t, filepath.Join(host, "bonds.hcl"), bond)
	assert.Equal(t, codeDone, Run(m.Env))
	assert.Equal(t, host+" is valid: 1 bond, 2 slaves.\n", m.out.String())

	m.out.Reset()
	write(t, "bondctl.hcl", bond)
	assert.Equal(t, codeDone, Run(m.Env))
	assert.Equal(t, "bondctl.hcl is valid: 1 bond, 2 slaves.\n", m.out.String())
}

func TestOneApplyAtATime(t *testing.T) {
	m := newMachine(t, "apply", "--root", ".", "--backend", "netplan", "--auto-approve")
	write(t, "bondctl.hcl", bond)
	unlock, err := lock(".")
	require.NoError(t, err)
	assert.Equal(t, codeLocked, Run(m.Env))
	assert.Equal(t, "bondctl: another bondctl works on .: wait for it to end, then try again\n", m.err.String())

	m.Args = []string{"rollback", "--root", ".", "some"}
	assert.Equal(t, codeLocked, Run(m.Env))

	unlock()
	m.Args = []string{"apply", "--root", ".", "--backend", "netplan", "--auto-approve"}
	assert.Equal(t, codeDone, Run(m.Env))
}

func TestTheMachinesOwnRootIsLeftAlone(t *testing.T) {
	m := newMachine(t)
	write(t, "bondctl.hcl", bond)
	require.NoError(t, os.Symlink(m.Root, "alias"))
	for _, root := range []string{m.Root, "alias"} {
		for _, args := range [][]string{{"apply", "--auto-approve", "--root", root}, {"generate", "--out", root}} {
			m.err.Reset()
			m.Args = append(args, "--backend", "netplan")
			assert.Equal(t, codeError, Run(m.Env))
			assert.Contains(t, m.err.String(), root+" is the root of this machine, which apply changes without --root")
		}
	}
	found, err := os.ReadDir(m.Root)
	require.NoError(t, err)
	assert.Empty(t, found)
}

func TestTwoBackupsInOneSecondHaveTwoNames(t *testing.T) {
	m := newMachine(t, "apply", "--root", ".", "--backend", "netplan", "--auto-approve")
	write(t, "bondctl.hcl", bond)
	assert.Equal(t, codeDone, Run(m.Env))
	require.NoError(t, os.RemoveAll("etc"))
	assert.Equal(t, codeDone, Run(m.Env))
	kept, err := os.ReadDir("var/lib/bondctl/backups")
	require.NoError(t, err)
	require.Len(t, kept, 2)
	assert.Equal(t, "20261121T030405Z", kept[0].Name())
	assert.Equal(t, "20261121T030405Z-2", kept[1].Name())
}

// late answers a question after something else has happened.
type late struct{ meanwhile func() }

func (l late) Read(p []byte) (int, error) {
	l.meanwhile()
	return copy(p, "yes\n"), nil
}

func TestAPlanWhoseGroundHasMovedIsRefused(t *testing.T) {
	m := newMachine(t, "apply", "--root", ".", "--backend", "netplan")
	write(t, "bondctl.hcl", bond)
	m.Stdin = late{func() { write(t, "etc/netplan/90-bondctl.yaml", "network: {}\n") }}
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "the files changed while you were asked")
	content, err := os.ReadFile("etc/netplan/90-bondctl.yaml")
	require.NoError(t, err)
	assert.Equal(t, "network: {}\n", string(content))
}

func TestColour(t *testing.T) {
	const escape = "\x1b["
	m := newMachine(t, "validate")
	write(t, "bondctl.hcl", "bnod {}\n")
	m.IsTerminal = func(io.Writer) bool { return true }
	assert.Equal(t, codeInvalid, Run(m.Env))
	assert.Contains(t, m.err.String(), escape)

	cases := []struct {
		name     string
		args     []string
		env      map[string]string
		terminal bool
	}{
		{"a pipe", []string{"validate"}, nil, false},
		{"NO_COLOR is set", []string{"validate"}, map[string]string{"NO_COLOR": "1"}, true},
		{"a terminal that knows no colour", []string{"validate"}, map[string]string{"TERM": "dumb"}, true},
		{"--no-color", []string{"validate", "--no-color"}, nil, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m.err.Reset()
			m.Args, m.IsTerminal = c.args, func(io.Writer) bool { return c.terminal }
			m.LookupEnv = func(name string) (string, bool) { value, ok := c.env[name]; return value, ok }
			assert.Equal(t, codeInvalid, Run(m.Env))
			assert.Contains(t, m.err.String(), "bnod")
			assert.NotContains(t, m.err.String(), escape)
		})
	}
}

func TestExitCodesOfFailedChanges(t *testing.T) {
	broken := errors.New("disk on fire")
	code, cause := codeOf(failure(broken))
	assert.Equal(t, codeRolledBack, code)
	require.ErrorIs(t, cause, broken)

	code, cause = codeOf(failure(&hostfs.UnfinishedError{Err: broken, Left: []hostfs.Leftover{{Path: "/etc/a", State: "has its new content"}}}))
	assert.Equal(t, codeIncomplete, code)
	assert.ErrorContains(t, cause, "/etc/a has its new content")
}

func TestBackendsOfOneDocumentShareARoot(t *testing.T) {
	const wifi = `
wifi "wlan0" {
  ssid    = "home"
  psk     = "sixteen letters!"
  country = "DE"
  ipv4 { dhcp = true }
}
`
	m := newMachine(t)
	write(t, "bondctl.hcl", wifi+bond)
	require.NoError(t, os.Mkdir("root", 0o755))
	for _, backend := range slices.Concat(all.Names(), all.Names()) {
		m.Args = []string{"apply", "--root", "root", "--backend", backend, "--auto-approve", "--lossy"}
		require.Equal(t, codeDone, Run(m.Env), m.err.String())
		m.Args = []string{"generate", "--check", "root", "--backend", backend, "--lossy"}
		require.Equal(t, codeDone, Run(m.Env), m.out.String())
	}
	assert.NotContains(t, m.out.String(), "to remove")
}

func TestNoBackendShowsASecret(t *testing.T) {
	const secrets = `
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "home"
      psk  = "hunter-pre-shared"
    }
  }
}
wifi "wlan1" {
  ssid = "office"
  eap {
    method   = "peap"
    phase2   = "mschapv2"
    identity = "me"
    ca_cert  = "/etc/ssl/certs/office.pem"
    password = "hunter # = \"quoted\""
  }
  ipv4 { dhcp = true }
}
wifi "wlan2" {
  ssid = "lab"
  eap {
    method               = "tls"
    identity             = "me"
    client_cert          = "/etc/me.pem"
    private_key          = "/etc/me.key"
    private_key_password = "hunter-of-the-key"
  }
  ipv4 { dhcp = true }
}
`
	m := newMachine(t)
	write(t, "bondctl.hcl", secrets)
	require.NoError(t, os.Mkdir("root", 0o755))
	for _, backend := range all.Names() {
		for _, command := range [][]string{{"generate"}, {"generate", "--json"}, {"plan", "--root", "root"}, {"plan", "--root", "root", "--json"}} {
			m.out.Reset()
			m.err.Reset()
			m.Args = append(command, "--backend", backend, "--lossy")
			require.Equal(t, codeDone, Run(m.Env), m.err.String())
			assert.NotContains(t, m.out.String()+m.err.String(), "hunter", backend)
		}
	}
}
