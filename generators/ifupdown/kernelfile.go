package ifupdown

import (
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// procSys is where the kernel has the settings of sysctl(8).
const procSys = "/proc/sys/"

// echoed takes "echo VALUE > FILE" apart.
func echoed(text string) (file, value string, ok bool) {
	command, target, _ := strings.Cut(withoutTest(text), ">")
	parts, files := words(command), words(target)
	if len(parts) != 2 || parts[0] != "echo" || len(files) != 1 {
		return "", "", false
	}
	return files[0], parts[1], true
}

// echo reads a command that writes to one of the kernel's own files.
func (r *linkReader) echo(o option) bool {
	file, value, ok := echoed(o.value)
	if key, found := strings.CutPrefix(file, procSys); found {
		return r.setIPv6(key, value, o)
	}
	if file == bondingMasters {
		name, added := strings.CutPrefix(value, "+")
		r.bond = r.bond || r.isSelf(name)
		return added && r.isSelf(name)
	}
	return ok && r.setSysfs(file, value, o)
}

// bondingMasters is the kernel's file of bonds: "+NAME" makes one, "-NAME" removes it.
const bondingMasters = "/sys/class/net/bonding_masters"

// removes tells whether a command takes a link out of the bonds, or out of the
// slaves of one.
func removes(command string) bool {
	file, value, _ := echoed(command)
	_, ofSlaves := slavesFile(file)
	return strings.HasPrefix(value, "-") && (ofSlaves || file == bondingMasters)
}

// sysctl reads "[-w] KEY=VALUE".
func (r *linkReader) sysctl(args []string, o option) bool {
	key, value := sysctlKey(strings.Join(args[max(len(args)-1, 0):], ""))
	return r.setIPv6(key, value, o)
}

// sysctlKey parts "KEY=VALUE", with slashes or dots in the key.
func sysctlKey(setting string) (key, value string) {
	key, value, _ = strings.Cut(setting, "=")
	if !strings.Contains(key, "/") {
		key = strings.ReplaceAll(key, ".", "/")
	}
	return key, value
}

// ipv6Key gives the last part of "net/ipv6/conf/LINK/KEY", empty where the key
// is another's, or one that a document has nothing for.
func (r *linkReader) ipv6Key(key string) string {
	path := strings.Split(key, "/")
	if len(path) != 5 || strings.Join(path[:3], "/") != "net/ipv6/conf" || !r.isSelf(path[3]) {
		return ""
	}
	if path[4] != disableIPv6 && path[4] != learnedMetric {
		return ""
	}
	return path[4]
}

// setIPv6 takes a setting of the kernel's IPv6.
func (r *linkReader) setIPv6(key, value string, o option) bool {
	metric, err := strconv.Atoi(value)
	switch r.ipv6Key(key) {
	case disableIPv6:
		r.noIPv6 = r.noIPv6 || value == "1"
		return value == "1"
	case learnedMetric:
		if err != nil || metric < 1 || r.network.IPv6 == nil {
			return false
		}
		r.network.IPv6.Metric = placed(metric, o.place())
		return true
	}
	return false
}

// resetsIPv6 tells whether a command puts back what setIPv6 takes.
func (r *linkReader) resetsIPv6(command string) bool {
	if file, _, ok := echoed(command); ok {
		return r.ipv6Key(strings.TrimPrefix(file, procSys)) != ""
	}
	parts, ok := shellWords(command)
	if !ok || parts[0] != "sysctl" {
		return false
	}
	key, _ := sysctlKey(parts[len(parts)-1])
	return r.ipv6Key(key) != ""
}

// setSysfs takes an option of "/sys/class/net/LINK/bonding/OPTION", which is
// how one that ifenslave does not know is set by hand.
func (r *linkReader) setSysfs(file, value string, o option) bool {
	path := strings.Split(file, "/")
	if len(path) != 7 || strings.Join(path[:4], "/") != "/sys/class/net" || !r.isSelf(path[4]) || path[5] != "bonding" {
		return false
	}
	row, ok := schema.Lookup(path[6])
	if !ok || row.Scope != schema.BondScope || row.NoSysfs || row.Attr == 0 {
		return false
	}
	r.set(row, value, o)
	return true
}
