package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one problem of a configuration file.
type Error struct {
	// File is the name of the file as it was given.
	File string
	// Line and Column count from 1 and say where the key stands, or what it
	// would stand in when it is missing.
	Line, Column int
	// Key is the path of the key, such as pairs[0].target.repository; empty
	// when the problem is with the file as a whole.
	Key string
	// Problem says what was expected.
	Problem string
}

// Error returns the file, the line, the key and the problem.
func (e *Error) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem)
	}
	return fmt.Sprintf("%s:%d: %s: %s", e.File, e.Line, e.Key, e.Problem)
}

// Errors are all problems of one file.
type Errors []*Error

// Error returns one line for each problem, in the order of the file.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, problem := range e.sorted() {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems, for [errors.As].
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, problem := range e {
		errs[i] = problem
	}
	return errs
}

func (e Errors) sorted() Errors {
	return slices.SortedStableFunc(slices.Values(e), func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Key, b.Key))
	})
}
