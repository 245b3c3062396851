package report

import (
	"github.com/sigsync/sigsync/internal/plan"
)

// full names a subject as tools do: the target's repository, image and digest.
func (r *Report) full(p *Pair, f *Finding) string {
	name := p.Target.Repository + "/" + f.Image
	if address := r.Addresses[p.Target.Server]; address != "" {
		name = address + "/" + name
	}
	if !f.Subject.IsZero() {
		return name + "@" + f.Subject.String()
	}
	if len(f.Tags) > 0 {
		return name + ":" + f.Tags[0]
	}
	return name
}

// familyOf is a finding's family; "" where neither side has anything for the subject.
func familyOf(f *Finding) string {
	if f.Attachment == nil && f.Subject.IsZero() {
		return ""
	}
	return f.Family.String()
}

func prefixOf(f *Finding) string { return plan.Prefix(f.Image) }

// prefixName is what a prefix is called.
func prefixName(prefix string) string {
	if prefix == "" {
		return "(no prefix)"
	}
	return prefix
}

// sentence says how a finding was found and what became of it.
func sentence(f *Finding) string {
	s := f.State.String()
	if name := attached(*f); name != "" {
		s = name + " " + s
	}
	if f.Outcome != None {
		s += ", " + string(f.Outcome)
	}
	if f.Reason != "" {
		s += ": " + oneLine(f.Reason)
	}
	return s
}
