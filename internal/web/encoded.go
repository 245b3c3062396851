package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/sigsync/sigsync/internal/report"
)

// encoded is a report in JSON, compressed: it is kept until the next one comes,
// and that of a hundred thousand findings has tens of megabytes.
type encoded struct {
	zipped []byte
	// size is the number of bytes before compression, and sum their checksum.
	size int64
	sum  string
}

func encode(r *report.Report) (*encoded, error) {
	var b bytes.Buffer
	zip, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("compress report: %w", err)
	}
	sum, size := sha256.New(), counter(0)
	if err := report.JSON(io.MultiWriter(zip, sum, &size), r); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("compress report: %w", err)
	}
	return &encoded{zipped: bytes.Clone(b.Bytes()), size: int64(size), sum: hex.EncodeToString(sum.Sum(nil))}, nil
}

// writeTo writes what the report's encoder wrote.
func (e *encoded) writeTo(w io.Writer) error {
	plain, err := gzip.NewReader(bytes.NewReader(e.zipped))
	if err != nil {
		return fmt.Errorf("decompress report: %w", err)
	}
	if _, err := io.CopyN(w, plain, e.size); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// counter counts the bytes that are written to it.
type counter int64

// Write takes everything.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
