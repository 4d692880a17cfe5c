package schema

import (
	"errors"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// literal writes a text, a number or a truth value.
func literal(v cty.Value) string { return string(hclwrite.TokensForValue(v).Bytes()) }

// expression writes a value; of a secret one all texts are left to files.
func (s *scribe) expression(path string, v cty.Value, secret bool) (string, error) {
	switch t := v.Type(); {
	case t.IsTupleType():
		return s.list(path, v, secret)
	case t.IsObjectType():
		return s.object(path, v, secret)
	case t == cty.String && (secret || s.isSensitive(v.AsString())):
		return s.file(path, NewSecret(v.AsString()))
	}
	return literal(v), nil
}

// file writes the expression that reads a secret.
func (s *scribe) file(path string, secret Secret) (string, error) {
	if err := secret.fits(); err != nil {
		return "", err
	}
	var name string
	if s.secretFile != nil {
		name = s.secretFile(path, secret)
	}
	if name == "" {
		return "", errors.New("is a secret for which there is no file")
	}
	value, err := textCodec.back(name)
	return "file(" + literal(value) + ")", err
}

// widest is the longest line that a list stands on with others.
const widest = 100

func (s *scribe) list(path string, v cty.Value, secret bool) (string, error) {
	items := make([]string, 0, v.LengthInt())
	for i, item := range v.AsValueSlice() {
		text, err := s.expression(path+"/"+strconv.Itoa(i+1), item, secret)
		if err != nil {
			return "", err
		}
		items = append(items, text)
	}
	if line := "[" + strings.Join(items, ", ") + "]"; len(line) <= widest {
		return line, nil
	}
	return "[\n" + strings.Join(items, ",\n") + ",\n]", nil
}

// object writes a map, sorted by name.
func (s *scribe) object(path string, v cty.Value, secret bool) (string, error) {
	var entries []string
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		text, err := s.expression(path+"/"+key.AsString(), element, secret)
		if err != nil {
			return "", err
		}
		entries = append(entries, objectKey(key)+" = "+text)
	}
	if len(entries) > 1 {
		return "{\n" + strings.Join(entries, "\n") + "\n}", nil
	}
	return strings.TrimRight("{ "+strings.Join(entries, ""), " ") + " }", nil
}

// objectKey writes a name without quotes where HCL surely takes it for one.
func objectKey(key cty.Value) string {
	name := key.AsString()
	keyword := name == "for" || name == "null"
	if keyword || !hclsyntax.ValidIdentifier(name) || strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
		return literal(key)
	}
	return name
}
