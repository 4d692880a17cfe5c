package schema

import "slices"

// Secrets lists every secret that the document knows: the texts of sensitive
// variables and the values of secret attributes.
func (d *Document) Secrets() []Secret {
	found := slices.Clone(d.Sensitive)
	for _, statement := range d.Statements() {
		if statement.Secret {
			found = append(found, NewSecret(statement.Value))
		}
	}
	for _, fallback := range d.Fallbacks {
		for _, route := range fallback.Routes {
			for _, handler := range route.Handlers {
				found = append(found, handler.secrets()...)
			}
		}
	}
	return found
}

func (h *Handler) secrets() []Secret {
	found := append(sortedSecrets(h.Headers.Value), sortedSecrets(h.Environment.Value)...)
	if h.Password.Known() {
		found = append(found, h.Password.Value)
	}
	return found
}

func sortedSecrets(entries map[string]Secret) []Secret {
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	slices.Sort(names)
	secrets := make([]Secret, len(names))
	for i, name := range names {
		secrets[i] = entries[name]
	}
	return secrets
}
