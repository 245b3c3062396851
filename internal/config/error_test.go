package config_test

import (
	"errors"
	"testing"

	"github.com/sigsync/sigsync/internal/config"
)

func TestErrorsAreSorted(t *testing.T) {
	errs := config.Errors{
		{File: "f", Line: 10, Column: 1, Key: "a", Problem: "last"},
		{File: "f", Line: 9, Column: 2, Key: "a", Problem: "fourth"},
		{File: "f", Line: 9, Column: 1, Key: "b", Problem: "second"},
		{File: "f", Line: 9, Column: 1, Key: "b", Problem: "third"},
		{File: "f", Line: 9, Column: 1, Problem: "first"},
	}
	want := "f:9: first\nf:9: b: second\nf:9: b: third\nf:9: a: fourth\nf:10: a: last"
	if got := errs.Error(); got != want {
		t.Errorf("Error = %s, want %s", got, want)
	}
}

func TestErrorsUnwrap(t *testing.T) {
	_, err := config.Parse("sigsync.yaml", []byte(pair("target: {repository: \"\"}\n")), variables)
	var problem *config.Error
	if !errors.As(err, &problem) {
		t.Fatalf("Parse = %T, want an Error inside", err)
	}
	want := config.Error{
		File: "sigsync.yaml", Line: 5, Column: 16, Key: "pairs[0].target.repository",
		Problem: `expected a repository key, got ""`,
	}
	if *problem != want {
		t.Errorf("Parse = %+v, want %+v", *problem, want)
	}
	if want := `sigsync.yaml:5: pairs[0].target.repository: expected a repository key, got ""`; problem.Error() != want {
		t.Errorf("Error = %s, want %s", problem, want)
	}
}
