package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/webhook"
)

func between(source, target string, change ...func(*reconcile.Pair)) reconcile.Pair {
	p := reconcile.Pair{
		Name:   source + "-" + target,
		Source: reconcile.End{Server: "main", Repository: source}, Target: reconcile.End{Server: "main", Repository: target},
		Include: []string{"**"}, Exclude: []string{"**/*-snapshot"},
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

func byDigest(p *reconcile.Pair) { p.Match = plan.MatchDigest }

func TestConcern(t *testing.T) {
	const sig = "sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	pushed := func(repository, image, tag string) webhook.Event {
		return webhook.Event{Repository: repository, Image: image, Tag: tag}
	}
	promoted := func(from, to, image string) webhook.Event {
		return webhook.Event{Promoted: true, Repository: from, TargetRepository: to, Image: image, Tag: "1.0", TargetTag: "1.0"}
	}
	chain := []reconcile.Pair{between("dev", "stage"), between("stage", "prod"), between("other", "more")}
	matched := []reconcile.Pair{between("dev", "prod", byDigest)}
	virtual := []reconcile.Pair{between("dev", "virtual"), between("stage", "prod")}
	for name, c := range map[string]struct {
		pairs  []reconcile.Pair
		events []webhook.Event
		want   []string
	}{
		"promoted to a target":                      {chain, []webhook.Event{promoted("dev", "stage", "a")}, []string{"dev-stage a", "stage-prod a"}},
		"promoted to the end":                       {chain, []webhook.Event{promoted("stage", "prod", "a")}, []string{"dev-stage a", "stage-prod a"}},
		"promoted from elsewhere":                   {chain, []webhook.Event{promoted("lab", "prod", "a")}, []string{"stage-prod a"}},
		"promoted to where is not told":             {chain, []webhook.Event{promoted("stage", "", "a")}, []string{"dev-stage a", "stage-prod a"}},
		"a signature that is pushed late":           {chain, []webhook.Event{pushed("dev", "a", sig+".sig")}, []string{"dev-stage a", "stage-prod a"}},
		"pushed to a target":                        {chain, []webhook.Event{pushed("prod", "a", "1.0")}, []string{"stage-prod a"}},
		"of no pair":                                {chain, []webhook.Event{pushed("lab", "a", "1.0")}, nil},
		"several":                                   {chain, []webhook.Event{pushed("prod", "b", "1"), pushed("prod", "a", "1"), pushed("more", "c", "1")}, []string{"stage-prod a b", "other-more c"}},
		"an image that the pair leaves out":         {chain, []webhook.Event{pushed("prod", "a-snapshot", "1")}, nil},
		"a path that looks like a glob":             {chain, []webhook.Event{pushed("prod", "a{b,c}", "1")}, []string{`stage-prod a\{b,c\}`}},
		"by digest, promoted to any path":           {matched, []webhook.Event{promoted("dev", "prod", "a")}, []string{"dev-prod **"}},
		"by digest, pushed to the target":           {matched, []webhook.Event{pushed("prod", "a", "1.0")}, []string{"dev-prod a"}},
		"by digest, an image pushed to the source":  {matched, []webhook.Event{pushed("dev", "a", "1.0")}, nil},
		"by digest, a signature at the source":      {matched, []webhook.Event{pushed("dev", "a", sig+".sig")}, []string{"dev-prod **"}},
		"by digest, an index of referrers":          {matched, []webhook.Event{pushed("dev", "a", sig)}, []string{"dev-prod **"}},
		"by digest, what may be a referrer":         {matched, []webhook.Event{pushed("dev", "a", "sha256:"+sig[7:])}, []string{"dev-prod **"}},
		"by digest, what is not told at the source": {matched, []webhook.Event{pushed("dev", "a", "")}, []string{"dev-prod **"}},
		"on by digest, a signature":                 {[]reconcile.Pair{between("dev", "stage"), between("stage", "prod", byDigest)}, []webhook.Event{pushed("dev", "a", sig+".sig")}, []string{"dev-stage a", "stage-prod **"}},
		"on by digest, an image":                    {[]reconcile.Pair{between("dev", "stage"), between("stage", "prod", byDigest)}, []webhook.Event{pushed("dev", "a", "1.0")}, []string{"dev-stage a"}},
		"on from any path":                          {[]reconcile.Pair{between("dev", "stage", byDigest), between("stage", "prod")}, []webhook.Event{pushed("dev", "a", sig+".sig")}, []string{"dev-stage **", "stage-prod **"}},
		"two sources of one target":                 {[]reconcile.Pair{between("dev", "prod"), between("lab", "prod"), between("prod", "dr")}, []webhook.Event{pushed("lab", "a", "1"), pushed("dev", "b", "1")}, []string{"dev-prod b", "lab-prod a", "prod-dr a b"}},
		"what holds the files of a virtual target":  {virtual, []webhook.Event{promoted("dev", "stage", "a")}, []string{"dev-virtual a", "stage-prod a"}},
	} {
		known := holders{{Server: "main", Repository: "virtual"}: "stage"}
		var got []string
		for _, p := range concern(c.pairs, known, c.events) {
			got = append(got, p.Name+" "+strings.Join(p.Include, " "))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: concern (-want +got):\n%s", name, diff)
		}
	}
	if p := between("dev", "prod"); p.Include[0] != "**" {
		t.Errorf("concern has changed the pairs that it was handed")
	}
}

func TestHoldersWith(t *testing.T) {
	r := &report.Report{Pairs: []report.Pair{
		{Source: report.End{Server: "main", Repository: "remote", Holder: "remote-cache"}, Target: report.End{Server: "main", Repository: "prod"}},
		{Source: report.End{Server: "main", Repository: "dev"}, Target: report.End{Server: "other", Repository: "virtual", Holder: "stage"}},
	}}
	r.Pairs = append(r.Pairs, report.Pair{Error: "no answer", Target: report.End{Server: "main", Repository: "unseen"}})
	before := holders{
		{Server: "main", Repository: "prod"}: "old", {Server: "main", Repository: "remote"}: "old", {Server: "main", Repository: "unseen"}: "seen",
	}
	want := holders{
		{Server: "main", Repository: "remote"}: "remote-cache", {Server: "other", Repository: "virtual"}: "stage",
		{Server: "main", Repository: "unseen"}: "seen",
	}
	if diff := cmp.Diff(want, before.with(r)); diff != "" || len(before) != 3 {
		t.Errorf("with (-want +got):\n%s", diff)
	}
}
