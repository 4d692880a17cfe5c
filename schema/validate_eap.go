package schema

import (
	"path"

	"github.com/hashicorp/hcl/v2"
)

// eapRules look at how a station proves itself to an enterprise network.
var eapRules = []func(*finder, *EAP){
	(*finder).eapIdentity,
	(*finder).eapCredentials,
	(*finder).eapTunnel,
	(*finder).eapTrust,
	(*finder).eapFiles,
}

func (f *finder) enterprise(w *Wifi) {
	if w.EAP == nil {
		return
	}
	for _, rule := range eapRules {
		rule(f, w.EAP)
	}
}

func (f *finder) eapIdentity(e *EAP) {
	if e.Identity.Known() && e.Identity.Value == "" {
		f.refuse(e.Identity.Range, "Empty identity", "The network asks who joins. Give the name that it knows you by.")
	}
}

// eapCredentials: tls proves itself by a certificate, the others by a password.
func (f *finder) eapCredentials(e *EAP) {
	if !e.Method.Known() || e.unread.attrs {
		return
	}
	if e.Method.Value != "tls" {
		f.needs(e, "password", e.Password.Set)
		return
	}
	f.needs(e, "client_cert", e.ClientCert.Set)
	f.needs(e, "private_key", e.PrivateKey.Set)
}

func (f *finder) needs(e *EAP, name string, given bool) { //nolint:revive // whether it is given is what is checked
	if !given {
		f.refuse(e.Method.Range, "Missing "+name, "Method %s proves the identity by %s. Set it.", e.Method.Value, name)
	}
}

// eapTunnel: only peap and ttls have a method inside another.
func (f *finder) eapTunnel(e *EAP) {
	method := e.Method.Or("")
	tunnelled := method == "peap" || method == "ttls"
	switch {
	case !e.Method.Known():
	case e.Phase2.Set && !tunnelled:
		f.warn(e.Phase2.Range, "Setting without effect", "%s has no method inside another. Remove phase2.", method)
	case !e.Phase2.Set && tunnelled && !e.unread.attrs:
		f.warn(e.Method.Range, "Inner method not chosen", "What %s uses inside the tunnel is then the program's choice. Set phase2, mostly to mschapv2.", method)
	}
}

// eapTrust: without the authority's certificate a station gives its password
// to whoever uses the network's name.
func (f *finder) eapTrust(e *EAP) {
	if method := e.Method.Or("pwd"); method != "pwd" && !e.CACert.Set && !e.unread.attrs {
		f.warn(e.Method.Range, "Server not verified", "Without ca_cert anyone can pose as the network. Name the file of the authority that signed its certificate.")
	}
}

// eapFiles: programs differ in what a relative path is relative to.
func (f *finder) eapFiles(e *EAP) {
	for _, file := range []struct {
		name string
		attr Attr[string]
	}{{"ca_cert", e.CACert}, {"client_cert", e.ClientCert}, {"private_key", e.PrivateKey}} {
		if file.attr.Known() {
			f.absolutePath(file.name, file.attr.Value, file.attr.Range)
		}
	}
	if e.PrivateKeyPassword.Set && !e.PrivateKey.Set && !e.unread.attrs {
		f.warn(e.PrivateKeyPassword.Range, "Setting without effect", "There is no private_key that the password could open. Set it, or remove the password.")
	}
}

func (f *finder) absolutePath(name, value string, place hcl.Range) {
	if !path.IsAbs(value) {
		f.refuse(place, "Relative path", "%s must start with a slash: %q is looked for in different places by different programs.", name, value)
	}
}
