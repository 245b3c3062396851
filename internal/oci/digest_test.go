package oci_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/oci"
)

const (
	// abcDigits are the SHA-256 of "abc" (FIPS 180-2, appendix B.1).
	abcDigits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	abcDigest = "sha256:" + abcDigits
)

func TestFromBytes(t *testing.T) {
	if got := oci.FromBytes([]byte("abc")).String(); got != abcDigest {
		t.Errorf("FromBytes(abc) = %s, want %s", got, abcDigest)
	}
}

func TestParseDigest(t *testing.T) {
	for _, c := range []struct {
		name, in string
		ok       bool
	}{
		{"a digest", abcDigest, true},
		{"upper case", "sha256:" + strings.ToUpper(abcDigits), false},
		{"one upper case digit", "sha256:" + strings.Replace(abcDigits, "b", "B", 1), false},
		{"the last digit in upper case", "sha256:" + strings.Replace(abcDigits, "f", "F", 1), false},
		{"too short", abcDigest[:len(abcDigest)-1], false},
		{"too long", abcDigest + "0", false},
		{"no digit", abcDigest[:len(abcDigest)-1] + "g", false},
		{"another algorithm", "sha512:" + abcDigits + abcDigits, false},
		{"no algorithm", abcDigits, false},
		{"algorithm in upper case", "SHA256:" + abcDigits, false},
		{"space", " " + abcDigest, false},
		{"empty", "", false},
		{"algorithm alone", "sha256:", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := oci.ParseDigest(c.in)
			if c.ok && (err != nil || d.String() != c.in) {
				t.Errorf("ParseDigest(%q) = %s, %v, want the same", c.in, d, err)
			}
			if !c.ok && (!errors.Is(err, oci.ErrInvalidDigest) || !d.IsZero()) {
				t.Errorf("ParseDigest(%q) = %s, %v, want %v", c.in, d, err, oci.ErrInvalidDigest)
			}
		})
	}
}

func TestParseHex(t *testing.T) {
	fromText, err := oci.ParseHex(abcDigits)
	if err != nil || fromText.Hex() != abcDigits {
		t.Errorf("ParseHex(%s) = %s, %v, want the same", abcDigits, fromText.Hex(), err)
	}
	fromBytes, err := oci.ParseHex([]byte(abcDigits))
	if err != nil || fromBytes != fromText {
		t.Errorf("ParseHex([]byte) = %s, %v, want %s", fromBytes, err, fromText)
	}
	if d, err := oci.ParseHex(abcDigest); !errors.Is(err, oci.ErrInvalidDigest) {
		t.Errorf("ParseHex(%s) = %s, %v, want %v", abcDigest, d, err, oci.ErrInvalidDigest)
	}
}

func TestParseDigestErrorIsShort(t *testing.T) {
	_, err := oci.ParseDigest(strings.Repeat("x\n", 10_000))
	if err == nil || len(err.Error()) > 300 || strings.Contains(err.Error(), "\n") {
		t.Errorf("ParseDigest of 20,000 bytes = %q, want a short line", err)
	}
}

func TestDigestStrings(t *testing.T) {
	d := oci.FromBytes([]byte("abc"))
	for _, c := range []struct{ name, got, want string }{
		{"String", d.String(), abcDigest},
		{"Hex", d.Hex(), abcDigits},
		{"Short", d.Short(), "sha256:ba7816bf8f01"},
		{"String of zero", oci.Digest{}.String(), ""},
		{"Short of zero", oci.Digest{}.Short(), ""},
		{"Hex of zero", oci.Digest{}.Hex(), strings.Repeat("0", 64)},
	} {
		if c.got != c.want {
			t.Errorf("%s = %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDigestCompare(t *testing.T) {
	small, large := oci.Digest{1, 255}, oci.Digest{2}
	for _, c := range []struct {
		d, e oci.Digest
		want int
	}{{small, large, -1}, {large, small, 1}, {small, small, 0}, {oci.Digest{31: 1}, oci.Digest{}, 1}} {
		if got := c.d.Compare(c.e); got != c.want {
			t.Errorf("%s.Compare(%s) = %d, want %d", c.d, c.e, got, c.want)
		}
	}
	if !(oci.Digest{}).IsZero() || small.IsZero() {
		t.Error("IsZero is true for the zero value only")
	}
}

func TestDigestText(t *testing.T) {
	d := oci.FromBytes([]byte("abc"))
	for _, c := range []struct {
		name, text string
		want       oci.Digest
		ok         bool
	}{
		{"a digest", `"` + abcDigest + `"`, d, true},
		{"none", `""`, oci.Digest{}, true},
		{"digits alone", `"` + abcDigits + `"`, d, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := d // what is there already is replaced
			err := json.Unmarshal([]byte(c.text), &got)
			if (err == nil) != c.ok || got != c.want {
				t.Fatalf("Unmarshal(%s) = %s, %v, want %s", c.text, got, err, c.want)
			}
			if !c.ok {
				return
			}
			if text, err := json.Marshal(got); err != nil || string(text) != c.text {
				t.Errorf("Marshal(%s) = %s, %v, want %s", got, text, err, c.text)
			}
		})
	}
}

// What parses is spelled the same way again.
func FuzzParseDigest(f *testing.F) {
	f.Add(abcDigest)
	f.Add(abcDigits)
	f.Add("sha256:" + strings.ToUpper(abcDigits))
	f.Fuzz(func(t *testing.T, s string) {
		d, err := oci.ParseDigest(s)
		if err == nil && "sha256:"+d.Hex() != s {
			t.Errorf("ParseDigest(%q) = %s", s, d)
		}
		if err != nil && (!errors.Is(err, oci.ErrInvalidDigest) || !d.IsZero()) {
			t.Errorf("ParseDigest(%q) = %s, %v, want the zero value and %v", s, d, err, oci.ErrInvalidDigest)
		}
		if _, err := oci.ParseHex(s); err == nil && len(s) != len(abcDigits) {
			t.Errorf("ParseHex(%q) = nil error", s)
		}
	})
}
