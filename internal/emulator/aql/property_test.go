package aql_test

import "testing"

func TestProperties(t *testing.T) {
	for _, c := range []struct {
		name, criteria string
		want           []string
	}{
		{"4.2 key and value", `{"@env":"green"}`, []string{image, promoted}},
		{"4.2 any of several values", `{"@env":"blue"}`, []string{image}},
		{"4.2 another key's value", `{"@note":"green"}`, nil},
		{"4.2 existence by a star", `{"@note":"*"}`, []string{promoted}},
		{"4.2 existence by $match", `{"@docker.manifest":{"$match":"*"}}`, []string{image}},
		{"4.2 existence of a key like that", `{"@docker.*":{"$match":"*"}}`, []string{image}},
		{"4.2 absence", `{"@note":{"$ne":"*"}}`, []string{readme, image, leftover, signed}},
		{"4.2 any key", `{"@*":"odd"}`, []string{promoted}},
		{"4.2 any key with a value like that", `{"@*":{"$match":"o*"}}`, []string{promoted}},
		{"4.2 any property", `{"@*":"*"}`, []string{image, promoted}},
		{"4.2 no property", `{"@*":{"$ne":"*"}}`, []string{readme, leftover, signed}},
		{"4.2 no wildcards in $eq", `{"@env":"gr*"}`, nil},
		{"4.2 no wildcards in the key", `{"@e*":"green"}`, nil},
		{"4.2 $match", `{"@env":{"$match":"b?u*"}}`, []string{image}},
		{"4.2 $ne holds where no value is that", `{"@env":{"$ne":"blue"}}`, []string{readme, leftover, signed, promoted}},
		{"4.2 $nmatch holds where no value is like that", `{"@env":{"$nmatch":"b*"}}`, []string{readme, leftover, signed, promoted}},
		{"4.2 $gt", `{"@env":{"$gt":"blue"}}`, []string{image, promoted}},
		{"4.2 $lt", `{"@env":{"$lt":"green"}}`, []string{image}},
		{"4.2 a number is text", `{"@docker.manifest":1.0}`, []string{image}},
		{"4.2 plain criteria may match different properties", `{"@env":"blue"},{"@env":"green"}`, []string{image}},
		{"4.2 $msp is about one property", `{"$msp":[{"@env":"blue"},{"@env":"green"}]}`, nil},
		{"4.2 $msp: another value of the key", `{"$msp":[{"@env":{"$match":"*e*"}},{"@env":{"$ne":"green"}}]}`, []string{image}},
		{"4.2 $msp: no other value", `{"$msp":[{"@env":"blue"},{"@env":{"$ne":"blue"}}]}`, nil},
		{"4.2 $msp of the halves", `{"$msp":[{"property.key":"note"},{"property.value":{"$match":"o*"}}]}`, []string{promoted}},
		{"4.2 halves without $msp", `{"property.key":"note"},{"property.value":"green"}`, []string{promoted}},
		{"4.2 $msp keeps item criteria", `{"$msp":[{"@env":"green"},{"repo":"prod"}]}`, []string{promoted}},
		{"4.2 $msp with groups inside", `{"$msp":[{"$or":[{"@env":"blue"},{"@note":"odd"}]},{"@*":{"$match":"o*"}}]}`, []string{promoted}},
		{"4.2 $msp goes down into groups", `{"$msp":[{"$and":[{"@env":"blue"},{"@env":"green"}]}]}`, nil},
		{"4.2 $msp joins like the group around it", `{"$or":[{"$msp":[{"@env":"blue"},{"@note":"odd"}]}]}`, []string{image, promoted}},
		{"4.2 $msp tries items without properties", `{"$or":[{"$msp":[{"@env":"blue"},{"path":"."}]}]}`, []string{readme, image}},
		{"4.2 $msp: a negation needs a property", `{"$msp":[{"@env":{"$ne":"blue"}}]}`, []string{image, promoted}},
		{"4.2 $msp in $msp", `{"$msp":[{"@env":"blue"},{"$msp":[{"@env":"green"}]}]}`, []string{image}},
	} {
		check(t, c.name, c.criteria, c.want)
	}
}
