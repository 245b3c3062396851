package artifactory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/scan"
)

// A text is plain, or is not, or ends before that is known. What is taken for
// plain is what encoding/json reads.
func TestPlainRows(t *testing.T) {
	const plain, other, short = "plain", "other", "short"
	for _, c := range []struct{ text, want string }{
		{`,{"repo":"dev","path":"app/1.0","name":"manifest.json","size":3,"sha256":"ba78"}`, plain},
		{" ,\r\n\t{\n  \"repo\" : \"dev\" ,\n  \"size\" : 0\n}", plain},
		{`,{"path":"a b/~","name":""} ,{`, plain},
		{`,{"size":123456789012345678}`, plain},
		{`,{"name":"manifest.json"}x`, plain}, // what follows is of the next row

		{`{"repo":"dev"}`, other},
		{`,,{"repo":"dev"}`, other},
		{`,{}`, other},
		{`,{"repo":"dev",}`, other},
		{`,{"repo":"dev" "path":"a"}`, other},
		{`,{"repo" "dev"}`, other},
		{`,{"repo":"dev","repo":"dev"}`, other},
		{`,{"repo":null}`, other},
		{`,{"repo":"dev","type":"file"}`, other},
		{`,{"repo":["dev"]}`, other},
		{`,{"r\u0065po":"dev"}`, other},
		{`,{"path":"a\/b"}`, other},
		{`,{"path":"a\"}`, other},
		{`,{"path":"ab\"cdefgh"}`, other},
		{",{\"path\":\"a\tb\"}", other},
		{",{\"path\":\"abcdefg\x1fh\"}", other},
		{",{\"path\":\"abcdefg\x80h\"}", other},
		{`,{"path":"é"}`, other},
		{`,{"path":"abcdefgé"}`, other},
		{`,{"size":"3"}`, other},
		{`,{"size":-3}`, other},
		{`,{"size":+3}`, other},
		{`,{"size":03}`, other},
		{`,{"size":3.0}`, other},
		{`,{"size":3e1}`, other},
		{`,{"size":}`, other},
		{`,{"size":1234567890123456789}`, other},
		{` ]`, other},

		{``, short},
		{` `, short},
		{`,`, short},
		{`,{"re`, short},
		{`,{"repo"`, short},
		{`,{"repo":`, short},
		{`,{"repo":"de`, short},
		{`,{"repo":"dev"`, short},
		{`,{"repo":"dev",`, short},
		{`,{"size":12`, short},
	} {
		t.Run(c.text, func(t *testing.T) {
			var r plainRow
			n, isShort := r.read([]byte(c.text))
			got := other
			switch {
			case n > 0:
				got = plain
			case isShort:
				got = short
			}
			if got != c.want {
				t.Fatalf("read = %d, %t: %s, want %s", n, isShort, got, c.want)
			}
			if n > 0 {
				sameAsJSON(t, []byte(c.text[:n]), &r)
			}
		})
	}
}

func sameAsJSON(t *testing.T, text []byte, r *plainRow) {
	t.Helper()
	var want map[string]any
	d := json.NewDecoder(bytes.NewReader(bytes.TrimLeft(text, " \r\n\t,")))
	d.UseNumber()
	if err := d.Decode(&want); err != nil {
		t.Fatalf("encoding/json reads no row: %v", err)
	}
	for key, value := range want {
		field, _ := fieldOf([]byte(key))
		if got := string(r.fields[field]); !r.has[field] || got != fmt.Sprint(value) {
			t.Errorf("%s = %q, want %v", key, got, value)
		}
		r.has[field] = false
	}
	if r.has != [fieldsOfRow]bool{} {
		t.Errorf("fields that are not there: %v", r.has)
	}
}

// Rows that are plain and rows that are not may come in any order, and in pieces of any size.
func TestPlainRowsBetweenOthers(t *testing.T) {
	plain := func(n int) string {
		return fmt.Sprintf(`{"repo":"dev","path":"app/%d","name":"manifest.json","size":%d}`, n, n)
	}
	odd := func(n int) string {
		return fmt.Sprintf(`{"properties":[{"key":"}"}],"name":"\u006danifest.json","path":"app/%d","repo":"dev","size":"%d"}`, n, n)
	}
	for _, c := range []string{"p", "o", "po", "op", "ppp", "ppoop", "opppopo", "ooppp", "pwp", "wwpo", strings.Repeat("ppppppppo", 500)} {
		var rows []string
		var want []scan.File
		for n, kind := range c {
			row := plain(n)
			switch kind {
			case 'o':
				row = odd(n)
			case 'w':
				row = strings.Repeat(" ", 2*longestPlain) + row
			}
			rows = append(rows, row)
			want = append(want, scan.File{Path: fmt.Sprintf("app/%d", n), Name: "manifest.json", Size: int64(n)})
		}
		extent := fmt.Sprintf(`"range":{"total":%d}`, len(rows))
		results := `"results":[` + strings.Join(rows, " ,\n") + ` ]`
		for _, answer := range []string{"{" + results + "," + extent + "}", "{" + extent + "," + results + "}"} {
			for pieces, body := range map[string]io.Reader{
				"at once": strings.NewReader(answer), "byte by byte": iotest.OneByteReader(strings.NewReader(answer)),
			} {
				var got []scan.File
				err := decode(body, "dev", func(f scan.File) error {
					got = append(got, f)
					return nil
				})
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%.20s, %s: %v (-want +got):\n%s", c, pieces, err, diff)
				}
			}
		}
	}
}

// jsontext reads the frame and the first row: the others would take twice the time there.
func TestWhatIsPlainPassesJSONTextBy(t *testing.T) {
	answer := answerOf(3000)
	l, err := read(bytes.NewReader(answer), "docker-dev", func(scan.File) error { return nil })
	if err != nil || l.rows != 3000 {
		t.Fatalf("read = %d rows, %v", l.rows, err)
	}
	if read := l.in.InputOffset(); read > 1000 {
		t.Errorf("jsontext read %d of %d bytes, want the first row and what is around the rows", read, len(answer))
	}
}

// jsontext has not seen the plain rows: a place that it tells would be another one.
func TestWhatIsNoJSONIsToldWithoutAPlace(t *testing.T) {
	answer := bytes.Replace(answerOf(100), []byte(`"range" : {`), []byte(`"range" : }`), 1)
	err := decode(bytes.NewReader(answer), "docker-dev", func(scan.File) error { return nil })
	if err == nil || strings.Contains(err.Error(), "offset") || !strings.Contains(err.Error(), "invalid character '}'") {
		t.Errorf("decode = %v, want what is wrong, and no offset", err)
	}
}
