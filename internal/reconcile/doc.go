// Package reconcile does one run: it looks at the repositories of every pair
// (preflight), has them listed (scan), compares them (plan), copies what is
// missing (execute), looks whether it arrived (confirm), and reports.
//
// An audit is the same without a Writer: nothing in here asks whether it is one.
package reconcile
