package cosign_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
)

func TestFamilies(t *testing.T) {
	for family, name := range map[cosign.Family]string{
		cosign.Signature: "signature", cosign.Attestation: "attestation", cosign.SBOM: "sbom", cosign.Other: "other",
	} {
		if got := family.String(); got != name {
			t.Errorf("Family(%d) = %q, want %q", family, got, name)
		}
		if got, err := cosign.ParseFamily(name); got != family || err != nil {
			t.Errorf("ParseFamily(%q) = %v, %v, want %v", name, got, err, family)
		}
	}
	if got := cosign.Family(9).String(); got != "Family(9)" {
		t.Errorf("Family(9) = %q", got)
	}
	for _, name := range []string{"", "Signature", "signatures", "Family(0)"} {
		if got, err := cosign.ParseFamily(name); err == nil {
			t.Errorf("ParseFamily(%q) = %v, want an error", name, got)
		}
	}
}

// A verifier that sees a half-finished copy must find the signature first.
func TestFamiliesAreOrderedAsTheyAreCopied(t *testing.T) {
	if cosign.Signature >= cosign.Attestation || cosign.Attestation >= cosign.SBOM || cosign.SBOM >= cosign.Other {
		t.Error("want signature < attestation < sbom < other")
	}
}

func TestFamilyText(t *testing.T) {
	want := []cosign.Family{cosign.Other, cosign.SBOM, cosign.Attestation, cosign.Signature}
	text, err := json.Marshal(want)
	if err != nil || string(text) != `["other","sbom","attestation","signature"]` {
		t.Fatalf("Marshal = %s, %v", text, err)
	}
	var got []cosign.Family
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Unmarshal (-want +got):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`["signatur"]`), &got); err == nil {
		t.Errorf("Unmarshal of a name that is none = %v, want an error", got)
	}
}
