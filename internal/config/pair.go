package config

// Pair is one source and one target, and what to carry between them.
type Pair struct {
	// Name is unique among the pairs.
	Name   string   `yaml:"name"`
	Source Endpoint `yaml:"source"`
	Target Endpoint `yaml:"target"`
	Images Images   `yaml:"images"`
	// Families lists the attachments to carry; never empty.
	Families        []Family        `yaml:"families"`
	Referrers       Referrers       `yaml:"referrers"`
	Match           Match           `yaml:"match"`
	AttestationOnly AttestationOnly `yaml:"attestation_only"`
	OnDifference    OnDifference    `yaml:"on_difference"`
	Transport       Transport       `yaml:"transport"`
	Verify          Verify          `yaml:"verify"`
}

func (r *Pair) setDefaults() {
	*r = Pair{
		Images:          Images{Include: []string{"**"}},
		Families:        []Family{FamilySignature, FamilyAttestation, FamilySBOM},
		Referrers:       ReferrersAuto,
		Match:           MatchPath,
		AttestationOnly: AttestationOnlyHold,
		OnDifference:    DifferenceReport,
		Transport:       TransportAuto,
	}
}

// check reports what is wrong with everything but the name and the two ends.
func (r *Pair) check(key string, p *problems) {
	r.Images.check(child(key, "images"), p)
	r.checkFamilies(child(key, "families"), p)
	r.Verify.check(child(key, "verify"), p)
	choice(child(key, "referrers"), r.Referrers, p)
	choice(child(key, "match"), r.Match, p)
	choice(child(key, "attestation_only"), r.AttestationOnly, p)
	choice(child(key, "on_difference"), r.OnDifference, p)
	choice(child(key, "transport"), r.Transport, p)
}

func (r *Pair) checkFamilies(key string, p *problems) {
	if len(r.Families) == 0 {
		p.add(key, "expected at least one family")
	}
	for i, family := range r.Families {
		choice(item(key, i), family, p)
	}
}
