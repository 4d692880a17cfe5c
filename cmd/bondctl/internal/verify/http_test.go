package verify

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// site is a web server with a few kinds of pages.
func site() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/well", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("all is well")) })
	mux.HandleFunc("/empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/well", http.StatusFound) })
	mux.HandleFunc("/late", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	return mux
}

func page200(target string) *schema.Verifier { return described("http", target) }

func TestHTTP(t *testing.T) {
	server := httptest.NewServer(site())
	t.Cleanup(server.Close)
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:9")
	passes(t, page200(server.URL+"/well"), Options{})
	passes(t, page200(server.URL+"/empty"), Options{})
	fails(t, page200(server.URL+"/absent"), Options{}, "/absent: status 404 Not Found")
	fails(t, page200(server.URL+"/elsewhere"), Options{}, "/elsewhere: status 302 Found to "+server.URL+"/well")
	fails(t, brief(page200(server.URL+"/late")), Options{}, "/late: no answer within 500ms")
	fails(t, page200("http://127.0.0.1:9/"), Options{}, "http://127.0.0.1:9/: dial tcp 127.0.0.1:9: connect: connection refused")

	v := page200(server.URL + "/absent")
	v.Status = schema.GivenList(404, 410)
	passes(t, v, Options{})
	v = page200(server.URL + "/well")
	v.Status = schema.GivenList(204)
	fails(t, v, Options{}, "status 200 OK")
	v = page200(server.URL + "/well")
	v.Body = schema.Given("is well")
	passes(t, v, Options{})
	v.Body = schema.Given("Microsoft Connect Test")
	fails(t, v, Options{}, "/well: the page does not have the text that the document names")
}

// The certificate must be a trusted one, of the name that the document says.
func TestTLSName(t *testing.T) {
	server := httptest.NewUnstartedServer(site())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of the client that hangs up
	server.StartTLS()
	t.Cleanup(server.Close)
	v := page200(server.URL + "/well")
	passes(t, v, Options{})
	v.ServerName = schema.Given("example.com")
	passes(t, v, Options{})
	v.ServerName = schema.Given("bank.example")
	fails(t, v, Options{}, "certificate is valid for example.com, *.example.com, not bank.example")
}

func TestPasswordsInAddressesAreNotShown(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "hunter2" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	passes(t, page200(strings.Replace(server.URL, "//", "//user:hunter2@", 1)), Options{})
	for _, address := range []string{strings.Replace(server.URL, "//", "//user:hunter3@", 1), "http://user:hunter3@127.0.0.1:9/", "http://user:hunter3@nowhere.invalid/"} {
		result := check(t, page200(address), Options{})
		assert.False(t, result.Passed)
		assert.NotContains(t, result.String(), "hunter3")
	}
}

// A server that accepts connections and says nothing is left when its time is over.
func TestAQuestionLeavesNoConnectionBehind(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, listener.Close()) })
			left := make(chan error, 1)
			go func() {
				conn, err := listener.Accept()
				if err == nil {
					_ = conn.SetDeadline(time.Now().Add(time.Minute))
					_, err = io.Copy(io.Discard, conn)
					_ = conn.Close()
				}
				left <- err
			}()
			fails(t, brief(page200(scheme+"://"+listener.Addr().String())), Options{}, "no answer within 500ms")
			require.NoError(t, <-left)
		})
	}
}
