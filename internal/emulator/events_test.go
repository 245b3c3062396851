package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// hooks receives events.
type hooks struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
}

func receiveHooks(t *testing.T) *hooks {
	t.Helper()
	h := &hooks{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies = append(h.bodies, string(body))
	}))
	t.Cleanup(h.Close)
	return h
}

// take returns the events that were sent so far and have not been taken:
// "type repo:path image:tag platforms > target repo:tag".
func (h *hooks) take(w *world) []string {
	w.t.Helper()
	if err := w.Delivered(w.t.Context()); err != nil {
		w.t.Fatalf("Delivered() = %v", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	events := []string{}
	for _, body := range h.bodies {
		var e struct {
			EventType string `json:"event_type"`
			Data      struct {
				Repo       string             `json:"repo_key"`
				Path       string             `json:"path"`
				Image      string             `json:"image_name"`
				Tag        string             `json:"tag"`
				Platforms  []webhook.Platform `json:"platforms"`
				TargetRepo string             `json:"target_repo"`
				TargetTag  string             `json:"target_tag"`
			} `json:"data"`
		}
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			w.t.Fatal(err)
		}
		line := e.EventType + " " + e.Data.Repo + ":" + e.Data.Path + " " + e.Data.Image + ":" + e.Data.Tag
		for _, p := range e.Data.Platforms {
			line += " " + p.OS + "/" + p.Architecture
		}
		if e.Data.TargetRepo != "" {
			line += " > " + e.Data.TargetRepo + ":" + e.Data.TargetTag
		}
		events = append(events, line)
	}
	h.bodies = nil
	return events
}

// hooked runs a server that sends every event to the hooks.
func hooked(t *testing.T, h *hooks, change func(*emulator.Options)) *world {
	t.Helper()
	w := start(t, func(o *emulator.Options) {
		o.Webhooks.AllowPrivate = true
		o.Subscriptions = []webhook.Subscription{webhook.Everything("sub", h.URL, "secret")}
		if change != nil {
			change(o)
		}
	})
	t.Cleanup(w.Close)
	return w
}

// put pushes a manifest without layers.
func (w *world) put(repo, reference, manifest string) {
	w.t.Helper()
	base := "/api/docker/" + repo + "/v2/team/img/"
	w.as("owner", http.MethodPost, base+"blobs/uploads/?digest="+emptyBlob, "{}")
	if got := w.as("owner", http.MethodPut, base+"manifests/"+reference, manifest); got.status != 201 {
		w.t.Fatalf("PUT of %s = %d %s, want 201", reference, got.status, got.body)
	}
}

func (w *world) promote(repo, body string) {
	w.t.Helper()
	if got := w.as("owner", http.MethodPost, "/api/docker/"+repo+"/v2/promote", body); got.status != 200 {
		w.t.Fatalf("promotion of %s = %d %s, want 200", body, got.status, got.body)
	}
}

// TestPushEvents holds artifactory 8: a manifest that is put under a tag, be it
// that of a signature, is pushed.
func TestPushEvents(t *testing.T) {
	sig := "sha256-" + strings.TrimPrefix(digestOf("x"), "sha256:") + ".sig"
	h := receiveHooks(t)
	w := hooked(t, h, nil)
	w.put("dev", "1.0", imageManifest)
	w.put("docker", sig, imageManifest)
	w.put("fed", "1.0", imageManifest)
	want := []string{
		"pushed dev:team/img/1.0/manifest.json img:1.0",
		"pushed dev:team/img/" + sig + "/manifest.json img:" + sig,
		"pushed fed:team/img/1.0/manifest.json img:1.0",
	}
	if diff := cmp.Diff(want, h.take(w)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	for _, refused := range []struct{ user, repo, content string }{{"reader", "dev", imageManifest}, {"owner", "dev", "{}"}} {
		w.as(refused.user, http.MethodPut, "/api/docker/"+refused.repo+"/v2/team/img/manifests/2.0", refused.content)
	}
	w.as("owner", http.MethodPut, "/dev/team/img/3.0/manifest.json", imageManifest)
	if got := h.take(w); len(got) != 0 {
		t.Errorf("events of refused pushes and of a plain upload = %v, want none", got)
	}
}

// TestEventsByDigest: what is sent for manifests without a tag is not known.
func TestEventsByDigest(t *testing.T) {
	digest := digestOf(imageManifest)
	for _, c := range []struct {
		reading webhook.ByDigest
		tag     string
		none    bool
	}{{webhook.DigestAsTag, digest, false}, {webhook.EmptyTag, "", false}, {webhook.NoEvent, "", true}} {
		h := receiveHooks(t)
		w := hooked(t, h, func(o *emulator.Options) { o.Webhooks.ByDigest = c.reading })
		w.put("dev", digest, imageManifest)
		w.as("owner", http.MethodDelete, "/api/docker/dev/v2/team/img/manifests/"+digest, "")
		path := "dev:team/img/" + digest + "/manifest.json img:" + c.tag
		want := []string{"pushed " + path, "deleted " + path}
		if c.none {
			want = []string{}
		}
		if diff := cmp.Diff(want, h.take(w)); diff != "" {
			t.Errorf("reading %d: events (-want +got):\n%s", c.reading, diff)
		}
	}
}

// TestPromotionEvents holds artifactory 8: one event for a tag, with the source
// as its repository and path, whether it is copied or moved.
func TestPromotionEvents(t *testing.T) {
	const platforms = " linux/amd64 linux/arm64"
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"copy of an index", `{"targetRepo":"prod","dockerRepository":"team/img","tag":"multi","copy":true}`, []string{"promoted dev:team/img/multi/list.manifest.json img:multi" + platforms + " > prod:multi"}},
		{"move with another tag", `{"targetRepo":"prod","dockerRepository":"team/img","tag":"multi","targetTag":"ga"}`, []string{"promoted dev:team/img/multi/list.manifest.json img:multi" + platforms + " > prod:ga"}},
		{"single image", `{"targetRepo":"prod","dockerRepository":"team/img","tag":"1.0","copy":true}`, []string{"promoted dev:team/img/1.0/manifest.json img:1.0 > prod:1.0"}},
		{"all tags", `{"targetRepo":"prod","dockerRepository":"team/img"}`, []string{
			"promoted dev:team/img/1.0/manifest.json img:1.0 > prod:1.0",
			"promoted dev:team/img/multi/list.manifest.json img:multi" + platforms + " > prod:multi",
		}},
	} {
		for _, arch := range []bool{false, true} {
			h := receiveHooks(t)
			w := hooked(t, h, func(o *emulator.Options) { o.Quirks.ArchTags = arch })
			seed.Push(w.Tree(), "dev", "team/img", "1.0", "single")
			seed.PushIndex(w.Tree(), "dev", "team/img", "multi", "multi", 2)
			w.promote("dev", c.body)
			if diff := cmp.Diff(c.want, h.take(w)); diff != "" {
				t.Errorf("%s, tags for architectures %v: events (-want +got):\n%s", c.name, arch, diff)
			}
		}
	}
}

