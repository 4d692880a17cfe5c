package wpa

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// band is a range of the spectrum by the centres of its channels, in MHz.
type band struct {
	name     string
	channels []int
}

// bands lists the channels of 20 MHz (IEEE 802.11-2020, annex E). The radio's
// own rules forbid those that the country does not allow.
var bands = []band{
	{schema.Band2GHz, append(every(5, 2412, 2472), 2484)},
	{schema.Band5GHz, slices.Concat(every(20, 5180, 5320), every(20, 5500, 5720), every(20, 5745, 5885))},
	{schema.Band6GHz, append([]int{5935}, every(20, 5955, 7115)...)},
}

func every(step, from, to int) []int {
	var channels []int
	for mhz := from; mhz <= to; mhz += step {
		channels = append(channels, mhz)
	}
	return channels
}

// frequencies gives the text of freq_list for a band, empty for an unknown one.
func frequencies(name string) string {
	i := slices.IndexFunc(bands, func(b band) bool { return b.name == name })
	if i < 0 {
		return ""
	}
	texts := make([]string, len(bands[i].channels))
	for j, mhz := range bands[i].channels {
		texts[j] = strconv.Itoa(mhz)
	}
	return strings.Join(texts, " ")
}

// bandOf finds the band that has exactly the frequencies of a list, in any order.
func bandOf(list string) (string, error) {
	var channels []int
	for text := range strings.FieldsSeq(list) {
		mhz, err := strconv.Atoi(text)
		if err != nil {
			return "", errors.New("wants frequencies in MHz")
		}
		channels = append(channels, mhz)
	}
	slices.Sort(channels)
	for _, b := range bands {
		if slices.Equal(b.channels, slices.Compact(channels)) {
			return b.name, nil
		}
	}
	return "", errors.New("is not exactly one band; a document has bands, not channels")
}
