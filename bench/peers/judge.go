package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// item is a promoted tag: what the loops go over.
type item struct {
	Image string `json:"image"`
	Tag   string `json:"tag"`
}

// finding is something at the target, by image and by tag or digest.
type finding struct {
	Image     string `json:"image"`
	Reference string `json:"reference"`
}

// findings are some of them, and how many there are.
type findings struct {
	Count int       `json:"count"`
	First []finding `json:"first,omitempty"`
}

// verdict is what a peer did to the target, by what lies there.
type verdict struct {
	// Wanted is how many attachments the target lacked, Copied how many of them
	// are there now, byte by byte as at the source.
	Wanted int `json:"wanted"`
	Copied int `json:"copied"`
	// Missed are those that are not there, Overwrote what had other content before
	// or is gone, OverCopied new tags and manifests that are none of the wanted.
	Missed     findings `json:"missed"`
	Overwrote  findings `json:"overwrote"`
	OverCopied findings `json:"over_copied"`
}

// want is an attachment that the target lacks, and what it is about.
type want struct {
	finding
	subject  string
	manifest string // its SHA-256 at the source
}

// judge remembers what was at the target before.
type judge struct {
	store  *tree.Store
	before map[string]string // SHA-256 by path
	items  map[item]string   // digests at the target
	wants  []want
}

// newJudge looks at both sides before anybody changes one.
func newJudge(s *tree.Store) *judge {
	j := &judge{store: s, before: files(s, targetKey), items: map[item]string{}}
	promoted := map[finding]bool{}
	for at, sum := range manifests(j.before) {
		if subjectOf(at.Reference) != "" {
			continue
		}
		promoted[finding{at.Image, "sha256:" + sum}] = true
		if !strings.Contains(at.Reference, ":") {
			j.items[item{at.Image, at.Reference}] = "sha256:" + sum
		}
	}
	there := manifests(j.before)
	for at, sum := range manifests(files(s, sourceKey)) {
		subject := cmp.Or(subjectOf(at.Reference), referrerOf(s, at))
		if _, ok := there[at]; !ok && subject != "" && promoted[finding{at.Image, subject}] {
			j.wants = append(j.wants, want{at, subject, sum})
		}
	}
	return j
}

// promotion is a promoted tag, and whether the target lacks an attachment to its image.
type promotion struct {
	item
	Lacks bool `json:"lacks"`
}

// list are the promoted tags, sorted.
func (j *judge) list() []promotion {
	lacking := map[string]bool{}
	for _, w := range j.wants {
		lacking[w.subject] = true
	}
	list := make([]promotion, 0, len(j.items))
	for i, subject := range j.items {
		list = append(list, promotion{i, lacking[subject]})
	}
	slices.SortFunc(list, func(a, b promotion) int {
		return cmp.Or(cmp.Compare(a.Image, b.Image), cmp.Compare(a.Tag, b.Tag))
	})
	return list
}

// judge compares with what is there now. Where a run ended early, only those
// promoted tags count as missed that it got to; nil is all.
func (j *judge) judge(done []item) verdict {
	after := files(j.store, targetKey)
	now, old := manifests(after), manifests(j.before)
	v := verdict{Wanted: len(j.wants)}
	wanted := map[finding]bool{}
	reached := j.reached(done)
	var missed []finding
	for _, w := range j.wants {
		wanted[w.finding] = true
		switch {
		case now[w.finding] == w.manifest && j.found(w):
			v.Copied++
		case reached(w.subject):
			missed = append(missed, w.finding)
		}
	}
	overwrote, over := map[finding]bool{}, map[finding]bool{}
	for file, sum := range j.before {
		if after[file] != sum {
			overwrote[folderOf(file)] = true
		}
	}
	for at := range now {
		if _, ok := old[at]; !ok && !wanted[at] {
			over[at] = true
		}
	}
	v.Missed = summary(missed)
	v.Overwrote, v.OverCopied = summary(slices.Collect(maps.Keys(overwrote))), summary(slices.Collect(maps.Keys(over)))
	return v
}

// reached tells of which subjects a run has looked at the tags.
func (j *judge) reached(done []item) func(subject string) bool {
	if done == nil {
		return func(string) bool { return true }
	}
	subjects := map[string]bool{}
	for _, i := range done {
		subjects[j.items[i]] = true
	}
	return func(subject string) bool { return subjects[subject] }
}

// found tells whether a verifier finds what is there: a referrer must be listed, too.
func (j *judge) found(w want) bool {
	if !strings.Contains(w.Reference, ":") {
		return true
	}
	listed, _ := j.store.Content(targetKey, ".jfrog/"+w.Image+"/v1/referrers.json")
	return strings.Contains(string(listed), w.Reference)
}

// summary keeps as many findings as a page can show.
func summary(all []finding) findings {
	slices.SortFunc(all, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.Image, b.Image), cmp.Compare(a.Reference, b.Reference))
	})
	return findings{Count: len(all), First: all[:min(len(all), 30)]}
}

// files are the SHA-256 of all that is in a repository but the server's own.
func files(s *tree.Store, repo string) map[string]string {
	sums := map[string]string{}
	s.Walk(repo, "", func(i tree.Item) bool {
		if !i.Folder && !strings.HasPrefix(i.Path, ".jfrog/") {
			sums[i.Path] = i.SHA256
		}
		return true
	})
	return sums
}

// manifests are the SHA-256 of those among the files.
func manifests(files map[string]string) map[finding]string {
	all := map[finding]string{}
	for file, sum := range files {
		if name := path.Base(file); name == docker.ManifestFile || name == docker.ListFile {
			all[folderOf(file)] = sum
		}
	}
	return all
}

func folderOf(file string) finding {
	folder := path.Dir(file)
	return finding{path.Dir(folder), path.Base(folder)}
}

// subjectOf is the digest that a tag of cosign's is named for; "" for other tags.
func subjectOf(reference string) string {
	hex, ok := strings.CutPrefix(reference, "sha256-")
	if !ok || len(hex) < 64 || strings.Trim(hex[:64], "0123456789abcdef") != "" {
		return ""
	}
	if !slices.Contains([]string{"", ".sig", ".att", ".sbom"}, hex[64:]) {
		return ""
	}
	return "sha256:" + hex[:64]
}

// referrerOf is the digest that a manifest stored by its own digest names as its
// subject; "" for others.
func referrerOf(s *tree.Store, at finding) string {
	if !strings.Contains(at.Reference, ":") {
		return ""
	}
	content, _ := s.Content(sourceKey, docker.Place{Image: at.Image, Reference: at.Reference}.Folder()+"/"+docker.ManifestFile)
	var m struct {
		Subject struct {
			Digest string `json:"digest"`
		} `json:"subject"`
	}
	if json.Unmarshal(content, &m) != nil {
		return ""
	}
	return m.Subject.Digest
}
