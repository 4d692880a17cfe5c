// Package plan computes what has to change for a host to be what a document
// describes, and in which order: its files, and the links of its kernel. The
// way back to an earlier state is planned alike. It is pure: it compares
// values and returns values, and whoever carries a plan out decides nothing.
//
// [Towards] and [Exactly] plan for files, [Network] for links. What links shall
// be is [Wanted]: [Desired] reads it from a document, [Before] from a state of
// the kernel that was observed earlier.
package plan
