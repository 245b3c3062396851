package cosign

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// members are those of a JSON object, each value byte for byte as it was
// written: json.Marshal would space and escape it anew.
type members map[string]json.RawMessage

// encode writes the object, its members sorted by name.
func (m members) encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b.WriteByte(',')
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		b.Write(quoted)
		b.WriteByte(':')
		b.Write(m[name])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// array writes the values as one, each as it is.
func array(values []json.RawMessage) json.RawMessage {
	b := []byte{'['}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, v...)
	}
	return append(b, ']')
}
