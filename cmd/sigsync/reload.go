package main

import (
	"context"
	"os"
	"reflect"
	"time"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/watch"
)

// looking is the time between two looks at the configuration's files.
const looking = 2 * time.Second

// watch takes over what the configuration becomes until ctx ends.
func (s *service) watch(ctx context.Context, seen watch.Snapshot, hangups <-chan os.Signal) {
	watch.Run(ctx, watch.Options{Files: s.files, Seen: seen, Every: looking, Asked: hangups}, s.reload)
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
// stays: once, where it is tried again and again. A run under way goes on with
// what it began with.
func (s *service) reload(asked bool) (taken bool) {
	if asked {
		// Whoever asks may have mended an account whose credentials were refused.
		s.doors.forget()
	}
	before := s.current.Load()
	next, err := s.load(before, asked)
	s.telemetry.metrics.Reloaded(err == nil, time.Now())
	if err != nil {
		if asked || err.Error() != s.complaint {
			s.log.WithError(err).Error("the configuration has changed and cannot be taken over: the one before stays in force")
		}
		s.complaint = err.Error()
		return false
	}
	s.complaint = ""
	s.current.Store(next)
	before.links.release()
	s.adjust(before.config, next.config)
	s.log.Info("the configuration was taken over")
	return true
}

// load sets up the configuration as it is now; anew keeps nothing of before.
func (s *service) load(before *setup, anew bool) (*setup, error) {
	c, err := config.Load(s.config, s.env.lookup)
	if err != nil {
		return nil, err
	}
	if _, err := timetableOf(c.Schedule); err != nil {
		return nil, err
	}
	kept := before
	if anew {
		kept = nil
	}
	next, err := s.setUp(c, kept, s.log)
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
