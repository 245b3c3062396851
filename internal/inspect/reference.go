package inspect

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// Reference names an image by its path inside the repositories, and a tag or a
// digest of it; all its tags where it names neither.
type Reference struct {
	Image string
	// Tag is "" and Digest zero where the reference does not name one.
	Tag    string
	Digest oci.Digest
}

// ParseReference reads IMAGE, IMAGE:TAG or IMAGE@DIGEST. Where there are a tag and
// a digest, the digest counts, as it does for docker.
func ParseReference(text string) (Reference, error) {
	r, err := parse(text)
	if err != nil {
		return Reference{}, fmt.Errorf("parse %.200q: %w", text, err)
	}
	return r, nil
}

func parse(text string) (r Reference, err error) {
	name, digest, pinned := strings.Cut(text, "@")
	if pinned {
		if r.Digest, err = oci.ParseDigest(digest); err != nil {
			return r, err
		}
	}
	r.Image = name
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		r.Image, r.Tag = name[:colon], name[colon+1:]
		if !regexp.MustCompile(`^\w[\w.-]{0,127}$`).MatchString(r.Tag) {
			return r, errors.New("no tag is spelled like that")
		}
	}
	if len(r.Image) > intake.NameBytes || !regexp.MustCompile(`^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*$`).MatchString(r.Image) {
		return r, errors.New("expected IMAGE, IMAGE:TAG or IMAGE@DIGEST, where IMAGE is the path inside the repositories, " +
			"without host and repository")
	}
	if pinned {
		r.Tag = ""
	}
	return r, attached(r.Tag)
}

// attached refuses the tag of an attachment: what is inspected is its subject.
func attached(tag string) error {
	subject, index := cosign.ParseFallbackTag(tag)
	if a, ok := cosign.ParseTag(tag); ok {
		subject, index = a.Subject, true
	}
	if index {
		return fmt.Errorf("this tag is about another manifest: name that, @%s", subject)
	}
	return nil
}

// String is the form that ParseReference reads.
func (r Reference) String() string {
	switch {
	case !r.Digest.IsZero():
		return r.Image + "@" + r.Digest.String()
	case r.Tag != "":
		return r.Image + ":" + r.Tag
	default:
		return r.Image
	}
}

// whole tells that all tags are meant.
func (r Reference) whole() bool { return r.Tag == "" && r.Digest.IsZero() }
