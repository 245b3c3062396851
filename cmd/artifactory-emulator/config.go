package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// config is the configuration file.
type config struct {
	ContextPath      string          `yaml:"context_path"`
	Edition          edition         `yaml:"edition"`
	Version          string          `yaml:"version"`
	BaseURL          string          `yaml:"base_url"`
	HideUnauthorized bool            `yaml:"hide_unauthorized"`
	Latency          time.Duration   `yaml:"latency"`
	Seed             uint64          `yaml:"seed"`
	Users            []user          `yaml:"users"`
	OIDC             []identity      `yaml:"oidc"`
	Anonymous        []permission    `yaml:"anonymous"`
	Repositories     []repository    `yaml:"repositories"`
	Quirks           emulator.Quirks `yaml:"quirks"`
	AQL              limits          `yaml:"aql"`
	ReferrersPage    int             `yaml:"referrers_page"`
	Webhooks         webhooks        `yaml:"webhooks"`
	Estate           *estate         `yaml:"estate"`
}

// estate is a synthetic estate, which takes no memory before somebody looks at it.
type estate struct {
	Images       int      `yaml:"images"`
	TagsPerImage int      `yaml:"tags_per_image"`
	MultiArch    float64  `yaml:"multi_arch"`
	Signed       float64  `yaml:"signed"`
	Promoted     float64  `yaml:"promoted"`
	Copied       float64  `yaml:"copied"`
	Seed         uint64   `yaml:"seed"`
	Source       string   `yaml:"source"`
	Target       string   `yaml:"target"`
	Mirrors      []string `yaml:"mirrors"`
}

type user struct {
	Name        string       `yaml:"name"`
	Password    string       `yaml:"password"`
	Tokens      []string     `yaml:"tokens"`
	APIKey      string       `yaml:"api_key"`
	Admin       bool         `yaml:"admin"`
	Permissions []permission `yaml:"permissions"`
}

type identity struct {
	Provider string        `yaml:"provider"`
	Token    string        `yaml:"token"`
	Audience string        `yaml:"audience"`
	User     string        `yaml:"user"`
	Lifetime time.Duration `yaml:"lifetime"`
}

type permission struct {
	Repositories []string `yaml:"repositories"`
	Include      []string `yaml:"include"`
	Exclude      []string `yaml:"exclude"`
	Rights       rights   `yaml:"rights"`
}

type repository struct {
	Key               string   `yaml:"key"`
	Class             class    `yaml:"class"`
	PackageType       string   `yaml:"package_type"`
	Members           []string `yaml:"members"`
	DefaultDeployment string   `yaml:"default_deployment"`
	Includes          []string `yaml:"includes"`
	Excludes          []string `yaml:"excludes"`
	MaxUniqueTags     int      `yaml:"max_unique_tags"`
	Description       string   `yaml:"description"`
	Referrers         bool     `yaml:"referrers"`
}

type limits struct {
	HardCap     int           `yaml:"hard_cap"`
	TimeoutRows int           `yaml:"timeout_rows"`
	IgnoreCase  bool          `yaml:"ignore_case"`
	UserLimit   int           `yaml:"user_limit"`
	Concurrency int           `yaml:"concurrency"`
	Wait        time.Duration `yaml:"wait"`
}

// parse reads a configuration. Unknown keys are errors, and an empty file is
// a server without anything.
func parse(r io.Reader) (emulator.Options, error) {
	var c config
	decoder := yaml.NewDecoder(r)
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return emulator.Options{}, fmt.Errorf("parse: %w", err)
	}
	return c.options(), nil
}

func (c config) options() emulator.Options {
	o := emulator.Options{
		ContextPath: c.ContextPath, Edition: emulator.Edition(c.Edition), Version: c.Version, BaseURL: c.BaseURL,
		HideUnauthorized: c.HideUnauthorized, Latency: c.Latency, Seed: c.Seed,
		Anonymous: permissions(c.Anonymous), Quirks: c.Quirks, AQL: emulator.AQLLimits(c.AQL),
		ReferrersPage: c.ReferrersPage, Webhooks: c.Webhooks.options(), Subscriptions: c.Webhooks.subscriptions(),
	}
	if e := c.Estate; e != nil {
		o.Ground = seed.Estate{
			Images: e.Images, TagsPerImage: e.TagsPerImage, MultiArchShare: e.MultiArch, SignedShare: e.Signed,
			PromotedShare: e.Promoted, CopiedShare: e.Copied, Seed: e.Seed, Source: e.Source, Target: e.Target, Mirrors: e.Mirrors,
		}
	}
	for _, u := range c.Users {
		o.Users = append(o.Users, access.User{
			Name: u.Name, Password: u.Password, Tokens: u.Tokens, APIKey: u.APIKey, Admin: u.Admin,
			Permissions: permissions(u.Permissions),
		})
	}
	for _, i := range c.OIDC {
		o.OIDC = append(o.OIDC, emulator.Identity(i))
	}
	for _, r := range c.Repositories {
		o.Repositories = append(o.Repositories, emulator.Repository{
			Key: r.Key, Class: emulator.Class(r.Class), PackageType: r.PackageType,
			Members: r.Members, DefaultDeployment: r.DefaultDeployment,
			Includes: r.Includes, Excludes: r.Excludes, MaxUniqueTags: r.MaxUniqueTags, Description: r.Description,
			Referrers: r.Referrers,
		})
	}
	return o
}

// permissions keeps the difference between an absent list and an empty one:
// for anonymous access it is that between off and on.
func permissions(list []permission) []access.Permission {
	if list == nil {
		return nil
	}
	converted := make([]access.Permission, 0, len(list))
	for _, p := range list {
		converted = append(converted, access.Permission{
			Repositories: p.Repositories, Include: p.Include, Exclude: p.Exclude, Rights: access.Right(p.Rights),
		})
	}
	return converted
}
