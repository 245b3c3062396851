package inspect_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/claim"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/inspect"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// What others wrote neither steers the terminal nor makes a command of its own.
func TestHostileContents(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	evil := "x'; rm -rf ~; echo '\x1b[31m\u202e<script>\n"
	s.bundle(subject, "https://slsa.dev/'$(reboot)'", object{"publicKey": object{"hint": evil}})
	s.bundle(subject, "https://a.test/\x1b[2J", object{"publicKey": object{"hint": "k"}})
	s.bundle(subject, "--key", object{"publicKey": object{"hint": "k"}})
	s.bundle(subject, "--output-file=/etc/passwd", object{"publicKey": object{"hint": "k"}})
	s.refer(subject, bundleType, []byte(`<html>\x1b[31m`))
	s.refer(subject, "application/\x1b[31m<b>", []byte("x"))
	r := s.look(image)
	got := text(t, r, inspect.TextOptions{})
	if bad := strings.IndexFunc(got, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }); bad >= 0 {
		t.Errorf("Text(hostile) has %q at %d:\n%s", got[bad], bad, got)
	}
	commands := r.Repositories[0].Manifests[0].Verify
	want := []string{
		`cosign verify-attestation --type 'https://slsa.dev/'\''$(reboot)'\''' --key KEY.pub --insecure-ignore-tlog acme.test/dev/team/app@` + subject.String(),
	}
	slices.Sort(commands)
	slices.Sort(want)
	if diff := cmp.Diff(want, commands); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	var b strings.Builder
	if err := inspect.JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	if !json.Valid([]byte(b.String())) || strings.ContainsFunc(b.String(), func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }) {
		t.Errorf("JSON(hostile) is not valid and printable:\n%s", b.String())
	}
	if r.ExitCode != report.ExitOK {
		t.Errorf("ExitCode = %d, want %d: all of it was read", r.ExitCode, report.ExitOK)
	}
}

// A certificate says for whom cosign has to look, and a log makes it look there.
func TestCommandsOfCertificates(t *testing.T) {
	subject := oci.FromBytes([]byte("subject"))
	at := "acme.test/dev/team/app@"
	keyless := claim.Certificate{Identities: []string{"ci@example.test", "other@example.test"}, Issuer: "https://issuer.test"}
	own := claim.Certificate{Identities: []string{"it's me"}}
	for name, c := range map[string]struct {
		certificate claim.Certificate
		logged      bool
		want        string
	}{
		"keyless":             {keyless, true, "cosign verify --certificate-identity ci@example.test --certificate-oidc-issuer https://issuer.test " + at},
		"of an own authority": {own, false, `cosign verify --certificate-identity 'it'\''s me' --certificate-oidc-issuer-regexp '.*' --certificate-chain CA.pem --insecure-ignore-sct --insecure-ignore-tlog ` + at},
		"of nobody":           {claim.Certificate{Issuer: "https://issuer.test"}, true, ""},
		"like a flag":         {claim.Certificate{Identities: []string{"--output-file=x"}, Issuer: "https://issuer.test"}, true, ""},
		"issuer like a flag":  {claim.Certificate{Identities: []string{"ci@example.test"}, Issuer: "-x"}, true, ""},
		"unprintable":         {claim.Certificate{Identities: []string{"ci\x1b@example.test"}, Issuer: "https://issuer.test"}, true, ""},
	} {
		said := claim.Claim{Form: claim.Bundle, Certificate: &c.certificate}
		if c.logged {
			said.Logged = []claim.Entry{{Index: 1}}
		}
		got := inspect.Commands(inspect.AddressOf("https://acme.test/artifactory"), "dev", image, subject, []inspect.Attachment{{
			Digest: subject, Family: cosign.Signature, Claims: []claim.Claim{said},
		}})
		want := []string{c.want + subject.String()}
		if c.want == "" {
			want = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Commands(%s) (-want +got):\n%s", name, diff)
		}
	}
}

