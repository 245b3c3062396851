// Package msix stands in for a module that goreleaser does not import: only a
// test of one of its dependencies does, and proxies do not all serve it.
package msix
