package artifactory

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/sigsync/sigsync/internal/scan"
)

// answerOf is an answer of that many rows as the server writes it: a manifest
// and two blobs in every folder.
func answerOf(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("\n{\n\"results\" : [ ")
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		sum := sha256.Sum256(fmt.Append(nil, i))
		name := "manifest.json"
		if i%3 > 0 {
			name = fmt.Sprintf("sha256__%x", sum)
		}
		fmt.Fprintf(&b, "{\n  \"repo\" : \"docker-dev\",\n  \"path\" : \"team-%02d/app-%05d/sha256-%064x.sig\",\n  \"name\" : %q,\n  \"size\" : %d,\n  \"sha256\" : \"%x\"\n}",
			i/300%50, i/30, i/3, name, 233+i, sum)
	}
	fmt.Fprintf(&b, " ],\n\"range\" : {\n  \"start_pos\" : 0,\n  \"end_pos\" : %d,\n  \"total\" : %d\n}\n}\n", rows, rows)
	return b.Bytes()
}

// BenchmarkDecode reads 100,000 rows.
func BenchmarkDecode(b *testing.B) {
	const rows = 100_000
	answer := answerOf(rows)
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		visited := 0
		err := decode(bytes.NewReader(answer), "docker-dev", func(scan.File) error {
			visited++
			return nil
		})
		if err != nil || visited != rows {
			b.Fatalf("decode: %d rows, %v", visited, err)
		}
	}
	b.ReportMetric(float64(len(answer))/rows, "answer-B/row")
}
