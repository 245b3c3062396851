package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/inspect"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// The images that stand for what seed.Cases has not.
const (
	imageAhead, imagePartial, imageHeadless, imageOrphan = "team/ahead", "team/partial", "team/headless", "team/orphan"
	imageUnlisted, imageSwapped, imageChild              = "team/unlisted", "team/swapped", "team/child"
	imageForeign, imageRenamed, imageNested              = "team/foreign", "team/renamed", "team/nested/app"
	imageIndexed, imageAttested, imageNotation           = "team/indexed", "team/attested", "team/notation"
)

// everyState are two repositories with an image for each state that a run can find.
func everyState(sourceAPI, targetAPI bool) func(*tree.Store) {
	return func(s *tree.Store) {
		seed.Cases{Source: source, Target: target, SourceAPI: sourceAPI}.Seed(s)
		promoted := func(name string) seed.Image {
			i := seed.Push(s, source, name, "1.0", name)
			seed.Promote(s, source, name, "1.0", target, name, "1.0")
			return i
		}
		sig := func(i seed.Image) string { return strings.Replace(i.Digest, ":", "-", 1) + ".sig" }
		signed := func(name string, signers ...string) seed.Image {
			i := promoted(name)
			seed.Sign(s, source, name, i.Digest, signers...)
			seed.Promote(s, source, name, sig(i), target, name, sig(i))
			return i
		}
		refer := func(repo, name string, api bool, made ...seed.Referrer) {
			var digests []string
			for _, r := range made {
				if r.Repo = repo; api {
					digests = append(digests, r.Push(s))
				} else {
					digests = append(digests, r.Place(s))
				}
			}
			if !api {
				seed.Fallback{Repo: repo, Image: name, Subject: made[0].Subject, Referrers: digests}.Push(s)
			}
		}

		ahead := signed(imageAhead, "alice", "bob")
		seed.Sign(s, source, imageAhead, ahead.Digest, "alice")
		partial := signed(imagePartial, "alice")
		s.Walk(target, imagePartial+"/"+sig(partial), func(i tree.Item) bool {
			if strings.HasPrefix(i.Name(), "sha256__") {
				s.Delete(target, i.Path)
				return false
			}
			return true
		})
		headless := signed(imageHeadless, "alice")
		s.Delete(target, imageHeadless+"/"+sig(headless)+"/manifest.json")
		signed(imageOrphan, "alice")
		s.Delete(target, imageOrphan+"/1.0")
		foreign, other := promoted(imageForeign), seed.Push(s, source, "team/other", "1.0", "other")
		seed.Sign(s, source, imageForeign, other.Digest, "mallory")
		seed.Promote(s, source, imageForeign, sig(other), source, imageForeign, sig(foreign))
		swapped := promoted(imageSwapped)
		bundle := seed.Bundle(source, imageSwapped, swapped.Digest, seed.SignPredicate, "alice")
		bundle.Content = seed.Bundle(source, imageSwapped, other.Digest, seed.SignPredicate, "alice").Content
		refer(source, imageSwapped, sourceAPI, bundle)
		index := seed.PushIndex(s, source, imageChild, "1.0", imageChild, 2)
		seed.Promote(s, source, imageChild, index.Children[0].Digest, target, imageChild, index.Children[0].Digest)
		for _, d := range []string{index.Digest, index.Children[0].Digest, index.Children[1].Digest} {
			seed.Sign(s, source, imageChild, d, "alice")
		}
		renamed := seed.Push(s, source, "team/before", "1.0", "renamed")
		seed.Sign(s, source, "team/before", renamed.Digest, "alice")
		seed.Promote(s, source, "team/before", "1.0", target, imageRenamed, "1.0")
		nested := promoted(imageNested)
		seed.Sign(s, source, imageNested, nested.Digest, "alice")

		unlisted := promoted(imageUnlisted)
		refer(source, imageUnlisted, sourceAPI, seed.Bundle(source, imageUnlisted, unlisted.Digest, seed.SignPredicate, "alice"))
		seed.Bundle(target, imageUnlisted, unlisted.Digest, seed.SignPredicate, "alice").Place(s)
		// Listed at the target in the way that its verifiers do not look.
		indexed := promoted(imageIndexed)
		refer(source, imageIndexed, sourceAPI, seed.Bundle(source, imageIndexed, indexed.Digest, seed.SignPredicate, "alice"))
		refer(target, imageIndexed, false, seed.Bundle(target, imageIndexed, indexed.Digest, seed.SignPredicate, "alice"))
		attested := promoted(imageAttested)
		refer(source, imageAttested, sourceAPI, seed.Bundle(source, imageAttested, attested.Digest, "https://slsa.dev/provenance/v1", "alice"))
		notation := promoted(imageNotation)
		refer(source, imageNotation, sourceAPI, seed.Notation(s, source, imageNotation, notation.Digest, "alice"))
		refer(target, imageNotation, targetAPI, seed.Notation(s, target, imageNotation, notation.Digest, "bob"))
	}
}

