// Package schema is the language of bondctl and its meaning: the option table
// of the bonding driver, the blocks of a document, and the decoding and
// validation that turn HCL into a [Document]. It is pure: it takes bytes and
// returns values, and never touches the machine.
//
// The table in options.go has a row for every option of the driver. Decoding,
// validation, writing, all generators and readers and the reference page are
// loops over it; the tables in blocks_*.go do the same for everything else that
// a document can say.
package schema
