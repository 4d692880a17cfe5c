package guest

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// versionOf are the commands that tell the version of what reads our files.
var versionOf = map[string][]string{
	"Linux":          {"uname", "-r"},
	"NetworkManager": {"NetworkManager", "--version"},
	"iproute2":       {"ip", "-V"},
	"systemd":        {"systemctl", "--version"},
	"netplan":        {"dpkg-query", "-W", "-f", "${Version}", "netplan.io"},
}

var digits = regexp.MustCompile(`[0-9]+([.][0-9]+)*`)

// installedVersion asks a program of the machine.
func installedVersion(name string) (string, error) {
	command, ok := versionOf[name]
	if !ok {
		return "", fmt.Errorf("nobody knows the version of %s", name)
	}
	text, err := sh.Out(command...)
	return firstVersion(strings.ReplaceAll(text, "iproute2", "")), err
}

// firstVersion finds the first number in what a program says of itself.
func firstVersion(text string) string { return digits.FindString(text) }

// older compares two versions number by number.
func older(version, than string) bool {
	left, right := strings.Split(version, "."), strings.Split(than, ".")
	for i := range min(len(left), len(right)) {
		a, _ := strconv.Atoi(left[i])
		b, _ := strconv.Atoi(right[i])
		if c := cmp.Compare(a, b); c != 0 {
			return c < 0
		}
	}
	return len(left) < len(right)
}