func TestRefusedPromotionsAreNotTold(t *testing.T) {
	h := receiveHooks(t)
	w := hooked(t, h, nil)
	seed.Push(w.Tree(), "dev", "team/img", "1.0", "single")
	body := `{"targetRepo":"prod","dockerRepository":"team/img","tag":"1.0"}`
	w.as("syncer", http.MethodPost, "/api/docker/dev/v2/promote", body)
	w.SetVeto(func(string, string) (int, string) { return 403, "no" })
	w.as("owner", http.MethodPost, "/api/docker/dev/v2/promote", body)
	if got := h.take(w); len(got) != 0 {
		t.Errorf("events = %v, want none", got)
	}
}

// TestCopyItemIsNotTold holds artifactory 8: its event is of another domain.
func TestCopyItemIsNotTold(t *testing.T) {
	h := receiveHooks(t)
	w := hooked(t, h, nil)
	seed.Push(w.Tree(), "dev", "team/img", "1.0", "single")
	got := w.as("owner", http.MethodPost, "/api/copy/dev/team/img/1.0?to=/prod/team/img/1.0", "")
	if events := h.take(w); got.status != 200 || len(events) != 0 {
		t.Errorf("copy = %d %s, events %v, want 200 and none", got.status, got.body, events)
	}
}

