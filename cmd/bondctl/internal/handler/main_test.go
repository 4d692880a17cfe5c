package handler

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// The test binary plays another process, too: one that is killed.
const (
	roleEnv = "BONDCTL_TEST_ROLE"
	dirEnv  = "BONDCTL_TEST_DIR"
	nthEnv  = "BONDCTL_TEST_NTH"
)

func TestMain(m *testing.M) {
	if os.Getenv(roleEnv) != "" {
		if err := playTeller(os.Getenv(dirEnv), os.Getenv(nthEnv)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(runTests(m))
}

// runTests has httptest's servers trusted, as a host trusts its authorities.
func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "handler")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	name := filepath.Join(dir, "authority.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(name, text, 0o600); err != nil {
		panic(err)
	}
	if err := os.Setenv("SSL_CERT_FILE", name); err != nil {
		panic(err)
	}
	return m.Run()
}
