package wpa

import (
	"errors"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// eapText is the row of a text that belongs to EAP.
func eapText(key, name string, at func(*schema.EAP) *schema.Attr[string]) field {
	return eapField(key, name, at, func(text string) string { return text }, func(text string) string { return text })
}

// eapSecret is the row of a secret that belongs to EAP.
func eapSecret(key, name string, at func(*schema.EAP) *schema.Attr[schema.Secret]) field {
	return eapField(key, name, at, schema.Secret.Reveal, schema.NewSecret)
}

func eapField[T any](key, name string, at func(*schema.EAP) *schema.Attr[T], reveal func(T) string, wrap func(string) T) field {
	return field{
		key: key, name: "eap/" + name,
		write: func(w *schema.Wifi) (string, error) {
			if w.EAP == nil || !at(w.EAP).Known() {
				return "", nil
			}
			return quoted(reveal(at(w.EAP).Value))
		},
		read: func(w *schema.Wifi, text schema.Attr[string]) error {
			value, err := unquoted(text.Value)
			if err == nil {
				*at(eapOf(w, text)) = placed(wrap(value), text)
			}
			return err
		},
	}
}

// eapOf gives the network's EAP, made where the first of its keys is read.
func eapOf(w *schema.Wifi, text schema.Attr[string]) *schema.EAP {
	if w.EAP == nil {
		w.EAP = &schema.EAP{Range: text.Range}
	}
	return w.EAP
}

// methods are the EAP methods that a document knows, by wpa_supplicant's words
// in lower case.
var methods = []string{"peap", "ttls", "tls", "pwd"}

func writeMethod(w *schema.Wifi) (string, error) {
	if w.EAP == nil {
		return "", nil
	}
	return strings.ToUpper(w.EAP.Method.Or("")), nil
}

func readMethod(w *schema.Wifi, text schema.Attr[string]) error {
	for _, method := range methods {
		if strings.ToUpper(method) == text.Value {
			eapOf(w, text).Method = placed(method, text)
			return nil
		}
	}
	return errors.New("wants one of PEAP, TTLS, TLS and PWD")
}

// inner are the words for the methods inside the tunnel, by the outer one.
// TTLS tells EAP inside the tunnel, "autheap", from the older protocols.
var inner = []struct{ method, phase2, word string }{
	{"ttls", "mschapv2", "auth=MSCHAPV2"},
	{"ttls", "mschap", "auth=MSCHAP"},
	{"ttls", "chap", "auth=CHAP"},
	{"ttls", "pap", "auth=PAP"},
	{"ttls", "md5", "autheap=MD5"},
	{"ttls", "gtc", "autheap=GTC"},
	{"peap", "mschapv2", "auth=MSCHAPV2"},
	{"peap", "md5", "auth=MD5"},
	{"peap", "gtc", "auth=GTC"},
}

func writePhase2(w *schema.Wifi) (string, error) {
	if w.EAP == nil || !w.EAP.Phase2.Known() {
		return "", nil
	}
	for _, i := range inner {
		if i.method == w.EAP.Method.Value && i.phase2 == w.EAP.Phase2.Value {
			return `"` + i.word + `"`, nil
		}
	}
	return "", errors.New("wpa_supplicant has no " + w.EAP.Phase2.Value + " inside " + w.EAP.Method.Value)
}

func readPhase2(w *schema.Wifi, text schema.Attr[string]) error {
	word, err := unquoted(text.Value)
	if err != nil {
		return err
	}
	for _, i := range inner {
		if i.word == word && i.method == eapOf(w, text).Method.Value {
			w.EAP.Phase2 = placed(i.phase2, text)
			return nil
		}
	}
	return errors.New("has a method that a document does not know inside this EAP method")
}
