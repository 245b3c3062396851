package emulator_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

// quirk sets quirks.
func quirk(set func(*emulator.Quirks)) func(*emulator.Options) {
	return func(o *emulator.Options) { set(&o.Quirks) }
}

func TestCopyAnswers(t *testing.T) {
	done := func(text string) string { return message("INFO", text+" were copied") }
	for _, c := range []struct {
		name   string
		change func(*emulator.Options)
		user   string
		path   string
		status int
		want   string
	}{
		{"1.7 file", nil, "syncer", "dev/img/s.sig/m?to=/prod/img/s.sig/m", 200,
			done("copying dev:img/s.sig/m to prod:img/s.sig/m completed successfully, 1 artifacts and 0 folders")},
		{"1.1 to without a leading slash", nil, "syncer", "dev/img/s.sig/m?to=prod/img/s.sig/m", 200,
			done("copying dev:img/s.sig/m to prod:img/s.sig/m completed successfully, 1 artifacts and 0 folders")},
		{"1.7 folder names the requested target", nil, "syncer", "dev/img/s.sig/?to=/prod/old/", 200,
			done("copying dev:img/s.sig to prod:old completed successfully, 1 artifacts and 1 folders")},
		{"1.7 root has a trailing colon", nil, "syncer", "dev/img/s.sig?to=/files", 200,
			done("copying dev:img/s.sig to files: completed successfully, 1 artifacts and 1 folders")},
		{"1.7 dry run", nil, "syncer", "dev/img/s.sig?to=/files&dry=1", 200,
			done("Dry run for copying dev:img/s.sig to files: completed successfully, 1 artifacts and 1 folders")},
		{"1.6 dry run of 6.20", quirk(func(q *emulator.Quirks) { q.ShallowDryRun = true }), "syncer", "dev/img/s.sig?to=/files&dry=1", 200,
			done("Dry run for copying dev:img/s.sig to files: completed successfully, 0 artifacts and 0 folders")},
		{"1.4 override is 401", nil, "syncer", "dev/img/s.sig/m?to=/prod/old/f", 401,
			message("ERROR", "User doesn't have permissions to override 'prod:old/f'. Needs delete permissions.")},
		{"1.4 create is 403", nil, "reader", "dev/img/s.sig/m?to=/prod/new", 403,
			message("ERROR", "User doesn't have permissions to create 'prod:new'. Needs write permissions.")},
		{"1.4 patterns bind admins", nil, "admin", "dev/img/s.sig/m?to=/narrow/x", 403,
			message("ERROR", "The repository 'narrow' rejected the resolution of artifact in path 'x' due to a conflict with its include/exclude patterns.")},
		{"1.7 same place", nil, "admin", "dev/img/s.sig/m?to=/dev/img/s.sig/m", 400,
			envelope("400", "Skipping copy dev:img/s.sig/m: Destination and source are the same")},
		{"1.7 same place in 6.20", quirk(func(q *emulator.Quirks) { q.SameSourceIs500 = true }), "admin", "dev/img/s.sig/m?to=/dev/img/s.sig/m", 500,
			message("ERROR", "Skipping copy dev:img/s.sig/m: Destination and source are the same")},
		{"1.7 missing source is 400", nil, "admin", "dev/none?to=/prod/none", 400,
			envelope("400", "Could not find item at dev:none")},
		{"1.7 missing source is a warning", quirk(func(q *emulator.Quirks) { q.MissingSourceWarns = true }), "admin", "dev/none?to=/prod/none", 200,
			message("WARN", "Could not find item at dev:none")},
		{"1.8 remote cache", nil, "admin", "hub-cache/lib/m?to=/prod/x", 200,
			done("copying hub-cache:lib/m to prod:x completed successfully, 1 artifacts and 0 folders")},
		{"1.8 remote key", quirk(func(q *emulator.Quirks) { q.CopyFromRemoteKey = true }), "admin", "hub/lib/m?to=/prod/x", 200,
			done("copying hub-cache:lib/m to prod:x completed successfully, 1 artifacts and 0 folders")},
		{"1.1 federated target", nil, "admin", "dev/img/s.sig/m?to=/fed/x", 200,
			done("copying dev:img/s.sig/m to fed:x completed successfully, 1 artifacts and 0 folders")},
		{"3.1 escaped colon", nil, "admin", "dev/img/sha256%3Aab/m?to=%2Fprod%2Fimg%2Fsha256%3Aab%2Fm", 200,
			done("copying dev:img/sha256:ab/m to prod:img/sha256:ab/m completed successfully, 1 artifacts and 0 folders")},
		{"1.7 unreadable source in 6.20", quirk(func(q *emulator.Quirks) { q.NoSourceReadCheck = true }), "writer", "dev/img/s.sig/m?to=/prod/x", 200,
			done("copying dev:img/s.sig/m to prod:x completed successfully, 1 artifacts and 0 folders")},
		{"1.4 unreadable source", nil, "writer", "dev/img/s.sig/m?to=/prod/x", 403,
			message("ERROR", "User doesn't have permissions to read 'dev:img/s.sig/m'. Needs read permissions.")},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, func(o *emulator.Options) {
				o.Users = append(o.Users, access.User{Name: "writer", Password: "writer", Permissions: []access.Permission{
					{Repositories: []string{"prod"}, Rights: access.Deploy},
				}})
				if c.change != nil {
					c.change(o)
				}
			}, "dev:img/s.sig/m", "dev:img/sha256:ab/m", "prod:old/f", "hub-cache:lib/m")
			got := w.as(c.user, http.MethodPost, "/api/copy/"+c.path, "")
			if diff := cmp.Diff(c.want, got.body); got.status != c.status || diff != "" {
				t.Errorf("POST %s = %d, want %d; body (-want +got):\n%s", c.path, got.status, c.status, diff)
			}
		})
	}
}

func TestCopyOfAFolderWithoutDeployEndsCodeless(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*emulator.Options)
		want   int
	}{
		{"1.7 codeless last error is 500", nil, 500},
		{"1.7 codeless last error is 409", quirk(func(q *emulator.Quirks) { q.CodelessIs409 = true }), 409},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.change, "dev:img/s.sig/m")
			got := w.as("reader", http.MethodPost, "/api/copy/dev/img/s.sig?to=/prod/img/s.sig", "")
			lines, _ := got.decode(t)["messages"].([]any)
			if got.status != c.want || len(lines) != 2 {
				t.Errorf("status = %d with %d lines, want %d with 2:\n%s", got.status, len(lines), c.want, got.body)
			}
		})
	}
}

func TestCopyIsSeenByEveryAPI(t *testing.T) {
	w := start(t, nil, "dev:img/1.0/manifest.json")
	w.as("syncer", http.MethodPost, "/api/copy/dev/img/1.0/manifest.json?to=/prod/img/1.0/manifest.json", "")
	for _, path := range []string{"/api/storage/prod/img/1.0/manifest.json", "/prod/img/1.0/manifest.json", "/api/docker/prod/v2/img/manifests/1.0", "/api/oci/prod/v2/img/manifests/1.0"} {
		if got := w.as("syncer", http.MethodGet, path, ""); got.status != 200 {
			t.Errorf("GET %s = %d %s, want 200", path, got.status, got.body)
		}
	}
}
