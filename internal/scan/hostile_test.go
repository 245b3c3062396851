package scan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// forged is a registry of one image with a number of tags, whose tag 1.0 is a
// chain of that many indexes; below 0 it never ends, because the last one lists
// itself, whatever its digest.
type forged struct {
	tags, chain int
	read        int
}

func (f *forged) Catalog(_ context.Context, _ string, visit func(string) error) error {
	return visit("team/app")
}

func (f *forged) Tags(_ context.Context, _ repository.Image, visit func(string) error) error {
	for range f.tags {
		if err := visit("1.0"); err != nil {
			return err
		}
	}
	return nil
}

func (f *forged) index(depth int) []byte {
	if depth <= 0 {
		return []byte(`{"schemaVersion":2,"manifests":[]}`)
	}
	child := f.index(depth - 1)
	return fmt.Appendf(nil, `{"schemaVersion":2,"manifests":[{"mediaType":%q,"digest":%q,"size":%d}]}`,
		v1.MediaTypeImageIndex, oci.FromBytes(child), len(child))
}

func (f *forged) Resolve(context.Context, repository.Tag) (oci.Descriptor, error) {
	return oci.Descriptor{MediaType: v1.MediaTypeImageIndex, Digest: oci.FromBytes(f.index(f.chain - 1))}, nil
}

func (f *forged) Manifest(_ context.Context, at repository.Tag) ([]byte, error) {
	f.read++
	if f.chain < 0 {
		return fmt.Appendf(nil, `{"schemaVersion":2,"manifests":[{"mediaType":%q,"digest":%q,"size":1}]}`, v1.MediaTypeImageIndex, at.Tag), nil
	}
	return f.index(f.chain - f.read), nil
}

func TestIndexesWithoutEnd(t *testing.T) {
	for chain, want := range map[int]string{1: "", intake.Nesting: "", intake.Nesting + 1: "more than 8 in one another", 1000: "more than 8", -1: ""} {
		f := &forged{tags: 1, chain: chain}
		tags, err := scan.Tags(t.Context(), f, scan.Query{Repository: "dev"}, 1)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tags.Inventory(t.Context(), f, scan.Purpose{Pool: plan.NewPool(), Images: true, Attachments: func(oci.Digest) bool { return true }}, 1)
		refused := errors.As(err, new(intake.TooMuchError))
		if refused != (want != "") || refused && !strings.Contains(err.Error(), want) || f.read > intake.Nesting {
			t.Errorf("Inventory of a chain of %d = %v after %d manifests, want %q", chain, err, f.read, want)
		}
	}
}

func TestTagsWithoutEndAreRefused(t *testing.T) {
	for tags, refused := range map[int]bool{intake.Tags: false, intake.Tags + 1: true} {
		_, err := scan.Tags(t.Context(), &forged{tags: tags}, scan.Query{Repository: "dev"}, 1)
		if errors.As(err, new(intake.TooMuchError)) != refused {
			t.Errorf("Tags of %d = %v, want refused %t", tags, err, refused)
		}
	}
}
