package aql

import (
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// field is a member of a row. The order is the order on the wire.
type field uint8

const (
	fieldRepo field = iota
	fieldPath
	fieldName
	fieldType
	fieldSize
	fieldCreated
	fieldCreatedBy
	fieldModified
	fieldModifiedBy
	fieldUpdated
	fieldDepth
	fieldActualMD5
	fieldActualSHA1
	fieldOriginalMD5
	fieldOriginalSHA1
	fieldProperties
	fieldSHA256
	fieldVirtualRepos
	fieldID

	fieldCount
)

// columns says what the fields are. Those that a user may ask for without
// seeing or comparing anything here have a name only.
var columns = [...]column{
	fieldRepo:         text("repo", func(i *tree.Item) string { return i.Repo }),
	fieldPath:         text("path", pathOf),
	fieldName:         text("name", nameOf),
	fieldType:         {name: "type", number: typeOf, parse: parseType, show: showType},
	fieldSize:         number("size", parseLong, func(i *tree.Item) int64 { return i.Size }),
	fieldCreated:      instant("created", func(i *tree.Item) time.Time { return i.Created }),
	fieldCreatedBy:    text("created_by", func(i *tree.Item) string { return i.CreatedBy }),
	fieldModified:     instant("modified", func(i *tree.Item) time.Time { return i.Modified }),
	fieldModifiedBy:   text("modified_by", func(i *tree.Item) string { return i.ModifiedBy }),
	fieldUpdated:      instant("updated", func(i *tree.Item) time.Time { return i.Updated }),
	fieldDepth:        number("depth", parseInteger, depthOf),
	fieldActualMD5:    text("actual_md5", func(i *tree.Item) string { return i.MD5 }),
	fieldActualSHA1:   text("actual_sha1", func(i *tree.Item) string { return i.SHA1 }),
	fieldOriginalMD5:  text("original_md5", func(i *tree.Item) string { return i.MD5 }),
	fieldOriginalSHA1: text("original_sha1", func(i *tree.Item) string { return i.SHA1 }),
	fieldProperties:   {name: "properties"},
	fieldSHA256:       text("sha256", func(i *tree.Item) string { return i.SHA256 }),
	fieldVirtualRepos: {name: "virtual_repos"},
	fieldID:           {name: "id"},
}

// fieldNamed finds a field of the items domain. Properties are a domain of their own.
func fieldNamed(name string) (field, bool) {
	for f := range fieldCount {
		if columns[f].name == name {
			return f, f != fieldProperties
		}
	}
	return 0, false
}

// The server writes the root of a repository, as a folder and as a name, as a dot.
func pathOf(i *tree.Item) string { return dotted(i.Dir()) }

func nameOf(i *tree.Item) string { return dotted(i.Name()) }

func dotted(path string) string {
	if path == "" {
		return "."
	}
	return path
}

func typeOf(i *tree.Item) int64 {
	if i.Folder {
		return typeFolder
	}
	return typeFile
}

// depthOf counts from 0 at the root of the repository.
func depthOf(i *tree.Item) int64 {
	if i.Path == "" {
		return 0
	}
	return int64(1 + strings.Count(i.Path, "/"))
}
