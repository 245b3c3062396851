package seed

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
)

const layerType = "application/vnd.oci.image.layer.v1.tar+gzip"

// layer is a compressed tar archive, and the digest of the archive itself.
type layer struct {
	content []byte
	diffID  string
}

// newLayer makes a layer of one small file.
func newLayer(salt string) layer {
	var archive, compressed bytes.Buffer
	t := tar.NewWriter(&archive)
	must(t.WriteHeader(&tar.Header{Name: "salt", Mode: 0o644, Size: int64(len(salt))}))
	_, err := t.Write([]byte(salt))
	must(err)
	must(t.Close())
	z := gzip.NewWriter(&compressed)
	_, err = z.Write(archive.Bytes())
	must(err)
	must(z.Close())
	return layer{compressed.Bytes(), digestOf(archive.Bytes())}
}
