// Package config loads sigsync's configuration: it reads one YAML file,
// expands references to environment variables, fills in defaults and checks
// every value. It reports all problems of a file at once, each with its line
// and key, and a value that came from the environment is never part of a
// message.
package config
