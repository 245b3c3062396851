//go:build e2e

package e2e_test

import (
	"archive/tar"
	"bytes"
	"strings"
)

// push pushes a single-arch image under a tag and returns its reference by digest.
func (d *desk) push(image, tag, content string) string {
	d.t.Helper()
	return lastLine(d.must("crane", "append", "--new_layer", d.layer(tag, content), "--new_tag", image+":"+tag))
}

// pushIndex pushes an index of two platforms and returns its reference by digest.
func (d *desk) pushIndex(image, tag string) string {
	d.t.Helper()
	var children []string
	for _, architecture := range []string{"amd64", "arm64"} {
		child := image + ":" + tag + "-" + architecture
		d.must("crane", "mutate", d.push(image, tag+"-"+architecture, architecture), "--set-platform", "linux/"+architecture, "--tag", child)
		children = append(children, "--manifest", child)
	}
	return lastLine(d.must("crane", append([]string{"index", "append", "--tag", image + ":" + tag}, children...)...))
}

// children returns the references by digest of what an index lists.
func (d *desk) children(index string) []string {
	d.t.Helper()
	image, _, _ := strings.Cut(index, "@")
	var references []string
	for _, part := range strings.Split(d.must("crane", "manifest", index), `"digest":"`)[1:] {
		digest, _, _ := strings.Cut(part, `"`)
		references = append(references, image+"@"+digest)
	}
	return references
}

// layer writes a tar of one file, the content of an image.
func (d *desk) layer(name, content string) string {
	d.t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "hello", Mode: 0o644, Size: int64(len(content))}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		d.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.write(name+".tar", b.String())
	return name + ".tar"
}

func lastLine(out string) string { return out[strings.LastIndexByte(out, '\n')+1:] }
