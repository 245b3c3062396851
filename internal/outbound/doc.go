// Package outbound is how requests are sent to a server, whatever the server
// speaks: credentials, connections, deadlines, pace, pauses, counts, and what
// a refusal means. The clients of Artifactory and of registries stand on it.
package outbound
