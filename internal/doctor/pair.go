package doctor

import (
	"fmt"
	"slices"
)

// examinePair looks whether its two ends go together.
func examinePair(p Pair, servers []*server) *notes {
	n := &notes{subject: Subject{Kind: KindPair, Pair: p.Name}}
	source, target := lookup(p.Source, servers), lookup(p.Target, servers)
	switch {
	case source == nil || target == nil || source.info.Key == "" || target.info.Key == "":
		n.skip("one of its repositories is not known well enough", "compatible")
	case p.Source.Server != p.Target.Server:
		n.add("compatible", ok("two servers: attachments are carried through the registry API"))
	case source.info.Key == target.info.Key:
		n.add("compatible", failed("source and target are the same repository "+source.info.Key, "name two repositories"))
	case source.info.PackageType != target.info.PackageType:
		n.add("compatible", failed(fmt.Sprintf("%s holds %s packages and %s holds %s", source.info.Key, source.info.PackageType,
			target.info.Key, target.info.PackageType), "pair repositories of one package type: both docker, or both oci"))
	default:
		n.add("compatible", ok("attachments are carried by "+carriage(p, target)))
	}
	return n
}

// carriage says how a pair within one server is carried.
func carriage(p Pair, target *repo) string {
	switch {
	case target.Artifactory == nil || p.Transport == "registry":
		return "the registry API"
	case p.Transport == "promote" || target.copying.outcome == Warning:
		return "promotion of their tags, referrers by the registry API"
	default:
		return "Copy Item, referrers by the registry API"
	}
}

func lookup(e End, servers []*server) *repo {
	for _, s := range servers {
		if s.Name == e.Server {
			if at := slices.IndexFunc(s.repositories, func(r *repo) bool { return r.key == e.Repository }); at >= 0 {
				return s.repositories[at]
			}
		}
	}
	return nil
}
