//go:build k8s

package kubernetes_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The names of the images' files in a room's folder.
const pauseTar, sigsyncTar = "pause.tar", "sigsync.tar"

// pauseImage holds a pod's network while its containers come and go.
const pauseImage = "sigsync.test/pause:1"

// writeImages writes the images that pods run, for containerd to import: there is no registry to pull from.
func writeImages(dir string) error {
	pause, err := build(dir, "./testdata/pause")
	if err != nil {
		return err
	}
	if err := writeImage(filepath.Join(dir, pauseTar), pauseImage, "/pause", pause); err != nil {
		return err
	}
	sigsync, err := build(dir, "../../cmd/sigsync")
	if err != nil {
		return err
	}
	if given := os.Getenv("SIGSYNC_IMAGE"); given != "" {
		return os.Symlink(given, filepath.Join(dir, sigsyncTar))
	}
	return writeImage(filepath.Join(dir, sigsyncTar), sigsyncImage, "/sigsync", sigsync)
}

// build is the static program of a package.
func build(dir, pkg string) ([]byte, error) {
	out := filepath.Join(dir, filepath.Base(pkg))
	command := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, pkg)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", pkg, err, said)
	}
	return os.ReadFile(out)
}

// writeImage writes an image of one program, in the form of docker save.
func writeImage(file, name, entrypoint string, program []byte) error {
	layer, err := archive(map[string][]byte{entrypoint[1:]: program})
	if err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{
		"os": "linux", "architecture": runtime.GOARCH,
		"config": map[string]any{"Entrypoint": []string{entrypoint}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer))}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "RepoTags": []string{name}, "Layers": []string{"layer.tar"}}})
	if err != nil {
		return err
	}
	image, err := archive(map[string][]byte{"config.json": config, "layer.tar": layer, "manifest.json": manifest})
	if err != nil {
		return err
	}
	return os.WriteFile(file, image, 0o600)
}

func archive(files map[string][]byte) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, content := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
			return nil, err
		}
		if _, err := w.Write(content); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), w.Close()
}

// versionOf is the name of the image in a tarball of make image, and empty where docker save made it.
func versionOf(file string) (string, error) {
	tarball, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer tarball.Close()
	for files := tar.NewReader(tarball); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("read %s: %w", file, err)
		}
		if header.Name != "index.json" {
			continue
		}
		var index struct {
			Manifests []struct {
				Annotations map[string]string `json:"annotations"`
			} `json:"manifests"`
		}
		if err := json.NewDecoder(files).Decode(&index); err != nil || len(index.Manifests) == 0 {
			return "", fmt.Errorf("read index.json of %s, with %d images: %w", file, len(index.Manifests), err)
		}
		return index.Manifests[0].Annotations["org.opencontainers.image.ref.name"], nil
	}
}
