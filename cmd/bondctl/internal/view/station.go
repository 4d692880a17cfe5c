package view

import (
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// stationLines say what each Wi-Fi link has joined.
func stationLines(stations []kernel.Station) []string {
	var lines []string
	for _, s := range stations {
		if !s.Connected {
			lines = append(lines, s.Link+" has joined no network")
			continue
		}
		lines = append(lines, fmt.Sprintf("%s has joined %s on %d MHz", s.Link, s.SSID, s.Frequency))
	}
	return lines
}

type stationJSON struct {
	Link      string `json:"link"`
	Connected bool   `json:"connected"`
	SSID      string `json:"ssid,omitempty"`
	BSSID     string `json:"bssid,omitempty"`
	Frequency int    `json:"frequency_mhz,omitempty"`
}

func stationsJSON(stations []kernel.Station) []stationJSON {
	shown := []stationJSON{}
	for _, s := range stations {
		station := stationJSON{Link: s.Link, Connected: s.Connected, SSID: s.SSID, Frequency: s.Frequency}
		if s.Connected {
			station.BSSID = s.BSSID.String()
		}
		shown = append(shown, station)
	}
	return shown
}
