package aql

import "strconv"

// The database's codes of the item types.
const (
	typeFolder int64 = iota
	typeFile
)

func parseLong(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, refuse("AQL Expect long value but found:" + s)
	}
	return n, nil
}

func parseInteger(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0, refuse("AQL Expect integer value but found:" + s)
	}
	return n, nil
}

// parseType does not know "any", which compares with nothing.
func parseType(s string) (int64, error) {
	switch s {
	case "file":
		return typeFile, nil
	case "folder":
		return typeFolder, nil
	}
	return 0, refuse("Invalid file type: " + s + ", valid types are : file, folder, any")
}
