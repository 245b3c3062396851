//go:build e2e

package e2e_test

import "testing"

// route is a way from one repository to another.
type route struct {
	name string
	join func(*testing.T) *pair
}

// within is a route between two repositories of one server.
func within(k kind) route {
	return route{k.name, func(t *testing.T) *pair {
		s := k.start(t)
		return newPair(t, s, s)
	}}
}

// between is a route from one server to another.
func between(source, target kind) route {
	return route{source.name + " to " + target.name, func(t *testing.T) *pair {
		return newPair(t, source.start(t), target.start(t))
	}}
}

const locked = "distribution with a login"

// routes are all that the formats are tried on.
func routes() []route {
	var list []route
	named := map[string]kind{locked: {locked, startLocked}}
	for _, k := range kinds() {
		list = append(list, within(k))
		named[k.name] = k
	}
	for _, ends := range [][2]string{
		{"emulator", "emulator with referrers"},
		{"emulator with referrers", locked},
		{"distribution", "emulator"},
		{"olareg with referrers", "ggcr"},
		{"ggcr with referrers", "emulator with referrers"},
	} {
		list = append(list, between(named[ends[0]], named[ends[1]]))
	}
	return list
}

// Everything that the tools store for an image is missed at the target before sigsync has run, and read there afterwards.
func TestFormats(t *testing.T) {
	for _, r := range routes() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			tryFormats(t, r.join(t))
		})
	}
}

// stored is what a format left on an image of the source.
type stored struct {
	format
	image string
}

func tryFormats(t *testing.T, p *pair) {
	p.notationKey()
	var all []stored
	var images []string
	for _, f := range formats(p.key("one")) {
		if f.name == p.source.spoils {
			continue
		}
		image := p.store(f)
		all, images = append(all, stored{f, image}), append(images, image)
	}
	for _, s := range all {
		for _, r := range s.readers {
			if err := r.read(p.desk, p.atTarget(s.image)); err == nil {
				t.Errorf("%s at the target before sync: %s has nothing to complain about", s.name, r.name)
			}
		}
	}
	// An index under a fallback tag grows by writing over it, which takes more than the right to deploy.
	if !p.target.referrers {
		p.token = "merger-token"
	}
	p.forget()
	p.sigsync(3, "audit")
	p.wroteNothing(t)
	p.sigsync(0, "sync")
	p.wroteOnlyAttachments(t, images)
	for _, s := range all {
		for _, r := range s.readers {
			t.Run(s.name+"/"+r.name, func(t *testing.T) {
				if err := r.read(p.desk, p.atTarget(s.image)); err != nil {
					t.Errorf("at the target after sync: %v", err)
				}
			})
		}
	}
	p.forget()
	p.sigsync(0, "sync")
	p.wroteNothing(t)
}

// store pushes an image, stores something for it in a format, and promotes the image.
func (p *pair) store(f format) string {
	p.t.Helper()
	image := p.push(p.source.image("team/"+f.name), "1.0", f.name)
	f.attach(p.desk, image)
	p.images = append(p.images, "team/"+f.name)
	p.promote("team/"+f.name, "1.0")
	return image
}
