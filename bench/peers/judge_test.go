package main

import (
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// trapped are the traps, and a judge who has seen them.
func trapped() (*tree.Store, *judge) {
	s := tree.New(func() time.Time { return time.Unix(0, 0) })
	s.AddRepository(sourceKey)
	s.AddRepository(targetKey)
	setTraps(s)
	return s, newJudge(s)
}

// signature is the tag of the signature of what a tag holds at the target.
func signature(j *judge, image string) string {
	return strings.Replace(j.items[item{image, "1.0"}], ":", "-", 1) + ".sig"
}

func carry(s *tree.Store, image, tag string) {
	seed.Promote(s, sourceKey, image, tag, targetKey, image, tag)
}

func TestJudgeKnowsWhatIsWanted(t *testing.T) {
	_, j := trapped()
	v := j.judge(nil)
	if v.Wanted != 10 || v.Missed.Count != 10 || v.Copied+v.Overwrote.Count+v.OverCopied.Count != 0 {
		t.Errorf("judge = %+v before anything is done, want ten missing", v)
	}
	images := map[string]int{}
	for _, f := range v.Missed.First {
		images[f.Image]++
	}
	for image, want := range map[string]int{
		"traps/index": 3, "traps/bundle": 1, "traps/attestation": 1, "traps/tag-moved-at-source": 1, "traps/one-tag-promoted": 1,
		"traps/never-promoted": 0, "traps/signed-again-at-target": 0, "traps/second-signer-at-source": 0, "traps/already-there": 0,
	} {
		if images[image] != want {
			t.Errorf("missed of %s = %d, want %d", image, images[image], want)
		}
	}
	list := j.list()
	lacks := map[string]bool{}
	for _, p := range list {
		lacks[p.Image] = p.Lacks
	}
	if _, listed := lacks["traps/never-promoted"]; listed || len(list) != 12 || !lacks["traps/bundle"] || lacks["traps/already-there"] {
		t.Errorf("list = %v, want the twelve promoted tags, and which lack something", list)
	}
}

func TestJudgeSeesWhatWasDone(t *testing.T) {
	s, j := trapped()
	carry(s, "traps/missing-a", signature(j, "traps/missing-a"))                           // right
	carry(s, "traps/signed-again-at-target", signature(j, "traps/signed-again-at-target")) // overwrites
	seed.Push(s, targetKey, "traps/missing-b", "3.0", "more")                              // over-copied
	carry(s, "traps/missing-c", "1.0")                                                     // as it was
	s.Delete(targetKey, "traps/already-there/1.0")
	v := j.judge(nil)
	if v.Copied != 1 || v.Missed.Count != 9 {
		t.Errorf("judge = %d copied, %d missed, want 1 and 9", v.Copied, v.Missed.Count)
	}
	if got := v.Overwrote.words(); got != "1 × tag 1.0 (already-there); 1 × .sig (signed-again-at-target)" {
		t.Errorf("overwrote = %s", got)
	}
	if got := v.OverCopied.words(); got != "1 × tag 3.0 (missing-b)" {
		t.Errorf("over-copied = %s", got)
	}
}

// What a verifier does not find is missed, though its files are there.
func TestJudgeWantsReferrersListed(t *testing.T) {
	for listed, want := range map[bool]int{false: 0, true: 1} {
		s, j := trapped()
		// Its list of referrers changes then, which is the server's own file.
		seed.Bundle(targetKey, "traps/bundle", j.items[item{"traps/bundle", "1.0"}], seed.SignPredicate, "bob").Push(s)
		j = newJudge(s)
		b := seed.Bundle(sourceKey, "traps/bundle", j.items[item{"traps/bundle", "1.0"}], seed.SignPredicate, "alice")
		b.Repo = targetKey
		digest := b.Place(s)
		if listed {
			seed.List(s, targetKey, "traps/bundle", digest)
		}
		if v := j.judge(nil); v.Copied != want || v.OverCopied.Count+v.Overwrote.Count != 0 {
			t.Errorf("judge = %+v of a bundle that is listed: %v", v, listed)
		}
	}
}

func TestJudgeOfAPart(t *testing.T) {
	_, j := trapped()
	v := j.judge([]item{{"traps/missing-a", "1.0"}, {"traps/unsigned", "1.0"}})
	if v.Missed.Count != 1 || v.Missed.First[0].Image != "traps/missing-a" {
		t.Errorf("missed = %+v, want that of the one image it got to", v.Missed)
	}
}

func TestMeter(t *testing.T) {
	m := newMeter(nil)
	for path, want := range map[string]bool{
		"/v2/target/team/app/manifests/sha256-" + strings.Repeat("a", 64) + ".sig": true,
		"/v2/source/team/app/manifests/sha256-" + strings.Repeat("a", 64) + ".sig": false,
		"/v2/target/team/app/manifests/1.0":                                        false,
	} {
		if got := m.signature.MatchString(path); got != want {
			t.Errorf("asked for a signature of the target: %v of %s", got, path)
		}
	}
}
