// Package plan compares what two repositories hold and says what is to be
// copied. It does no I/O and knows no clock: equal inventories give equal
// plans, in the same order.
//
// An Inventory is built once per repository and never changes. Compute reads a
// source and a target inventory and returns a Plan: relations between subjects
// and attachments, each with its state, and actions that would mend them.
package plan
