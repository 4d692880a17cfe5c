package guest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/generators"
	backends "github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// readDocument reads a description that must be valid.
func readDocument(path string) (*schema.Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the description: %w", err)
	}
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: filepath.Base(path), Bytes: text}}, schema.Inputs{
		Name:   filepath.Base(path),
		Getenv: os.LookupEnv,
		ReadFile: func(name string) ([]byte, error) {
			if !filepath.IsAbs(name) {
				name = filepath.Join(filepath.Dir(path), name)
			}
			return os.ReadFile(name)
		},
	})
	if diags.HasErrors() {
		return nil, fmt.Errorf("the description is invalid: %w", diags)
	}
	return doc.Static(), nil
}

// unsaidBy tells which statements do not reach the kernel through a consumer,
// by what bondctl announces of its backend's files.
func unsaidBy(consumer scenario.Consumer, doc *schema.Document) (func(path string) bool, error) {
	backend, ok := backends.Lookup(consumer.Backend)
	if !ok {
		return nil, fmt.Errorf("there is no backend %q", consumer.Backend)
	}
	_, diags := backend.Render(doc)
	var unsaid []generators.Unsaid
	deaf := map[string]bool{}
	for _, diag := range diags {
		switch extra := diag.Extra.(type) {
		case generators.Unsaid:
			// What is not the driver's, modprobe leaves to others with a remark.
			if diag.Severity == hcl.DiagError || backend.Name == "modprobe" {
				unsaid = append(unsaid, extra)
			}
		case generators.LostTo:
			if extra.Consumer == consumer.Alias {
				for _, path := range extra.Paths {
					unsaid = append(unsaid, generators.Unsaid{Path: path})
				}
			}
		case generators.Needs:
			deaf[extra.Option.Name] = !has(consumer, extra)
		}
	}
	return func(path string) bool {
		option := path[strings.LastIndexByte(path, '/')+1:]
		covers := func(u generators.Unsaid) bool { return u.Covers(path) }
		return slices.ContainsFunc(unsaid, covers) || deaf[option] || unknown(option)
	}, nil
}

// has tells whether the machine's consumer knows a word that older ones do
// not. RHEL's network-scripts know what has a file in sysfs, as long as
// the file is the bond's.
func has(consumer scenario.Consumer, needs generators.Needs) bool {
	if consumer.Name == "network-scripts" {
		return needs.Option.Scope == schema.BondScope && !needs.Option.NoSysfs
	}
	name, since, _ := strings.Cut(needs.Since, " ")
	installed, err := installedVersion(name)
	return err == nil && !older(installed, since)
}

// unknown tells whether the machine's kernel is older than an option.
func unknown(name string) bool {
	option, ok := schema.Lookup(name)
	if !ok || option.Kernel == "" {
		return false
	}
	running, err := installedVersion("Linux")
	return err == nil && older(running, option.Kernel)
}

// install has bondctl render a description and copies the files into place.
func install(backend, file string, flags []string) (string, error) {
	dir, err := os.MkdirTemp("", "rendered")
	if err != nil {
		return "", fmt.Errorf("making room for files: %w", err)
	}
	generate := append([]string{"bondctl", "generate", "--backend", backend, "--config", file, "--out", dir}, flags...)
	text, err := sh.Out(generate...)
	if err != nil {
		return text, err
	}
	return text, sh.Do("cp -a %s/etc /", dir) // not the directory itself, for / would get its mode
}

// ownAddress is the first that a bond of the description has: the meter's other end.
func ownAddress(doc *schema.Document) (string, error) {
	for _, bond := range doc.Bonds {
		for _, ip := range []*schema.IP{bond.IPv4, bond.IPv6} {
			if ip != nil && len(ip.Addresses.Values()) > 0 {
				return ip.Addresses.Values()[0].Addr().String(), nil
			}
		}
	}
	return "", fmt.Errorf("the description has no address that a meter could use")
}
