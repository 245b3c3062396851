package config_test

import "testing"

func TestParseRefusesWhatComesLater(t *testing.T) {
	const later = "not available in this version of sigsync: keep "
	testProblems(t, []problem{
		{"pushgateway", good + "metrics: {pushgateway: \"http://p\"}", `f:4: metrics.pushgateway: ` + later + `""`},
		{"textfile", good + "metrics: {textfile: /m}", `f:4: metrics.textfile: ` + later + `""`},
	})
}
