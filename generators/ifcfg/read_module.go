package ifcfg

import (
	"slices"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
	"github.com/bondctl/bondctl/schema"
)

// fromModule reads the options that modprobe.d has for a bond by its name.
// Network-scripts make a bond that has no BONDING_OPTS by loading that name as
// a module, where it is an alias of the driver's (is_available in
// network-functions).
func (r *reader) fromModule(c *config) schema.Settings {
	alias := []string{"alias", c.device.value, "bonding"}
	var settings schema.Settings
	aliased := false
	for _, file := range modconf.Files(r.files) {
		for _, line := range modconf.Lines(file.Content) {
			aliased = aliased || slices.Equal(line.Words, alias)
			params, _ := line.Parameters(c.device.value)
			for _, p := range params {
				settings = r.parameter(c, settings, file, p)
			}
		}
	}
	if !aliased {
		return nil
	}
	return settings
}

// parameter adds a parameter of the module. What it does not have is reported
// by the reader of modprobe.d's own files.
func (r *reader) parameter(c *config, settings schema.Settings, file generators.File, p modconf.Parameter) schema.Settings {
	option, ok := schema.OptionByWord(schema.Module, schema.BondScope, p.Name)
	if !ok {
		return settings
	}
	return c.set(settings, option, variable{key: "options", path: file.Path, line: p.Line}, p.Value)
}
