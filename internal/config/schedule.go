package config

import (
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Schedule is when `sigsync serve` runs.
type Schedule struct {
	// Cron is a line of five fields or a descriptor such as @hourly.
	Cron string `yaml:"cron"`
	// Timezone is the IANA name of the zone that Cron is meant in.
	Timezone string `yaml:"timezone"`
	// Jitter is the longest random wait before a run.
	Jitter time.Duration `yaml:"jitter"`
	// RunOnStart runs once before the first time that Cron names.
	RunOnStart bool `yaml:"run_on_start"`
}

func (s Schedule) check(key string, p *problems) {
	if problem := cronProblem(s.Cron); problem != "" {
		p.add(child(key, "cron"), "expected %s, got %s", problem, p.got(child(key, "cron"), s.Cron))
	}
	if _, err := time.LoadLocation(s.Timezone); err != nil || s.Timezone == "" {
		p.expected(child(key, "timezone"), "the name of a timezone such as Europe/Berlin", s.Timezone)
	}
}

// cronProblem says what the line should be instead, or nothing when it is good.
func cronProblem(line string) string {
	if strings.HasPrefix(line, "TZ=") || strings.HasPrefix(line, "CRON_TZ=") {
		return "a cron line without a timezone, which has its own key"
	}
	every, found := strings.CutPrefix(line, "@every ")
	if d, err := time.ParseDuration(every); found && err == nil && d < time.Second {
		return "an interval of a second or more"
	}
	when, err := cron.ParseStandard(line)
	if err != nil {
		return "a cron line of five fields"
	}
	if when.Next(time.Unix(0, 0)).IsZero() {
		return "a cron line that names a day which exists"
	}
	return ""
}
