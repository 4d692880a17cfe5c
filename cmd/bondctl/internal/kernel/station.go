package kernel

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mdlayher/wifi"

	"github.com/bondctl/bondctl/schema"
)

// Station is a Wi-Fi link that joins a network of others, as nl80211 tells it.
type Station struct {
	Link string
	// Connected tells whether it has joined a network; what follows is of that
	// network, and zero where it has not.
	Connected bool
	// SSID is the network's name. Bytes that are not UTF-8 have been replaced
	// by U+FFFD: it is for people, not to be compared with a document's.
	SSID string
	// BSSID is the address of the access point.
	BSSID schema.MAC
	// Frequency is that of the channel, in MHz.
	Frequency int
}

// Stations implements [Paths]. It opens a socket of its own in the network
// namespace of the calling thread.
func (*Host) Stations() ([]Station, error) {
	client, err := wifi.New()
	switch {
	case errors.Is(err, os.ErrNotExist): // the kernel has no family nl80211
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("ask nl80211 for the Wi-Fi links: %w", err)
	}
	stations, err := stations(client)
	return stations, errors.Join(err, client.Close())
}

// radios is what is asked of nl80211.
type radios interface {
	SetDeadline(time.Time) error
	Interfaces() ([]*wifi.Interface, error)
	BSS(*wifi.Interface) (*wifi.BSS, error)
}

func stations(r radios) ([]Station, error) {
	if err := r.SetDeadline(time.Now().Add(answerTime)); err != nil { //nolint:forbidigo // a socket's deadline is a moment of the real clock
		return nil, fmt.Errorf("ask nl80211 for the Wi-Fi links: %w", err)
	}
	interfaces, err := r.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("ask nl80211 for the Wi-Fi links: %w", err)
	}
	var list []Station
	for _, i := range interfaces {
		if i.Type != wifi.InterfaceTypeStation || i.Name == "" {
			continue // an access point, a monitor, or a radio without a link
		}
		bss, err := r.BSS(i)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("ask nl80211 for the network of %s: %w", i.Name, err)
		}
		list = append(list, stationOf(i.Name, bss))
	}
	return list, nil
}

// stationOf tells what a link has joined; nil is nothing.
func stationOf(link string, bss *wifi.BSS) Station {
	s := Station{Link: link}
	if bss == nil || bss.Status != wifi.BSSStatusAssociated {
		return s
	}
	s.Connected, s.SSID, s.Frequency = true, bss.SSID, bss.Frequency
	copy(s.BSSID[:], bss.BSSID)
	return s
}