// What is not there, or is another's, verifies nothing.
func TestNoCommandsForWhatVerifiesNothing(t *testing.T) {
	s := newShelf(t)
	subject, other := s.image("1.0", 1), s.image("2.0", 2)
	foreign := s.bundle(other, "https://sigstore.dev/cosign/sign/v1", object{})
	s.referrers[subject] = append(s.referrers[subject], oci.Descriptor{Digest: foreign}, oci.Descriptor{Digest: oci.FromBytes([]byte("gone"))})
	lacking := s.bundle(subject, "https://sigstore.dev/cosign/sign/v1", object{"publicKey": object{"hint": "x"}})
	for _, d := range []string{lacking.String()} {
		m, err := oci.ParseManifest(s.manifests[d])
		if err != nil {
			t.Fatal(err)
		}
		delete(s.blobs, m.Layers[0].Digest)
	}
	swapped := encoded(t, object{"dsseEnvelope": object{"payload": encoded(t, object{
		"predicateType": "x", "subject": []object{{"digest": object{"sha256": other.Hex()}}},
	})}})
	s.refer(subject, bundleType, swapped)
	m := s.look(image + ":1.0").Repositories[0].Manifests[0]
	if len(m.Verify) > 0 {
		t.Errorf("Verify = %q, want none", m.Verify)
	}
	var absent, lacks, suspect int
	for _, a := range m.Attachments {
		if a.Digest == foreign {
			t.Errorf("another subject's referrer is shown: %+v", a)
		}
		if a.Absent {
			absent++
		}
		lacks += len(a.Lacks)
		if strings.Contains(a.Suspect, "not "+subject.Short()) {
			suspect++
		}
	}
	if absent != 1 || lacks != 1 || suspect != 1 {
		t.Errorf("absent, lacking, suspect = %d, %d, %d, want 1 of each", absent, lacks, suspect)
	}
}

// What could not be read is said, and the exit code with it.
func TestProblems(t *testing.T) {
	s := newShelf(t)
	s.bundle(s.image("1.0", 1), "https://sigstore.dev/cosign/sign/v1", object{})
	s.broken = errBroken
	r := s.look(image)
	if r.ExitCode != report.ExitFailed {
		t.Errorf("ExitCode = %d, want %d", r.ExitCode, report.ExitFailed)
	}
	if got := text(t, r, inspect.TextOptions{}); !strings.Contains(got, "could not be read: blob sha256:") || strings.Contains(got, "\x1b") {
		t.Errorf("Text(broken) says nothing of it, or too much:\n%s", got)
	}
}

func TestExitCodes(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	of := func(state plan.State, outcome report.Outcome) report.Finding {
		return report.Finding{Image: image, Tags: []string{"1.0"}, Subject: subject, State: state, Outcome: outcome}
	}
	for want, f := range map[int]report.Finding{
		report.ExitOK: of(plan.Unsigned, report.None), report.ExitLeft: of(plan.Missing, report.Planned), report.ExitFailed: of(plan.Unknown, report.None),
	} {
		s := newShelf(t)
		s.image("1.0", 1)
		if got := s.look(image, f).ExitCode; got != want {
			t.Errorf("ExitCode with %s = %d, want %d", f.State, got, want)
		}
	}
	// Another image's is not this one's.
	s = newShelf(t)
	s.image("1.0", 1)
	s.image("2.0", 2)
	if got := s.look(image+":2.0", of(plan.Missing, report.Planned)).ExitCode; got != report.ExitOK {
		t.Errorf("ExitCode(2.0 where 1.0 is missing) = %d, want %d", got, report.ExitOK)
	}
}