// TestDeletionEvents holds artifactory 8: by the registry API, and by the REST
// API with everything that lies below.
func TestDeletionEvents(t *testing.T) {
	h := receiveHooks(t)
	w := hooked(t, h, nil)
	for _, tag := range []string{"1.0", "2.0", "3.0"} {
		seed.Push(w.Tree(), "dev", "team/img", tag, tag)
	}
	w.Tree().Put("files", "team/img/1.0/manifest.json", []byte("no image"), "ci", nil)
	w.as("reader", http.MethodDelete, "/dev/team/img/3.0", "")
	w.as("owner", http.MethodDelete, "/api/docker/dev/v2/team/img/manifests/3.0", "")
	w.as("owner", http.MethodDelete, "/dev/team", "")
	w.as("owner", http.MethodDelete, "/dev/team", "")
	w.as("owner", http.MethodDelete, "/files/team", "")
	w.Tree().Put("dev", "loose/manifest.json", []byte("of no image"), "ci", nil)
	w.as("owner", http.MethodDelete, "/dev/loose", "")
	want := []string{
		"deleted dev:team/img/3.0/manifest.json img:3.0",
		"deleted dev:team/img/1.0/manifest.json img:1.0",
		"deleted dev:team/img/2.0/manifest.json img:2.0",
	}
	if diff := cmp.Diff(want, h.take(w)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestEventBody holds artifactory 8: what of the server's options is in an event.
func TestEventBody(t *testing.T) {
	h := receiveHooks(t)
	w := hooked(t, h, func(o *emulator.Options) {
		o.BaseURL, o.Webhooks.Form = "https://acme.example/artifactory/", webhook.Form{FullImageName: true, UserContext: true}
	})
	w.put("fed", "1.0", imageManifest)
	h.take(w)
	w.put("dev", "1.0", imageManifest)
	if err := w.Delivered(t.Context()); err != nil {
		t.Fatal(err)
	}
	sum := strings.TrimPrefix(digestOf(imageManifest), "sha256:")
	want := `{"domain":"docker","event_type":"pushed","data":{"repo_key":"dev","path":"team/img/1.0/manifest.json","name":"manifest.json",` +
		`"sha256":"` + sum + `","size":` + strconv.Itoa(len(imageManifest)) + `,"image_name":"team/img","tag":"1.0","platforms":[],"image_type":"docker"},` +
		`"subscription_key":"sub","jpd_origin":"https://acme.example","source":"jfrog/jfrt@01k3emulat0rn0de0000000000","userContext":{"id":"owner","isToken":false,"realm":"internal"}}`
	if diff := cmp.Diff([]string{want}, h.bodies); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

// TestEventsTellWho did it, where they are to.
func TestEventsTellWho(t *testing.T) {
	h := receiveHooks(t)
	w := hooked(t, h, func(o *emulator.Options) { o.Webhooks.Form.UserContext = true })
	w.put("dev", "1.0", imageManifest)
	w.put("dev", "2.0", imageManifest)
	w.promote("dev", `{"targetRepo":"prod","dockerRepository":"team/img","tag":"1.0","copy":true}`)
	w.as("owner", http.MethodDelete, "/api/docker/dev/v2/team/img/manifests/1.0", "")
	w.as("owner", http.MethodDelete, "/dev/team/img/2.0", "")
	if err := w.Delivered(t.Context()); err != nil || len(h.bodies) != 5 {
		t.Fatalf("events = %v, %v, want 5", h.bodies, err)
	}
	for _, body := range h.bodies {
		if !strings.Contains(body, `"userContext":{"id":"owner",`) {
			t.Errorf("event = %s, want its user", body)
		}
	}
}

func TestImageTypeIsThatOfTheRepository(t *testing.T) {
	h := receiveHooks(t)
	w := hooked(t, h, nil)
	w.put("fed", "1.0", imageManifest)
	if err := w.Delivered(t.Context()); err != nil || len(h.bodies) != 1 || !strings.Contains(h.bodies[0], `"image_type":"oci"`) {
		t.Errorf("events = %v, %v, want one of type oci", h.bodies, err)
	}
}

// TestPromotionDoesNotWaitForTheReceiver: neither does Close, which loses what
// is under way.
func TestPromotionDoesNotWaitForTheReceiver(t *testing.T) {
	arrived := make(chan struct{})
	stuck := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server sees the client leave only after that
		close(arrived)
		<-r.Context().Done()
	}))
	defer stuck.Close()
	w := hooked(t, &hooks{Server: stuck}, nil)
	seed.Push(w.Tree(), "dev", "team/img", "1.0", "single")
	w.promote("dev", `{"targetRepo":"prod","dockerRepository":"team/img","tag":"1.0"}`)
	<-arrived
	w.Close()
	if got := w.Attempts(); len(got) != 1 || got[0].Outcome != webhook.Ended {
		t.Errorf("attempts = %+v, want one, ended", got)
	}
	w.put("dev", "2.0", imageManifest)
	if got := w.Attempts(); len(got) != 1 {
		t.Errorf("attempts = %+v, want none after Close", got)
	}
}

func TestLoopbackIsBlockedByDefault(t *testing.T) {
	h := receiveHooks(t)
	w := hooked(t, h, func(o *emulator.Options) { o.Webhooks.AllowPrivate = false })
	w.put("dev", "1.0", imageManifest)
	if got := h.take(w); len(got) != 0 || w.Attempts()[0].Outcome != webhook.Blocked {
		t.Errorf("events = %v, attempts %+v, want that they are blocked", got, w.Attempts())
	}
}

// TestTheServersSeedChoosesWhatIsLost: the same seed loses the same events.
func TestTheServersSeedChoosesWhatIsLost(t *testing.T) {
	run := func(number uint64) []string {
		h := receiveHooks(t)
		w := hooked(t, h, func(o *emulator.Options) { o.Seed, o.Webhooks.Drop = number, 0.5 })
		for n := range 20 {
			w.put("dev", strconv.Itoa(n), imageManifest)
		}
		return h.take(w)
	}
	first := run(1)
	if diff := cmp.Diff(first, run(1)); diff != "" {
		t.Errorf("another run of one seed (-first +second):\n%s", diff)
	}
	if slices.Equal(first, run(2)) {
		t.Error("two seeds lose the same events")
	}
}

func TestBadWebhooksAreRefused(t *testing.T) {
	for want, change := range map[string]func(*emulator.Options){
		"key used twice": func(o *emulator.Options) {
			o.Subscriptions = []webhook.Subscription{webhook.Everything("a", "http://h", ""), webhook.Everything("a", "http://h", "")}
		},
		"handler without an HTTP URL": func(o *emulator.Options) {
			o.Subscriptions = []webhook.Subscription{webhook.Everything("a", "", "")}
		},
		"share drop: 2": func(o *emulator.Options) { o.Webhooks.Drop = 2 },
	} {
		o := defaults()
		change(&o)
		if _, err := emulator.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New() = %v, want %q", err, want)
		}
	}
}
