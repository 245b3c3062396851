package plan_test

import (
	"encoding/json"
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
//	app@A            a manifest by digest; A~ is an artifact
//	app#A=I          a referrers index I of A under its tag
//	tags             the listing shows tags alone
//	app/A.sig=S+c+l  an attachment of A with manifest S and blobs c and l
//	app/A.sig=+c     its folder without a manifest; !c is a blob with other content
//	app/A.sig=?+c+l  a manifest whose digest the server does not tell
//	app:1.0=?        the same for an image
//
// separated by spaces, and a plan is a list of
//
//	missing app/A.sig: c l S
//
// with the files of the action behind the colon. Referrers are a list of
//
//	app/A<X=Sbst     a signature X of A, a bundle, at the source and at the target
//
// where S, A, B and O are the families, b is a bundle, s the source, t the
// target, l listed at the target, x suspect, p not readable.
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
	if entry == "tags" {
		b.TagsOnly()
		return
	}
	if image, digest, ok := strings.Cut(entry, "@"); ok {
		d := n.digest(strings.TrimRight(digest, "*~"))
		b.Manifest(image, "", d, strings.HasSuffix(digest, "*"))
		if strings.HasSuffix(digest, "~") {
			b.Artifact(image, d)
		}
		return
	}
	if image, rest, ok := strings.Cut(entry, "#"); ok {
		subject, index, _ := strings.Cut(rest, "=")
		b.Fallback(image, n.digest(subject), n.digest(index))
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
		m := oci.Manifest{Config: &oci.Descriptor{MediaType: "application/vnd.oci.image.config.v1+json", Digest: n.digest(config)}}
		for layer := range strings.SplitSeq(layers, ",") {
			m.Layers = append(m.Layers, oci.Descriptor{Digest: n.digest(layer)})
		}
		raw, err := json.Marshal(m)
		if err != nil {
			n.t.Fatal(err)
		}
		contents[n.digest(name)] = plan.Content{Set: cosign.SetOf(m), Blobs: m.Blobs(), Raw: raw}
	}
	return contents
}

// inspect adds what was found out about a manifest under a name.
func (n *notation) inspect(contents plan.Contents, manifest, name string, found plan.Inspection) {
	content := contents[n.digest(manifest)]
	if content.Inspections == nil {
		content.Inspections = map[cosign.Tag]plan.Inspection{}
	}
	content.Inspections[n.tag(name)] = found
	contents[n.digest(manifest)] = content
}

// harmless inspects every manifest under every name of a list of subjects.
func (n *notation) harmless(contents plan.Contents, subjects ...string) {
	for digest, content := range contents {
		content.Inspections = map[cosign.Tag]plan.Inspection{}
		for _, subject := range subjects {
			for _, family := range tagFamilies() {
				content.Inspections[cosign.Tag{Subject: n.digest(subject), Family: family}] = plan.Inspection{}
			}
		}
		contents[digest] = content
	}
}

func (n *notation) plan(p *plan.Plan) []string {
	var lines []string
	for _, r := range p.Relations {
		line := fmt.Sprintf("%s %s", r.State, n.place(r))
		if r.Action != nil {
			line += map[plan.Mend]string{plan.Update: " update", plan.Merge: " merge"}[r.Action.Mend] + ":" + n.files(r.Action)
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
	if r.Referrer {
		return fmt.Sprintf("%s/%s<%s", r.Image, n.names[r.Subject], n.names[r.Digest])
	}
	suffix := strings.TrimPrefix(r.Tag().String(), "sha256-"+r.Subject.Hex())
	return fmt.Sprintf("%s/%s%s", r.Image, n.names[r.Subject], suffix)
}

// referrers reads what was found out about referrers.
func (n *notation) referrers(text string) *plan.Referrers {
	found := &plan.Referrers{BySubject: map[plan.Place][]plan.Referrer{}, Read: map[plan.Place]bool{}, Asked: map[plan.Place]bool{}}
	for entry := range strings.FieldsSeq(text) {
		name, flags, _ := strings.Cut(entry, "=")
		place, referrer, _ := strings.Cut(name, "<")
		slash := strings.LastIndexByte(place, '/')
		image := place[:slash]
		r := plan.Referrer{
			Digest: n.digest(referrer), Family: cosign.Family(strings.IndexByte("SABO", flags[0])), Blobs: []oci.Digest{n.digest("b" + referrer)},
			Bundle: strings.Contains(flags, "b"), AtTarget: strings.Contains(flags, "t"), Listed: strings.Contains(flags, "l"),
		}
		if strings.Contains(flags, "s") {
			r.SourceImage = image
		}
		if strings.Contains(flags, "x") {
			r.Suspect = "another's"
		}
		if strings.Contains(flags, "p") {
			r.Problem = "denied"
		}
		at := plan.Place{Image: image, Digest: n.digest(place[slash+1:])}
		found.BySubject[at] = append(found.BySubject[at], r)
		if r.AtTarget {
			found.Read[plan.Place{Image: image, Digest: r.Digest}] = true
		}
	}
	return found
}

func (n *notation) files(a *plan.Action) string {
	var s strings.Builder
	for _, f := range a.Files {
		s.WriteString(" " + n.names[f.Digest])
	}
	return s.String()
}
