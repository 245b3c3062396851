package mover_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/mover"
)

const write = access.Read | access.Deploy

func TestChecks(t *testing.T) {
	for _, c := range []struct {
		name     string
		there    []string
		user     access.User
		excluded string
		from, to string
		want     []string
	}{
		{"1.4/4 file exists, no delete", []string{"prod:f"}, user(write, "dev", "prod"), "", "dev:d/f", "prod:f", []string{
			"0 files, 0 folders, status 401", "401 User doesn't have permissions to override 'prod:f'. Needs delete permissions."}},
		{"1.4/4 existing folder merged, no delete: children not visited", []string{"prod:d/"}, user(write, "dev", "prod"), "", "dev:d", "prod:", []string{
			"0 files, 0 folders, status 401", "401 User doesn't have permissions to override 'prod:d'. Needs delete permissions."}},
		{"1.4/4 folder under file", []string{"prod:d"}, access.User{Admin: true}, "", "dev:d", "prod:d", []string{
			"0 files, 0 folders, status 500", "400 Can't move folder under file 'prod:d'.",
			"0 Cannot create/override the path 'prod:d'. Skipping this path and all its children."}},
		{"1.4/5 file absent, no deploy", []string{"prod:"}, user(access.Read, "dev", "prod"), "", "dev:d/f", "prod:f", []string{
			"0 files, 0 folders, status 403", "403 User doesn't have permissions to create 'prod:f'. Needs write permissions."}},
		{"1.4/5 folder absent, no deploy: two lines, last without code", []string{"prod:"}, user(access.Read, "dev", "prod"), "", "dev:d", "prod:", []string{
			"0 files, 0 folders, status 500", "403 User doesn't have permissions to create 'prod:d'. Needs write permissions.",
			"0 Cannot create/override the path 'prod:d'. Skipping this path and all its children."}},
		{"1.4/2 patterns bind admins", []string{"prod:"}, access.User{Admin: true}, "f", "dev:d/f", "prod:f", []string{
			"0 files, 0 folders, status 403",
			"403 The repository 'prod' rejected the resolution of artifact in path 'f' due to a conflict with its include/exclude patterns."}},
		{"1.4/2 before 4", []string{"prod:f"}, user(write, "dev", "prod"), "f", "dev:d/f", "prod:f", []string{
			"0 files, 0 folders, status 403",
			"403 The repository 'prod' rejected the resolution of artifact in path 'f' due to a conflict with its include/exclude patterns."}},
		{"1.4 read on the source", []string{"prod:"}, user(write, "prod"), "", "dev:d/f", "prod:f", []string{
			"0 files, 0 folders, status 403", "403 User doesn't have permissions to read 'dev:d/f'. Needs read permissions."}},
		{"7 deploy is not needed to replace", []string{"prod:f"}, user(access.Read|access.Delete, "dev", "prod"), "", "dev:d/f", "prod:f", []string{
			"1 files, 0 folders, status 200"}},
		{"7 absent file in an existing folder needs deploy only", []string{"prod:d/g"}, user(write, "dev", "prod"), "", "dev:d/f", "prod:d/f", []string{
			"1 files, 0 folders, status 200"}},
		{"7 absent tag folder in an existing image folder needs deploy only", []string{"prod:img/"}, user(write, "dev", "prod"), "", "dev:d", "prod:img", []string{
			"1 files, 1 folders, status 200"}},
		{"a file where a parent has to be", []string{"prod:x"}, access.User{Admin: true}, "", "dev:d/f", "prod:x/y/f", []string{
			"0 files, 0 folders, status 500", "0 Expected a folder but found a file, at: prod:x"}},
		{"a folder where the file has to be", []string{"prod:x/f/"}, access.User{Admin: true}, "", "dev:d/f", "prod:x", []string{
			"0 files, 0 folders, status 500", "0 Expected a file but found a folder, at: prod:x/f"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(append([]string{"dev:d/f"}, c.there...)...)
			w.user, w.excluded = c.user, c.excluded
			if diff := cmp.Diff(c.want, summary(w.copy(t, c.from, c.to))); diff != "" {
				t.Errorf("Copy(%s, %s) (-want +got):\n%s", c.from, c.to, diff)
			}
		})
	}
}

func TestOldVersionsDoNotCheckReadOfTheSource(t *testing.T) {
	w := newWorld("dev:d/f", "prod:")
	w.user = user(access.Deploy, "prod")
	old := func(r *mover.Request) { r.SkipReadCheck = true }
	if got := w.copy(t, "dev:d/f", "prod:f", old); got.Files != 1 {
		t.Errorf("Copy = %v, want the file copied", summary(got))
	}
}
