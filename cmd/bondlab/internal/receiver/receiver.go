// Package receiver is a web server that webhooks are sent to: over TLS, with a
// certificate of its own, it writes down what it is sent.
package receiver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

// Usage shows the arguments of [Run].
const Usage = "usage: bondlab receive HOST:PORT CERTIFICATE FILE"

// Request is one that was received, as a line of JSON.
type Request struct {
	At     time.Time       `json:"at"`
	Method string          `json:"method"`
	Path   string          `json:"path"`
	User   string          `json:"user,omitzero"`
	Body   json.RawMessage `json:"body,omitzero"`
}

// Run receives until the process ends. It writes the server's certificate to one
// file before it listens, and adds each request to another.
func Run(args []string) error {
	if len(args) != 3 {
		return errors.New(Usage)
	}
	host, _, err := net.SplitHostPort(args[0])
	if err != nil {
		return fmt.Errorf("%w: %s", err, Usage)
	}
	certificate, err := makeCertificate(host)
	if err != nil {
		return err
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	if err := os.WriteFile(args[1], public, 0o644); err != nil { //nolint:gosec // everybody may read it
		return fmt.Errorf("writing the certificate: %w", err)
	}
	list, err := os.OpenFile(args[2], os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the list of requests: %w", err)
	}
	server := http.Server{
		Addr: args[0], Handler: noting(list), ReadHeaderTimeout: time.Minute,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	return server.ListenAndServeTLS("", "")
}

// noting answers each request once it stands in the list.
func noting(list io.Writer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		user, _, _ := r.BasicAuth()
		line, err := json.Marshal(Request{At: time.Now(), Method: r.Method, Path: r.URL.Path, User: user, Body: body})
		if err == nil {
			_, err = list.Write(append(line, '\n')) // at one stroke: requests come side by side
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// makeCertificate makes one for a host that nobody else has signed.
func makeCertificate(host string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a key: %w", err)
	}
	now := time.Now()
	template := x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, DNSNames: []string{host},
	}
	signed, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, nil
}
