package config

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Config is the effective configuration of one file: references expanded,
// defaults filled in, every value checked.
type Config struct {
	// Version is the version of the file's format; always 1.
	Version int `yaml:"version"`
	// Servers maps the name that pairs use to the server; never empty.
	Servers map[string]*Server `yaml:"servers"`
	// Pairs has one entry for each source and target, in the order in which
	// they have to run: a pair comes after those that fill its source.
	Pairs       []Pair      `yaml:"pairs"`
	Concurrency Concurrency `yaml:"concurrency"`
	Retry       Retry       `yaml:"retry"`
	// FailOn lists the states that make a finished run exit with code 3.
	// Empty means that none does.
	FailOn   []string `yaml:"fail_on"`
	Schedule Schedule `yaml:"schedule"`
	Log      Log      `yaml:"log"`
	Limits   Limits   `yaml:"limits"`
	// RunTimeout is how long a whole run may take; 0 means without limit.
	RunTimeout time.Duration `yaml:"run_timeout"`
	Cache      Cache         `yaml:"cache"`
	Serve      Serve         `yaml:"serve"`
	Metrics    Metrics       `yaml:"metrics"`
	// Notify lists who is told about the outcome of runs.
	Notify []Notify `yaml:"notify"`
}

// formatVersion is the only version of the file format that this program reads.
const formatVersion = 1

// defaultConfig is the configuration of a file that says nothing.
func defaultConfig() Config {
	return Config{
		Concurrency: Concurrency{Scan: 3, Copy: 16},
		Retry:       Retry{Attempts: 5, Initial: 200 * time.Millisecond, Max: 30 * time.Second},
		FailOn:      []string{"missing", "partial", "stale", "diverged", "suspect", "unknown"},
		Schedule:    Schedule{Cron: "*/15 * * * *", Timezone: "UTC", RunOnStart: true},
		Log:         Log{Level: LevelInfo, Format: FormatAuto},
		Serve: Serve{
			Listen:  "127.0.0.1:8080",
			Grace:   30 * time.Second,
			Webhook: Webhook{Gather: time.Second},
		},
		Metrics: Metrics{Job: "sigsync"},
	}
}

// check reports what is wrong with everything but the pairs.
func (c *Config) check(p *problems) {
	c.checkVersion(p)
	c.checkServers(p)
	c.Concurrency.check("concurrency", p)
	c.Retry.check("retry", p)
	checkStates("fail_on", c.FailOn, p)
	c.Schedule.check("schedule", p)
	c.Log.check("log", p)
	c.Limits.check("limits", p)
	c.Serve.check("serve", p)
	c.Metrics.check("metrics", p)
	for i, n := range c.Notify {
		n.check(item("notify", i), p)
	}
}

func (c *Config) checkVersion(p *problems) {
	switch {
	case !p.has("version"):
		p.add("version", "expected %d, the only version this program reads, got nothing", formatVersion)
	case c.Version != formatVersion:
		p.expected("version", fmt.Sprintf("%d, the only version this program reads", formatVersion), c.Version)
	}
}

func (c *Config) checkServers(p *problems) {
	if len(c.Servers) == 0 {
		p.add("servers", "expected at least one server")
	}
	for _, name := range c.serverNames() {
		key := child("servers", name)
		checkName(key, name, p)
		c.Servers[name].check(key, p)
	}
}

// serverNames lists the names of the servers in alphabetical order.
func (c *Config) serverNames() []string {
	return slices.Sorted(maps.Keys(c.Servers))
}
