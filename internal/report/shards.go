package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// String is the shard in words, by its index and their number: "shard 3/8".
func (s *Shard) String() string { return fmt.Sprintf("shard %d/%d", s.Index, s.Count) }

// valid tells whether there can be such a shard.
func (s *Shard) valid() bool { return s.Count > 0 && 0 <= s.Index && s.Index < s.Count }

// united are the pairs of all the shards of one run, each as that run would have
// it.
func united(saved []Saved) ([]Pair, error) {
	shards, err := complete(saved)
	if err != nil {
		return nil, err
	}
	pairs := make([]Pair, len(shards[0].Pairs))
	named := make([]map[string]*Pair, len(shards))
	for n, s := range shards {
		named[n] = s.byName()
	}
	for i := range shards[0].Pairs {
		name := shards[0].Pairs[i].Name
		parts := make([]*Pair, len(shards))
		for n, s := range shards {
			if parts[n] = named[n][name]; parts[n] == nil || len(s.Pairs) != len(pairs) {
				return nil, fmt.Errorf("%s and %s have different pairs: merge reports of one configuration", shards[0].Name, s.Name)
			}
		}
		if pairs[i], err = unite(shards, parts); err != nil {
			return nil, fmt.Errorf("pair %.200q: %w", name, err)
		}
	}
	return pairs, nil
}

// complete puts the reports in the order of their shards, of which there must be
// all, each once.
func complete(saved []Saved) ([]Saved, error) {
	count := saved[0].Run.Shard.Count
	shards := make([]Saved, min(count, len(saved)))
	have := map[int]Saved{}
	for _, s := range saved {
		at := s.Run.Shard
		if at.Count != count {
			return nil, fmt.Errorf("%s is of %d shards, and %s of %d: merge those of one run", saved[0].Name, count, s.Name, at.Count)
		}
		if other, twice := have[at.Index]; twice {
			return nil, fmt.Errorf("%s is there twice: %s and %s", at, other.Name, s.Name)
		}
		have[at.Index] = s
	}
	if lacking := count - len(have); lacking > 0 {
		return nil, fmt.Errorf("%d of %d shards are missing, and nobody knows what is left of their images: %s",
			lacking, count, absent(have, count))
	}
	for i, s := range have {
		shards[i] = s
	}
	return shards, nil
}

// mostAbsent is how many missing shards are named.
const mostAbsent = 20

func absent(have map[int]Saved, count int) string {
	var names []string
	for i := 0; i < count && len(names) <= mostAbsent; i++ {
		if _, there := have[i]; !there {
			names = append(names, (&Shard{i, count}).String())
		}
	}
	if len(names) > mostAbsent {
		names[mostAbsent] = "..."
	}
	return strings.Join(names, ", ")
}

// unite makes one pair of what the shards, in their order, say of it.
func unite(shards []Saved, parts []*Pair) (Pair, error) {
	if err := agree(shards, parts); err != nil {
		return Pair{}, err
	}
	if whole := owner(parts[0]); whole >= 0 {
		p := *parts[whole]
		p.Shard = nil
		return p, nil
	}
	if err := divided(shards, parts); err != nil {
		return Pair{}, err
	}
	made := Pair{
		Name: parts[0].Name, Error: errorOf(shards, parts), Totals: NewTotals(), Findings: []Finding{},
		Source: holding(parts, func(p *Pair) End { return p.Source }),
		Target: holding(parts, func(p *Pair) End { return p.Target }),
	}
	prefixes := map[string]Coverage{}
	for _, p := range parts {
		made.Unread += p.Unread
		made.Totals.Add(p.Totals)
		made.Findings = append(made.Findings, p.Findings...)
		for _, at := range p.Prefixes {
			sum := prefixes[at.Prefix]
			sum.Add(at.Coverage)
			prefixes[at.Prefix] = sum
		}
	}
	for _, prefix := range slices.Sorted(maps.Keys(prefixes)) {
		made.Prefixes = append(made.Prefixes, PrefixCoverage{prefix, prefixes[prefix]})
	}
	// Those of an image come from one shard, in their order.
	slices.SortStableFunc(made.Findings, func(a, b Finding) int { return cmp.Compare(a.Image, b.Image) })
	return made, nil
}

// agree refuses parts that are not of one pair, or of which it is not sure whose
// it is.
func agree(shards []Saved, parts []*Pair) error {
	first := parts[0]
	for n, p := range parts {
		switch {
		case p.Source.named() != first.Source.named(), p.Target.named() != first.Target.named():
			return fmt.Errorf("%s and %s have different repositories for it: merge reports of one configuration",
				shards[0].Name, shards[n].Name)
		case p.Shard != nil && !(&Shard{*p.Shard, len(parts)}).valid():
			return fmt.Errorf("%s gives it to shard %d of %d, which there is not", shards[n].Name, *p.Shard, len(parts))
		case owner(p) != owner(first):
			return fmt.Errorf("%s and %s do not agree whose it is: run the shards again", shards[0].Name, shards[n].Name)
		}
	}
	return nil
}

// divided refuses parts that both tell of one image.
func divided(shards []Saved, parts []*Pair) error {
	seen := map[string]int{}
	for n, p := range parts {
		for i := range p.Findings {
			image := p.Findings[i].Image
			if other, known := seen[image]; known && other != n {
				return fmt.Errorf("image %.200q is in %s and in %s: their versions divide the images differently",
					image, shards[other].Name, shards[n].Name)
			}
			seen[image] = n
		}
	}
	return nil
}

// owner is the shard that does all of the pair; -1 where its images are divided.
func owner(p *Pair) int {
	if p.Shard == nil {
		return -1
	}
	return *p.Shard
}

// named is the end as the configuration names it.
func (e End) named() End { return End{Server: e.Server, Repository: e.Repository} }

// holding is an end of the pair from a report that tells what holds its files: one
// that could not look does not.
func holding(parts []*Pair, end func(*Pair) End) End {
	for _, p := range parts {
		if p.Error == "" {
			return end(p)
		}
	}
	return end(parts[0])
}

// errorOf is why the pair could not be done: the reason once where all shards have
// it, and else each with those who do.
func errorOf(shards []Saved, parts []*Pair) string {
	var reasons []string
	who := map[string][]string{}
	for n, p := range parts {
		if p.Error == "" {
			continue
		}
		if who[p.Error] == nil {
			reasons = append(reasons, p.Error)
		}
		who[p.Error] = append(who[p.Error], shards[n].Run.Shard.String())
	}
	if len(reasons) == 1 && len(who[reasons[0]]) == len(parts) {
		return reasons[0]
	}
	for i, reason := range reasons {
		reasons[i] = strings.Join(who[reason], ", ") + ": " + reason
	}
	return strings.Join(reasons, "\n")
}
