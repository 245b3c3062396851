package artifactory

import (
	"bytes"
	"encoding/json"
	"path"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// Whatever the server sends: either an error, or as many rows as the range
// says, and those that encoding/json reads.
func FuzzDecode(f *testing.F) {
	row := `{"repo":"dev","path":"app/1.0","name":"sha256__x","size":"3","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}`
	odd := `{"repo":"d\u0065v", "size":1e2, "path":"app/\u00e9", "name":"x", "properties":[{"key":"}"}]}`
	for _, seed := range []string{
		`{"results":[` + row + "\n, " + row + ` ,` + odd + "," + row + `,` + odd + `],"range":{"total":5}}`,
		`{"range":{"total":3},"results":[{"name":"n","path":"é","repo":"dev"},{"repo":"dev","path":"a","name":"b","size":01},{"repo":"dev"},],}`,
		"", "null", "[]", "<html>", string(answerOf(2)),
		`{"results":[` + row + `],"range":{"total":1}}`,
		`{"range":{"total":2},"results":[` + row + `,` + row + `]}`,
		`{"results":[],"range":{"total":0,"limit":5},"notification":"trimmed"}`,
		`{"x":[1.5e3,true,null,{"y":"}\"\\"}],"results":[{"repo":"d\u0065v","path":"a\ud800","name":"\/","z":[]}],"range":{"total":1}}`,
		`{"r\u0065sults":[{"repo":"dev","\u0070ath":"a","n\u0061me":"b"}],"r\u0061nge":{"total":1},"notific\u0061tion":""}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got []scan.File
		visit := func(file scan.File) error {
			got = append(got, file)
			return nil
		}
		err := decode(bytes.NewReader(body), "dev", visit)
		whole := got
		got = nil
		if again := decode(iotest.OneByteReader(bytes.NewReader(body)), "dev", visit); (again == nil) != (err == nil) {
			t.Fatalf("decode = %v at once and %v byte by byte", err, again)
		}
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Fatalf("decode (-at once +byte by byte):\n%s", diff)
		}
		if err != nil {
			return
		}
		if diff := cmp.Diff(reference(t, body), whole); diff != "" {
			t.Errorf("decode (-encoding/json +got):\n%s", diff)
		}
	})
}

// reference reads an answer that decode takes as encoding/json does.
func reference(t *testing.T, body []byte) []scan.File {
	t.Helper()
	var answer map[string]json.RawMessage
	var rows []map[string]json.RawMessage
	var extent span
	for _, err := range []error{
		json.Unmarshal(body, &answer), json.Unmarshal(answer["results"], &rows), json.Unmarshal(answer["range"], &extent),
	} {
		if err != nil {
			t.Fatalf("decode took what is not JSON: %v", err)
		}
	}
	if extent.Total == nil || *extent.Total != len(rows) {
		t.Fatalf("decode took %d rows with the range %s", len(rows), answer["range"])
	}
	var files []scan.File
	for _, r := range rows {
		file := scan.File{Path: scalar(t, r["path"]), Name: scalar(t, r["name"])}
		var err, sizeErr error
		if sum := scalar(t, r["sha256"]); sum != "" {
			file.Digest, err = oci.ParseHex(sum)
		}
		if size := scalar(t, r["size"]); size != "" {
			file.Size, sizeErr = strconv.ParseInt(size, 10, 64)
		}
		if err != nil || sizeErr != nil || scalar(t, r["repo"]) != "dev" {
			t.Errorf("decode took the row %s: %v, %v", r, err, sizeErr)
		}
		if at := "/" + file.Path + "/" + file.Name + "/"; path.Clean(at) != "/"+strings.TrimPrefix(at[1:len(at)-1], "./") || file.Size < 0 {
			t.Errorf("decode took the row %s, which is of no file", r)
		}
		files = append(files, file)
	}
	return files
}

// scalar is the text of a string or number; null and nothing are empty.
func scalar(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	if raw[0] != '"' {
		return string(raw)
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	return s
}
