package wpa

import (
	"errors"
	"strconv"
	"strings"
)

var errEscape = errors.New(`wants \\, \", \n, \r, \t, \e, \xNN or \NNN after a backslash`)

// unescaped reads what stands in P"...", as printf_decode() in
// src/utils/common.c does.
func unescaped(text string) (string, error) {
	var raw strings.Builder
	for text != "" {
		plain, escape, found := strings.Cut(text, `\`)
		raw.WriteString(plain)
		if !found {
			break
		}
		b, length, err := escapedByte(escape)
		if err != nil {
			return "", err
		}
		raw.WriteByte(b)
		text = escape[length:]
	}
	return raw.String(), nil
}

// escapedByte reads what follows a backslash and tells how long it is.
func escapedByte(text string) (b byte, length int, err error) {
	if text == "" {
		return 0, 0, errEscape
	}
	if i := strings.IndexByte(`\"nrte`, text[0]); i >= 0 {
		return "\\\"\n\r\t\x1b"[i], 1, nil
	}
	if text[0] == 'x' {
		return numericByte(text, 1, min(3, len(text)), 16)
	}
	digits := 0
	for digits < min(3, len(text)) && text[digits] >= '0' && text[digits] <= '7' {
		digits++
	}
	return numericByte(text, 0, digits, 8)
}

func numericByte(text string, from, to, base int) (b byte, length int, err error) {
	n, err := strconv.ParseUint(text[from:to], base, 8)
	if err != nil {
		return 0, 0, errEscape
	}
	return byte(n), to, nil
}
