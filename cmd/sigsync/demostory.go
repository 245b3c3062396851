package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/demo"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
)

// story is one demonstration: what was pushed, and what speaks to the server.
type story struct {
	env       environment
	url       string
	key       *ecdsa.PrivateKey
	dev, prod *demo.Registry
	images    []pushed
	steps     int
}

// pushed is an image of the story with the manifests that people pull.
type pushed struct {
	image, tag string
	subjects   []subject
	signed     bool
}

type subject struct {
	name   string
	digest digest.Digest
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
	web, err := s.dev.Push(ctx, "team/web", "1.0", v1.Platform{OS: "linux", Architecture: "amd64"}, "a web server")
	if err != nil {
		return err
	}
	cli, err := s.dev.Push(ctx, "tools/cli", "0.9", v1.Platform{OS: "linux", Architecture: "amd64"}, "a tool")
	if err != nil {
		return err
	}
	api, err := s.pushIndex(ctx, "team/api", "2.3")
	if err != nil {
		return err
	}
	s.images = []pushed{
		{image: "team/web", tag: "1.0", signed: true, subjects: []subject{{"image", web.Digest}}},
		api,
		{image: "tools/cli", tag: "0.9", subjects: []subject{{"image", cli.Digest}}},
	}
	for _, p := range s.images {
		for _, sub := range p.subjects {
			if p.signed {
				if err := s.dev.Sign(ctx, p.image, sub.digest, s.key); err != nil {
					return err
				}
			}
			s.row(p, sub, map[bool]string{true: "signed", false: "not signed"}[p.signed])
		}
	}
	return nil
}

func (s *story) pushIndex(ctx context.Context, image, tag string) (pushed, error) {
	p := pushed{image: image, tag: tag, signed: true}
	var children []v1.Descriptor
	for _, architecture := range []string{"amd64", "arm64"} {
		child, err := s.dev.Push(ctx, image, "", v1.Platform{OS: "linux", Architecture: architecture}, "an API for "+architecture)
		if err != nil {
			return p, err
		}
		children = append(children, child)
		p.subjects = append(p.subjects, subject{"linux/" + architecture, child.Digest})
	}
	index, err := s.dev.PushIndex(ctx, image, tag, children)
	p.subjects = append(p.subjects, subject{"index", index.Digest})
	return p, err
}

func (s *story) promote(ctx context.Context) error {
	s.step("They are promoted to %s; promotion leaves signatures behind", demoProd)
	client, err := artifactory.New(artifactory.Options{
		URL: s.url, Authorize: outbound.Basic("release", outbound.Literal(demoPassword)), UserAgent: "sigsync-demo",
	})
	if err != nil {
		return err
	}
	for _, p := range s.images {
		from := repository.Tag{Repository: demoDev, Image: p.image, Tag: p.tag}
		if err := client.PromoteTag(ctx, from, repository.Tag{Repository: demoProd, Image: p.image, Tag: p.tag}); err != nil {
			return err
		}
		s.say("   %s:%s", p.image, p.tag)
	}
	return nil
}

// verify checks every signed manifest at the target with the public key, and
// returns how many do not verify.
func (s *story) verify(ctx context.Context) (int, error) {
	unverified := 0
	for _, p := range s.images {
		for _, sub := range p.subjects {
			err := s.prod.Verify(ctx, p.image, sub.digest, &s.key.PublicKey)
			switch {
			case err == nil:
				s.row(p, sub, "verified")
			case errors.Is(err, demo.ErrNoSignature):
				s.row(p, sub, err.Error())
			default:
				return 0, err
			}
			if err != nil && p.signed {
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

func (s *story) row(p pushed, sub subject, what string) {
	s.say("   %-14s %-12s %s  %s", p.image+":"+p.tag, sub.name, sub.digest[:19], what)
}

func (s *story) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.env.stdout, format+"\n", args...)
}