// relationKey tells relations of one image apart.
func relationKey(f report.Finding) string {
	attachment := "none"
	if a := f.Attachment; a != nil {
		attachment = a.Tag + " " + a.Digest.Short()
	}
	return fmt.Sprintf("%s %s %s %s", f.Image, f.Subject.Short(), f.Family, attachment)
}

// intention is what an audit says that a run would do, in inspect's words.
func intention(f report.Finding) inspect.Would {
	if f.Outcome == report.Held {
		return inspect.WouldHold
	}
	if f.Outcome != report.Planned {
		return inspect.WouldNothing
	}
	if would, ok := map[plan.State]inspect.Would{
		plan.Partial: inspect.WouldRepair, plan.Stale: inspect.WouldUpdate, plan.Diverged: inspect.WouldMerge,
	}[f.State]; ok {
		return would
	}
	return inspect.WouldCopy
}

// said runs the program, which has to say something in JSON.
func (g *ground) said(into any, args ...string) int {
	g.t.Helper()
	var out, complaint bytes.Buffer
	code := run(g.t.Context(), append(args, "-c", g.config, "-o", "json"), environment{stdout: &out, stderr: &complaint, lookup: os.LookupEnv})
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		g.t.Fatalf("%v = exit %d, %v: %s%s", args, code, err, &out, &complaint)
	}
	return code
}

// TestInspectSaysWhatAnAuditSays compares the two over every state, image by
// image: an audit is of whole repositories, inspect of one image.
func TestInspectSaysWhatAnAuditSays(t *testing.T) {
	states := map[plan.State]int{}
	for _, api := range [][2]bool{{true, true}, {true, false}, {false, true}, {false, false}} {
		all := []string{"", "match: digest, referrers: always"}
		if api[0] && !api[1] { // the usual way: the source is newer
			all = append(all, "referrers: always", "match: digest", "referrers: never", "on_difference: merge",
				"verify: {binding: true}", "families: [signature]", "attestation_only: copy", "on_difference: update, referrers: always")
		}
		for _, settings := range all {
			t.Run(fmt.Sprint(api, " ", settings), func(t *testing.T) {
				var referrers []string
				for n, key := range []string{source, target} {
					if api[n] {
						referrers = append(referrers, key)
					}
				}
				g := newGround(t, referrers, "", everyState(api[0], api[1]))
				g.settle(settings)
				for state, n := range g.compareInspect() {
					states[state] += n
				}
			})
		}
	}
	for _, s := range plan.States() {
		if states[s] == 0 && s != plan.Unknown {
			t.Errorf("no image is %s", s)
		}
	}
	t.Logf("relations by state: %v", states)
}

// settle gives the pair settings.
func (g *ground) settle(settings string) {
	content, err := os.ReadFile(g.config)
	if err != nil {
		g.t.Fatal(err)
	}
	if settings != "" {
		settings = ", " + settings
	}
	changed := strings.Replace(string(content), ", on_difference: merge", settings, 1)
	if err := os.WriteFile(g.config, []byte(changed), 0o600); err != nil {
		g.t.Fatal(err)
	}
}

// compareInspect holds inspect to an audit of everything, and counts its states.
func (g *ground) compareInspect() map[plan.State]int {
	g.t.Helper()
	var audit report.Report
	g.said(&audit, "audit", "--all")
	byImage := map[string]map[string]string{}
	counts := map[plan.State]int{}
	for _, f := range audit.Pairs[0].Findings {
		if byImage[f.Image] == nil {
			byImage[f.Image] = map[string]string{}
		}
		byImage[f.Image][relationKey(f)] = fmt.Sprintf("%s, would %s: %s", f.State, intention(f), f.Reason)
		counts[f.State]++
	}
	for _, image := range slices.Sorted(maps.Keys(byImage)) {
		var r inspect.Result
		code := g.said(&r, "inspect", image)
		got := map[string]string{}
		for _, rel := range r.Pairs[0].Relations {
			key := relationKey(rel.Finding)
			if _, audited := byImage[image][key]; !audited && (rel.State == "" || rel.State == "in-sync" || rel.State == "ahead") {
				continue // of which an audit says nothing
			}
			// An audit that lists all paths tells of others what a look at one cannot.
			reason := strings.Replace(rel.Reason, " under this image path (not all others were listed)", "", 1)
			if reason != rel.Reason && strings.Contains(byImage[image][key], ", but under team/") {
				_, reason, _ = strings.Cut(byImage[image][key], ": ")
			}
			got[key] = fmt.Sprintf("%s, would %s: %s", rel.State, rel.Would, reason)
		}
		if diff := cmp.Diff(byImage[image], got); diff != "" {
			g.t.Errorf("inspect %s is not what an audit says (-audit +inspect):\n%s", image, diff)
		}
		if want := codeOf(byImage[image], audit); code != want {
			g.t.Errorf("inspect %s = exit %d, want %d", image, code, want)
		}
	}
	return counts
}

// codeOf is the exit code that an audit of these findings alone would have.
func codeOf(findings map[string]string, audit report.Report) int {
	for _, s := range audit.Run.FailOn {
		for _, said := range findings {
			if strings.HasPrefix(said, s.String()+",") {
				return report.ExitLeft
			}
		}
	}
	return report.ExitOK
}
