package kerneltest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/schema"
)

// An option without a row would never be held against the driver.
func TestEveryOptionWithAnAttributeHasARow(t *testing.T) {
	var tried []string
	for _, r := range rows {
		tried = append(tried, r.option)
	}
	var all []string
	for _, o := range schema.Options() {
		if o.Attr != 0 {
			all = append(all, o.Name)
		}
	}
	assert.ElementsMatch(t, all, tried)
}
