package receiver

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRequestsAreNoted(t *testing.T) {
	var list bytes.Buffer
	request := httptest.NewRequest(http.MethodPost, "/failed", strings.NewReader(`{"event":"failed"}`))
	request.SetBasicAuth("admin", "secret")
	answer := httptest.NewRecorder()
	noting(&list)(answer, request)
	assert.Equal(t, http.StatusNoContent, answer.Code)

	var noted Request
	require.NoError(t, json.Unmarshal(list.Bytes(), &noted))
	assert.Equal(t, "/failed", noted.Path)
	assert.Equal(t, "admin", noted.User)
	assert.JSONEq(t, `{"event":"failed"}`, string(noted.Body))
	assert.NotContains(t, list.String(), "secret")
}

func TestCertificateIsForItsHostAlone(t *testing.T) {
	made, err := makeCertificate("localhost")
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(made.Certificate[0])
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	trusted.AddCert(certificate)
	_, err = certificate.Verify(x509.VerifyOptions{DNSName: "localhost", Roots: trusted})
	require.NoError(t, err)
	_, err = certificate.Verify(x509.VerifyOptions{DNSName: "example.net", Roots: trusted})
	assert.Error(t, err)
}

func TestUsage(t *testing.T) {
	require.EqualError(t, Run(nil), Usage)
	assert.ErrorContains(t, Run([]string{"localhost", "a", "b"}), Usage)
}
