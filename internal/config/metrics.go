package config

import (
	"net/url"
	"regexp"
	"strings"
)

// Metrics is where a run that ends leaves its metrics. Empty means nowhere.
type Metrics struct {
	// Pushgateway is the URL of a Prometheus Pushgateway, with the path before
	// /metrics. It may hold a user and a password, so all of it is a secret.
	Pushgateway Secret `yaml:"pushgateway"`
	// Job is the value of the label job at the Pushgateway.
	Job string `yaml:"job"`
	// Textfile names a file for the node exporter's textfile collector.
	Textfile string `yaml:"textfile"`
}

func (m Metrics) check(key string, p *problems) {
	if m.Pushgateway != "" && !isGateway(m.Pushgateway.Reveal()) {
		p.add(child(key, "pushgateway"), "expected an http or https URL without query and fragment")
	}
	if !jobForm().MatchString(m.Job) {
		p.expected(child(key, "job"), "a name of letters, digits, _, -, . and : that begins with a letter or a digit", m.Job)
	}
	if m.Textfile != "" && !strings.HasSuffix(m.Textfile, ".prom") {
		p.expected(child(key, "textfile"), "a file whose name ends in .prom, which are all that the node exporter reads", m.Textfile)
	}
}

// isGateway tells whether it is a URL that paths can be put after.
func isGateway(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	u.User = nil
	return urlProblem(u.String()) == "" && !strings.ContainsAny(raw, "?#")
}

// jobForm is what stands in the path of a push as it is.
func jobForm() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,199}$`) }
