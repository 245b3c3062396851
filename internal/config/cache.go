package config

// Cache remembers between runs what a digest is.
type Cache struct {
	// Dir is the directory of the cache; empty means none.
	Dir string `yaml:"dir"`
}
