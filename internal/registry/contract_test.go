package registry_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

// The contract is the same for every registry.
func TestContract(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			for name, test := range map[string]func(*testing.T, kind){
				"pull": contractPull, "absent": contractAbsent, "referrers": contractReferrers, "mount": contractMount,
				"tags": contractTags, "catalog": contractCatalog, "cost": contractCost, "wrong content": contractWrongContent,
			} {
				t.Run(name, func(t *testing.T) { test(t, k) })
			}
		})
	}
}

func (k kind) client(t *testing.T) *registry.Client {
	t.Helper()
	return client(t, k.start(t))
}

// image is an image path in the n-th repository.
func (k kind) image(n int, path string) repository.Image {
	return repository.Image{Repository: k.repositories[n], Path: path}
}

func contractPull(t *testing.T, k kind) {
	c := k.client(t)
	if err := c.Ping(t.Context()); err != nil {
		t.Errorf("Ping = %v", err)
	}
	i := newImage(k.image(0, "deep/app"), "pulled", nil)
	push(t, c, i, "1.0")
	for _, reference := range []string{"1.0", i.descriptor().Digest.String()} {
		raw, err := c.Manifest(t.Context(), i.at.In(reference))
		if string(raw) != string(i.manifest) || err != nil {
			t.Errorf("Manifest(%s) = %q, %v, want %q", reference, raw, err, i.manifest)
		}
		d, err := c.Resolve(t.Context(), i.at.In(reference))
		if diff := cmp.Diff(i.descriptor(), d); diff != "" || err != nil {
			t.Errorf("Resolve(%s) = %v (-want +got):\n%s", reference, err, diff)
		}
	}
	for _, b := range i.blobs {
		if got, err := readBlob(t.Context(), c, i.at, describe("", b)); got != b || err != nil {
			t.Errorf("Blob = %q, %v, want %q", got, err, b)
		}
		if has, err := c.HasBlob(t.Context(), i.at, describe("", b)); !has || err != nil {
			t.Errorf("HasBlob(%q) = %t, %v, want true", b, has, err)
		}
	}
}

func contractAbsent(t *testing.T, k kind) {
	c := k.client(t)
	i := newImage(k.image(0, "app"), "present", nil)
	push(t, c, i, "1.0")
	nothing := describe("", "nothing")
	for name, at := range map[string]repository.Image{"image": i.at, "unknown image": k.image(0, "unknown")} {
		for _, reference := range []string{"2.0", nothing.Digest.String()} {
			if raw, err := c.Manifest(t.Context(), at.In(reference)); raw != nil || !errors.Is(err, oci.ErrNotFound) {
				t.Errorf("Manifest(%s) of the %s = %q, %v, want not found", reference, name, raw, err)
			}
			if d, err := c.Resolve(t.Context(), at.In(reference)); !errors.Is(err, oci.ErrNotFound) {
				t.Errorf("Resolve(%s) of the %s = %v, %v, want not found", reference, name, d, err)
			}
		}
		if _, err := readBlob(t.Context(), c, at, nothing); !errors.Is(err, oci.ErrNotFound) {
			t.Errorf("Blob of the %s = %v, want not found", name, err)
		}
		if has, err := c.HasBlob(t.Context(), at, nothing); has || err != nil {
			t.Errorf("HasBlob of the %s = %t, %v, want false", name, has, err)
		}
	}
	var tags []string
	err := c.Tags(t.Context(), k.image(0, "unknown"), gather(&tags))
	if tags != nil || err != nil && !errors.Is(err, oci.ErrNotFound) { // olareg knows every image
		t.Errorf("Tags of the unknown image = %v, %v, want not found or none", tags, err)
	}
}

// Eight referrers are more than a page of some.
func contractReferrers(t *testing.T, k kind) {
	c := k.client(t)
	subject := newImage(k.image(0, "app"), "subject", nil)
	push(t, c, subject, "1.0")
	d := subject.descriptor()
	list, supported, err := c.Referrers(t.Context(), subject.at, d.Digest)
	if len(list) != 0 || supported != k.referrers || err != nil {
		t.Errorf("Referrers of an image without = %v, %t, %v, want none, %t", list, supported, err, k.referrers)
	}
	var want []oci.Digest
	for n := range 8 {
		referrer := newImage(subject.at, fmt.Sprint("referrer ", n), &d)
		push(t, c, referrer, "")
		if k.referrers {
			want = append(want, referrer.descriptor().Digest)
		}
	}
	list, supported, err = c.Referrers(t.Context(), subject.at, d.Digest)
	var got []oci.Digest
	for _, r := range list {
		got = append(got, r.Digest)
	}
	slices.SortFunc(got, oci.Digest.Compare)
	slices.SortFunc(want, oci.Digest.Compare)
	if diff := cmp.Diff(want, got); diff != "" || supported != k.referrers || err != nil {
		t.Errorf("Referrers = %t, %v (-want +got):\n%s", supported, err, diff)
	}
}

