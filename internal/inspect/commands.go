package inspect

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sigsync/sigsync/internal/claim"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// unknownKey stands for a public key that nobody named.
const unknownKey = "KEY.pub"

// commands are those that verify what is attached to a subject of the branch.
func (b *branch) commands(subject oci.Digest, attachments []Attachment) []string {
	return Commands(b.place.Address, b.place.Repository, b.image, subject, attachments)
}

// Commands returns those that verify what is attached to a subject, each once, as
// lines for a shell. The repository is the one that clients name.
func Commands(server Address, repository, image string, subject oci.Digest, attachments []Attachment) []string {
	reference := strings.Trim(server.Host+"/"+repository, "/") + "/" + image + "@" + subject.String()
	bundled := slices.ContainsFunc(attachments, func(a Attachment) bool { return a.bundle && a.whole() })
	var all []string
	for i := range attachments {
		a := &attachments[i]
		if !a.whole() || a.Suspect != "" {
			continue
		}
		for _, c := range a.Claims {
			for _, words := range verifying(server, a, c, bundled) {
				if line, ok := quoted(append(words, reference)); ok && !slices.Contains(all, line) {
					all = append(all, line)
				}
			}
		}
	}
	return all
}

// whole tells whether a verifier finds all of the attachment.
func (a *Attachment) whole() bool { return !a.Absent && len(a.Lacks) == 0 && a.Problem == "" }

// verifying are the commands for what one signature claims, without the reference.
func verifying(server Address, a *Attachment, c claim.Claim, bundled bool) [][]string {
	if c.Form == claim.Notation {
		words := []string{"notation", "verify"}
		if server.HTTP {
			words = append(words, "--insecure-registry")
		}
		return [][]string{words}
	}
	words := []string{"cosign", "verify"}
	if a.Family == cosign.Attestation {
		words = []string{"cosign", "verify-attestation"}
		if c.PredicateType == "" || flaglike(c.PredicateType) {
			return nil // cosign asks for one
		}
		words = append(words, "--type", c.PredicateType)
	}
	var rest []string
	if c.Form != claim.Bundle && bundled {
		// With a bundle beside it, cosign reads no tag unless it is told to.
		rest = append(rest, "--new-bundle-format=false")
	}
	if a.artifact && a.Tag == "" {
		rest = append(rest, "--experimental-oci11")
	}
	if len(c.Logged) == 0 {
		rest = append(rest, "--insecure-ignore-tlog")
	}
	if server.HTTP && !server.Local {
		rest = append(rest, "--allow-http-registry")
	}
	var all [][]string
	for _, who := range signers(a, c) {
		all = append(all, slices.Concat(words, who, rest))
	}
	return all
}

// signers are the flags that say who has to have signed: the keys that did,
// else who the certificate claims, else a key that the reader has to know.
func signers(a *Attachment, c claim.Claim) [][]string {
	if c.Certificate != nil {
		return certified(c.Certificate)
	}
	var keys []string
	for _, check := range a.Checks {
		for _, name := range check.VerifiedBy {
			if !strings.Contains(name, "#") && !slices.Contains(keys, name) { // one of several in a file, which cosign does not read
				keys = append(keys, name)
			}
		}
	}
	if len(keys) == 0 {
		keys = []string{unknownKey}
	}
	var all [][]string
	for _, key := range keys {
		all = append(all, []string{"--key", key})
	}
	return all
}

func certified(x *claim.Certificate) [][]string {
	if len(x.Identities) == 0 || flaglike(x.Identities[0]) || flaglike(x.Issuer) {
		return nil // cosign asks for one
	}
	who := []string{"--certificate-identity", x.Identities[0]}
	if x.Issuer != "" {
		return [][]string{append(who, "--certificate-oidc-issuer", x.Issuer)}
	}
	// Somebody's own authority, of which cosign has to be told, too.
	return [][]string{append(who, "--certificate-oidc-issuer-regexp", ".*", "--certificate-chain", "CA.pem", "--insecure-ignore-sct")}
}

// quoted makes one line for a shell of words of which some come from outside.
// There is none where a word has what cannot be shown: it would be another word.
func quoted(words []string) (string, bool) {
	line := make([]string, len(words))
	for i, w := range words {
		if strings.ContainsFunc(w, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) {
			return "", false
		}
		line[i] = w
		if w == "" || strings.ContainsFunc(w, special) {
			line[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(line, " "), true
}

// flaglike tells of a value from outside that would be read as a flag.
func flaglike(value string) bool { return strings.HasPrefix(value, "-") }

// special tells of what a shell may read otherwise.
func special(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@=+,", r)
}
