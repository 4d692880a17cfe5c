package schema

import "strings"

// wifiMTU is the largest payload of a frame that mac80211 sends
// (IEEE80211_MAX_DATA_LEN in include/linux/ieee80211.h).
const wifiMTU = 2304

// wifiModes: a station is associated with one access point, which accepts its
// frames alone: modes that spread traffic lose it.
func (f *finder) wifiModes(b *Bond) {
	mode, sure := b.sureMode()
	if !sure || mode == ActiveBackup {
		return
	}
	for _, slave := range b.Slaves {
		if slave.Wifi != nil {
			f.refuse(slave.Name.Range, "Wi-Fi slave outside active-backup",
				"%s cannot share traffic with other slaves: an access point takes frames only from the address that has associated. Set mode = \"active-backup\"; %s is %s.",
				slave.Name.Value, b.Name.Value, b.modeText(mode))
		}
	}
}

// wifiAddresses: the Ethernet address of an associated station cannot change,
// so that follow loses every packet, and an access point may refuse one that
// is not the station's own. One that does not tells the wired network by a frame
// from that address that the station is there now (hostapd's layer 2 update).
func (f *finder) wifiAddresses(b *Bond) {
	mode, sure := b.sureMode()
	station := b.firstStation()
	if !sure || mode != ActiveBackup || station == nil {
		return
	}
	policy, set := b.Settings.Get("fail_over_mac")
	const remedy = `Set fail_over_mac = "active".`
	const borrowed = "takes the bond's address: most access points reject a station that does not use its own, and others have the bond's traffic sent to it each time that it joins, until the bond sends something."
	switch {
	case policy.Bad || policy.Value.String() == "active":
	case policy.Value.String() == "follow":
		f.refuse(policy.Range, "Wi-Fi slave with a borrowed address",
			"With follow %s is given the bond's address when it becomes active, which an associated station cannot take: every packet is lost. %s",
			station.Name.Value, remedy)
	case set:
		f.warn(policy.Range, "Wi-Fi slave with a borrowed address", "%s %s %s", station.Name.Value, borrowed, remedy)
	case !b.unread.attrs:
		f.warn(station.Name.Range, "Wi-Fi slave with a borrowed address",
			"Without fail_over_mac %s %s %s", station.Name.Value, borrowed, remedy)
	}
}

func (b *Bond) firstStation() *Slave {
	for _, slave := range b.Slaves {
		if slave.Wifi != nil {
			return slave
		}
	}
	return nil
}

// wifiFrames: a bond passes its MTU on, and refuses a slave that cannot take it.
func (f *finder) wifiFrames(b *Bond) {
	if station := b.firstStation(); station != nil && b.MTU.Or(0) > wifiMTU {
		f.refuse(b.MTU.Range, "MTU too large for Wi-Fi", "%s takes at most %d bytes, and a slave must take the MTU of its bond. Lower it.", station.Name.Value, wifiMTU)
	}
}

// wifiIsDescribed: links that the kernel or udev calls wl... are stations.
func (f *finder) wifiIsDescribed(b *Bond) {
	for _, slave := range b.Slaves {
		_, described := f.byName[slave.Name.Value]
		if strings.HasPrefix(slave.Name.Value, "wl") && slave.Wifi == nil && !slave.unread.blocks && !described {
			f.warn(slave.Name.Range, "Wi-Fi slave without a network",
				"%s looks like a Wi-Fi link by its name, and carries nothing until something associates it. Describe the network in a wifi block.", slave.Name.Value)
		}
	}
}
