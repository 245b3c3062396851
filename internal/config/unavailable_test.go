package config_test

import "testing"

func TestParseRefusesWhatComesLater(t *testing.T) {
	const later = "not available in this version of sigsync: keep "
	testProblems(t, []problem{
		{"notify", good + "notify:\n  - {url: \"https://hunter2\"}\n", "f:5: notify[0]: " + later + "notify: []"},
	})
}
