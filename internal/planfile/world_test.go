package planfile_test

import (
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/planfile"
)

func digest(word string) oci.Digest { return oci.FromBytes([]byte(word)) }

// relation is a missing signature of subject A in app, and what brings it.
func relation(adjust ...func(*plan.Relation)) *plan.Relation {
	r := &plan.Relation{
		Image: "app", Tags: []string{"1.0"}, Subject: digest("A"), Family: cosign.Signature, Digest: digest("S"), State: plan.Missing,
	}
	r.Action = &plan.Action{
		Tag: r.Tag(), Manifest: digest("S"), Source: digest("S"), SourceImage: "app", TargetImage: "app",
		Files: []plan.File{{Digest: digest("c")}, {Digest: digest("l")}, {Digest: digest("S"), Manifest: true}},
	}
	for _, a := range adjust {
		a(r)
	}
	return r
}

// bundle makes a referrer of a relation.
func bundle(r *plan.Relation) {
	r.Referrer, r.ArtifactType = true, "application/vnd.dev.sigstore.bundle.v0.3+json"
	r.Action.Referrer = true
}

// lacks makes it a repair that brings those files.
func lacks(words ...string) func(*plan.Relation) {
	return func(r *plan.Relation) {
		r.State, r.Action.Mend, r.Action.Files = plan.Partial, plan.Repair, nil
		for _, w := range words {
			r.Action.Files = append(r.Action.Files, plan.File{Digest: digest(w), Manifest: w == "S"})
		}
	}
}

// replaces makes it an update of a manifest.
func replaces(word string) func(*plan.Relation) {
	return func(r *plan.Relation) {
		r.State, r.Action.Mend, r.Action.Replaces = plan.Stale, plan.Update, digest(word)
	}
}

// without leaves a state and no action.
func without(s plan.State, reason string) func(*plan.Relation) {
	return func(r *plan.Relation) { r.State, r.Reason, r.Action = s, reason, nil }
}

func file(items ...planfile.Item) *planfile.File {
	end := func(key string) planfile.End {
		return planfile.End{Server: "main", URL: "https://acme.jfrog.io/artifactory", Repository: key}
	}
	f := &planfile.File{
		Schema: planfile.Schema, ID: "run-1", Version: "v1", Created: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
		Pairs: []planfile.Pair{
			{
				Name: "dev-to-prod", Source: end("dev"), Target: end("prod"), Items: items,
				Unplanned: map[plan.State]int{plan.Unsigned: 2, plan.InSync: 7},
			},
			{
				Name: "typo", Source: end("dve"), Target: end("prod"), Error: "source dve: does not exist",
				Unplanned: map[plan.State]int{}, Items: []planfile.Item{},
			},
		},
	}
	f.Configuration = planfile.Identity(f.Pairs)
	return f
}

func encoded(t testing.TB, f *planfile.File) string {
	t.Helper()
	text, err := planfile.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
