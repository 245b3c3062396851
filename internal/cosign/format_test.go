package cosign_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

const (
	imageConfig   = "application/vnd.oci.image.config.v1+json"
	emptyType     = "application/vnd.oci.empty.v1+json"
	simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json"
	dsse          = "application/vnd.dsse.envelope.v1+json"
	bundleV3      = "application/vnd.dev.sigstore.bundle.v0.3+json"
	notation      = "application/vnd.cncf.notary.signature"
)

func TestFormatOfFixtures(t *testing.T) {
	for _, c := range []struct {
		file   string
		format cosign.Format
		family cosign.Family
	}{
		{"bundle-manifest.json", cosign.Bundle, cosign.Other},
		{"notation.json", cosign.Notation, cosign.Signature},
		{"signature.json", cosign.Artifact, cosign.Signature},
		{"docker.json", cosign.Artifact, cosign.Signature},
		{"certificate.json", cosign.Artifact, cosign.Signature},
		{"attestation.json", cosign.Artifact, cosign.Attestation},
		{"sbom.json", cosign.Document, cosign.SBOM},
		{"self-tag.json", cosign.Unrecognised, cosign.Other},
		{"fallback-3.json", cosign.Unrecognised, cosign.Other},
	} {
		m := manifest(t, read(t, c.file))
		format := cosign.FormatOf(m)
		if family := format.Family(m); format != c.format || family != c.family {
			t.Errorf("FormatOf(%s) = %d, %s, want %d, %s", c.file, format, family, c.format, c.family)
		}
	}
}

func TestFormatOf(t *testing.T) {
	type types struct {
		artifact, config string
		layers           []string
	}
	for _, c := range []struct {
		name   string
		types  types
		format cosign.Format
		family cosign.Family
	}{
		{"bundle", types{bundleV3, emptyType, []string{bundleV3}}, cosign.Bundle, cosign.Other},
		{"bundle of an older version", types{"", emptyType, []string{"application/vnd.dev.sigstore.bundle+json;version=0.1"}}, cosign.Bundle, cosign.Other},
		{"bundle that only its layer tells", types{"application/vnd.acme", emptyType, []string{bundleV3}}, cosign.Bundle, cosign.Other},
		{"notation by artifact type", types{notation, emptyType, []string{"application/cose"}}, cosign.Notation, cosign.Signature},
		{"notation by config", types{"", notation, []string{"application/jose+json"}}, cosign.Notation, cosign.Signature},
		{"jose that is not notation", types{"application/vnd.acme", emptyType, []string{"application/jose+json"}}, cosign.Unrecognised, cosign.Other},
		{"oci-1-1 signature", types{"", "application/vnd.dev.cosign.artifact.sig.v1+json", []string{simpleSigning}}, cosign.Artifact, cosign.Signature},
		{"oci-1-1 signature of 2026", types{"application/vnd.dev.cosign.artifact.sig.v1+json", emptyType, nil}, cosign.Artifact, cosign.Signature},
		{"signature without any type", types{"", emptyType, []string{simpleSigning}}, cosign.Artifact, cosign.Signature},
		{"oci-1-1 attestation", types{"", "application/vnd.dev.cosign.artifact.att.v1+json", nil}, cosign.Artifact, cosign.Attestation},
		{"envelope without any type", types{"", emptyType, []string{dsse}}, cosign.Artifact, cosign.Attestation},
		{"oci-1-1 SBOM", types{"", "application/vnd.dev.cosign.artifact.sbom.v1+json", []string{"text/spdx+json"}}, cosign.Artifact, cosign.SBOM},
		{"oci-1-1 of another kind", types{"application/vnd.dev.cosign.artifact.vex.v1+json", emptyType, nil}, cosign.Artifact, cosign.Other},
		{"SPDX", types{"application/spdx+json", emptyType, []string{"application/octet-stream"}}, cosign.Document, cosign.SBOM},
		{"SPDX text", types{"", emptyType, []string{"text/spdx"}}, cosign.Document, cosign.SBOM},
		{"CycloneDX", types{"application/vnd.cyclonedx+json;version=1.5", emptyType, nil}, cosign.Document, cosign.SBOM},
		{"CycloneDX in XML", types{"", imageConfig, []string{"application/vnd.cyclonedx+xml"}}, cosign.Document, cosign.SBOM},
		{"Syft", types{"", imageConfig, []string{"application/vnd.syft+json"}}, cosign.Document, cosign.SBOM},
		{"two SBOMs", types{"sbom/example", emptyType, []string{"application/spdx+json", "application/vnd.cyclonedx+json"}}, cosign.Document, cosign.SBOM},
		{"an SBOM beside something else", types{"application/vnd.acme", emptyType, []string{"application/spdx+json", "application/vnd.acme.scan"}}, cosign.Unrecognised, cosign.Other},
		{"a word that only contains syft", types{"application/vnd.syftware.report+json", emptyType, nil}, cosign.Unrecognised, cosign.Other},
		{"an image", types{"", imageConfig, []string{"application/vnd.oci.image.layer.v1.tar+gzip"}}, cosign.Unrecognised, cosign.Other},
		{"an image with a layer of an SBOM's name", types{"", imageConfig, []string{"application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.syft+json"}}, cosign.Unrecognised, cosign.Other},
		{"BuildKit", types{"", imageConfig, []string{"application/vnd.in-toto+json"}}, cosign.Unrecognised, cosign.Other},
		{"BuildKit as an artifact", types{"application/vnd.docker.attestation.manifest.v1+json", emptyType, []string{"application/vnd.in-toto+json"}}, cosign.Unrecognised, cosign.Other},
		{"a scanner's report", types{"application/vnd.aquasec.trivy.report.sarif.v1", emptyType, []string{"application/sarif+json"}}, cosign.Unrecognised, cosign.Other},
		{"nothing", types{}, cosign.Unrecognised, cosign.Other},
	} {
		m := oci.Manifest{ArtifactType: c.types.artifact}
		if c.types.config != "" {
			m.Config = &oci.Descriptor{MediaType: c.types.config}
		}
		for _, l := range c.types.layers {
			m.Layers = append(m.Layers, oci.Descriptor{MediaType: l})
		}
		format := cosign.FormatOf(m)
		if family := format.Family(m); format != c.format || family != c.family {
			t.Errorf("%s: FormatOf(%+v) = %d, %s, want %d, %s", c.name, c.types, format, family, c.format, c.family)
		}
	}
}
