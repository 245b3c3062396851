package access_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

func TestMay(t *testing.T) {
	user := access.User{Permissions: []access.Permission{
		{Repositories: []string{"dev"}, Rights: access.Read},
		{Repositories: []string{"prod"}, Rights: access.Annotate},
		{Repositories: []string{"prod"}, Include: []string{"team/**"}, Exclude: []string{"team/secret/**"}, Rights: access.Read | access.Deploy},
	}}
	for _, c := range []struct {
		right      access.Right
		repo, path string
		want       bool
	}{
		{access.Read, "dev", "any/where", true},
		{access.Deploy, "dev", "any/where", false},
		{access.Deploy, "prod", "team/app/1.0/manifest.json", true},
		{access.Read | access.Deploy, "prod", "team/app", true},
		{access.Annotate | access.Deploy, "prod", "team/app", true},
		{access.Deploy, "prod", "team/secret/app", false},
		{access.Deploy, "prod", "other/app", false},
		{access.Read, "elsewhere", "team/app", false},
	} {
		if got := user.May(c.right, c.repo, c.path); got != c.want {
			t.Errorf("May(%d, %q, %q) = %v, want %v", c.right, c.repo, c.path, got, c.want)
		}
	}
	if !user.MaySomewhere(access.Deploy, "prod") || user.MaySomewhere(access.Delete, "prod") {
		t.Error("MaySomewhere must see rights that a pattern grants, and no others")
	}
	if !(access.User{Admin: true}).May(access.All, "any", "path") {
		t.Error("an admin must have every right")
	}
}
