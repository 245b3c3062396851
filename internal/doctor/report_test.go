package doctor_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/doctor"
	"github.com/sigsync/sigsync/internal/oci"
)

var update = flag.Bool("update", false, "write the golden files")

// ill is an examination with every outcome, and names that are not to be trusted.
func ill(t *testing.T) *doctor.Report {
	t.Helper()
	w := sound()
	w.server.reachErr = refusal(403, "", "no\x1b[31m docker", oci.ErrDenied)
	w.server.files["prod"] = nil
	w.options.Pairs[0].Name = "dev\nprod"
	w.options.Pairs = append(w.options.Pairs, doctor.Pair{
		Name: "chain", Source: w.pair().Target, Target: doctor.End{Server: "main", Repository: "gone"}, Transport: "auto",
	})
	return doctor.Examine(t.Context(), w.options)
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestText(t *testing.T) {
	for file, o := range map[string]doctor.TextOptions{"report.txt": {}, "colour.txt": {Colour: true}} {
		var b bytes.Buffer
		if err := doctor.Text(&b, ill(t), o); err != nil {
			t.Errorf("Text = %v", err)
		}
		golden(t, file, b.Bytes())
	}
}

// The last line claims no more than what was tested.
func TestTextSaysWhatItComesTo(t *testing.T) {
	for _, c := range []struct {
		totals map[doctor.Outcome]int
		want   string
	}{
		{map[doctor.Outcome]int{doctor.OK: 1}, "Nothing keeps a run from its work (exit code 0).\n"},
		{map[doctor.Outcome]int{doctor.OK: 1, doctor.Warning: 1}, "Nothing keeps a run from its work; see the warnings (exit code 0).\n"},
		{map[doctor.Outcome]int{doctor.OK: 1, doctor.Unknown: 1}, "Nothing that could be tested keeps a run from its work; see what is unknown (exit code 0).\n"},
		{map[doctor.Outcome]int{doctor.Warning: 1, doctor.Unknown: 1}, "Nothing that could be tested keeps a run from its work; see the warnings (exit code 0).\n"},
	} {
		var b bytes.Buffer
		if err := doctor.Text(&b, &doctor.Report{Totals: c.totals}, doctor.TextOptions{}); err != nil || !strings.HasSuffix(b.String(), c.want) {
			t.Errorf("Text of %v = %q, %v, want it to end with %q", c.totals, b.String(), err, c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := doctor.JSON(&b, ill(t)); err != nil {
		t.Errorf("JSON = %v", err)
	}
	golden(t, "report.json", b.Bytes())
}

// full is a writer that takes nothing.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestNothingCanBeWritten(t *testing.T) {
	r := ill(t)
	for name, err := range map[string]error{
		"Text": doctor.Text(full{}, r, doctor.TextOptions{}), "JSON": doctor.JSON(full{}, r),
		"REST": doctor.REST(full{}, nil), "Terraform": doctor.Terraform(full{}, nil),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s = %v, want that nothing can be written", name, err)
		}
	}
}
