package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// editJSON has somebody change a value in a JSON file, or take it out:
//
//	edit FILE KEY.KEY.0.KEY [JSON]
func editJSON(ts *testscript.TestScript, _ *world, args []string) error {
	if err := arguments(args, 2, 3, "edit FILE KEY.KEY.0.KEY [JSON]"); err != nil {
		return err
	}
	var v, value any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &v); err != nil {
		return err
	}
	if len(args) == 3 {
		if err := json.Unmarshal([]byte(args[2]), &value); err != nil {
			return err
		}
	}
	v, err := edited(v, strings.Split(args[1], "."), value, len(args) == 2)
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(ts.MkAbs(args[0]), content, 0o600)
}

func edited(v any, keys []string, value any, gone bool) (any, error) {
	if len(keys) == 0 {
		return value, nil
	}
	last := gone && len(keys) == 1
	switch at := v.(type) {
	case map[string]any:
		if last {
			delete(at, keys[0])
			return at, nil
		}
		inner, err := edited(at[keys[0]], keys[1:], value, gone)
		at[keys[0]] = inner
		return at, err
	case []any:
		n, err := strconv.Atoi(keys[0])
		if err != nil || n >= len(at) {
			return nil, fmt.Errorf("a list of %d has no %s", len(at), keys[0])
		}
		if last {
			return slices.Delete(at, n, n+1), nil
		}
		at[n], err = edited(at[n], keys[1:], value, gone)
		return at, err
	default:
		return nil, fmt.Errorf("%v has no %s", v, keys[0])
	}
}
