package manager

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	netplanfiles "github.com/bondctl/bondctl/generators/netplan"
)

// netplanStations read files that netplan makes below /run, as it does their
// units (write_wpa_unit and write_wpa_conf in src/networkd.c, netplan 1.1).
// Those are made again at each boot, before bondctl can take anything back.
type netplanStations struct{}

const (
	netplanUnitPrefix = "netplan-wpa-"
	netplanConfs      = "run/netplan/wpa-*.conf"
)

func (netplanStations) unit(link string) string { return netplanUnitPrefix + link + ".service" }
func (netplanStations) file(link string) string { return "/run/netplan/wpa-" + link + ".conf" }

// ready implements [supplicants]: netplan has the unit wanted by systemd-networkd.
func (netplanStations) ready(_ context.Context, h Host, link string) error {
	if !h.any("sbin/wpa_supplicant", "usr/sbin/wpa_supplicant") {
		return fmt.Errorf("%s: wpa_supplicant is not there, which joins the network: install wpasupplicant", link)
	}
	return nil
}

// step implements [supplicants].
func (netplanStations) step(files plan.Files, link string) (remains, found bool) {
	for _, step := range files.Changing() {
		if systemOf(step.Path) != netplan {
			continue
		}
		before, after := joiningOf(step.Old, link), joiningOf(step.New, link)
		if before != after {
			return after != "", true
		}
	}
	return false, false
}

// joiningOf is what a file of netplan's says of joining a link to a network,
// empty where that is nothing.
func joiningOf(file *plan.File, link string) string {
	if file == nil {
		return ""
	}
	return netplanfiles.Joining(file.Content, link)
}

// wake implements [supplicants].
func (n netplanStations) wake(ctx context.Context, h Host) error {
	for _, name := range h.glob(netplanConfs) {
		link := strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "wpa-"), ".conf")
		if err := run(ctx, "systemctl", "--no-block", "start", n.unit(link)); err != nil {
			return err
		}
	}
	return nil
}
