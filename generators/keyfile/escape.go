package keyfile

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondctl/bondctl/schema"
)

var (
	// escaper has the escapes of GKeyFile that are needed anywhere in a value.
	escaper      = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
	blankEscaper = strings.NewReplacer(" ", `\s`, "\t", `\t`)
)

// escape writes a text as GKeyFile reads it. Blanks at the ends are escaped:
// GKeyFile drops those before a value, and editors those behind it.
func escape(text string) string {
	body := strings.Trim(text, " \t")
	before, after, _ := strings.Cut(text, body)
	if body == "" {
		return blankEscaper.Replace(text)
	}
	return blankEscaper.Replace(before) + escaper.Replace(body) + blankEscaper.Replace(after)
}

// holds tells whether GKeyFile has a spelling for the text: it wants UTF-8
// without NUL, and has no escape for the other white space that it drops
// before a value.
func holds(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0) && strings.TrimLeft(text, "\v\f") == text
}

// errEscape does not have the text, which may be a secret.
var errEscape = errors.New(`wants none but the escapes \s, \t, \n, \r and \\`)

// unescape reads a text. GKeyFile refuses a value with an escape that it does
// not know, and one that is not UTF-8.
func unescape(value string) (string, error) {
	if !utf8.ValidString(value) {
		return "", errors.New("wants UTF-8")
	}
	var text strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' {
			text.WriteByte(value[i])
			continue
		}
		i++
		known := -1
		if i < len(value) {
			known = strings.IndexByte(`stnr\`, value[i])
		}
		if known < 0 {
			return "", errEscape
		}
		text.WriteByte(" \t\n\r\\"[known])
	}
	return text.String(), nil
}

// escapeList writes texts as a list of GKeyFile.
func escapeList(items []string) string {
	var list strings.Builder
	for _, item := range items {
		list.WriteString(strings.ReplaceAll(escape(item), ";", `\;`) + ";")
	}
	return list.String()
}

// unescapeList reads a list. A semicolon within an item has a backslash; that
// behind the last item may be missing.
func unescapeList(value string) ([]string, error) {
	var items []string
	for value != "" {
		var raw string
		raw, value = cutItem(value)
		item, err := unescape(strings.ReplaceAll(raw, `\;`, ";"))
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// cutItem parts a list at its first semicolon without a backslash.
func cutItem(list string) (item, rest string) {
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case '\\':
			i++
		case ';':
			return list[:i], list[i+1:]
		}
	}
	return list, ""
}

// byteList is what NetworkManager takes for the bytes of an SSID.
var byteList = regexp.MustCompile(`^\s*(\d{1,3}\s*;\s*)+$`)

// plainSSID has no character that means something at one of the two levels
// of an SSID's spelling, no blank at the ends, and more than digits.
var plainSSID = regexp.MustCompile(`^[!-:<-\[\]-~]([ -:<-\[\]-~]*[!-:<-\[\]-~])?$`)

// escapeSSID writes an SSID as text where that can be read in one way only,
// otherwise as the list of its bytes, which always can.
func escapeSSID(ssid schema.SSID) string {
	text := string(ssid)
	if plainSSID.MatchString(text) && strings.Trim(text, "0123456789 ") != "" {
		return text
	}
	var list strings.Builder
	for _, b := range []byte(text) {
		list.WriteString(strconv.Itoa(int(b)) + ";")
	}
	return list.String()
}

// parseSSID reads an unescaped value: a list of bytes, or a text in which \;
// is a semicolon.
func parseSSID(text string) (schema.SSID, error) {
	if octets := parseBytes(text); octets != nil {
		return schema.SSID(octets), nil
	}
	return schema.SSID(strings.ReplaceAll(text, `\;`, ";")), nil
}

// parseBytes reads a list of bytes, nil where the text is something else
// (get_bytes).
func parseBytes(text string) []byte {
	if !byteList.MatchString(text) {
		return nil
	}
	var octets []byte
	for number := range strings.SplitSeq(strings.TrimRight(text, "; \t"), ";") {
		b, err := strconv.ParseUint(strings.TrimSpace(number), 10, 8)
		if err != nil {
			return nil
		}
		octets = append(octets, byte(b))
	}
	return octets
}
