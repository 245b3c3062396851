package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/demo"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// story is one demonstration: what was pushed, and what speaks to the server.
type story struct {
	env       environment
	url       string
	key       *ecdsa.PrivateKey
	dev, prod *demo.Registry
	images    []demo.Image
	steps     int
}

func demonstrate(ctx context.Context, env environment) error {
	server, err := demoServer()
	if err != nil {
		return err
	}
	url, stop, err := serveDemo(ctx, server)
	if err != nil {
		return err
	}
	defer stop()
	signer, err := demo.NewKey()
	if err != nil {
		return err
	}
	account := func(name, key string) *demo.Registry {
		return &demo.Registry{URL: url, Repository: key, Username: name, Password: demoPassword, HTTP: &http.Client{}}
	}
	s := &story{env: env, url: url, key: signer, dev: account("ci", demoDev), prod: account("sigsync", demoProd)}
	s.say("An emulator of Artifactory answers at %s.", url)
	return s.tell(ctx)
}

func (s *story) tell(ctx context.Context) error {
	if err := s.push(ctx); err != nil {
		return err
	}
	if err := s.promote(ctx); err != nil {
		return err
	}
	s.step("What a verifier finds in %s now", demoProd)
	if _, err := s.verify(ctx); err != nil {
		return err
	}
	for _, do := range []struct {
		title string
		mode  report.Mode
	}{
		{"sigsync audit: what is missing? It writes nothing", report.ModeAudit},
		{"sigsync sync: copy it, inside the server", report.ModeSync},
		{"sigsync audit again", report.ModeAudit},
	} {
		s.step("%s", do.title)
		if err := s.run(ctx, do.mode); err != nil {
			return err
		}
	}
	s.step("What a verifier finds in %s at the end", demoProd)
	unverified, err := s.verify(ctx)
	if err != nil {
		return err
	}
	if unverified > 0 {
		return fmt.Errorf("%d signed manifests do not verify at the target", unverified)
	}
	s.say("\nEvery signature that CI made verifies in %s.", demoProd)
	return nil
}

func (s *story) push(ctx context.Context) error {
	s.step("CI pushes images to %s, and signs all but one with its key", demoDev)
	var err error
	if s.images, err = s.dev.PushSample(ctx, s.key); err != nil {
		return err
	}
	for _, i := range s.images {
		for _, sub := range i.Subjects {
			s.row(i, sub, map[bool]string{true: "signed", false: "not signed"}[i.Signed])
		}
	}
	return nil
}

func (s *story) promote(ctx context.Context) error {
	s.step("They are promoted to %s; promotion leaves signatures behind", demoProd)
	release := *s.dev
	release.Username = "release"
	for _, i := range s.images {
		if err := release.Promote(ctx, i.Image, i.Tag, demoProd); err != nil {
			return err
		}
		s.say("   %s:%s", i.Image, i.Tag)
	}
	return nil
}

// verify checks every signed manifest at the target with the public key, and
// returns how many do not verify.
func (s *story) verify(ctx context.Context) (int, error) {
	unverified := 0
	for _, i := range s.images {
		for _, sub := range i.Subjects {
			err := s.prod.Verify(ctx, i.Image, sub.Digest, &s.key.PublicKey)
			switch {
			case err == nil:
				s.row(i, sub, "verified")
			case errors.Is(err, demo.ErrNoSignature):
				s.row(i, sub, err.Error())
			default:
				return 0, err
			}
			if err != nil && i.Signed {
				unverified++
			}
		}
	}
	return unverified, nil
}

// run does one audit or sync, the same way the commands do.
func (s *story) run(ctx context.Context, mode report.Mode) error {
	c, err := config.Parse("demo", fmt.Appendf(nil, `version: 1
servers:
  main: {url: %q, auth: {username: sigsync, password: %s}}
pairs:
  - {source: {repository: %s}, target: {repository: %s}}
`, s.url, demoPassword, demoDev, demoProd), s.env.lookup)
	if err != nil {
		return err
	}
	log := logrus.New()
	log.SetOutput(io.Discard)
	p := newPass(s.env, &globals{}, unarmed)
	if mode == report.ModeSync {
		p.arm = armed
	}
	made, err := p.setUp(c, nil, log)
	if err != nil {
		return err
	}
	defer made.links.release()
	rep, _, err := p.once(ctx, made, "", func(*reconcile.Options) {})
	if err != nil {
		return err
	}
	p.format = "text"
	return p.write(s.env, rep)
}

func (s *story) step(format string, args ...any) {
	s.steps++
	s.say("\n%d. %s", s.steps, fmt.Sprintf(format, args...))
}

func (s *story) row(i demo.Image, sub demo.Subject, what string) {
	s.say("   %-14s %-12s %s  %s", i.Image+":"+i.Tag, sub.Name, sub.Digest[:19], what)
}

func (s *story) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.env.stdout, format+"\n", args...)
}
