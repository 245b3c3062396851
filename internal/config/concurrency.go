package config

// Concurrency is how much happens at the same time; each number is at least 1.
type Concurrency struct {
	// Scan is how many repositories are listed at once.
	Scan int `yaml:"scan"`
	// Copy is how many subjects have their attachments copied at once.
	Copy int `yaml:"copy"`
}

func (c Concurrency) check(key string, p *problems) {
	atLeast(child(key, "scan"), c.Scan, 1, p)
	atLeast(child(key, "copy"), c.Copy, 1, p)
}
