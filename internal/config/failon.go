package config

import "github.com/sigsync/sigsync/internal/plan"

func checkStates(key string, states []string, p *problems) {
	for i, state := range states {
		oneOf(item(key, i), state, p, stateNames()...)
	}
}

func stateNames() []string {
	var names []string
	for _, s := range plan.States() {
		names = append(names, s.String())
	}
	return names
}
