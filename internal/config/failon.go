package config

import "github.com/sigsync/sigsync/internal/plan"

func checkStates(key string, states []string, p *problems) {
	var known []string
	for _, s := range plan.States() {
		known = append(known, s.String())
	}
	for i, state := range states {
		oneOf(item(key, i), state, p, known...)
	}
}
