package scan_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

func TestInventoryOfNothing(t *testing.T) {
	inv := start(t, nil).inventory(t)
	if diff := cmp.Diff([]string{"0 manifests, 0 attachments"}, describe(inv)); diff != "" || inv.Repository() != "dev" {
		t.Errorf("Inventory of %s (-want +got):\n%s", inv.Repository(), diff)
	}
}

func TestInventoryOfAttachmentsOnly(t *testing.T) {
	w := start(t, nil,
		"app/1.0/manifest.json = m", "app/1.0/list.manifest.json = i", "app/sha256:<c>/manifest.json = c",
		"app/sha256-<m>.sig/manifest.json = s", "other/sha256-<m>.sig/manifest.json = s")
	inv, err := scan.Inventory(t.Context(), plan.NewPool(), w.client, scan.Query{Repository: "dev", Images: []string{"app"}, AttachmentsOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0 manifests, 1 attachments", "app: m signature orphan"}, describe(inv, "m")); diff != "" {
		t.Errorf("Inventory (-want +got):\n%s", diff)
	}
}

// more is a lister that shows more than it was asked for, as it may.
type more struct{}

func (more) List(_ context.Context, _ scan.Query, visit func(scan.File) error) error {
	for _, f := range []scan.File{
		{Path: "app/1.0", Name: "manifest.json", Digest: digest("m")},
		{Path: "app/1.0", Name: "sha256__" + digest("a").Hex(), Digest: digest("a")},
		{Path: "app/1.0", Name: "manifest.json.bak", Digest: digest("b")},
		{Path: ".", Name: "index.html", Digest: digest("c")},
	} {
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

func TestInventoryOfMoreThanItNeeds(t *testing.T) {
	inv, err := scan.Inventory(t.Context(), plan.NewPool(), more{}, scan.Query{Repository: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1 manifests, 0 attachments", "app:1.0 m signature unsigned"}, describe(inv, "m")); diff != "" {
		t.Errorf("Inventory (-want +got):\n%s", diff)
	}
}

func TestInventoryIsNothingAfterAnError(t *testing.T) {
	for name, spoil := range map[string]func(o *emulator.Options){
		"a trimmed listing that no parts can be made of": func(o *emulator.Options) { o.AQL.HardCap = 1 },
		"a refusal": func(o *emulator.Options) { o.Users[0].Password = "changed" },
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, spoil, "app/é1/manifest.json = m", "app/é2/manifest.json = i")
			inv, err := scan.Inventory(t.Context(), plan.NewPool(), w.client, scan.Query{Repository: "dev"})
			if inv != nil || err == nil {
				t.Errorf("Inventory = %v, %v, want no inventory and an error", inv, err)
			}
		})
	}
}

func TestInventoryErrors(t *testing.T) {
	w := start(t, nil, "app/1.0/manifest.json = m")
	w.SetIntercept(func(*http.Request, string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	})
	_, err := scan.Inventory(t.Context(), plan.NewPool(), w.client, scan.Query{Repository: "dev"})
	if !errors.Is(err, oci.ErrDenied) {
		t.Errorf("Inventory = %v, want %v", err, oci.ErrDenied)
	}
	w.SetIntercept(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := scan.Inventory(ctx, plan.NewPool(), w.client, scan.Query{Repository: "dev"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Inventory = %v, want %v", err, context.Canceled)
	}
}
