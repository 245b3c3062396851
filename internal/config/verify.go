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
