package inspect

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sigsync/sigsync/internal/report"
)

// TextOptions steer the form for people.
type TextOptions struct {
	// Colour uses a terminal's colours.
	Colour bool
}

// Text writes the result for people: a tree for each repository, what a run would
// do, the commands that verify, and what it all comes to.
func Text(w io.Writer, r *Result, o TextOptions) error {
	t := &text{options: o, result: r}
	t.line("%s", t.paint(bold, line(Reference{r.Image, r.Tag, r.Digest}.String())))
	for i := range r.Repositories {
		t.repository(&r.Repositories[i])
	}
	for i := range r.Pairs {
		t.pair(&r.Pairs[i])
	}
	t.commands()
	t.end()
	if _, err := io.WriteString(w, t.String()); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

// text is the form for people in the making.
type text struct {
	strings.Builder
	options TextOptions
	result  *Result
}

func (t *text) line(format string, args ...any) { _, _ = fmt.Fprintf(t, format+"\n", args...) } // a Builder takes everything

func (t *text) repository(r *Repository) {
	t.line("")
	t.line("%s%s", t.paint(bold, line(r.name())), t.paint(dim, line(r.remark())))
	root := &node{}
	if r.Error != "" {
		root.add(t.paint(red, "could not be looked at: ") + line(r.Error))
	}
	for _, tag := range r.Unreadable {
		root.add(line(tag) + "  " + t.paint(red, "the server tells no digest"))
	}
	for i := range r.Manifests {
		root.nodes = append(root.nodes, t.manifest(&r.Manifests[i]))
	}
	if t.result.More > 0 && len(r.Manifests) > 0 {
		root.add(t.paint(dim, fmt.Sprintf("and %d more of this image: name a tag or a digest", t.result.More)))
	}
	if len(root.nodes) == 0 {
		root.add(t.paint(dim, "not here") + otherwise(r))
	}
	root.draw(&t.Builder, "")
}

// otherwise says what there is of the image instead.
func otherwise(r *Repository) string {
	switch {
	case r.MoreTags > 0:
		return fmt.Sprintf("; the image has %s and %d more tags", line(strings.Join(r.OtherTags, ", ")), r.MoreTags)
	case len(r.OtherTags) > 0:
		return "; the image has " + line(strings.Join(r.OtherTags, ", "))
	default:
		return ""
	}
}

func (r *Repository) name() string { return r.Server + "/" + r.Repository }

// remark says how to read what follows.
func (r *Repository) remark() string {
	said := ""
	if r.Holder != "" {
		said += "  files in " + r.Holder
	}
	switch r.Discovery {
	case ReferrersAPI:
		said += "  Referrers API"
	case ReferrersIndex:
		said += "  no Referrers API: referrers are in an index"
	}
	return said
}

func (t *text) manifest(m *Manifest) node {
	words := []string{t.paint(bold, line(strings.Join(m.Tags, ", ")))}
	if m.Image != t.result.Image {
		words = append(words, line(m.Image))
	}
	words = append(words, line(m.Platform), line(m.Kind), m.Digest.Short(), t.paint(dim, line(m.MediaType)))
	if m.Absent {
		words = append(words, t.paint(yellow, "not here"))
	}
	n := node{line: joined(words)}
	t.problem(&n, m.Problem)
	t.attachments(&n, m.Attachments, m.MoreAttachments)
	for i := range m.Children {
		n.nodes = append(n.nodes, t.manifest(&m.Children[i]))
	}
	if m.MoreChildren > 0 {
		n.add(t.paint(dim, fmt.Sprintf("and %d more manifests of this index", m.MoreChildren)))
	}
	return n
}

// joined are the words that are not empty, with room between them.
func joined(words []string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "  ")
}

func (t *text) problem(n *node, problem string) {
	if problem != "" {
		n.add(t.paint(red, "could not be read: ") + line(problem))
	}
}

func (t *text) attachments(n *node, all []Attachment, more int) {
	for i := range all {
		n.nodes = append(n.nodes, t.attachment(&all[i]))
	}
	if more > 0 {
		n.add(t.paint(dim, fmt.Sprintf("and %d more attachments", more)))
	}
}

func (t *text) attachment(a *Attachment) node {
	words := []string{a.Family.String(), kind(a), a.Digest.Short()}
	if a.Digest.IsZero() {
		words = append(words, t.paint(yellow, "no manifest that the server tells of"))
	}
	for _, way := range a.Listed {
		words = append(words, t.paint(dim, map[Discovery]string{ReferrersAPI: "by the API", ReferrersIndex: "by the index"}[way]))
	}
	if a.Absent {
		words = append(words, t.paint(yellow, "listed, and not here"))
	}
	n := node{line: joined(words)}
	t.problem(&n, a.Problem)
	if a.Suspect != "" {
		n.add(t.paint(red, "suspect: ") + line(a.Suspect))
	}
	for _, d := range a.Lacks {
		n.add(t.paint(yellow, "lacks blob "+d.Short()))
	}
	t.claims(&n, a)
	t.checks(&n, a.Checks)
	t.attachments(&n, a.Attachments, a.MoreAttachments)
	return n
}

