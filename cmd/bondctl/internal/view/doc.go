// Package view is what a person or a program sees: human text and JSON of
// diagnostics, plans, files and the language. It decides nothing, and it shows
// no secret.
package view

// FormatVersion stands first in all JSON that bondctl prints. Its first number
// changes when something is removed or means something else.
const FormatVersion = "1.0"
