package config

import (
	"fmt"
	"time"
)

// Retry is how often and how patiently a request is repeated.
type Retry struct {
	// Attempts counts the first one as well; at least 1.
	Attempts int `yaml:"attempts"`
	// Initial is the wait after the first attempt.
	Initial time.Duration `yaml:"initial"`
	// Max is the longest wait; at least Initial.
	Max time.Duration `yaml:"max"`
}

func (r Retry) check(key string, p *problems) {
	atLeast(child(key, "attempts"), r.Attempts, 1, p)
	if r.Max < r.Initial {
		p.expected(child(key, "max"), fmt.Sprintf("at least %s", child(key, "initial")), r.Max)
	}
}