// kind names what an attachment is in: its tag's ending, or what it says of itself.
func kind(a *Attachment) string {
	if a.Tag != "" {
		return a.Tag[strings.LastIndexByte(a.Tag, '.'):] + " tag"
	}
	if a.ArtifactType != "" {
		return line(a.ArtifactType)
	}
	return "referrer"
}

func (t *text) checks(n *node, checks []Check) {
	for _, c := range checks {
		if len(c.VerifiedBy) > 0 {
			n.add(t.paint(green, "verified by "+line(strings.Join(c.VerifiedBy, ", "))) + t.paint(dim, "  keys of "+line(c.Pair)))
		}
		if c.Unverified != "" {
			n.add(t.paint(red, "keys of "+line(c.Pair)+": ") + line(c.Unverified))
		}
	}
}

func (t *text) pair(p *Pair) {
	t.line("")
	t.line("%s: %s -> %s", t.paint(bold, line(p.Name)), line(p.Source.Repository), line(p.Target.Repository))
	if p.Error != "" {
		t.line("  %s %s", t.paint(red, "could not be done:"), line(p.Error))
		return
	}
	if p.Note != "" {
		t.line("  %s", line(p.Note))
	}
	if p.Note == "" && len(p.Relations) == 0 {
		t.line("  %s", "nothing is attached to the image, on either side")
	}
	t.relations(p.Relations)
}

// relations are one a line, in columns: colours come after the width was counted.
func (t *text) relations(all []Relation) {
	states, subjects := make([]string, len(all)), make([]string, len(all))
	var wideState, wideSubject int
	for i, r := range all {
		states[i], subjects[i] = r.State, t.subject(r)
		if r.State == "" {
			states[i] = "not compared"
		}
		wideState, wideSubject = max(wideState, len(states[i])), max(wideSubject, utf8.RuneCountInString(subjects[i]))
	}
	for i, r := range all {
		room := strings.Repeat(" ", wideState-len(states[i]))
		words := []string{
			t.paint(t.colour(r.State), states[i]) + room, fmt.Sprintf("%-*s", wideSubject, subjects[i]), r.Family.String(),
		}
		if a := r.Attachment; a != nil {
			words = append(words, kind(&Attachment{Tag: a.Tag, ArtifactType: a.ArtifactType}), a.Digest.Short())
		}
		t.line("  %s", strings.TrimRight(joined(append(words, would(r.Would))), " "))
		if r.Reason != "" {
			t.line("    %s", t.paint(dim, line(r.Reason)))
		}
	}
}

// subject names a relation's as people do.
func (t *text) subject(r Relation) string {
	s := strings.Join(r.Tags, ",")
	if r.Image != t.result.Image {
		s = r.Image + ":" + s
	}
	if !r.Subject.IsZero() {
		s += "@" + r.Subject.Short()
	}
	return line(s)
}

// would says what a run would do.
func would(w Would) string {
	switch w {
	case WouldNothing:
		return ""
	case WouldHold:
		return "a run would hold it"
	default:
		return "a run would " + string(w) + " it"
	}
}

const onlyClaims = "What signatures say of themselves is a claim until a key or a certificate's root verifies it."

// commands are those of each repository, each once.
func (t *text) commands() {
	began := false
	for i := range t.result.Repositories {
		r := &t.result.Repositories[i]
		all := r.commands()
		if len(all) == 0 {
			continue
		}
		if !began {
			began = true
			t.line("")
			t.line("%s", t.paint(bold, "To verify"))
		}
		t.line("  %s", line(r.name()))
		for _, c := range all {
			t.line("    %s", line(c))
		}
	}
}

func hasOthers(r Repository) bool { return len(r.OtherTags) > 0 }

func (r *Repository) commands() []string {
	var all []string
	add := func(commands []string) {
		for _, c := range commands {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	var attached func(of []Attachment)
	attached = func(of []Attachment) {
		for _, a := range of {
			add(a.Verify)
			attached(a.Attachments)
		}
	}
	var manifest func(m Manifest)
	manifest = func(m Manifest) {
		add(m.Verify)
		attached(m.Attachments)
		for _, c := range m.Children {
			manifest(c)
		}
	}
	for _, m := range r.Manifests {
		manifest(m)
	}
	return all
}

// end says what it all comes to, in the colour of the exit code.
func (t *text) end() {
	t.line("")
	c, verdict := green, "All of it could be looked at, and no state of fail_on is left."
	switch {
	case !t.result.Found && !t.result.open() && slices.ContainsFunc(t.result.Repositories, hasOthers):
		c, verdict = red, "No repository has this manifest of the image: see which tags it has."
	case !t.result.Found && !t.result.open():
		c, verdict = red, "No repository has this image. Its name is the path inside the repositories, without host and repository."
	case t.result.ExitCode == report.ExitFailed:
		c, verdict = red, "Not all could be looked at: what is said above is not all."
	case t.result.ExitCode == report.ExitLeft:
		var names []string
		for _, s := range t.result.left() {
			names = append(names, s.String())
		}
		c, verdict = yellow, "States of fail_on are left: "+strings.Join(names, ", ")+"."
	}
	t.line("%s", t.paint(c, verdict))
	t.line("%s", t.paint(dim, fmt.Sprintf("%d requests. %s", t.result.Requests.Total, onlyClaims)))
}
