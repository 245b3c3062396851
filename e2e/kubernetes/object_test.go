//go:build k8s

package kubernetes_test

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
)

// object is one of the API server's, as it holds it.
type object map[string]any

// at follows a path of keys and indices, such as status.containerStatuses.0.ready. It is nil where the path ends early.
func (o object) at(path string) any {
	var value any = map[string]any(o)
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// text is what is at a path, if it is a text.
func (o object) text(path string) string {
	s, _ := o.at(path).(string)
	return s
}

// number is what is at a path, if it is a number; nothing there is 0.
func (o object) number(path string) int {
	n, _ := o.at(path).(float64)
	return int(n)
}

func (o object) name() string { return o.text("metadata.name") }

// condition is the status of one of the object's conditions: True, False, Unknown, or empty where there is none.
func (o object) condition(kind string) string {
	conditions, _ := o.at("status.conditions").([]any)
	for _, c := range conditions {
		if condition, _ := c.(map[string]any); condition["type"] == kind {
			status, _ := condition["status"].(string)
			return status
		}
	}
	return ""
}

// String is the object for a reader, without what tells who set which field.
func (o object) String() string {
	shown := maps.Clone(o)
	if metadata, ok := shown["metadata"].(map[string]any); ok {
		metadata = maps.Clone(metadata)
		delete(metadata, "managedFields")
		shown["metadata"] = metadata
	}
	text, err := json.MarshalIndent(map[string]any(shown), "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}
