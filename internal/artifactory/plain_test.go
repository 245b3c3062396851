package artifactory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/scan"
)

const isPlain, isOther, isShort = "plain", "other", "short"

func plainRows() []struct{ text, want string } {
	return []struct{ text, want string }{
		{`,{"repo":"dev","path":"app/1.0","name":"manifest.json","size":3,"sha256":"ba78"}`, isPlain},
		{" ,\r\n\t{\n  \"repo\" : \"dev\" ,\n  \"size\" : 0\n}", isPlain},
		{`,{"path":"a b/~","name":""} ,{`, isPlain},
		{`,{"size":123456789012345678}`, isPlain},
		{`,{"name":"manifest.json"}x`, isPlain}, // what follows is of the next row

		{`{"repo":"dev"}`, isOther},
		{`,,{"repo":"dev"}`, isOther},
		{`,{}`, isOther},
		{`,{"repo":"dev",}`, isOther},
		{`,{"repo":"dev" "path":"a"}`, isOther},
		{`,{"repo" "dev"}`, isOther},
		{`,{"repo":"dev","repo":"dev"}`, isOther},
		{`,{"repo":null}`, isOther},
		{`,{"repo":"dev","type":"file"}`, isOther},
		{`,{"repo":["dev"]}`, isOther},
		{`,{"r\u0065po":"dev"}`, isOther},
		{`,{"path":"a\/b"}`, isOther},
		{`,{"path":"a\"}`, isOther},
		{`,{"path":"ab\"cdefgh"}`, isOther},
		{",{\"path\":\"a\tb\"}", isOther},
		{",{\"path\":\"abcdefg\x1fh\"}", isOther},
		{",{\"path\":\"abcdefg\x80h\"}", isOther},
		{`,{"path":"é"}`, isOther},
		{`,{"path":"abcdefgé"}`, isOther},
		{`,{"size":"3"}`, isOther},
		{`,{"size":-3}`, isOther},
		{`,{"size":+3}`, isOther},
		{`,{"size":03}`, isOther},
		{`,{"size":3.0}`, isOther},
		{`,{"size":3e1}`, isOther},
		{`,{"size":}`, isOther},
		{`,{"size":1234567890123456789}`, isOther},
		{`,{"name":"` + strings.Repeat("a", 58) + `\u0061"}`, isOther}, // as long as a checksum
		{`,{"sha256":"` + strings.Repeat("a", 63) + `\u0061"}`, isOther},
		{` ]`, isOther},

		{``, isShort},
		{` `, isShort},
		{`,`, isShort},
		{`,{"re`, isShort},
		{`,{"repo"`, isShort},
		{`,{"repo":`, isShort},
		{`,{"repo":"de`, isShort},
		{`,{"repo":"dev"`, isShort},
		{`,{"repo":"dev",`, isShort},
		{`,{"size":12`, isShort},
	}
}

// A text is plain, or is not, or ends before that is known. What is taken for
// plain is what encoding/json reads.
func TestPlainRows(t *testing.T) {
	for _, c := range plainRows() {
		t.Run(c.text, func(t *testing.T) {
			var r plainRow
			n, ended := r.read([]byte(c.text))
			got := isOther
			switch {
			case n > 0:
				got = isPlain
			case ended:
				got = isShort
			}
			if got != c.want {
				t.Fatalf("read = %d, %t: %s, want %s", n, ended, got, c.want)
			}
			if n > 0 {
				sameAsJSON(t, []byte(c.text[:n]), &r)
			}
		})
	}
}

