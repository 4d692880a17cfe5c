package guest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// rhythm is the time between two packets of the meter: 100 a second.
const rhythm = 10 * time.Millisecond

// echoPort is where the guest answers the meter.
const echoPort = 7007

// meter is a process at the far side that sends packets through the bond and
// counts what comes back.
type meter struct {
	process *exec.Cmd
	stdin   io.WriteCloser
	stdout  *bufio.Reader
	echo    net.PacketConn
}

// startMeter measures the way to the first address of the description; it
// returns once the first answer is there.
func startMeter(doc *schema.Document) (*meter, error) {
	address, err := ownAddress(doc)
	if err != nil {
		return nil, err
	}
	echo, err := net.ListenPacket("udp4", fmt.Sprintf(":%d", echoPort))
	if err != nil {
		return nil, fmt.Errorf("listening to the meter: %w", err)
	}
	go answer(echo)
	cmd := exec.Command("ip", "netns", "exec", provider, filepath.Join(shared, "bondlab"), "meter", fmt.Sprintf("%s:%d", address, echoPort))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the meter: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the meter: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the meter: %w", err)
	}
	m := &meter{cmd, stdin, bufio.NewReader(stdout), echo}
	if _, err := m.stdout.ReadString('\n'); err != nil {
		return m, fmt.Errorf("the meter got no answer: %w", err)
	}
	return m, nil
}

func ownAddress(doc *schema.Document) (string, error) {
	for _, bond := range doc.Bonds {
		if bond.IPv4 != nil && len(bond.IPv4.Addresses.Values()) > 0 {
			return bond.IPv4.Addresses.Values()[0].Addr().String(), nil
		}
	}
	return "", fmt.Errorf("the description has no address that a meter could use")
}

// answer sends every packet back until the socket is closed.
func answer(echo net.PacketConn) {
	packet := make([]byte, 64)
	for {
		n, from, err := echo.ReadFrom(packet)
		if err != nil {
			return
		}
		_, _ = echo.WriteTo(packet[:n], from) // a lost answer is what the meter looks for
	}
}

// stop ends the meter and gives its reading.
func (m *meter) stop() (string, error) {
	defer func() { _ = m.echo.Close() }()
	if err := m.stdin.Close(); err != nil {
		return "", fmt.Errorf("stopping the meter: %w", err)
	}
	reading, err := m.stdout.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("reading the meter: %w", err)
	}
	return strings.TrimSpace(reading), m.process.Wait()
}

// Meter is the far side's process: it sends packets to address until stdin
// ends, then writes its reading. A first line tells that an answer came.
func Meter(address string, stdin io.Reader, stdout io.Writer) error {
	conn, err := net.Dial("udp4", address)
	if err != nil {
		return fmt.Errorf("dialling %s: %w", address, err)
	}
	answers := make(chan uint64, 1024)
	go listen(conn, answers)
	stopped := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		close(stopped)
	}()
	t := tally{answered: map[uint64]bool{}}
	ticks := time.NewTicker(rhythm)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			packet := binary.BigEndian.AppendUint64(nil, t.next())
			_, _ = conn.Write(packet) // refused while the guest's end is not there: a lost packet
		case number := <-answers:
			if t.answer(number) == 1 {
				_, _ = fmt.Fprintln(stdout, "an answer came")
			}
		case <-stopped:
			t.gather(answers, time.After(2*time.Second))
			_, err := fmt.Fprintln(stdout, t.reading())
			return err
		}
	}
}

func listen(conn net.Conn, answers chan<- uint64) {
	packet := make([]byte, 64)
	for {
		n, err := conn.Read(packet)
		if err == nil && n == 8 {
			answers <- binary.BigEndian.Uint64(packet)
		}
	}
}
