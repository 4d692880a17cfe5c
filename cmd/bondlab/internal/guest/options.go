package guest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
	"github.com/bondctl/bondctl/schema"
)

// doOptions compares what the kernel has with every driver option, MTU and
// address that the rendered description states and its files can say.
func (s *stage) doOptions(*testscript.TestScript, []string) error {
	var sayable []claim
	counts := map[string]*scenario.Reading{}
	var modes []string
	for _, c := range claims(s.world.Doc) {
		count := counts[c.mode]
		if count == nil {
			count = &scenario.Reading{Mode: c.mode}
			counts[c.mode] = count
			modes = append(modes, c.mode)
		}
		if s.unsaid != nil && s.unsaid(c.path) {
			count.Unsaid++
			continue
		}
		count.Right++
		sayable = append(sayable, c)
	}
	if err := sh.Until(settling, func() error { return checkAll(sayable) }); err != nil {
		return err
	}
	for _, mode := range modes {
		s.report(*counts[mode])
	}
	return nil
}

// checkAll gives every complaint in one line.
func checkAll(claims []claim) error {
	var wrong []string
	for _, c := range claims {
		if err := c.check(); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d of %d settings are not as described: %s", len(wrong), len(claims), strings.Join(wrong, "; "))
	}
	return nil
}

// settling is how long the options of a bond whose slaves are up may still change.
const settling = 30 * time.Second

// doOption compares one option of a bond with the kernel's text of a value.
func (s *stage) doOption(_ *testscript.TestScript, args []string) error {
	option, ok := schema.Lookup(args[1])
	if !ok {
		return fmt.Errorf("there is no option %s", args[1])
	}
	value, err := option.Parse(args[2])
	if err != nil {
		return fmt.Errorf("%s of %s: %w", args[1], args[0], err)
	}
	setting := schema.Setting{Option: option, Value: value}
	return sh.Until(settling, func() error { return checkSetting(args[0], setting) })
}

// claim is a statement of the description that the kernel can confirm.
type claim struct {
	// mode is that of the bond that it is about, or of the bond below; a
	// link outside bonds has none.
	mode  string
	path  string
	check func() error
}

func claims(doc *schema.Document) []claim {
	var found []claim
	for _, bond := range doc.Bonds {
		name, mode := bond.Name.Value, modeOf(doc, bond.Name.Value)
		found = append(found, settingClaims(mode, "bond/"+name, name, bond.Settings)...)
		for _, slave := range bond.Slaves {
			found = append(found, settingClaims(mode, "bond/"+name+"/slave/"+slave.Name.Value, slave.Name.Value, slave.Settings)...)
		}
	}
	for _, place := range world.Places(doc) {
		found = append(found, placeClaims(modeOf(doc, cmp.Or(place.Parent, place.Link)), place)...)
	}
	return found
}

// noMode stands for the links outside bonds.
const noMode = "no bond"

func modeOf(doc *schema.Document, name string) string {
	bond, ok := doc.Bond(name)
	if !ok {
		return noMode
	}
	mode, _ := bond.Mode()
	return mode.String()
}

func settingClaims(mode, path, link string, settings schema.Settings) []claim {
	var found []claim
	for _, setting := range settings {
		if setting.Option.Scope != schema.ModuleScope {
			found = append(found, claim{mode, path + "/" + setting.Option.Name, func() error { return checkSetting(link, setting) }})
		}
	}
	return found
}

func checkSetting(link string, setting schema.Setting) error {
	text, err := kernelText(link, setting.Option)
	if err != nil {
		return err
	}
	got, err := setting.Option.Parse(text)
	if err != nil || !got.Equal(setting.Value) {
		return fmt.Errorf("%s of %s is %q, not %q", setting.Option.Name, link, text, setting.Value)
	}
	return nil
}

// kernelText is the kernel's word for an option: from sysfs, where it has a
// file, else from netlink as iproute2 shows it.
func kernelText(link string, option *schema.Option) (string, error) {
	switch {
	case option.Change == schema.Creation:
		queues, err := filepath.Glob("/sys/class/net/" + link + "/queues/tx-*")
		return strconv.Itoa(len(queues)), err
	case option.NoSysfs:
		return netlinkText(link, option)
	case option.Scope == schema.SlaveScope:
		return sysfs(link, "bonding_slave", option.Name)
	}
	text, err := sysfs(link, "bonding", option.Name)
	if option.Kind == schema.Enum {
		text, _, _ = strings.Cut(text, " ") // "active-backup 1": the word, and the kernel's number of it
	}
	return text, err
}

func netlinkText(link string, option *schema.Option) (string, error) {
	text, err := sh.Out("ip", "-d", "-j", "link", "show", "dev", link)
	if err != nil {
		return "", err
	}
	var shown []struct {
		Linkinfo map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil || len(shown) != 1 {
		return "", fmt.Errorf("reading the options of %s: %w", link, err)
	}
	data := "info_data"
	if option.Scope == schema.SlaveScope {
		data = "info_slave_data"
	}
	var values map[string]any
	if err := json.Unmarshal(shown[0].Linkinfo[data], &values); err != nil {
		return "", fmt.Errorf("reading the options of %s: %w", link, err)
	}
	return plain(values[option.Name]), nil
}

// plain is the kernel's text of a value in JSON.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return "0"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, plain(item))
		}
		return strings.Join(items, ",")
	}
	return fmt.Sprint(value)
}
