package scan_test

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

// world is a running server with the repository dev, and a client of it.
type world struct {
	*emulator.Server
	client *artifactory.Client
}

// start fills dev with lines "path = content", where "path ? content" is a
// file whose checksum the server does not know. <x> stands for the hexadecimal
// digest of the content "x".
func start(t *testing.T, change func(*emulator.Options), lines ...string) *world {
	t.Helper()
	o := emulator.Options{
		Users:        []access.User{{Name: "admin", Password: "admin", Admin: true}},
		Repositories: []emulator.Repository{{Key: "dev"}},
	}
	if change != nil {
		change(&o)
	}
	server, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		path, mark, content := split(t, line)
		server.Tree().Put("dev", path, []byte(content), "ci", nil)
		if mark == "?" {
			server.Tree().DropSHA256("dev", path)
		}
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	client, err := artifactory.New(artifactory.Options{
		URL: web.URL + "/artifactory", Authorize: outbound.Basic("admin", outbound.Literal("admin")),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &world{server, client}
}

func split(t *testing.T, line string) (path, mark, content string) {
	t.Helper()
	fields := strings.Fields(line)
	if len(fields) != 3 {
		t.Fatalf("line %q: want a path, a mark and a content", line)
	}
	return spell(fields[0]), fields[1], fields[2]
}

var placeholder = regexp.MustCompile(`<\w+>`)

func spell(path string) string {
	return placeholder.ReplaceAllStringFunc(path, func(name string) string { return digest(name[1 : len(name)-1]).Hex() })
}

func digest(content string) oci.Digest { return oci.FromBytes([]byte(content)) }

func (w *world) inventory(t *testing.T) *plan.Inventory {
	t.Helper()
	inv, err := scan.Inventory(t.Context(), plan.NewPool(), w.client, scan.Query{Repository: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// describe shows what an inventory holds by comparing it with an empty source:
// the numbers of manifests and attachments, and every relation, with the names
// of contents in place of their digests.
func describe(inv *plan.Inventory, names ...string) []string {
	p := plan.Compute(plan.NewBuilder("empty").Build(), inv, plan.Options{
		All: true, Families: []cosign.Family{cosign.Signature, cosign.Attestation, cosign.SBOM},
	}, nil)
	lines := []string{fmt.Sprintf("%d manifests, %d attachments", inv.Manifests(), inv.Attachments())}
	for _, r := range p.Relations {
		subject := "-"
		for _, name := range names {
			if r.Subject == digest(name) {
				subject = name
			}
		}
		lines = append(lines, fmt.Sprintf("%s:%s %s %s %s", r.Image, strings.Join(r.Tags, ","), subject, r.Family, r.State))
	}
	return lines
}
