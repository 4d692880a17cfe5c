package guest

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// manager is what takes up the files of a consumer.
type manager struct {
	// up tells it to, as an administrator would by hand.
	up func(*world.World) error
	// renew tells it to take up once more what it has up, from files that may have
	// changed; nil where it has no such way.
	renew func(*world.World) error
	// units are what systemd starts for it at a boot.
	units []string
}

var managers = map[string]manager{
	"ifupdown":        {lines("ifup -a"), bonds("ifdown %s", "ifup %s"), []string{"networking"}},
	"ifupdown2":       {lines("mkdir -p /etc/iproute2/rt_tables.d", ifupdown2+"/ifup -a"), lines(ifupdown2 + "/ifreload -a"), nil},
	"network-scripts": {networkScripts, networkScripts, []string{"network"}},
	"ifcfg-rh":        {networkManager("bondlab-nm-ifcfg"), activateBonds, []string{"bondlab-nm-ifcfg"}},
	"netplan":         {lines("systemctl start systemd-networkd", "netplan apply"), lines("netplan apply"), []string{"systemd-networkd"}},
	"netplan-nm":      {netplanNetworkManager, lines("netplan apply"), []string{"NetworkManager"}},
	"keyfile":         {networkManager("NetworkManager"), activateBonds, []string{"NetworkManager"}},
	"networkd":        {networkd, makeBonds, []string{"systemd-networkd"}},
	"modprobe":        {modprobe, nil, nil},
}

// ifupdown2 stands beside ifupdown, which its package will not have. From its
// second run on it wants the directory of iproute2, which Debian 13 does not make.
const ifupdown2 = "/usr/lib/bondlab/ifupdown2"

func lines(lines ...string) func(*world.World) error {
	return func(*world.World) error { return sh.All(lines...) }
}

// bonds runs commands for every bond.
func bonds(commands ...string) func(*world.World) error {
	return func(w *world.World) error {
		for _, bond := range w.Doc.Bonds {
			for _, command := range commands {
				if err := sh.Do(command, bond.Name.Value); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// activateBonds has NetworkManager read its files anew and activate the bonds.
func activateBonds(w *world.World) error {
	if err := sh.Do("nmcli connection reload"); err != nil {
		return err
	}
	for _, bond := range w.Doc.Bonds {
		profile, err := sh.Out("nmcli", "-g", "GENERAL.CON-UUID", "device", "show", bond.Name.Value) // the plugins name profiles each in their own way
		if err != nil {
			return err
		}
		if err := sh.Do("nmcli connection up uuid %s", strings.TrimSpace(profile)); err != nil {
			return err
		}
	}
	return nil
}

// networkManager has a daemon read its files anew, once it answers.
func networkManager(unit string) func(*world.World) error {
	return func(*world.World) error {
		if err := errors.Join(callNetworkManager(unit), sh.Do("systemctl start %s", unit)); err != nil {
			return err
		}
		return sh.Until(sh.Patience, func() error { return sh.Do("nmcli connection reload") })
	}
}

// callNetworkManager makes NetworkManager.service a name of the one that reads ifcfg
// files, as it is on RHEL, or that of Debian's own again.
func callNetworkManager(unit string) error {
	const alias = "/etc/systemd/system/NetworkManager.service"
	_, err := os.Lstat(alias)
	switch there := err == nil; {
	case unit == "NetworkManager" && there:
		return sh.All("systemctl stop NetworkManager", "rm "+alias, "systemctl daemon-reload")
	case unit != "NetworkManager" && !there:
		return sh.All("systemctl stop NetworkManager", "ln -s /usr/lib/systemd/system/"+unit+".service "+alias, "systemctl daemon-reload")
	}
	return nil
}

// netplanNetworkManager names the other renderer beside our file, which names none.
func netplanNetworkManager(*world.World) error {
	if err := renderForNetworkManager(); err != nil {
		return err
	}
	return sh.All("systemctl start NetworkManager", "netplan apply")
}

// networkd leaves joining a wireless network to wpa_supplicant.
func networkd(w *world.World) error {
	if err := sh.Do("udevadm control --reload"); err != nil {
		return err
	}
	for _, station := range w.Stations() {
		if err := sh.Do("systemctl start wpa_supplicant@%s", station); err != nil {
			return err
		}
	}
	return sh.All("systemctl start systemd-networkd", "networkctl reload")
}

// makeBonds has systemd-networkd make the bonds anew: what a .netdev file says it
// does not change of a bond that is there.
func makeBonds(w *world.World) error {
	if err := bonds("networkctl delete %s")(w); err != nil {
		return err
	}
	return sh.Do("networkctl reload")
}

// modprobe loads the driver anew, for which the far side and its bonds must go,
// and enslaves links to the bonds that the module has made: primary is told
// only once there is such a slave.
func modprobe(w *world.World) error {
	for _, cable := range w.Cables {
		if err := sh.Do("ip link delete %s", cable); err != nil {
			return err
		}
	}
	if err := sh.Do("ip netns delete %s", world.Provider); err != nil {
		return err
	}
	unload := func() error { return sh.Do("modprobe -r bonding") } // refused until the kernel has swept the namespace up
	if err := sh.Until(sh.Patience, unload); err != nil {
		return err
	}
	if err := sh.Do("modprobe bonding"); err != nil {
		return err
	}
	for _, bond := range w.Doc.Bonds {
		for _, slave := range bond.Slaves {
			if err := sh.All(
				fmt.Sprintf("ip link add %s type dummy", slave.Name.Value),
				fmt.Sprintf("ip link set %s master %s", slave.Name.Value, bond.Name.Value),
			); err != nil {
				return err
			}
		}
	}
	return nil
}

// enable has systemd start at the next boot what takes up the files.
func (m manager) enable(w *world.World) error {
	units := m.units
	if len(units) == 0 {
		return fmt.Errorf("nothing takes up these files at a boot")
	}
	if units[0] == "network" {
		if err := installNetworkScripts(); err != nil {
			return err
		}
	}
	for _, station := range w.Stations() {
		if units[0] == "systemd-networkd" {
			units = append(units, "wpa_supplicant@"+station)
		}
	}
	return sh.Do("systemctl add-wants multi-user.target %s", strings.Join(units, " "))
}

//go:embed network-scripts.sh
var networkScriptsText string

// networkScripts brings up every ifcfg file with ONBOOT=yes.
func networkScripts(*world.World) error {
	output, err := exec.Command("bash", "-c", networkScriptsText).CombinedOutput()
	if err != nil {
		return fmt.Errorf("bringing up the ifcfg files: %w: %s", err, output)
	}
	return nil
}

// networkUnit is RHEL's network.service. The DHCP clients go on when it is done.
const networkUnit = `[Unit]
Description=Brings up the ifcfg files
After=network-pre.target
Before=network.target
[Service]
Type=oneshot
RemainAfterExit=yes
KillMode=process
ExecStart=/bin/bash /etc/systemd/system/network-scripts.sh
`

// installNetworkScripts makes the unit that does so at a boot.
func installNetworkScripts() error {
	for name, text := range map[string]string{"network.service": networkUnit, "network-scripts.sh": networkScriptsText} {
		if err := os.WriteFile("/etc/systemd/system/"+name, []byte(text), 0o600); err != nil {
			return fmt.Errorf("installing %s: %w", name, err)
		}
	}
	return sh.Do("systemctl daemon-reload")
}
