package artifactory

import "strings"

// texts keeps strings that live about as long as one another, many in one piece
// of memory: an allocation for each would be one for each row.
type texts struct{ piece *strings.Builder }

const textPiece = 32 << 10 // bytes

func (t *texts) keep(text []byte) string {
	if t.piece == nil || t.piece.Cap()-t.piece.Len() < len(text) {
		t.piece = &strings.Builder{}
		t.piece.Grow(max(textPiece, len(text)))
	}
	from := t.piece.Len()
	t.piece.Write(text)
	return t.piece.String()[from:]
}
