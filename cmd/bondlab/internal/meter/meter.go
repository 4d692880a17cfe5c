// Package meter sends packets at a steady rhythm from the far side through the
// bond and counts what comes back. It is a process of its own in the far side's
// namespace, and an echo in the guest.
package meter

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"time"
)

// The times between two packets.
const (
	Rhythm     = 10 * time.Millisecond
	FineRhythm = time.Millisecond
)

// echoPort is where the guest answers.
const echoPort = 7007

// Count is what a meter has seen since the first answer. Without any answer nothing is Sent.
type Count struct {
	Sent, Lost int
	// Gap is the longest time without an answer: from the first packet lost in a
	// row to the next one that was answered.
	Gap time.Duration
}

// Meter is a running measurement.
type Meter struct {
	process *exec.Cmd
	stdin   io.WriteCloser
	stdout  *bufio.Reader
	echo    net.PacketConn
}

// Start measures the way from a namespace to an address of the guest with a
// packet in each rhythm; program is this one. It returns at once: see [Meter.Answered].
func Start(program, namespace, address string, rhythm time.Duration) (*Meter, error) {
	echo, err := net.ListenPacket("udp", fmt.Sprintf(":%d", echoPort))
	if err != nil {
		return nil, fmt.Errorf("listening to the meter: %w", err)
	}
	go answer(echo)
	cmd := exec.Command("ip", "netns", "exec", namespace, program, "meter", net.JoinHostPort(address, fmt.Sprint(echoPort)), rhythm.String())
	cmd.Stderr = os.Stderr
	m := &Meter{process: cmd, echo: echo}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the meter: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the meter: %w", err)
	}
	m.stdin, m.stdout = stdin, bufio.NewReader(stdout)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the meter: %w", err)
	}
	return m, nil
}

// Answered waits for the first answer, or for the limit.
func (m *Meter) Answered(limit time.Duration) error {
	said := make(chan error, 1)
	go func() {
		_, err := m.stdout.ReadString('\n')
		said <- err
	}()
	select {
	case err := <-said:
		if err != nil {
			return fmt.Errorf("waiting for the meter: %w", err)
		}
		return nil
	case <-time.After(limit):
		return fmt.Errorf("no packet came through the bond within %v", limit)
	}
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

// Stop ends the meter and gives its count.
func (m *Meter) Stop() (Count, error) {
	defer func() { _ = m.echo.Close() }()
	if err := m.stdin.Close(); err != nil {
		return Count{}, fmt.Errorf("stopping the meter: %w", err)
	}
	var count Count
	if err := json.NewDecoder(m.stdout).Decode(&count); err != nil {
		return Count{}, fmt.Errorf("reading the meter: %w", err)
	}
	return count, m.process.Wait()
}

// Kill ends a meter whose count nobody wants.
func (m *Meter) Kill() {
	_ = m.echo.Close()
	_ = m.process.Process.Kill()
	_ = m.process.Wait()
}

// Run is the far side's process, whose arguments are an address and a rhythm:
// it sends packets until stdin ends, then writes its count. A first line tells
// that an answer came.
func Run(args []string, stdin io.Reader, stdout io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: bondlab meter ADDRESS RHYTHM")
	}
	rhythm, err := time.ParseDuration(args[1])
	if err != nil {
		return fmt.Errorf("the meter's rhythm: %w", err)
	}
	conn, err := dial(args[0])
	if err != nil {
		return err
	}
	answers := make(chan uint64, 1024)
	go listen(conn, answers)
	stopped := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		close(stopped)
	}()
	t := tally{rhythm: rhythm, answered: map[uint64]bool{}}
	ticks := time.NewTicker(rhythm)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			packet := binary.BigEndian.AppendUint64(nil, t.next(time.Now()))
			_, _ = conn.Write(packet) // refused while the guest's end is not there: a lost packet
		case number := <-answers:
			if t.answer(number) == 1 {
				_, _ = fmt.Fprintln(stdout, "an answer came")
			}
		case <-stopped:
			t.gather(answers, time.After(2*time.Second))
			return json.NewEncoder(stdout).Encode(t.count())
		}
	}
}

// dial tries until the far side has an address of the guest's network.
func dial(address string) (net.Conn, error) {
	var err error
	for range 100 {
		var conn net.Conn
		if conn, err = net.Dial("udp", address); err == nil {
			return conn, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, fmt.Errorf("dialling %s: %w", address, err)
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
