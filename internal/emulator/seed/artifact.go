package seed

// Artifact is a signature of a subject as cosign 2 pushes it to a repository
// with the Referrers API when it is told to: the payload of a signature tag,
// with a config type and no artifact type.
func Artifact(repo, image, subjectDigest, signer string) Referrer {
	payload := simpleSigning(repo, image, subjectDigest)
	return Referrer{
		Repo: repo, Image: image, Subject: subjectDigest,
		ConfigType: "application/vnd.dev.cosign.artifact.sig.v1+json", LayerType: simpleSigningType,
		Content: payload, LayerAnnotations: signed(signer, payload),
	}
}
