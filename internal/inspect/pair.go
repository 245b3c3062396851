package inspect

import (
	"cmp"
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// pair tells what a run would make of the image.
func (l *looker) pair(n int, r *Result) Pair {
	o := l.Pairs[n]
	source, target := &r.Repositories[o.Source], &r.Repositories[o.Target]
	p := Pair{Name: o.Name, Source: source.end(), Target: target.end(), Relations: []Relation{}}
	at := slices.IndexFunc(l.Report.Pairs, func(reported report.Pair) bool { return reported.Name == o.Name })
	if at < 0 {
		p.Error = "it was not looked at"
		return p
	}
	reported := l.Report.Pairs[at]
	if p.Error = reported.Error; p.Error != "" {
		return p
	}
	known := map[oci.Digest]bool{}
	for _, from := range []*Repository{source, target} {
		for _, m := range from.Manifests {
			m.subjects(known)
		}
	}
	for _, f := range reported.Findings {
		if known[f.Subject] || f.Subject.IsZero() || l.Reference.whole() {
			p.Relations = append(p.Relations, compared(f))
		}
	}
	p.Note = note(o, source, target, reported)
	if p.Note == "" || reported.Unread > 0 {
		p.Relations = append(p.Relations, uncompared(o, source, target, p.Relations)...)
	}
	slices.SortStableFunc(p.Relations, Relation.compare)
	return p
}

func (r *Repository) end() report.End {
	return report.End{Server: r.Server, Repository: r.Repository, Holder: r.Holder}
}

// subjects notes the manifests of a branch.
func (m *Manifest) subjects(in map[oci.Digest]bool) {
	in[m.Digest] = true
	for i := range m.Children {
		m.Children[i].subjects(in)
	}
	var nested func(of []Attachment)
	nested = func(of []Attachment) {
		for i := range of {
			in[of[i].Digest] = true
			nested(of[i].Attachments)
		}
	}
	nested(m.Attachments)
	delete(in, oci.Digest{})
}

// note is what there is to say of a pair as a whole.
func note(o PairOptions, source, target *Repository, reported report.Pair) string {
	there := slices.ContainsFunc(target.Manifests, func(m Manifest) bool { return !m.Absent })
	switch {
	case !o.Selected:
		return "its images leave this one out: a run does nothing about it"
	case len(source.Manifests) == 0 && len(target.Manifests) == 0:
		return "the image is in neither repository"
	case !there:
		return "the image is not at the target: a run has nothing to do until it is promoted"
	case reported.Unread > 0:
		return "whether a referrer that both sides have signs an image without a .sig tag, a run does not look at " +
			"(referrers: always looks, and a cache.dir makes it cheap)"
	default:
		return ""
	}
}

// compared is a relation that a run found.
func compared(f report.Finding) Relation {
	r := Relation{Finding: f, State: f.State.String(), Would: WouldNothing}
	switch {
	case f.Outcome == report.Held:
		r.Would = WouldHold
	case f.Outcome != report.Planned:
	case f.State == plan.Partial:
		r.Would = WouldRepair
	case f.State == plan.Stale:
		r.Would = WouldUpdate
	case f.State == plan.Diverged:
		r.Would = WouldMerge
	default:
		r.Would = WouldCopy
	}
	return r
}

// hanging is an attachment with what it hangs on.
type hanging struct {
	image   string
	tags    []string
	subject oci.Digest
	// there tells that the subject is.
	there bool
	*Attachment
}

func (r *Repository) hanging() []hanging {
	var all []hanging
	var attached func(h hanging, of []Attachment)
	attached = func(h hanging, of []Attachment) {
		for i := range of {
			h.Attachment = &of[i]
			all = append(all, h)
			attached(hanging{image: h.image, subject: of[i].Digest, there: !of[i].Absent}, of[i].Attachments)
		}
	}
	var manifest func(m *Manifest)
	manifest = func(m *Manifest) {
		attached(hanging{image: m.Image, tags: m.Tags, subject: m.Digest, there: !m.Absent}, m.Attachments)
		for i := range m.Children {
			manifest(&m.Children[i])
		}
	}
	for i := range r.Manifests {
		manifest(&r.Manifests[i])
	}
	return all
}

// is tells whether two stand for the same attachment.
func (h hanging) is(other hanging) bool {
	if h.Tag != "" || other.Tag != "" {
		return h.subject == other.subject && h.Tag == other.Tag
	}
	return h.subject == other.subject && h.Digest == other.Digest
}

// uncompared are the attachments that a run has nothing to say of, each once, and why.
func uncompared(o PairOptions, source, target *Repository, compared []Relation) []Relation {
	var all []Relation
	var seen []hanging
	sources, targets := source.hanging(), target.hanging()
	for _, h := range slices.Concat(targets, sources) {
		if slices.ContainsFunc(seen, h.is) || slices.ContainsFunc(compared, h.in) {
			continue
		}
		seen = append(seen, h)
		all = append(all, h.relation(o, find(sources, h), find(targets, h), target))
	}
	return all
}

// in tells whether a relation is about the attachment.
func (h hanging) in(r Relation) bool {
	if r.Subject != h.subject || r.Attachment == nil {
		return false
	}
	if h.Tag != "" {
		return r.Attachment.Tag == h.Tag
	}
	return r.Attachment.Tag == "" && r.Attachment.Digest == h.Digest
}

func find(all []hanging, h hanging) *hanging {
	if at := slices.IndexFunc(all, h.is); at >= 0 {
		return &all[at]
	}
	return nil
}

// holds tells whether a repository has a manifest, be it an attachment's.
func holds(r *Repository, digest oci.Digest) bool {
	var attached func(of []Attachment) bool
	attached = func(of []Attachment) bool {
		return slices.ContainsFunc(of, func(a Attachment) bool { return a.Digest == digest && !a.Absent || attached(a.Attachments) })
	}
	var manifest func(m Manifest) bool
	manifest = func(m Manifest) bool {
		return m.Digest == digest && !m.Absent || attached(m.Attachments) || slices.ContainsFunc(m.Children, manifest)
	}
	return slices.ContainsFunc(r.Manifests, manifest)
}

// relation says what a run makes of an attachment that it does not list. A
// referrer that is whole on both sides it takes for what it is: in sync.
func (h hanging) relation(o PairOptions, source, target *hanging, at *Repository) Relation {
	r := Relation{Would: WouldNothing, Finding: report.Finding{
		Image: h.image, Tags: h.tags, Subject: h.subject, Family: h.Family, Outcome: report.None,
		Attachment: &report.Attachment{Tag: h.Tag, Digest: h.Digest, ArtifactType: h.ArtifactType},
	}}
	if r.Tags == nil {
		r.Tags = []string{}
	}
	whole := target != nil && target.whole() && slices.Contains(target.Listed, at.Discovery)
	switch {
	case !slices.Contains(o.Families, h.Family):
		r.Reason = "families of this pair does not name " + h.Family.String()
	case !holds(at, h.subject):
		r.Reason = "its subject is not at the target"
	case h.Tag == "" && o.Search == plan.SearchNever:
		r.Reason = "referrers: never, so a run does not see it"
	case h.Tag == "" && whole && source != nil:
		r.State = plan.InSync.String()
	case h.Tag == "" && whole:
		r.State, r.Reason = plan.Ahead.String(), "only the target has it"
	case h.Tag == "" && o.Search == plan.SearchAuto:
		r.Reason = "referrers: auto does not show it to a run; referrers: always would"
	default:
		r.Reason = "a run does not see it"
	}
	return r
}

func (r Relation) compare(s Relation) int {
	return cmp.Or(cmp.Compare(r.Image, s.Image), -compareBool(len(r.Tags) > 0, len(s.Tags) > 0), slices.Compare(r.Tags, s.Tags),
		r.Subject.Compare(s.Subject), cmp.Compare(r.Family, s.Family), attachmentOf(r).Compare(attachmentOf(s)))
}

func attachmentOf(r Relation) oci.Digest {
	if r.Attachment == nil {
		return oci.Digest{}
	}
	return r.Attachment.Digest
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}
