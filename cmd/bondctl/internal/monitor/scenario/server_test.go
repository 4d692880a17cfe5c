package scenario

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"
)

// The addresses of the server. Those of the targets are what verifiers ask; the
// others are left to whoever measures.
var (
	targets  = []netip.Addr{netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("203.0.113.2")}
	sink     = netip.MustParseAddr("203.0.113.3")
	metered  = netip.MustParseAddr("203.0.113.5")
	metered6 = netip.MustParseAddr("fd00:ff::5")
)

// welcome is the page of the server.
const welcome = "welcome"

// serverName is the name of the server, in DNS and in its certificate.
const serverName = "server.example.net"

// server is the host far away: it answers echo requests, takes connections (port 7),
// serves pages (ports 80 and 443), resolves its own name (port 53), and takes what
// handlers post.
type server struct {
	*host
	// authority is the file with the certificates to trust, and trusted what is in it.
	authority string
	trusted   []byte
	// page is what the web server answers, a handler of HTTP.
	page atomic.Pointer[http.HandlerFunc]
	// deaf are the addresses that questions to the resolver are not answered from, and
	// ignored counts those that were not.
	deaf    sync.Map
	ignored atomic.Int64
	// posing are the certificates that are shown to those who come from an address,
	// instead of the server's own.
	posing sync.Map
	hooks  hooks
}

func newServer(tb testing.TB, h *host) *server {
	tb.Helper()
	s := &server{host: h}
	for _, at := range []string{"203.0.113.1/32", "203.0.113.2/32", "203.0.113.3/32", "203.0.113.4/32", "203.0.113.5/32", "fd00:ff::1/128", "fd00:ff::2/128", "fd00:ff::5/128"} {
		h.addAddress("lo", at)
	}
	s.hooks.answer.Store(http.StatusNoContent)
	s.showPage(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, welcome) })
	own := s.certify(serverName)
	certificate := func(asked *tls.ClientHelloInfo) (*tls.Certificate, error) {
		from := netip.MustParseAddrPort(asked.Conn.RemoteAddr().String()).Addr().Unmap()
		if other, posing := s.posing.Load(from); posing {
			return other.(*tls.Certificate), nil
		}
		return own, nil
	}
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.page.Load())(w, r) })
	s.serve(":80", nil, pages)
	s.serve(":443", certificate, pages)
	s.serve(":8443", certificate, &s.hooks)
	s.takeConnections()
	s.resolve()
	return s
}

func (s *server) showPage(page http.HandlerFunc) { s.page.Store(&page) }

// certify makes a certificate for a name, which those who start later trust by a file.
func (s *server) certify(name string) *tls.Certificate {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(s.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IPAddresses: []net.IP{sink.AsSlice()},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	text, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(s.t, err)
	s.trusted = append(s.trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: text})...)
	s.authority = writeFile(s.t, "authority.pem", string(s.trusted))
	return &tls.Certificate{Certificate: [][]byte{text}, PrivateKey: key}
}

func (s *server) listen(network, at string) (listener net.Listener) {
	s.t.Helper()
	s.Do(func() (err error) {
		listener, err = net.Listen(network, at)
		return err
	})
	return listener
}

func (s *server) listenPacket(network, at string) (conn net.PacketConn) {
	s.t.Helper()
	s.Do(func() (err error) {
		conn, err = net.ListenPacket(network, at)
		return err
	})
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// serve serves HTTP, with a certificate HTTPS.
func (s *server) serve(at string, certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error), pages http.Handler) {
	s.t.Helper()
	listener := s.listen("tcp", at)
	if certificate != nil {
		listener = tls.NewListener(listener, &tls.Config{GetCertificate: certificate, MinVersion: tls.VersionTLS12})
	}
	web := &http.Server{Handler: pages, ReadHeaderTimeout: patience}
	go func() { _ = web.Serve(listener) }()
	s.t.Cleanup(func() { _ = web.Close() })
}

// takeConnections sends back whatever comes over a connection to port 7.
func (s *server) takeConnections() {
	s.t.Helper()
	listener := s.listen("tcp", ":7")
	s.t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.t.Cleanup(func() { _ = conn.Close() })
			go func() { _, _ = io.Copy(conn, conn) }()
		}
	}()
}

// resolve answers what the server's name stands for.
func (s *server) resolve() {
	s.t.Helper()
	zone := &dns.Server{PacketConn: s.listenPacket("udp", ":53"), Handler: dns.HandlerFunc(func(w dns.ResponseWriter, asked *dns.Msg) {
		from := netip.MustParseAddrPort(w.RemoteAddr().String()).Addr().Unmap()
		if _, deaf := s.deaf.Load(from); deaf {
			s.ignored.Add(1)
			return
		}
		answer := new(dns.Msg).SetReply(asked)
		if q := asked.Question[0]; q.Name == dns.Fqdn(serverName) && q.Qtype == dns.TypeA {
			answer.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: targets[0].AsSlice()}}
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = zone.ActivateAndServe() }()
	s.t.Cleanup(func() { _ = zone.Shutdown() })
}

// hooks takes what webhook handlers post.
type hooks struct {
	// answer is the status that it answers, 0 for no answer at all.
	answer atomic.Int64
	mu     sync.Mutex
	posts  []post
}

// post is what was posted once.
type post struct {
	path, body string
	header     http.Header
	user       string
	from       netip.Addr
}

// ServeHTTP implements [http.Handler].
func (h *hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	user, _, _ := r.BasicAuth()
	from := netip.MustParseAddrPort(r.RemoteAddr).Addr().Unmap()
	h.mu.Lock()
	h.posts = append(h.posts, post{r.URL.Path, string(body), r.Header, user, from})
	h.mu.Unlock()
	status := int(h.answer.Load())
	if status == 0 {
		<-r.Context().Done()
		return
	}
	w.WriteHeader(status)
}

// taken lists what was posted until now.
func (h *hooks) taken() []post {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]post(nil), h.posts...)
}
