package wpa

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/bondctl/bondctl/schema"
)

// maxLine is the longest line of a network block, the line break included:
// wpa_supplicant reads into a buffer of 2000 bytes, the last of which is NUL,
// and takes the rest for a new line.
const maxLine = 1999

// quoted writes a text as wpa_supplicant reads it: everything between the
// first and the last quote of the line is raw, there are no escapes. A text
// that would not come out of quotes is written in hexadecimal digits.
func quoted(text string) (string, error) {
	switch {
	case strings.ContainsRune(text, 0):
		return "", errors.New("wpa_supplicant ends a text at a NUL byte")
	case !fitsQuotes(text):
		return hex.EncodeToString([]byte(text)), nil
	}
	return `"` + text + `"`, nil
}

// fitsQuotes tells whether a text comes out of quotes as it is. A line break
// ends it; and though the last quote ends the text, wpa_supplicant has by then
// cut off what it takes for a comment: from the first # after the second quote.
func fitsQuotes(text string) bool {
	_, afterQuote, _ := strings.Cut(text, `"`)
	return utf8.ValidString(text) && !strings.ContainsAny(text, "\n\r") && !strings.Contains(afterQuote, "#")
}

// ssidText quotes a name of plain text, and writes any other in hexadecimal
// digits, where nothing needs an escape.
func ssidText(ssid schema.SSID) string {
	for _, b := range []byte(ssid) {
		if b < ' ' || b > '~' || b == '"' || b == '\\' {
			return ssid.Hex()
		}
	}
	return `"` + string(ssid) + `"`
}

// unquoted reads a text: raw between quotes, with escapes after a P, or in
// hexadecimal digits.
func unquoted(text string) (string, error) {
	if inner, ok := between(text, `"`); ok {
		return inner, nil
	}
	if inner, ok := between(text, `P"`); ok {
		return unescaped(inner)
	}
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return "", errors.New("wants a text in quotes, or pairs of hexadecimal digits")
	}
	return string(raw), nil
}

func between(text, opening string) (string, bool) {
	inner, opened := strings.CutPrefix(text, opening)
	if !opened {
		return "", false
	}
	return strings.CutSuffix(inner, `"`)
}

// pskText writes a pass-phrase in quotes and a key as it is.
func pskText(psk string) (string, error) {
	switch {
	case isKey(psk):
		return psk, nil
	case !isPassphrase(psk):
		return "", errors.New("wpa_supplicant wants a pass-phrase of 8 to 63 bytes without control characters, or 64 hexadecimal digits")
	case !fitsQuotes(psk):
		return "", errors.New("wpa_supplicant takes a # behind a quote for a comment in a pass-phrase, and wants UTF-8")
	}
	return `"` + psk + `"`, nil
}

func pskOf(text string) (string, error) {
	inner, inQuotes := between(text, `"`)
	if (inQuotes && isPassphrase(inner)) || (!inQuotes && isKey(text)) {
		return strings.TrimSuffix(strings.TrimPrefix(text, `"`), `"`), nil
	}
	return "", errors.New("wants a pass-phrase of 8 to 63 bytes in quotes, or 64 hexadecimal digits")
}

// isKey tells whether a text is the key itself rather than a pass-phrase.
func isKey(psk string) bool {
	_, err := hex.DecodeString(psk)
	return err == nil && len(psk) == 64
}

// isPassphrase tells whether wpa_supplicant takes a text for a pass-phrase: it
// counts bytes and refuses control characters.
func isPassphrase(psk string) bool {
	control := bytes.ContainsFunc([]byte(psk), func(r rune) bool { return r < ' ' || r == 0x7f })
	return len(psk) >= 8 && len(psk) <= 63 && !control
}
