package promotion_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/promotion"
)

// grant builds a user with rights on dev and on prod.
func grant(dev, prod access.Right) access.User {
	return access.User{Permissions: []access.Permission{
		{Repositories: []string{"dev"}, Rights: dev}, {Repositories: []string{"prod"}, Rights: prod},
	}}
}

func TestRefusals(t *testing.T) {
	admin := access.User{Admin: true}
	promoter := grant(access.Read, access.Read|access.Deploy|access.Annotate)
	for _, c := range []struct {
		name     string
		user     access.User
		excluded string
		request  promotion.Request
		want     string
	}{
		{"2.2 no image", admin, "", promotion.Request{TargetRepo: "prod"}, "400 You must provide dockerRepository name"},
		{"2.2 no target", admin, "", promotion.Request{Image: "img"}, "400 You must provide targetRepo"},
		{"2.2 target tag without tag", admin, "", promotion.Request{TargetRepo: "prod", Image: "img", TargetTag: "2"}, "400 When 'targetTag' or 'targetDockerRepository' exists, 'tag' cannot be empty"},
		{"2.2 target image without tag", admin, "", promotion.Request{TargetRepo: "prod", Image: "img", TargetImage: "i"}, "400 When 'targetTag' or 'targetDockerRepository' exists, 'tag' cannot be empty"},
		{"2.2 same place", admin, "", promotion.Request{TargetRepo: "dev", Image: "img", Tag: "1.0"}, "400 Skipping promote since destination and source are the same"},
		{"2.3 retag to a digest", admin, "", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0", TargetTag: "sha256:ab"}, "400 Invalid target tag 'sha256:ab'"},
		{"2.2 absent tag", admin, "", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "2.0"}, "404 Unable to find docker image 'dev/img/2.0', request aborted"},
		{"2.2 absent image", admin, "", promotion.Request{TargetRepo: "prod", Image: "none"}, "404 Unable to find docker image 'dev/none', request aborted"},
		{"2.2 folder without a manifest", admin, "", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "half"}, "404 Unable to find docker image 'dev/img/half', request aborted"},
		{"2.2 no write", grant(access.Read, access.Read), "", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}, "403 No permission to write to the target repository 'prod'. Promotion aborted"},
		{"2.2 no read", grant(0, access.Deploy), "", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}, "403 No permission to read from the source repository 'dev'. Promotion aborted"},
		{"2.2 no annotate", grant(access.Read, access.Deploy), "", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}, "403 User doesn't have permissions to annotate/write in 'prod/img/1.0'. Promotion aborted"},
		{"2.3 overwriting without delete", promoter, "", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0", TargetTag: "old"}, "403 User doesn't have permissions to annotate/write in 'prod/img/old'. Promotion aborted"},
		{"7 patterns bind admins", admin, "1.0", promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}, "403 The repository 'prod' rejected the resolution of artifact in path 'img/1.0' due to a conflict with its include/exclude patterns."},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld("dev:img/1.0/manifest.json", "dev:img/half/sha256__a", "prod:img/old/manifest.json")
			w.User, w.excluded = c.user, c.excluded
			if got := w.promote(t, c.request); got != c.want {
				t.Errorf("Promote = %q, want %q", got, c.want)
			}
			if diff := cmp.Diff([]string{"img/old/manifest.json"}, w.list("prod", "")); diff != "" {
				t.Errorf("a refused promotion changed the target (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadIsCheckedByPath(t *testing.T) {
	w := newWorld("dev:img/1.0/manifest.json")
	w.User = grant(access.Read, access.All)
	w.Permissions[0].Exclude = []string{"img/**"}
	want := "403 No permission to read from the source repository 'dev'. Promotion aborted"
	if got := w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}); got != want {
		t.Errorf("2.2 Promote = %q, want %q", got, want)
	}
}

func TestVeto(t *testing.T) {
	w := newWorld("dev:img/1.0/manifest.json")
	w.veto = errors.New("no")
	if got := w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}); got != "error: no" {
		t.Errorf("Promote = %q, want the veto", got)
	}
	if got := w.list("dev", "img"); len(got) != 1 {
		t.Errorf("dev holds %v after a veto, want the source", got)
	}
}
