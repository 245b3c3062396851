package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// The notation of these tests. Digests are words; an inventory is a list of
//
//	app:1.0=A        a manifest A under a tag; A* is an index
//	app@A            a manifest by digest
//	app/A.sig=S+c+l  an attachment of A with manifest S and blobs c and l
//	app/A.sig=+c     its folder without a manifest; !c is a blob with other content
//	app/A.sig=?+c+l  a manifest whose digest the server does not tell
//	app:1.0=?        the same for an image
//
// separated by spaces, and a plan is a list of
//
//	missing app/A.sig: c l S
//
// with the files of the action behind the colon.
type notation struct {
	t     testing.TB
	names map[oci.Digest]string
}

func newNotation(t testing.TB) *notation {
	return &notation{t: t, names: map[oci.Digest]string{}}
}

func (n *notation) digest(word string) oci.Digest {
	d := oci.FromBytes([]byte(word))
	n.names[d] = word
	return d
}

func (n *notation) inventory(text string) *plan.Inventory {
	b := plan.NewBuilder("repo")
	for entry := range strings.FieldsSeq(text) {
		n.entry(b, entry)
	}
	return b.Build()
}

func (n *notation) entry(b *plan.Builder, entry string) {
	if image, digest, ok := strings.Cut(entry, "@"); ok {
		b.Manifest(image, "", n.digest(strings.TrimSuffix(digest, "*")), strings.HasSuffix(digest, "*"))
		return
	}
	name, value, _ := strings.Cut(entry, "=")
	if image, tag, ok := strings.Cut(name, ":"); ok {
		if value == "?" {
			b.UnreadableManifest(image, tag)
			return
		}
		b.Manifest(image, tag, n.digest(strings.TrimSuffix(value, "*")), strings.HasSuffix(value, "*"))
		return
	}
	n.folder(b, name, value)
}

func (n *notation) folder(b *plan.Builder, name, value string) {
	slash := strings.LastIndexByte(name, '/')
	image := name[:slash]
	tag := n.tag(name[slash+1:])
	files := strings.Split(value, "+")
	switch files[0] {
	case "":
	case "?":
		b.AttachmentManifest(image, tag, oci.Digest{})
	default:
		b.AttachmentManifest(image, tag, n.digest(files[0]))
	}
	for _, f := range files[1:] {
		word, damaged := strings.CutPrefix(f, "!")
		b.AttachmentBlob(image, tag, n.digest(word), !damaged)
	}
}

func (n *notation) tag(text string) cosign.Tag {
	subject, suffix, _ := strings.Cut(text, ".")
	family := map[string]cosign.Family{"sig": cosign.Signature, "att": cosign.Attestation, "sbom": cosign.SBOM}
	f, ok := family[suffix]
	if !ok {
		n.t.Fatalf("notation: no family in %q", text)
	}
	return cosign.Tag{Subject: n.digest(subject), Family: f}
}

// contents reads "S=c+l1,l2": manifest S has config c and the layers l1, l2;
// "S=!why" could not be read.
func (n *notation) contents(text string) plan.Contents {
	contents := plan.Contents{}
	for entry := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(entry, "=")
		if problem, ok := strings.CutPrefix(value, "!"); ok {
			contents[n.digest(name)] = plan.Content{Problem: problem}
			continue
		}
		config, layers, _ := strings.Cut(value, "+")
		m := oci.Manifest{Config: &oci.Descriptor{Digest: n.digest(config)}}
		for layer := range strings.SplitSeq(layers, ",") {
			m.Layers = append(m.Layers, oci.Descriptor{Digest: n.digest(layer)})
		}
		contents[n.digest(name)] = plan.Content{Set: cosign.SetOf(m), Blobs: m.Blobs()}
	}
	return contents
}

func (n *notation) plan(p *plan.Plan) []string {
	var lines []string
	for _, r := range p.Relations {
		line := fmt.Sprintf("%s %s", r.State, n.place(r))
		if r.Action != nil {
			line += ":" + n.files(r.Action)
			if r.Action.SourceImage != r.Action.TargetImage {
				line += " from " + r.Action.SourceImage
			}
		}
		if r.Held != "" {
			line += " held"
		}
		lines = append(lines, line)
	}
	for _, u := range p.Undecided {
		lines = append(lines, fmt.Sprintf("read %s %s", u.Side, n.names[u.Digest]))
	}
	return lines
}

func (n *notation) place(r *plan.Relation) string {
	if r.Subject.IsZero() {
		return fmt.Sprintf("%s:%s", r.Image, strings.Join(r.Tags, ","))
	}
	suffix := strings.TrimPrefix(r.Tag().String(), "sha256-"+r.Subject.Hex())
	return fmt.Sprintf("%s/%s%s", r.Image, n.names[r.Subject], suffix)
}

func (n *notation) files(a *plan.Action) string {
	var s strings.Builder
	for _, f := range a.Files {
		s.WriteString(" " + n.names[f.Digest])
	}
	return s.String()
}
