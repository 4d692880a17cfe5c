// Package wpa writes and reads wpa_supplicant.conf(5) for a link that joins
// one network. Backends without words of their own for Wi-Fi leave the station
// to wpa_supplicant: ifupdown by wpa-conf, systemd-networkd by Debian's unit
// wpa_supplicant@LINK.service. It is pure.
package wpa
