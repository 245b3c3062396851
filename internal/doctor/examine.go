package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Examine looks at every server and repository of the pairs. It returns a report
// whatever it finds, and whatever comes in between.
func Examine(ctx context.Context, o Options) *Report {
	examined := make([]*server, len(o.Servers))
	var all sync.WaitGroup
	for i, s := range o.Servers {
		examined[i] = newServer(s, o)
		all.Go(func() { examined[i].bounded(ctx) })
	}
	all.Wait()
	var groups []*notes
	for _, s := range examined {
		groups = append(groups, &s.notes)
		for _, r := range s.repositories {
			groups = append(groups, &r.notes)
		}
	}
	for _, p := range o.Pairs {
		groups = append(groups, examinePair(p, examined))
	}
	return newReport(o, groups)
}

// server is the examination of one.
type server struct {
	Server
	notes
	options Options
	// repositories are those that the pairs name, sources before targets.
	repositories []*repo
	// open tells that it answers without a login.
	open bool
	// version is what the server says; zero where it does not.
	version version
	// copying is what is known of Copy Item.
	copying finding
}

func newServer(s Server, o Options) *server {
	examined := &server{Server: s, options: o, notes: notes{subject: Subject{Kind: KindServer, Server: s.Name}}}
	for _, p := range o.Pairs {
		if p.Source.Server == s.Name {
			r := examined.repository(p.Source.Repository)
			r.sourceOf = append(r.sourceOf, p)
		}
	}
	for _, p := range o.Pairs {
		if p.Target.Server == s.Name {
			r := examined.repository(p.Target.Repository)
			r.targetOf = append(r.targetOf, p)
		}
	}
	return examined
}

// repository is the one of that key, which is made where it is new.
func (s *server) repository(key string) *repo {
	at := slices.IndexFunc(s.repositories, func(r *repo) bool { return r.key == key })
	if at >= 0 {
		return s.repositories[at]
	}
	r := &repo{server: s, key: key, notes: notes{subject: Subject{Kind: KindRepository, Server: s.Name, Repository: key}}}
	s.repositories = append(s.repositories, r)
	return r
}

// errPatience ends the examination of a server that takes its time with everything.
var errPatience = errors.New("the examination of this server took too long")

func (s *server) bounded(ctx context.Context) {
	if s.Patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.Patience, fmt.Errorf("%w: more than %s", errPatience, s.Patience))
		defer cancel()
	}
	s.examine(ctx)
}

// examine goes on as long as what comes next stands on firm ground.
func (s *server) examine(ctx context.Context) {
	if why := s.outside(ctx); why != "" {
		s.nothingMore(why)
		return
	}
	if !s.login(ctx) {
		s.nothingMore("the login failed")
		return
	}
	if s.Artifactory != nil {
		s.abilities(ctx)
	}
	for _, r := range s.repositories {
		r.examine(ctx)
	}
	s.add("throttling", s.throttling())
}

// nothingMore says of all that follows that it was not looked at.
func (s *server) nothingMore(why string) {
	for _, r := range s.repositories {
		r.skip(why, "exists")
	}
}

func (s *server) throttling() finding {
	sent, throttled := s.Throttled()
	if throttled == 0 {
		return ok(fmt.Sprintf("none of %d requests was refused as too many (429)", sent))
	}
	return warning(fmt.Sprintf("%d of %d requests were refused as too many (429)", throttled, sent),
		"set rate_limit of the server in the configuration, or lower its max_connections")
}
