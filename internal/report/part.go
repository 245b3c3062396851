package report

import "fmt"

// Part says what part of the work the report is of, "of shard 3/8", or what it was
// made of; "" of a run that is all of its work.
func (r *Run) Part() string {
	switch {
	case r.Shard != nil:
		return "of " + r.Shard.String()
	case r.Merged == nil:
		return ""
	case r.Merged.Shards:
		return "merged from " + plural(r.Merged.Reports, "shard")
	default:
		return "merged from " + plural(r.Merged.Reports, "report")
	}
}

// Elsewhere says that another shard does all of a pair, which the run then did not
// look at; "" where it did.
func (r *Report) Elsewhere(p *Pair) string {
	if r.Run.Shard == nil || p.Shard == nil || *p.Shard == r.Run.Shard.Index {
		return ""
	}
	return fmt.Sprintf("%s does all of this pair", &Shard{*p.Shard, r.Run.Shard.Count})
}
