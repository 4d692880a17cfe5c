package monitor

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// dual is a document with both families.
const dual = `
ethernet "eth0" {
  ipv4 { dhcp = true }
  ipv6 { accept_ra = true }
}
ethernet "eth1" {
  ipv4 { dhcp = true }
  ipv6 { accept_ra = true }
}
ethernet "eth2" {
  ipv4 {
    addresses = ["192.0.2.7/24"]
    gateway   = "192.0.2.1"
  }
}
fallback "internet" {
  route "fibre" {
    interface = "eth0"
    gateway   = "auto"
    verify "icmp" { targets = ["192.0.2.9", "2001:db8::9", "example.org", "gateway"] }
    verify "http" { targets = ["https://[2001:db8::9]/"] }
    verify "exec" { command = ["/bin/true"] }
    handler "gpio" {
      chip       = "gpiochip0"
      status_pin = 1
      key_pin    = 2
    }
  }
  route "cable" {
    interface = "eth1"
    gateway   = "auto"
    verify "icmp" { targets = ["192.0.2.9"] }
    verify "icmp" { targets = ["192.0.2.9"] }
    handler "exec" { command = ["/bin/true"] }
  }
  route "old" {
    interface = "eth2"
    gateway   = "192.0.2.1"
  }
}
`

func TestEachFamilyHasItsRoutesAndTargets(t *testing.T) {
	all := read(t, dual)
	require.Len(t, all, 2)
	names := func(s Settings) (routes []string, checks [][]string) {
		for _, r := range s.Routes {
			routes = append(routes, r.Name)
			var names []string
			for _, c := range r.Checks {
				names = append(names, c.Name)
			}
			checks = append(checks, names)
		}
		return routes, checks
	}
	routes, checks := names(all[0])
	assert.Equal(t, schema.IPv4, all[0].Family)
	assert.Equal(t, []string{"fibre", "cable", "old"}, routes)
	assert.Equal(t, [][]string{{"icmp 192.0.2.9, example.org, gateway", "exec /bin/true"}, {"icmp 192.0.2.9", "icmp 192.0.2.9 (2)"}, nil}, checks)
	routes, checks = names(all[1])
	assert.Equal(t, schema.IPv6, all[1].Family)
	assert.Equal(t, []string{"fibre", "cable"}, routes)
	assert.Equal(t, [][]string{{"icmp 2001:db8::9, example.org, gateway", "http https://[2001:db8::9]/", "exec /bin/true"}, nil}, checks)
	assert.True(t, all[0].Routes[0].BroughtUp, "gpio is told everything")
	assert.False(t, all[0].Routes[1].BroughtUp, "a program that is told everything may only be told")
}

// Where the link does not tell the path, a mark does.
func TestPathsOverOneLinkHaveMarks(t *testing.T) {
	text := strings.Replace(dual, `gateway   = "auto"
    verify "icmp" { targets = ["192.0.2.9"] }`, `gateway   = "192.0.2.3"
    verify "icmp" { targets = ["192.0.2.9"] }`, 1)
	text = strings.Replace(text, `interface = "eth1"`, `interface = "eth2"`, 1)
	marks := map[string]uint32{}
	for _, s := range read(t, text) {
		for _, r := range s.Routes {
			marks[s.Family.String()+" "+r.Name] = r.Mark
		}
	}
	assert.Equal(t, map[string]uint32{"ipv4 fibre": 0, "ipv4 cable": firstMark + 1, "ipv4 old": firstMark + 2, "ipv6 fibre": 0}, marks)
}

func TestTheFamiliesFailApart(t *testing.T) {
	all := read(t, dual)
	four, six := newWorld(&all[0]), newWorld(&all[1])
	for _, w := range []*world{four, six} {
		w.begin()
		w.run(time.Minute)
	}
	six.lines[0].path.Gateway = schema.IPv6.Default().Addr() // as with the last router advertisement
	six.removeLink("fibre")
	six.run(time.Minute)
	four.run(time.Minute)
	assert.Equal(t, "cable", six.state.Active)
	assert.Equal(t, "fibre", four.state.Active)
}

func TestALinkIsSharedByTheFamilies(t *testing.T) {
	told := func(name string) Action { return Action{Kind: Emit, Route: "modem", Event: &Event{Name: name}} }
	all := []Action{told(schema.EventSetup), told(schema.EventTeardown), told(schema.EventFailed), {Kind: Arrange}}
	up := State{Routes: []RouteState{{Name: "fibre"}, {Name: "modem", SetUp: true}}}
	assert.Equal(t, all[2:], Shared(all, up), "the other family needs it still")
	assert.Equal(t, all, Shared(all, State{Routes: []RouteState{{Name: "fibre", SetUp: true}}}))
	assert.Equal(t, all, Shared(all))
}

func TestPace(t *testing.T) {
	described := func(attributes string) schema.Pace {
		return read(t, change(uplinks, bothTargets, bothTargets+"\n"+attributes))[0].Routes[0].Checks[0].Pace
	}
	second := time.Second
	assert.Equal(t, schema.Pace{Interval: second, Standby: 10 * second, Suspect: second, Timeout: second, Fall: 3, Rise: 2}, described(""))
	fast := described(`interval = "200ms"`)
	assert.Equal(t, 200*time.Millisecond, fast.Timeout, "a check is over before the next begins")
	assert.Equal(t, 200*time.Millisecond, fast.Suspect)
	assert.Equal(t, 10*second, fast.Standby)
	slow := described(`interval = "30s"`)
	assert.Equal(t, schema.Pace{Interval: 30 * second, Standby: 30 * second, Suspect: second, Timeout: second, Fall: 3, Rise: 2}, slow)
	page := read(t, trusting)[0].Routes[1].Checks[0].Pace
	assert.Equal(t, schema.Pace{Interval: 10 * second, Standby: time.Minute, Suspect: 5 * second, Timeout: 5 * second, Fall: 3, Rise: 2}, page)
}
