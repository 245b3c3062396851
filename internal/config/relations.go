package config

// relations holds the links checked so far, to compare the next one with.
type relations struct {
	byName map[string]link
	byEnds map[[2]location]link
}

// checkLinks reports what is wrong between the ends of a pair and between pairs.
func checkLinks(links []link, p *problems) {
	r := relations{byName: map[string]link{}, byEnds: map[[2]location]link{}}
	for _, l := range links {
		r.check(l, p)
	}
}

// check reports at most one problem: pairs with equal ends also have equal
// names, unless somebody chose them.
func (r *relations) check(l link, p *problems) {
	ends := [2]location{l.from, l.to}
	twin, repeated := r.byEnds[ends]
	namesake, taken := r.byName[l.Name]
	switch {
	case l.known() && l.from == l.to:
		p.add(l.targetKey, "expected another repository than the source, got the same")
	case l.known() && repeated:
		p.add(l.targetKey, "expected a target that no other pair with this source has, got that of %s", twin.targetKey)
	case l.Name != "" && taken && namesake.key == l.key:
		p.add(l.targetKey, "expected targets with different repository keys, which name their pairs: write a pair for each")
	case l.Name != "" && taken:
		p.add(child(l.key, "name"), "expected a name of its own, got %q, the name of %s", l.Name, namesake.key)
	default:
		r.byEnds[ends] = l
		r.byName[l.Name] = l
	}
}

// known reports whether both ends could be found.
func (l link) known() bool { return l.from != location{} && l.to != location{} }
