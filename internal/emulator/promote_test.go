package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
)

const promoteOne = `{"targetRepo":"prod","dockerRepository":"img","tag":"1.0","targetTag":"","targetDockerRepository":"","copy":true}`

func TestPromoteAnswers(t *testing.T) {
	const typed = "Content-Type: application/json"
	for _, c := range []struct {
		name, user, method, repo, body, header string
		status                                 int
		want                                   string
	}{
		{"2.2 ok; 2.1 empty texts are absent ones", "owner", "POST", "dev", promoteOne, typed, 200, "Promotion ended successfully"},
		{"without Content-Type", "owner", "POST", "dev", promoteOne, "", 200, "Promotion ended successfully"},
		{"2.2 image absent", "owner", "POST", "dev", `{"targetRepo":"prod","dockerRepository":"none"}`, typed, 404, envelope("404", "Unable to find docker image 'dev/none', request aborted")},
		{"2.2 no image", "owner", "POST", "dev", `{"targetRepo":"prod"}`, typed, 400, envelope("400", "You must provide dockerRepository name")},
		{"2.2 no annotate", "syncer", "POST", "dev", promoteOne, typed, 403, envelope("403", "User doesn't have permissions to annotate/write in 'prod/img/1.0'. Promotion aborted")},
		{"2.2 source not docker", "owner", "POST", "files", promoteOne, typed, 400, envelope("400", "Unsupported V2 repository request for 'files'")},
		{"2.2 target not docker", "owner", "POST", "dev", `{"targetRepo":"files","dockerRepository":"img"}`, typed, 400, envelope("400", "Unsupported V2 repository request for 'files'")},
		{"2.1 not from a virtual", "owner", "POST", "docker", promoteOne, typed, 400, envelope("400", "Unsupported V2 repository request for 'docker'")},
		{"2.1 not from a cache", "owner", "POST", "hub-cache", promoteOne, typed, 400, envelope("400", "Unsupported V2 repository request for 'hub-cache'")},
		{"repository absent", "owner", "POST", "none", promoteOne, typed, 400, envelope("400", "Unsupported V2 repository request for 'none'")},
		{"no JSON", "owner", "POST", "dev", "{", typed, 400, envelope("400", "Bad promotion request: unexpected EOF")},
		{"other type", "owner", "POST", "dev", promoteOne, "Content-Type: text/plain", 415, envelope("415", "Unsupported Media Type")},
		{"other method", "owner", "GET", "dev", "", "", 405, envelope("405", "Method Not Allowed")},
		{"anonymous", "", "POST", "dev", promoteOne, typed, 401, envelope("401", "Authentication is required")},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, nil, "dev:img/1.0/manifest.json")
			got := w.as(c.user, c.method, "/api/docker/"+c.repo+"/v2/promote", c.body, c.header)
			if got.status != c.status || got.body != c.want {
				t.Errorf("promote = %d %q, want %d %q", got.status, got.body, c.status, c.want)
			}
		})
	}
}

func TestPromoteMovesByDefault(t *testing.T) {
	files := []string{"dev:img/1.0/manifest.json", "dev:img/sha256-ab.sig/manifest.json"}
	w := start(t, nil, files...)
	w.as("owner", http.MethodPost, "/api/docker/dev/v2/promote", strings.Replace(promoteOne, "true", "false", 1))
	want := [][]string{{"img/sha256-ab.sig/manifest.json"}, {"img/1.0/manifest.json"}}
	if diff := cmp.Diff(want, [][]string{w.list("dev"), w.list("prod")}); diff != "" {
		t.Errorf("2.1 dev and prod (-want +got):\n%s", diff)
	}
}

func TestPromoteWithoutDeleteOnTheSource(t *testing.T) {
	w := start(t, func(o *emulator.Options) {
		o.Users[2].Permissions[0].Rights |= 1 << 1 // annotate
	}, "dev:img/1.0/manifest.json")
	got := w.as("syncer", http.MethodPost, "/api/docker/dev/v2/promote", `{"targetRepo":"prod","dockerRepository":"img","tag":"1.0"}`)
	want := "Promotion executed successfully; however, there were not enough permissions to delete all artifacts under 'dev/img/1.0'."
	if got.status != 206 || got.body != want || len(w.list("dev")) != 1 {
		t.Errorf("2.2 promote = %d %q, want 206 %q", got.status, got.body, want)
	}
}

func TestPromotePaths(t *testing.T) {
	for _, path := range []string{"/artifactory/api/docker/dev/v2/promote", "/api/docker/dev/v2/promote", "/artifactory/api/oci/dev/v2/promote"} {
		w := start(t, nil, "dev:img/1.0/manifest.json")
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+path, strings.NewReader(promoteOne))
		request.SetBasicAuth("admin", "admin")
		if got := w.send(request); got.status != 200 || w.Counts()["promote"] != 1 {
			t.Errorf("2.1 POST %s = %d %s, want 200 and counted as a promotion", path, got.status, got.body)
		}
	}
}

func TestConcurrentPromotion(t *testing.T) {
	w := start(t, quirk(func(q *emulator.Quirks) { q.PromotionLock = true }), "dev:img/1.0/manifest.json")
	inside, goOn := make(chan struct{}), make(chan struct{})
	w.SetVeto(func(string, string) (int, string) { close(inside); <-goOn; return 0, "" })
	first := make(chan answer)
	go func() { first <- w.as("owner", http.MethodPost, "/api/docker/dev/v2/promote", promoteOne) }()
	<-inside
	second := w.as("owner", http.MethodPost, "/api/docker/dev/v2/promote", promoteOne)
	close(goOn)
	if want := envelope("400", "Failed to acquire lock for promotion of 'img' from 'dev' to 'prod'."); second.status != 400 || second.body != want {
		t.Errorf("2.2 second promotion = %d %s, want 400", second.status, second.body)
	}
	if got := <-first; got.status != 200 {
		t.Errorf("first promotion = %d %s, want 200", got.status, got.body)
	}
}

func TestVetoEndsPromotion(t *testing.T) {
	w := start(t, nil, "dev:img/1.0/manifest.json")
	w.SetVeto(func(string, string) (int, string) { return 418, "no" })
	got := w.as("owner", http.MethodPost, "/api/docker/dev/v2/promote", promoteOne)
	if got.status != 418 || got.body != envelope("418", "Request has been canceled: no") {
		t.Errorf("1.7 vetoed promotion = %d %s", got.status, got.body)
	}
}
