package inspect

import (
	"fmt"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/claim"
	"github.com/sigsync/sigsync/internal/cosign"
)

// claims says of each signature who it claims made it.
func (t *text) claims(n *node, a *Attachment) {
	for _, c := range a.Claims {
		m := node{line: t.claim(c)}
		for _, p := range c.Problems {
			m.add(t.paint(yellow, line(p)))
		}
		n.nodes = append(n.nodes, m)
	}
	if a.MoreClaims > 0 {
		n.add(t.paint(dim, fmt.Sprintf("and %d more signatures", a.MoreClaims)))
	}
	if len(a.Claims) == 0 && (a.Family == cosign.Signature || a.Family == cosign.Attestation) && a.whole() && !a.Digest.IsZero() {
		n.add(t.paint(dim, "signer not told"))
	}
}

func (t *text) claim(c claim.Claim) string {
	parts := []string{}
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	switch x := c.Certificate; {
	case x != nil && len(x.Identities) > 0:
		say("%s identity %s", t.paint(dim, "claims"), line(strings.Join(x.Identities, ", ")))
	case x != nil:
		say("%s subject %s", t.paint(dim, "claims"), line(x.Subject))
	case c.KeyHint != "":
		say("%s key %s", t.paint(dim, "claims"), line(c.KeyHint))
	default:
		say("%s", t.paint(dim, "signer not told"))
	}
	if x := c.Certificate; x != nil {
		issuer := x.Issuer
		if issuer == "" {
			issuer = x.Authority
		}
		say("issuer %s", line(issuer))
		say("%s", line(x.Key))
		say("certificate of %s to %s", date(x.NotBefore), date(x.NotAfter))
	}
	if c.PredicateType != "" {
		say("predicate %s", line(c.PredicateType))
	}
	for _, e := range c.Logged {
		said := fmt.Sprintf("log entry %d", e.Index)
		if e.Integrated != nil {
			said += " of " + date(*e.Integrated)
		}
		parts = append(parts, said)
	}
	if c.Timestamps > 0 {
		say("time-stamped")
	}
	if c.Signed != nil {
		say("signed %s", date(*c.Signed))
	}
	if c.Signature != "" {
		say("signature %.16s", line(c.Signature))
	}
	return strings.Join(parts, "; ")
}

func date(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05Z") }
