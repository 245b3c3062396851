package report

import (
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/printable"
)

// VerificationNote says what a report cannot know of what Verification returns.
const VerificationNote = `$KEY is the public key of who signs; without a key, --certificate-identity and ` +
	`--certificate-oidc-issuer stand for it. $TYPE is an attestation's predicate type, such as slsaprovenance1. ` +
	`Where Docker reaches Artifactory by a subdomain or a port for each repository, the name begins otherwise.`

// notation is the artifact type of Notation's signatures.
const notation = "application/vnd.cncf.notary.signature"

// Verification returns the command that tells whether a finding of the
// pair verifies at the target, for a shell; "" where there is none. What is not known
// here is a variable: see VerificationNote.
func (r *Report) Verification(p *Pair, f *Finding) string {
	if f.Subject.IsZero() {
		return ""
	}
	address, name := r.Addresses[p.Target.Server], p.Target.Repository+"/"+f.Image+"@"+f.Subject.String()
	if printable.Line(address+name) != address+name {
		return "" // no name that a registry takes
	}
	image := `"$REGISTRY"/` + quoted(name)
	if address != "" {
		image = quoted(address + "/" + name)
	}
	switch {
	case f.Attachment != nil && f.Attachment.ArtifactType == notation:
		return "notation verify " + image
	case f.Family == cosign.Signature:
		return `cosign verify --key "$KEY" ` + image
	case f.Family == cosign.Attestation:
		return `cosign verify-attestation --key "$KEY" --type "$TYPE" ` + image
	default:
		// These are not signed by themselves.
		return "cosign tree " + image
	}
}

// quoted is a word for a POSIX shell.
func quoted(word string) string {
	plain := strings.IndexFunc(word, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("./:@_-", r)
	}) < 0
	if plain {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
