// Package report is the result of a run and its forms. The JSON form is a
// contract with users' scripts ("sigsync.report/v1"); the text form is for
// people. It does no I/O but to an io.Writer that it is handed.
package report
