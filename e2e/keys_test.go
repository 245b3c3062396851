//go:build e2e

package e2e_test

import (
	"slices"
	"testing"
)

// With a key in the configuration nothing is carried that another key signed.
func TestOnlyWhatAKeySigned(t *testing.T) {
	p := newHouse(t)
	one, two := p.key("one"), p.key("two")
	p.settings = []string{"verify: {keys: [one.pub]}"}
	var images []string
	for _, key := range []string{one, two} {
		tagged := p.push(p.source.image("team/tagged-"+key), "1.0", "tagged "+key)
		p.cosign2Sign(tagged, key)
		p.promote("team/tagged-"+key, "1.0")
		bundled := p.push(p.source.image("team/bundled-"+key), "1.0", "bundled "+key)
		p.cosign3Sign(bundled, key)
		p.promote("team/bundled-"+key, "1.0")
		images = append(images, tagged, bundled)
	}
	p.sigsync(3, "sync", "--report", "report.json")
	if got, want := p.outcomes("report.json"), []string{"copied", "copied", "none", "none"}; !slices.Equal(got, want) {
		t.Errorf("outcomes = %v, want %v", got, want)
	}
	for i, key := range []string{one, one, two, two} {
		err := byCosign("cosign3", key).read(p.desk, p.atTarget(images[i]))
		if key == one && err != nil {
			t.Errorf("at the target after sync: %v", err)
		}
		if key == two && err == nil {
			t.Errorf("what %s signed is at the target: %s", key, images[i])
		}
	}
}
