//go:build e2e && linux

package e2e_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// What the Dockerfile makes of a program runs as the image of make image does. Its stage that has Go needs a base that only a
// registry has, and is not tried here.
func TestDockerfile(t *testing.T) {
	const version, revision, created = "v1.2.3", "0123456789abcdef0123456789abcdef01234567", "2026-01-02T03:04:05Z"
	if _, err := exec.LookPath("buildah"); err != nil || os.Geteuid() != 0 {
		t.Skip("this takes buildah, and root")
	}
	d := newDesk(t)
	for _, name := range []string{"Dockerfile", ".dockerignore"} {
		d.write(name, string(readFile(t, "../"+name)))
	}
	d.write("config.json", "{}") // of logins, without which buildah pushes nothing, not even to a folder
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-o", filepath.Join(d.dir, "bin", "sigsync"),
		"-ldflags", "-s -w -X main.version="+version+" -X main.commit="+revision+" -X main.date="+created, "../cmd/sigsync")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if _, err := output(build); err != nil {
		t.Fatal(err)
	}
	image := d.buildah("prebuilt", "VERSION="+version, "REVISION="+revision, "CREATED="+created)

	file, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	model, err := openShipped(t).image(t, "linux/"+runtime.GOARCH).ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	labels := file.Config.Labels
	delete(labels, "io.buildah.version")
	wantLabels := maps.Clone(model.Config.Labels)
	maps.Copy(wantLabels, map[string]string{shippedLabel + "version": version, shippedLabel + "revision": revision, shippedLabel + "created": created})
	if diff := cmp.Diff(wantLabels, labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if file.Config.User != model.Config.User || !slices.Equal(file.Config.Entrypoint, model.Config.Entrypoint) || len(file.Config.Cmd) > 0 {
		t.Errorf("user %q, entry point %q, command %q, want %q and %q alone",
			file.Config.User, file.Config.Entrypoint, file.Config.Cmd, model.Config.User, model.Config.Entrypoint)
	}

	c := contain(t, image)
	if files := filesIn(t, c.root); len(files) != 1 || files["/ko-app/sigsync"] == 0 {
		t.Errorf("files = %v, want /ko-app/sigsync alone", files)
	}
	want := regexp.MustCompile(`^sigsync v1\.2\.3 \(0123456789ab, 2026-01-02T03:04:05Z\) go`)
	if got := c.run(0, "version"); !want.MatchString(got) {
		t.Errorf("sigsync version = %q, want %v", got, want)
	}
}

// An arm64 image with a program for amd64 is what a default makes of these: BuildKit takes it for an argument of the user's.
func TestDockerfileIsToldThePlatform(t *testing.T) {
	dockerfile := readFile(t, "../Dockerfile")
	for _, name := range []string{"TARGETOS", "TARGETARCH"} {
		if !regexp.MustCompile(`(?m)^ARG ` + name + `$`).Match(dockerfile) {
			t.Errorf("the Dockerfile has no line ARG %s, without a default", name)
		}
		if regexp.MustCompile(`(?m)^ARG +` + name + ` *=`).Match(dockerfile) {
			t.Errorf("the Dockerfile has a default for %s", name)
		}
	}
}

// buildah builds a stage of the Dockerfile on the desk, with arguments in the form NAME=VALUE.
func (d *desk) buildah(target string, args ...string) v1.Image {
	d.t.Helper()
	// One that asks nothing of the machine but room.
	run := func(args ...string) {
		d.t.Helper()
		own := []string{"--root", filepath.Join(d.dir, "storage"), "--runroot", filepath.Join(d.dir, "run"), "--storage-driver", "vfs"}
		if _, err := output(d.command("buildah", append(own, args...)...)); err != nil {
			d.t.Fatal(err)
		}
	}
	build := []string{"build", "--isolation", "chroot", "--target", target, "--tag", "localhost/sigsync"}
	for _, arg := range args {
		build = append(build, "--build-arg", arg)
	}
	run(append(build, ".")...)
	run("push", "localhost/sigsync", "oci:"+filepath.Join(d.dir, "layout"))
	index, err := layout.ImageIndexFromPath(filepath.Join(d.dir, "layout"))
	if err != nil {
		d.t.Fatal(err)
	}
	image, err := index.Image(shippedManifest(d.t, index).Manifests[0].Digest)
	if err != nil {
		d.t.Fatal(err)
	}
	return image
}
