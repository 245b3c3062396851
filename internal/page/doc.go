// Package page is the report as a page of its own, and what it has in common with
// the page of serve: the style, and how numbers, times and states are said. It
// does no I/O but to an io.Writer that it is handed.
package page
