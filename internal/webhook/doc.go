// Package webhook takes in the events that Artifactory sends about docker
// images, and gathers them until there is something to do. Whatever arrives is
// a hint where to look, never a reason to believe: an event that is lost, late
// or repeated costs nothing but time.
package webhook
