package config

// Verify says what an attachment has to pass before it is copied.
type Verify struct {
	// Binding reads each attachment and requires that it names its subject.
	Binding bool `yaml:"binding"`
	// Keys names PEM files of public keys; a signature has to pass one of them.
	Keys []string `yaml:"keys"`
	// KeepUnverified copies what fails the keys as well, and reports it.
	KeepUnverified bool `yaml:"keep_unverified"`
}

func (v *Verify) check(key string, p *problems) {
	for i, file := range v.Keys {
		if file == "" {
			p.add(item(child(key, "keys"), i), "expected the name of a PEM file")
		}
	}
	if v.KeepUnverified && len(v.Keys) == 0 {
		p.add(child(key, "keep_unverified"), "expected keys beside it: without any, nothing is verified")
	}
}
