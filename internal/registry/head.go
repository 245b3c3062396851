package registry

import (
	"fmt"
	"mime"
	"net/http"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// head is an answer without its body.
type head struct {
	status int
	header http.Header
}

func headOf(answer *http.Response) head { return head{answer.StatusCode, answer.Header} }

// digest is that of what the answer is about, where the server states one.
func (h head) digest() (oci.Digest, bool) {
	d, err := oci.ParseDigest(h.header.Get("Docker-Content-Digest"))
	return d, err == nil
}

// mediaType is the Content-Type without parameters, which may be no good; ""
// for none.
func (h head) mediaType() string {
	t, _, _ := mime.ParseMediaType(h.header.Get("Content-Type"))
	return t
}

// stored refuses an answer that does not say that content is stored, or says it
// of other content.
func (h head) stored(digest oci.Digest) error {
	if h.status != http.StatusCreated {
		return fmt.Errorf("%w: what is stored is answered with 201", outbound.ErrRefused)
	}
	if said, ok := h.digest(); ok && said != digest {
		return fmt.Errorf("the server stored the digest %s instead of %s", said, digest)
	}
	return nil
}
