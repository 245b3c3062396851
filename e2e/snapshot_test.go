//go:build e2e

package e2e_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// snapshots is where make snapshot writes.
const snapshots = "../dist/snapshot"

// packed is one file of an archive.
type packed struct {
	content []byte
	mode    fs.FileMode
}

// released are the platforms of a release.
func released() []string {
	return []string{"darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64"}
}

// openSnapshot returns the names of what make snapshot made of the last commit, and the beginning of them up to the platform.
func openSnapshot(t *testing.T) (names []string, prefix string) {
	t.Helper()
	// A test of an old one would say nothing of this commit.
	head := lastCommit(t)
	if got := strings.TrimSpace(string(readFile(t, filepath.Join(snapshots, "commit")))); got != head {
		t.Fatalf("what is in %s is of the commit %s, want %s: run make snapshot", snapshots, got, head)
	}
	entries, err := os.ReadDir(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); name != "commit" && !strings.HasPrefix(name, "checksums.txt") {
			names = append(names, name)
		}
		if before, found := strings.CutSuffix(entry.Name(), "darwin_amd64.tar.gz"); found {
			prefix = before
		}
	}
	return names, prefix
}

func archiveOf(platform string) string {
	if strings.HasPrefix(platform, "windows") {
		return platform + ".zip"
	}
	return platform + ".tar.gz"
}

func TestSnapshotIsWhole(t *testing.T) {
	names, prefix := openSnapshot(t)
	var want []string
	for _, platform := range released() {
		want = append(want, prefix+archiveOf(platform), prefix+platform+".cdx.json")
	}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("files = %q, want %q", names, want)
	}
	var sums strings.Builder
	for _, name := range want {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(readFile(t, filepath.Join(snapshots, name))), name)
	}
	if got := string(readFile(t, filepath.Join(snapshots, "checksums.txt"))); got != sums.String() {
		t.Errorf("checksums.txt = %s, want %s", got, &sums)
	}
}

func TestSnapshotArchives(t *testing.T) {
	_, prefix := openSnapshot(t)
	besides := []string{"README.md", "LICENSE", "CHANGELOG.md"}
	pages, err := filepath.Glob("../docs/man/*.1")
	if err != nil || len(pages) == 0 {
		t.Fatalf("man pages = %q, %v", pages, err)
	}
	for _, page := range pages {
		besides = append(besides, "man/man1/"+filepath.Base(page))
	}
	for _, script := range []string{"_sigsync", "sigsync.bash", "sigsync.fish", "sigsync.ps1"} {
		besides = append(besides, "completions/"+script)
	}
	for _, platform := range released() {
		t.Run(platform, func(t *testing.T) {
			files := unarchive(t, filepath.Join(snapshots, prefix+archiveOf(platform)))
			program := "sigsync"
			if strings.HasPrefix(platform, "windows") {
				program += ".exe"
			}
			var got []string
			for name, file := range files {
				got = append(got, name)
				want := fs.FileMode(0o644)
				if name == program {
					want = 0o755
				}
				if file.mode.Perm() != want || len(file.content) == 0 {
					t.Errorf("%s: %v, %d bytes, want %v and some", name, file.mode, len(file.content), want)
				}
			}
			want := append([]string{program}, besides...)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("files = %q, want %q", got, want)
			}
			judgeProgram(t, platform, files[program].content)
			judgeSBOM(t, filepath.Join(snapshots, prefix+platform+".cdx.json"), files[program].content)
		})
	}
}

// judgeProgram looks whether a program is for its platform and of the last commit, and runs the one for this machine.
func judgeProgram(t *testing.T, platform string, program []byte) {
	t.Helper()
	if got, err := machine(program); err != nil || got != platform {
		t.Errorf("the program is for %s, %v, want %s", got, err, platform)
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	head := lastCommit(t)
	said := map[string]string{}
	for _, s := range info.Settings {
		said[s.Key] = s.Value
	}
	for key, want := range map[string]string{"vcs.revision": head, "vcs.modified": "false", "-trimpath": "true", "CGO_ENABLED": "0"} {
		if said[key] != want {
			t.Errorf("%s = %q, want %q", key, said[key], want)
		}
	}
	if platform != runtime.GOOS+"_"+runtime.GOARCH {
		return
	}
	path := filepath.Join(t.TempDir(), "sigsync")
	if err := os.WriteFile(path, program, 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := output(exec.CommandContext(t.Context(), path, "version"))
	if err != nil || !strings.HasPrefix(out, "sigsync "+info.Main.Version+" ("+head[:12]+", ") {
		t.Errorf("sigsync version = %q, %v, want %s and %s", out, err, info.Main.Version, head[:12])
	}
}

// machine tells which platform a program is for, as archives are named.
func machine(program []byte) (string, error) {
	r := bytes.NewReader(program)
	if f, err := elf.NewFile(r); err == nil {
		return "linux_" + map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}[f.Machine], nil
	}
	if f, err := macho.NewFile(r); err == nil {
		return "darwin_" + map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}[f.Cpu], nil
	}
	f, err := pe.NewFile(r)
	if err != nil {
		return "", errors.New("no format of a program that is known here")
	}
	return "windows_" + map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64", pe.IMAGE_FILE_MACHINE_ARM64: "arm64"}[f.Machine], nil
}

// judgeSBOM looks whether an SBOM names what a program was linked from, no more and no less.
func judgeSBOM(t *testing.T, file string, program []byte) {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	var sbom struct {
		Format   string `json:"bomFormat"`
		Metadata struct {
			Component struct{ Name, Version string }
		}
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(readFile(t, file), &sbom); err != nil {
		t.Fatal(err)
	}
	main := sbom.Metadata.Component
	if sbom.Format != "CycloneDX" || main.Name != info.Main.Path || main.Version != info.Main.Version {
		t.Errorf("a %s of %v, want CycloneDX of %s %s", sbom.Format, main, info.Main.Path, info.Main.Version)
	}
	got, want := []string{}, []string{"std " + info.GoVersion}
	for _, c := range sbom.Components {
		got = append(got, c.Name+" "+c.Version)
	}
	for _, m := range info.Deps {
		want = append(want, m.Path+" "+m.Version)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("components = %q, want %q", got, want)
	}
}

// unarchive reads all files of a tar.gz or zip.
func unarchive(t *testing.T, name string) map[string]packed {
	t.Helper()
	content := readFile(t, name)
	read := untar
	if strings.HasSuffix(name, ".zip") {
		read = unzip
	}
	files, err := read(content)
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	return files
}

func untar(content []byte) (map[string]packed, error) {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	files := map[string]packed{}
	for r := tar.NewReader(z); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Uid != 0 || header.Uname != "root" {
			return nil, fmt.Errorf("%s belongs to %d, %s", header.Name, header.Uid, header.Uname)
		}
		file, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		files[header.Name] = packed{file, header.FileInfo().Mode()}
	}
}

func unzip(content []byte) (map[string]packed, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	files := map[string]packed{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		file, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		files[f.Name] = packed{file, f.Mode()}
	}
	return files, nil
}
