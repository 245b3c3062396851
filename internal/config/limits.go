package config

// Limits stops a run that is about to do more than was meant. 0 means without
// limit.
type Limits struct {
	// MaxCopies is how many attachments one run may copy.
	MaxCopies int `yaml:"max_copies"`
	// MaxFailures is how many copies of a run may fail before it stops.
	MaxFailures int `yaml:"max_failures"`
	// MaxFailurePercent is the same in percent of the copies tried, 0 to 100.
	MaxFailurePercent int `yaml:"max_failure_percent"`
	// AllowTagEviction copies to repositories that keep a limited number of tags.
	AllowTagEviction bool `yaml:"allow_tag_eviction"`
}

func (l Limits) check(key string, p *problems) {
	atLeast(child(key, "max_copies"), l.MaxCopies, 0, p)
	atLeast(child(key, "max_failures"), l.MaxFailures, 0, p)
	if l.MaxFailurePercent < 0 || l.MaxFailurePercent > 100 {
		p.expected(child(key, "max_failure_percent"), "a percentage from 0 to 100", l.MaxFailurePercent)
	}
}
