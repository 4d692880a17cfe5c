package wpa

import (
	"bytes"
	"fmt"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// Station is a Wi-Fi network with its place among the document's statements.
type Station struct {
	// Path is that of the statements, such as "bond/bond0/slave/wlan0/wifi".
	Path string
	*schema.Wifi
}

// File writes a link's network to the file of that path. The header is a line
// of text; what wpa_supplicant cannot be told is reported.
func File(path, header string, station Station, report *generators.Report) generators.File {
	var text bytes.Buffer
	fmt.Fprintf(&text, "# %s\n", header)
	// Members of netdev may ask for the state with wpa_cli, as on Debian.
	text.WriteString("ctrl_interface=DIR=/run/wpa_supplicant GROUP=netdev\n")
	writeCountry(&text, station, report)
	text.WriteString("\nnetwork={\n")
	for _, f := range fields {
		writeField(&text, f, station, report)
	}
	text.WriteString("}\n")
	return generators.File{Path: path, Mode: generators.Private, Content: text.Bytes()}
}

func writeCountry(text *bytes.Buffer, station Station, report *generators.Report) {
	if !station.Country.Known() {
		return
	}
	if !isCountry(station.Country.Value) {
		report.CannotSay(station.Path+"/country", station.Country.Range,
			"wpa_supplicant reads two letters", "Give the country's code of two letters")
		return
	}
	fmt.Fprintf(text, "country=%s\n", station.Country.Value)
}

// isCountry tells whether a text is two letters; wpa_supplicant drops what follows them.
func isCountry(text string) bool {
	letter := func(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
	return len(text) == 2 && letter(text[0]) && letter(text[1])
}

// remedy says what to do about a value that cannot be said.
func (f field) remedy() string {
	if f.key == "psk" {
		return "Give the 64 digits that wpa_passphrase makes of it"
	}
	return "Choose another value"
}

func writeField(text *bytes.Buffer, f field, station Station, report *generators.Report) {
	value, err := f.write(station.Wifi)
	if err == nil && len("\t")+len(f.key)+len("=")+len(value)+len("\n") > maxLine {
		err = fmt.Errorf("wpa_supplicant reads lines of at most %d bytes", maxLine)
	}
	if err != nil {
		report.CannotSay(station.Path+"/"+f.name, station.Range, err.Error(), f.remedy())
		return
	}
	if value != "" {
		fmt.Fprintf(text, "\t%s=%s\n", f.key, value)
	}
}
