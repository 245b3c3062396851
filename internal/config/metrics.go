package config

// Metrics is where a run that ends leaves its metrics. Empty means nowhere.
type Metrics struct {
	// Pushgateway is the URL of a Prometheus push gateway.
	Pushgateway string `yaml:"pushgateway"`
	// Textfile names a file for the node exporter's textfile collector.
	Textfile string `yaml:"textfile"`
}

func (m Metrics) check(key string, p *problems) {
	if m.Pushgateway != "" {
		checkURL(child(key, "pushgateway"), m.Pushgateway, p)
	}
}
