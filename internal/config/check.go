package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// oneOf reports a value that is none of those allowed.
func oneOf(key, got string, p *problems, allowed ...string) {
	if !slices.Contains(allowed, got) {
		p.add(key, "expected one of %s, got %s%s", strings.Join(allowed, ", "), p.got(key, got), suggestion(got, allowed))
	}
}

// atLeast reports a number below a limit.
func atLeast(key string, got, limit int, p *problems) {
	if got < limit {
		p.expected(key, fmt.Sprintf("a number of %d or more", limit), got)
	}
}

// checkName reports a name that could not be told apart in a log or typed as
// an argument.
func checkName(key, name string, p *problems) {
	if name == "" || name != strings.TrimSpace(name) || strings.ContainsFunc(name, isBreak) {
		p.expected(key, "a name without line breaks and without spaces at its ends", name)
	}
}

// checkURL reports what is not the base URL of a server. A URL that may hold
// a secret is not repeated in the problem.
func checkURL(key, raw string, p *problems) {
	problem := urlProblem(raw)
	switch {
	case problem == "":
	case strings.ContainsAny(raw, "@?#"):
		p.add(key, "expected %s", problem)
	default:
		p.expected(key, problem, raw)
	}
}

// urlProblem says what the URL should be instead, or nothing when it is good.
func urlProblem(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err == nil && u.User != nil:
		return "a URL without credentials"
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return "an http or https URL"
	case strings.ContainsAny(raw, "?#"):
		return "a URL without query and fragment"
	}
	return ""
}
