package netplan

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/schema"
)

// row is a key of a mapping: how it is written from what has the mapping's
// meaning, and how it is read into that.
type row[D any] struct {
	key string
	// write gives the value, nil where there is nothing to say.
	write func(*D) *yaml.Node
	read  func(*reader, *D, *tree)
}

// compose writes the rows as a mapping in their order.
func compose[D any](rows []row[D], d *D) *yaml.Node {
	m := mapping()
	for _, r := range rows {
		if r.write != nil {
			put(m, plain(r.key), r.write(d))
		}
	}
	return m
}

// one is the row of a key with one value.
func one[D, T any](key string, c codec[T], at func(*D) *schema.Attr[T]) row[D] {
	return row[D]{
		key: key,
		write: func(d *D) *yaml.Node {
			if attr := at(d); attr.Known() {
				return c.write(attr.Value)
			}
			return nil
		},
		read: func(r *reader, d *D, t *tree) {
			if value, ok := readScalar(r, t, c); ok {
				*at(d) = schema.Attr[T]{Value: value, Set: true, Range: t.place}
			}
		},
	}
}

// many is the row of a key with a list of scalars.
func many[D, T any](key string, style yaml.Style, c codec[T], at func(*D) *schema.List[T]) row[D] {
	return row[D]{
		key: key,
		write: func(d *D) *yaml.Node {
			list := at(d)
			if !list.Set {
				return nil
			}
			items := make([]*yaml.Node, 0, len(list.Items))
			for _, value := range list.Values() {
				items = append(items, c.write(value))
			}
			return sequence(style, items)
		},
		read: func(r *reader, d *D, t *tree) {
			list := schema.List[T]{Set: true, Range: t.place}
			for _, item := range distinct(r.items(t)) {
				if value, ok := readScalar(r, item, c); ok {
					list.Items = append(list.Items, schema.Attr[T]{Value: value, Set: true, Range: item.place})
				}
			}
			*at(d) = list
		},
	}
}

// distinct gives the members of a list without repetitions: netplan takes the
// same text once, in however many files it stands.
func distinct(items []*tree) []*tree {
	seen := map[string]bool{}
	kept := make([]*tree, 0, len(items))
	for _, item := range items {
		if item.kind == yaml.ScalarNode {
			if seen[item.text] {
				continue
			}
			seen[item.text] = true
		}
		kept = append(kept, item)
	}
	return kept
}

// inner is the row of a key with a mapping of further rows.
func inner[D any](key string, rows ...row[D]) row[D] {
	return row[D]{
		key:   key,
		write: func(d *D) *yaml.Node { return filled(compose(rows, d)) },
		read:  func(r *reader, d *D, t *tree) { readRows(r, rows, d, t) },
	}
}

// foreign is the row of a key that is read but never written.
func foreign[D any](r row[D]) row[D] {
	r.write = nil
	return r
}

// quiet is the row of a key that a document has no word for and that changes
// nothing of what a document describes.
func quiet[D any](key string) row[D] {
	return row[D]{key: key, read: func(*reader, *D, *tree) {}}
}

// usual is the row of a key that changes nothing where it has one of the
// values given, and that a document has no word for otherwise.
func usual[D any](key string, values ...string) row[D] {
	return row[D]{key: key, read: func(r *reader, _ *D, t *tree) {
		if !slices.ContainsFunc(values, func(v string) bool { return t.kind == yaml.ScalarNode && strings.EqualFold(v, t.text) }) {
			r.refuseAt(t.place, "A document has no word for "+key+".")
		}
	}}
}

// Spellings of the booleans, as readBool knows them.
var (
	yes = []string{"true", "on", "yes", "y"}
	no  = []string{"false", "off", "no", "n"}
)

func readScalar[T any](r *reader, t *tree, c codec[T]) (T, bool) {
	var none T
	scalar, ok := r.scalar(t)
	if !ok {
		return none, false
	}
	value, err := c.read(scalar)
	if err != nil {
		r.refuse(t, err.Error())
		return none, false
	}
	return value, true
}

// readRows reads a mapping; a key without a row is reported by its name only,
// for its value may be a secret.
func readRows[D any](r *reader, rows []row[D], d *D, t *tree) {
	for _, e := range r.entries(t) {
		readRow(r, rows, d, e)
	}
}

func readRow[D any](r *reader, rows []row[D], d *D, e entry) {
	for _, row := range rows {
		if row.key == e.key {
			row.read(r, d, e.value)
			return
		}
	}
	r.refuseKey(e)
}
