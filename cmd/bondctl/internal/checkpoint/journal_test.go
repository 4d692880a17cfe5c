package checkpoint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sample is a journal with something in every field.
func sample() Journal {
	clock := newClock()
	j := Journal{
		FormatVersion: journalVersion, ID: "20261127T211453Z", Sequence: 7, State: Prepared,
		Owner: anna, Process: Process{PID: 4711, Start: 12345, BootID: "boot-1"}, Version: "1.2.3", BootID: "boot-1",
		Created: wallOf(clock.wall), Window: time.Minute, Ceiling: clock.boot + 10*time.Minute,
		Backend: "ifupdown", Managers: map[string]string{"ifupdown": "ifupdown"}, Links: []string{"bond0", "eth0"},
		Outcome: Outcome{By: ben, Reason: "nobody confirmed it within 1m0s", Error: "bond0: no such device"},
		History: []Record{recordOf(Prepared, clock.Now())},
	}
	for _, s := range []State{Armed, Applying, Awaiting} {
		clock.pass(time.Second)
		if err := j.advance(s, clock.Now()); err != nil {
			panic(err)
		}
	}
	j.setDeadline(clock.Now(), j.Window)
	return j
}

func TestJournalIsReadAsItWasWritten(t *testing.T) {
	want := sample()
	text, err := want.encode()
	require.NoError(t, err)

	got, err := decode(text)

	require.NoError(t, err)
	assert.Equal(t, want, got)
}

// The names are what other programs and later versions read.
func TestJournalFormat(t *testing.T) {
	j := sample()
	text, err := j.encode()
	require.NoError(t, err)
	golden := filepath.Join("testdata", "journal.json")
	if os.Getenv("UPDATE") != "" {
		require.Empty(t, os.Getenv("CI"), "golden files are not updated in CI")
		require.NoError(t, os.WriteFile(golden, text, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(text))
}

// spoil gives the sample with one thing changed in its JSON.
func spoil(t *testing.T, change func(map[string]any)) []byte {
	t.Helper()
	j := sample()
	text, err := j.encode()
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(text, &fields))
	change(fields)
	text, err = json.Marshal(fields)
	require.NoError(t, err)
	return text
}

func TestForeignJournals(t *testing.T) {
	set := func(name string, value any) []byte {
		return spoil(t, func(f map[string]any) { f[name] = value })
	}
	j := sample()
	whole, err := j.encode()
	require.NoError(t, err)
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"empty":               {nil, "torn or foreign"},
		"torn":                {whole[:len(whole)/2], "torn or foreign"},
		"not JSON":            {[]byte("[Match]\nName=bond0\n"), "torn or foreign"},
		"more after it":       {append(whole, whole...), "torn or foreign"},
		"another's JSON":      {[]byte(`{"format_version": 1}`), `its id is ""`},
		"a list":              {[]byte(`[]`), "torn or foreign"},
		"null":                {[]byte(`null`), "format version 0"},
		"no version":          {spoil(t, func(f map[string]any) { delete(f, "format_version") }), "format version 0"},
		"future version":      {set("format_version", 2), "it has format version 2, and this bondctl knows 1: use the bondctl that wrote it"},
		"an id with a path":   {set("id", "../../etc"), `its id is "../../etc"`},
		"unknown state":       {set("state", "exploded"), "its last transition was to awaiting"},
		"another state":       {set("state", "confirmed"), "it is confirmed, but its last transition was to awaiting"},
		"no transitions":      {set("transitions", nil), "do not begin with prepared"},
		"illegal transitions": {set("transitions", []Record{{State: Prepared}, {State: Awaiting}}), "prepared cannot become awaiting"},
		"no boot":             {set("boot_id", ""), "names no boot"},
		"no deadline":         {set("deadline_boottime_ns", 0), "awaiting without a deadline"},
		"window of words":     {set("window_ns", "a minute"), "it is foreign"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decode(c.text)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// What a newer bondctl adds without a new format version is no reason to leave a change in place.
func TestUnknownFieldsArePassedOver(t *testing.T) {
	got, err := decode(spoil(t, func(f map[string]any) { f["mood"] = "good" }))
	require.NoError(t, err)
	assert.Equal(t, sample(), got)
}

func TestATornJournalIsNamed(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	p := stateDir + "/transactions/" + tx.ID() + "/journal.json"
	m.put(p, `{"format_version": 1, "id": "2026`)

	_, list := m.List()
	_, confirm := m.Confirm(tx.ID(), ben)
	_, begin := m.locked().Begin(aMinute)

	for _, err := range []error{list, confirm, begin} {
		var torn *JournalError
		require.ErrorAs(t, err, &torn)
		assert.Equal(t, p, torn.Path)
		assert.Contains(t, err.Error(), "the journal "+p+" cannot be used")
	}
}

func TestAJournalInAnothersPlace(t *testing.T) {
	m := newMachine(t)
	m.bring(Awaiting)
	j := sample()
	j.ID = "20200101T000000Z"
	text, err := j.encode()
	require.NoError(t, err)
	m.put(stateDir+"/transactions/20200101T000001Z/journal.json", string(text))

	_, err = m.Load("20200101T000001Z")

	require.ErrorContains(t, err, "it is that of 20200101T000000Z")
}

func TestIDs(t *testing.T) {
	m := newMachine(t)
	for _, id := range []string{"..", ".", "/etc", "latest", "20261127T211453Z/../x", "20261127T211453Z-0", strings.Repeat("2", 300)} {
		_, err := m.Confirm(id, ben)
		require.ErrorContains(t, err, "is no id of a transaction")
		_, err = m.GuardAlive(id)
		require.ErrorContains(t, err, "is no id of a transaction")
		require.ErrorContains(t, m.RollBack(id, ben, "tired of it", m.undo), "is no id of a transaction")
	}
	_, err := m.Confirm("20261127T211453Z", ben)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.EqualError(t, err, "there is no transaction 20261127T211453Z: file does not exist")
}

func FuzzDecode(f *testing.F) {
	j := sample()
	text, err := j.encode()
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"format_version": 1, "transitions": [{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		j, err := decode(text)
		if err != nil {
			return
		}
		Judge(&j, newClock().Now(), true)
		_, _ = ending(&j), (&OpenError{Journal: j}).Error()
		again, err := j.encode()
		require.NoError(t, err)
		same, err := decode(again)
		require.NoError(t, err)
		twice, err := same.encode()
		require.NoError(t, err)
		require.Equal(t, string(again), string(twice))
	})
}