func contractMount(t *testing.T, k kind) {
	c := k.client(t)
	from := newImage(k.image(0, "app"), "mounted", nil)
	push(t, c, from, "1.0")
	to, d := k.image(1, "app"), describe("", "mounted")
	if err := c.Push(t.Context(), to, describe("", "{}"), content("{}"), from.at); err != nil { // logs in
		t.Fatalf("Push = %v", err)
	}
	opened := 0
	open := counting(&opened, "mounted")
	before := c.Requests()
	if err := c.Push(t.Context(), to, d, open, from.at); err != nil {
		t.Fatalf("Push = %v", err)
	}
	requests, opens := 2, 1
	if k.mounts {
		requests, opens = 1, 0
	}
	if n := c.Requests(); n.ByOperation["push"]-before.ByOperation["push"] != requests || n.Total-before.Total != requests || opened != opens {
		t.Errorf("Push took %d requests and opened the blob %d times, want %d and %d", n.Total-before.Total, opened, requests, opens)
	}
	push(t, c, newImage(to, "mounted", nil), "1.0")
	if got, err := readBlob(t.Context(), c, to, d); got != "mounted" || err != nil {
		t.Errorf("Blob = %q, %v, want what was mounted", got, err)
	}
}

func contractTags(t *testing.T, k kind) {
	c := k.client(t)
	i := newImage(k.image(0, "app"), "tagged", nil)
	want := []string{"1.0", "2.0", "sha256-" + i.descriptor().Digest.Hex() + ".sig"}
	for _, tag := range want {
		push(t, c, i, tag)
	}
	var got []string
	err := c.Tags(t.Context(), i.at, gather(&got))
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Tags = %v (-want +got):\n%s", err, diff)
	}
	enough := errors.New("enough")
	if err := c.Tags(t.Context(), i.at, func(string) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("Tags = %v, want the visitor's error", err)
	}
}

func contractCatalog(t *testing.T, k kind) {
	c := k.client(t)
	for n, paths := range [][]string{{"app", "deep/app"}, {"other"}} {
		for _, path := range paths {
			push(t, c, newImage(k.image(n, path), path, nil), "1.0")
		}
	}
	var got []string
	err := c.Catalog(t.Context(), k.repositories[0], gather(&got))
	slices.Sort(got)
	if diff := cmp.Diff([]string{"app", "deep/app"}, got); err == nil && diff != "" {
		t.Errorf("Catalog (-want +got):\n%s", diff)
	}
	if err != nil && (got != nil || !errors.Is(err, oci.ErrNotFound) && !errors.Is(err, oci.ErrUnsupported) && !errors.Is(err, oci.ErrIncomplete)) {
		t.Errorf("Catalog = %v, %v, want the images or a refusal", got, err)
	}
}

// What each call costs where nothing goes wrong and the login is over.
func contractCost(t *testing.T, k kind) {
	c := k.client(t)
	i := newImage(k.image(0, "app"), "counted", nil)
	push(t, c, i, "1.0")
	d := describe("", "counted")
	for _, call := range []struct {
		operation string
		requests  int
		send      func() error
	}{
		{"manifest", 1, func() error { _, err := c.Manifest(t.Context(), i.at.In("1.0")); return err }},
		{"resolve", 1, func() error { _, err := c.Resolve(t.Context(), i.at.In("1.0")); return err }},
		{"blob", 1, func() error { _, err := readBlob(t.Context(), c, i.at, d); return err }},
		{"blob", 1, func() error { _, err := c.HasBlob(t.Context(), i.at, d); return err }},
		{"referrers", 1, func() error { _, _, err := c.Referrers(t.Context(), i.at, i.descriptor().Digest); return err }},
		{"push", 2, func() error { return c.Push(t.Context(), i.at, d, content("counted"), repository.Image{}) }},
		{"put", 1, func() error { return c.PutManifest(t.Context(), i.at.In("1.0"), v1.MediaTypeImageManifest, i.manifest) }},
		{"tags", 1, func() error { return c.Tags(t.Context(), i.at, func(string) error { return nil }) }},
		{"ping", 1, func() error { return c.Ping(t.Context()) }},
	} {
		if err := call.send(); err != nil { // logs in
			t.Errorf("%s = %v", call.operation, err)
		}
		before := c.Requests()
		if err := call.send(); err != nil {
			t.Errorf("%s = %v", call.operation, err)
		}
		after := c.Requests()
		if n := after.Total - before.Total; n != call.requests || after.ByOperation[call.operation]-before.ByOperation[call.operation] != n {
			t.Errorf("%s took %d requests, want %d: %v", call.operation, n, call.requests, after.ByOperation)
		}
	}
}

func contractWrongContent(t *testing.T, k kind) {
	c := k.client(t)
	at, d := k.image(0, "app"), describe("", "right")
	for name, text := range map[string]string{"another": "wrong", "shorter": "righ", "longer": "wright"} {
		if err := c.Push(t.Context(), at, d, content(text), repository.Image{}); err == nil {
			t.Errorf("Push of %s content = nil, want an error", name)
		}
	}
	if has, err := c.HasBlob(t.Context(), at, d); has || err != nil {
		t.Errorf("HasBlob = %t, %v, want false", has, err)
	}
	i := newImage(at, "content", nil)
	if err := c.PutManifest(t.Context(), at.In(d.Digest.String()), v1.MediaTypeImageManifest, i.manifest); err == nil {
		t.Error("PutManifest to another digest = nil, want an error")
	}
}
