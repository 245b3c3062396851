package main

import (
	"context"
	"reflect"
	"time"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/watch"
)

// looking is the time between two looks at the configuration's files.
const looking = 5 * time.Second

// watch takes over what the configuration becomes until ctx ends.
func (s *service) watch(ctx context.Context, seen watch.Snapshot) {
	o := watch.Options{Files: s.files, Seen: seen, Every: looking}
	if s.env.hangups != nil {
		hangups, ignore := s.env.hangups()
		defer ignore()
		o.Asked = hangups
	}
	watch.Run(ctx, o, s.reload)
}

// files are those that are read when the configuration is loaded. Tokens,
// passwords and secrets are read when they are needed.
func (s *service) files() []string { return append(filesOf(s.current.Load().config), s.config) }

func filesOf(c *config.Config) []string {
	var files []string
	for _, server := range c.Servers {
		files = append(files, server.TLS.CAFile, server.TLS.CertFile, server.TLS.KeyFile)
	}
	for _, p := range c.Pairs {
		files = append(files, p.Verify.Keys...)
	}
	return files
}

// reload takes over the configuration as it is now, or says why the one before
// stays. A run under way goes on with what it began with.
func (s *service) reload(bool) {
	before := s.current.Load()
	next, err := s.load(before)
	s.telemetry.metrics.Reloaded(err == nil, time.Now())
	if err != nil {
		s.log.WithError(err).Error("the configuration has changed and cannot be taken over: the one before stays in force")
		return
	}
	s.current.Store(next)
	before.links.release()
	s.adjust(before.config, next.config)
	s.log.Info("the configuration was taken over")
}

// load sets up the configuration as it is now.
func (s *service) load(before *setup) (*setup, error) {
	c, err := config.Load(s.config, s.env.lookup)
	if err != nil {
		return nil, err
	}
	if _, err := timetableOf(c.Schedule); err != nil {
		return nil, err
	}
	next, err := s.setUp(c, s.log)
	if err != nil {
		return nil, err
	}
	if reflect.DeepEqual(before.config.Notify, c.Notify) {
		next.notifier = before.notifier // it knows what was told
	}
	return next, nil
}

// adjust has what goes on follow the configuration, and says what cannot.
func (s *service) adjust(before, now *config.Config) {
	if err := setLog(s.log, onTerminal(s.env.stderr), s.globals, now.Log); err != nil {
		s.log.WithError(err).Warn("the log stays as it was")
	}
	if before.Schedule != now.Schedule {
		table, _ := timetableOf(now.Schedule) // load has tried it
		select {
		case <-s.timetable: // one that was not taken yet
		default:
		}
		s.timetable <- table
	}
	if before.Serve.Listen != now.Serve.Listen {
		s.log.Warn("serve.listen has changed, which takes a restart")
	}
	if before.Serve.Webhook.Gather != now.Serve.Webhook.Gather {
		s.log.Warn("serve.webhook.gather has changed, which takes a restart")
	}
}
