// Package oci holds the nouns of the OCI specifications that sigsync works
// with: digests, descriptors and manifests. It does no I/O.
//
// Two words differ from the specifications, because users know Artifactory's:
// what OCI calls a registry is a repository here (docker-prod-local), and what
// OCI calls a repository is an image (team/app).
package oci
