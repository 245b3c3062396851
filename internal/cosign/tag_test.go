package cosign_test

import (
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// digits are those of the digest 01, 00, 00 and so on.
var digits = "01" + strings.Repeat("0", 62)

func TestParseTag(t *testing.T) {
	subject := oci.Digest{1}
	for _, c := range []struct {
		name string
		want cosign.Tag
		ok   bool
	}{
		{"sha256-" + digits + ".sig", cosign.Tag{Subject: subject, Family: cosign.Signature}, true},
		{"sha256-" + digits + ".att", cosign.Tag{Subject: subject, Family: cosign.Attestation}, true},
		{"sha256-" + digits + ".sbom", cosign.Tag{Subject: subject, Family: cosign.SBOM}, true},
		{"sha256-" + digits, cosign.Tag{}, false},
		{"sha256-" + digits + ".", cosign.Tag{}, false},
		{"sha256-" + digits + ".sigs", cosign.Tag{}, false},
		{"sha256-" + digits + ".SIG", cosign.Tag{}, false},
		{"sha256-" + digits + ".sig.sig", cosign.Tag{}, false},
		{"sha256-" + digits + "sig", cosign.Tag{}, false},
		{"sha256-" + digits + ".other", cosign.Tag{}, false},
		{"sha256-" + digits[1:] + ".sig", cosign.Tag{}, false},
		{"sha256-" + digits[1:] + "A.sig", cosign.Tag{}, false},
		{"sha256:" + digits + ".sig", cosign.Tag{}, false},
		{"sha512-" + digits + ".sig", cosign.Tag{}, false},
		{"x-sha256-" + digits + ".sig", cosign.Tag{}, false},
		{digits + ".sig", cosign.Tag{}, false},
		{"1.0", cosign.Tag{}, false},
		{"", cosign.Tag{}, false},
	} {
		got, ok := cosign.ParseTag(c.name)
		if got != c.want || ok != c.ok {
			t.Errorf("ParseTag(%q) = %v, %t, want %v, %t", c.name, got, ok, c.want, c.ok)
		}
		if ok && got.String() != c.name {
			t.Errorf("ParseTag(%q).String() = %q", c.name, got)
		}
	}
}

func TestTagOfOther(t *testing.T) {
	if got := (cosign.Tag{Subject: oci.Digest{1}, Family: cosign.Other}).String(); got != "" {
		t.Errorf("the tag of a referrer = %q, want none", got)
	}
}

func TestParseFallbackTag(t *testing.T) {
	for _, c := range []struct {
		name string
		want oci.Digest
		ok   bool
	}{
		{"sha256-" + digits, oci.Digest{1}, true},
		{"sha256-" + digits + ".sig", oci.Digest{}, false},
		{"sha256:" + digits, oci.Digest{}, false},
		{"sha256-" + strings.ToUpper(digits[:60]) + "ABCD", oci.Digest{}, false},
		{digits, oci.Digest{}, false},
		{"", oci.Digest{}, false},
	} {
		if got, ok := cosign.ParseFallbackTag(c.name); got != c.want || ok != c.ok {
			t.Errorf("ParseFallbackTag(%q) = %s, %t, want %s, %t", c.name, got, ok, c.want, c.ok)
		}
	}
}

// What parses is spelled the same way again, and no name is both an
// attachment's and a referrers index's.
func FuzzParseTag(f *testing.F) {
	f.Add("sha256-" + digits)
	for _, suffix := range []string{".sig", ".att", ".sbom"} {
		f.Add("sha256-" + digits + suffix)
	}
	f.Fuzz(func(t *testing.T, name string) {
		tag, isTag := cosign.ParseTag(name)
		if isTag && tag.String() != name {
			t.Errorf("ParseTag(%q).String() = %q", name, tag)
		}
		subject, isFallback := cosign.ParseFallbackTag(name)
		if isFallback && "sha256-"+subject.Hex() != name {
			t.Errorf("ParseFallbackTag(%q) = %s", name, subject)
		}
		if isTag && isFallback {
			t.Errorf("%q is two things", name)
		}
	})
}
