package planfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/planfile"
)

// settled is what a world of those relations has of a pair's plan.
func settled(items []planfile.Item, by planfile.Transport, relations ...*plan.Relation) (*plan.Plan, *plan.Plan, int) {
	now := &plan.Plan{Subjects: 3, Relations: relations}
	for _, r := range relations {
		if r.Action != nil {
			now.Groups = append(now.Groups, plan.Group{Image: r.Image, Subject: r.Subject, Actions: []*plan.Action{r.Action}})
		}
	}
	there := plan.NewBuilder("prod")
	there.Manifest("app", "1.0", digest("A"), false)
	there.Manifest("app", "", digest("brought"), false)
	there.AttachmentManifest("whole", relation().Tag(), digest("S"))
	target := there.Build()
	pair := planfile.Pair{Items: items}
	told, others := pair.Settle(planfile.Now{
		Plan:      now,
		Transport: func(*plan.Action) planfile.Transport { return by },
		Target:    target,
		Selected:  func(image string) bool { return image != "left/out" },
	})
	return told, now, others
}

func TestSettle(t *testing.T) {
	short := func(word string) string { return digest(word).Short() }
	set := func(do func(r *plan.Relation)) func(*plan.Relation) { return do }
	for _, c := range []struct {
		name      string
		item, now *plan.Relation // now is nil where there is nothing to be said
		by        planfile.Transport
		want      string // "" is carried out
	}{
		{"as it was", relation(), relation(), "", ""},
		{"a bundle as it was", relation(bundle), relation(bundle), "", ""},
		{"other tags", relation(), relation(set(func(r *plan.Relation) { r.Tags = []string{"2.0"} })), "", ""},
		{"done", relation(), relation(without(plan.InSync, "")), "", "in-sync: done already"},
		{"done, and more", relation(), relation(without(plan.Ahead, "the target holds 2")), "", "ahead: done already"},
		{"done, and the source has more now", relation(moved("whole")), relation(moved("whole"), replaces("S")), "", "stale: done already"},
		{"done, and each side has more now", relation(moved("whole")), relation(moved("whole"), without(plan.Diverged, "")), "", "diverged: done already"},
		{"done otherwise", relation(), relation(without(plan.Diverged, "each lacks some")), "", "diverged: refused: it is diverged now, which is left alone: each lacks some"},
		{"a copy cut short", relation(), relation(lacks("l", "S")), "", ""},
		{"a copy that lost a blob", relation(), relation(lacks("l")), "", ""},
		{"a bundle that is not listed", relation(bundle), relation(bundle, lacks("c", "l", "S")), "", ""},
		{"a repair", relation(lacks("c", "l")), relation(lacks("c", "l")), "", ""},
		{"a repair done in part", relation(lacks("c", "l")), relation(lacks("l")), "", ""},
		{"a repair that needs more", relation(lacks("l")), relation(lacks("c", "l")), "", "partial: refused: the files have changed: " + short("c") + " is not in the plan"},
		{"a repair of what is gone", relation(lacks("l")), relation(), "", "missing: refused: the target has changed: it has none now, and the plan found " + short("S")},
		{"a repair of blobs that are gone", relation(lacks("l", "S")), relation(), "", "missing: refused: the target has changed: this would be a copy now, and the plan has a repair"},
		{"an update", relation(replaces("R")), relation(replaces("R")), "", ""},
		{
			"an update of another", relation(replaces("R")), relation(replaces("Q")), "",
			"stale: refused: the target has changed: it has " + short("Q") + " now, and the plan found " + short("R"),
		},
		{
			"a signature at the target", relation(), relation(replaces("R")), "",
			"stale: refused: the target has changed: it has " + short("R") + " now, and the plan found none",
		},
		{
			"another signature at the source", relation(),
			relation(set(func(r *plan.Relation) { r.Action.Source, r.Action.Manifest = digest("T"), digest("T") })), "",
			"missing: refused: the source has changed: it offers " + short("T") + " of app now, and the plan has " + short("S") + " of app",
		},
		{
			"another image at the source", relation(), relation(set(func(r *plan.Relation) { r.Action.SourceImage = "lib" })), "",
			"missing: refused: the source has changed: it offers " + short("S") + " of lib now, and the plan has " + short("S") + " of app",
		},
		{
			"another union", relation(replaces("R")), relation(replaces("R"), set(func(r *plan.Relation) { r.Action.Manifest = digest("U") })), "",
			"stale: refused: it would become " + short("U") + " now, and the plan has " + short("S"),
		},
		{
			"a source that lost a blob", relation(), relation(set(func(r *plan.Relation) { r.Action.Files = r.Action.Files[1:] })), "",
			"missing: refused: the source has changed: it has 2 of the 3 files of the plan",
		},
		{
			"another way", relation(), relation(), planfile.ByRegistry,
			"missing: refused: the configuration has changed: it would go by registry now, and the plan has copy",
		},
		{"suspect", relation(), relation(without(plan.Suspect, "it names another digest")), "", "suspect: refused: it is suspect now, which is left alone: it names another digest"},
		{"waits", relation(), relation(without(plan.Missing, ""), set(func(r *plan.Relation) { r.Held = "waits for another" })), "", "missing: refused: waits for another"},
		{"gone at the source", relation(), relation(without(plan.Unsigned, "neither side")), "", "missing: refused: the source does not have it any more"},
		{"a bundle gone at the source", relation(bundle), nil, "", "missing: refused: the source does not have it any more"},
		{"a bundle that nobody compared", relation(bundle, set(func(r *plan.Relation) { r.Digest, r.Action.Manifest = digest("brought"), digest("brought") })), nil, "", "in-sync: done already"},
		{
			"a tag whose manifest is there without it", relation(set(func(r *plan.Relation) { r.Action.Manifest = digest("brought") })), nil, "",
			"missing: refused: the source does not have it any more",
		},
		{
			"gone from its image, and in another", relation(moved("emptied")), nil, "",
			"missing: refused: the subject is not at the target any more",
		},
		{
			"a signature of an attachment gone at the source",
			relation(moved("whole"), set(func(r *plan.Relation) { r.Subject = digest("S") })), nil, "",
			"missing: refused: the source does not have it any more",
		},
		{
			"part of another", relation(), relation(lacks("l"), set(func(r *plan.Relation) { r.Action.Manifest = digest("Q") })), "",
			"partial: refused: the target has changed: it has " + short("Q") + " now, and the plan found none",
		},
		{"another bundle", relation(bundle), relation(bundle, set(func(r *plan.Relation) { r.Digest, r.Action.Manifest = digest("T"), digest("T") })), "", "missing: refused: the source does not have it any more"},
		{
			"gone at the target", relation(set(func(r *plan.Relation) { r.Subject = digest("gone"); r.Action.Tag.Subject = r.Subject })), nil, "",
			"missing: refused: the subject is not at the target any more",
		},
		{
			"an orphan", relation(set(func(r *plan.Relation) { r.Subject = digest("gone") })),
			relation(set(func(r *plan.Relation) { r.Subject, r.Tags = digest("gone"), nil }), without(plan.Orphan, "")), "",
			"orphan: refused: the subject is not at the target any more",
		},
		{"left out", relation(set(func(r *plan.Relation) { r.Image = "left/out" })), nil, "", "missing: refused: the pair leaves this image out now (images)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := []planfile.Item{planfile.ItemOf(c.item, planfile.ByCopy)}
			var relations []*plan.Relation
			if c.now != nil {
				relations = append(relations, c.now)
			}
			if c.by == "" {
				c.by = planfile.ByCopy
			}
			told, now, _ := settled(items, c.by, relations...)
			if len(told.Relations) != 1 {
				t.Fatalf("Settle = %d relations, want 1", len(told.Relations))
			}
			r, got := told.Relations[0], ""
			if r.Action == nil {
				got = r.State.String() + ": " + r.Held + r.Reason
			}
			if got != c.want {
				t.Errorf("Settle = %q, want %q", got, c.want)
			}
			if told.Subjects != 3 || told.Counts[r.State] != 1 {
				t.Errorf("Settle counts %d subjects and %v, want 3 and 1 %s", told.Subjects, told.Counts, r.State)
			}
			if carried := len(now.Groups) == 1; carried != (c.want == "") {
				t.Errorf("the plan has %d groups left", len(now.Groups))
			}
		})
	}
}

func TestWhatIsNoItemIsLeftAlone(t *testing.T) {
	attestation := func(r *plan.Relation) { r.Family, r.Action.Tag.Family = cosign.Attestation, cosign.Attestation }
	later := func(r *plan.Relation) { r.Image, r.Action.TargetImage = "zoo", "zoo" }
	items := []planfile.Item{planfile.ItemOf(relation(later), planfile.ByCopy), planfile.ItemOf(relation(), planfile.ByCopy)}
	other := relation(attestation)
	told, now, others := settled(items, planfile.ByCopy, relation(later), other, relation())
	var got []string
	for _, r := range told.Relations {
		got = append(got, r.Image+" "+r.Family.String())
	}
	if diff := cmp.Diff([]string{"app signature", "zoo signature"}, got); diff != "" {
		t.Errorf("Settle tells (-want +got):\n%s", diff)
	}
	if others != 1 || len(now.Groups) != 2 || other.Action != nil || !strings.Contains(other.Held, "not in the plan") {
		t.Errorf("%d others, %d groups left, the other is held because %q; want 1, 2 and that it is not in the plan",
			others, len(now.Groups), other.Held)
	}
}