// Whatever row came before, and however it was spelled, a row is read as if it were the first.
func TestPlainRowsBehindAnother(t *testing.T) {
	spelled := plainRows()
	for _, like := range []string{
		`,{"repo":"x","path":"b","name":"c","size":40,"sha256":"ba"}`, " ,\r\n\t{\n  \"repo\" : \"\" ,\n  \"size\" : 7\n}",
		`,{"size":  5}`, `,{"size":06}`, `,{"size":1}`, `,{"repo":"dev"} `, `,{"repo":"d\u0065v"}`, `,{"path":"a","name":"b","size":1}`,
		`,{"repo":"x","path":"b","name":"c","size":40,"sha256":"ba"`, `,{"repo":"x","path":"b","name":"c","size":4`,
	} {
		spelled = append(spelled, struct{ text, want string }{text: like})
	}
	for _, before := range spelled {
		for _, c := range spelled {
			var r, first plainRow
			r.read([]byte(before.text))
			n, short := r.read([]byte(c.text))
			want, wantShort := first.read([]byte(c.text))
			if n != want || short != wantShort || n > 0 && (r.has != first.has || !reflect.DeepEqual(r.fields, first.fields)) {
				t.Errorf("read(%q) behind %q = %d, %t, %q, want %d, %t, %q", c.text, before.text, n, short, r.fields, want, wantShort, first.fields)
			}
		}
	}
}

// A row that is spelled like the one before is not read character by character.
func TestTheSpellingOfTheRowBeforeIsEnough(t *testing.T) {
	var r plainRow
	r.read([]byte(`,{"repo":"dev", "size":3 }`))
	var values [fieldsOfRow][]byte
	const like = `,{"repo":"production", "size":45 }`
	if n := r.spelling.read([]byte(like+","), &values); n != len(like) || string(values[repoField]) != "production" || string(values[sizeField]) != "45" {
		t.Errorf("read = %d, %q, want all %d bytes", n, values, len(like))
	}
	for _, other := range []string{``, `,{"repo":"dev","size":3 }`, `,{"repo":"dev", "size":3}`, `,{"repo":"a\\b", "size":3 }`, `,{"repo":"dev", "size":-3 }`} {
		if n := r.spelling.read([]byte(other), &values); n != 0 {
			t.Errorf("read(%q) = %d, want that it is not spelled so", other, n)
		}
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

// pieces is an answer that comes in pieces; before is told how many came when the
// next is waited for.
type pieces struct {
	left   []string
	came   int
	before func(came int)
}

// Read brings one piece.
func (p *pieces) Read(to []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	p.before(p.came)
	n := copy(to, p.left[0])
	p.left, p.came = p.left[1:], p.came+1
	return n, nil
}

func TestRowsAreShownBeforeMoreIsWaitedFor(t *testing.T) {
	const plain, odd = `{"repo":"dev","path":"a","name":"n","size":3}`, `{"repo":"dev","path":"a","name":"n","size":"3"}`
	shown, want := 0, []int{0, 1, 4, 5, 6}
	body := &pieces{
		left: []string{
			`{"results":[` + plain, "," + plain + "," + plain + "," + odd, "," + plain + `,{"repo":"d`,
			`ev","path":"a","name":"n","size":3}`, `],"range":{"total":6}}`,
		},
		before: func(came int) {
			if shown != want[came] {
				t.Errorf("%d rows were shown of %d pieces, want %d", shown, came, want[came])
			}
		},
	}
	err := decode(body, "dev", func(scan.File) error {
		shown++
		return nil
	})
	if err != nil || shown != 6 {
		t.Errorf("decode = %d rows, %v", shown, err)
	}
}

// Sizes are what strconv takes for them, and 0 where there is none.
func TestSizes(t *testing.T) {
	for _, text := range []string{
		"", "0", "007", "+3", "-3", "1/", "1:", " 1", "1_0", "1e2", "999999999999999999", "1000000000000000000",
		"9223372036854775807", "9223372036854775808", "9999999999999999999", "00000000000000000001",
	} {
		want, wrong := strconv.ParseInt(text, 10, 64)
		r := row{listing: &listing{}}
		got, err := r.number([]byte(text))
		if (err == nil) != (wrong == nil || text == "") || err == nil && got != want {
			t.Errorf("number(%q) = %d, %v, want %d, %v", text, got, err, want, wrong)
		}
	}
}