// Outcomes say what a run would do.
func TestWould(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	var findings []report.Finding
	want := map[plan.State]inspect.Would{}
	for _, c := range []struct {
		state   plan.State
		outcome report.Outcome
		would   inspect.Would
	}{
		{plan.Missing, report.Planned, inspect.WouldCopy}, {plan.Partial, report.Planned, inspect.WouldRepair},
		{plan.Stale, report.Planned, inspect.WouldUpdate}, {plan.Diverged, report.Planned, inspect.WouldMerge},
		{plan.Suspect, report.None, inspect.WouldNothing}, {plan.Orphan, report.Held, inspect.WouldHold},
	} {
		findings = append(findings, report.Finding{Image: image, Tags: []string{}, Subject: subject, State: c.state, Outcome: c.outcome})
		want[c.state] = c.would
	}
	for _, r := range s.look(image, findings...).Pairs[0].Relations {
		if r.Would != want[r.Finding.State] || r.State != r.Finding.State.String() {
			t.Errorf("%s would %s, want %s", r.Finding.State, r.Would, want[r.Finding.State])
		}
	}
}

// Where no tag is named, some images are looked at, those first that need it; the
// cost does not grow with the others.
func TestManyTags(t *testing.T) {
	requests := map[int]int{}
	for _, n := range []int{intake.InspectedManifests, 500} {
		s := newShelf(t)
		var needy oci.Digest
		for i := range n {
			needy = s.image(fmt.Sprintf("v%03d", i), i)
		}
		r := s.look(image, report.Finding{Image: image, Subject: needy, State: plan.Missing})
		all := r.Repositories[0].Manifests
		if len(all) != intake.InspectedManifests || r.More != n-intake.InspectedManifests || all[0].Digest != needy {
			t.Errorf("of %d: %d shown, %d more, first %s; want %d, and %s first", n, len(all), r.More, all[0].Tags, intake.InspectedManifests, needy.Short())
		}
		requests[n] = s.requests
		if got := text(t, r, inspect.TextOptions{}); (r.More > 0) != strings.Contains(got, fmt.Sprintf("and %d more of this image", r.More)) {
			t.Errorf("Text(%d tags) does not say how many more:\n%s", n, got)
		}
	}
	if requests[500] != requests[intake.InspectedManifests] || requests[500] != 2*intake.InspectedManifests {
		t.Errorf("requests by images = %v, want two for each that is shown", requests)
	}
}

func TestManyReferrers(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	for i := range intake.InspectedReferrers + 5 {
		s.bundle(subject, "https://sigstore.dev/cosign/sign/v1", object{"publicKey": object{"hint": fmt.Sprint(i)}})
	}
	m := s.look(image).Repositories[0].Manifests[0]
	if len(m.Attachments) != intake.InspectedReferrers || m.MoreAttachments != 5 {
		t.Errorf("%d shown, %d more, want %d and 5", len(m.Attachments), m.MoreAttachments, intake.InspectedReferrers)
	}
}

// Each on the one before, for longer than anybody follows.
func TestLongChain(t *testing.T) {
	s := newShelf(t)
	d := s.image("1.0", 1)
	for range intake.Chain + 3 {
		d = s.bundle(d, "https://sigstore.dev/cosign/sign/v1", object{})
	}
	if r := s.look(image); r.ExitCode != report.ExitFailed || s.requests > 4*intake.Chain {
		t.Errorf("ExitCode = %d after %d requests, want %d soon", r.ExitCode, s.requests, report.ExitFailed)
	}
}

func TestColours(t *testing.T) {
	s := newShelf(t)
	subject := s.image("1.0", 1)
	r := s.look(image, report.Finding{Image: image, Tags: []string{"1.0"}, Subject: subject, State: plan.Missing, Outcome: report.Planned})
	got := text(t, r, inspect.TextOptions{Colour: true})
	if !strings.Contains(got, "\x1b[33mmissing\x1b[0m") || !strings.Contains(got, "\x1b[1mteam/app\x1b[0m") {
		t.Errorf("Text(colours) = %q, want a yellow state", got)
	}
}
