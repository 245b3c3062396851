package aql_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const (
	readme   = "dev:./README.txt"
	image    = "dev:app/1.0/manifest.json"
	leftover = "dev:app/_uploads/manifest-sha256__cd.json"
	signed   = "dev:app/sha256-ab.sig/manifest.json"
	promoted = "prod:app/1.0/manifest.json"
)

// In the order of the store.
func all() []string { return []string{readme, image, leftover, signed, promoted} }

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name, criteria string
		want           []string
	}{
		{"4.2 no criteria: all files, no folders", ``, all()},
		{"4.2 $eq is the default", `{"repo":"prod"}`, []string{promoted}},
		{"4.2 $eq", `{"repo":{"$eq":"prod"}}`, []string{promoted}},
		{"4.2 $ne", `{"repo":{"$ne":"prod"}}`, []string{readme, image, leftover, signed}},
		{"4.2 $gt of strings", `{"path":{"$gt":"app/1.0"}}`, []string{leftover, signed}},
		{"4.2 $gte of strings", `{"path":{"$gte":"app/_uploads"}}`, []string{leftover, signed}},
		{"4.2 $lt of strings", `{"path":{"$lt":"app/1.0"}}`, []string{readme}},
		{"4.2 $lte of strings", `{"path":{"$lte":"app/1.0"}}`, []string{readme, image, promoted}},
		{"4.2 path is a dot in the root", `{"path":"."}`, []string{readme}},
		{"4.2 path leaves out the name", `{"path":"app/1.0","name":"manifest.json"}`, []string{image, promoted}},
		{"4.2 case counts", `{"name":"readme.txt"}`, nil},
		{"4.2 numbers", `{"size":5}`, []string{readme}},
		{"4.2 numbers in quotes", `{"size":{"$gt":"5"}}`, []string{leftover, signed}},
		{"4.2 numbers are no strings", `{"size":{"$lt":10}}`, all()},
		{"4.2 $ne of numbers", `{"size":{"$ne":2}}`, []string{readme, leftover, signed}},
		{"4.2 $gte of numbers", `{"size":{"$gte":7}}`, []string{leftover, signed}},
		{"4.2 $lte of numbers", `{"size":{"$lte":5}}`, []string{readme, image, promoted}},
		{"4.2 negative number", `{"size":{"$gt":-1}}`, all()},
		{"4.2 $nmatch of numbers", `{"size":{"$nmatch":5}}`, []string{image, leftover, signed, promoted}},
		{"4.3 depth of files", `{"depth":1}`, []string{readme}},
		{"4.3 depth further down", `{"depth":{"$gt":1}}`, []string{image, leftover, signed, promoted}},
		{"4.3 created_by", `{"created_by":"ann"}`, []string{readme}},
		{"4.3 sha256", `{"sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}`, []string{readme}},
		{"4.3 actual_sha1", `{"actual_sha1":"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"}`, []string{readme}},
		{"4.3 original_md5", `{"original_md5":"5d41402abc4b2a76b9719d911017c592"}`, []string{readme}},
		{"4.3 sha256 that the server does not have is null", `{"sha256":null}`, []string{promoted}},
		{"4.3 sha256 that is there", `{"sha256":{"$ne":null}}`, []string{readme, image, leftover, signed}},
		{"4.3 null differs from any value", `{"sha256":{"$ne":"x"}}`, all()},
		{"4.3 null is no pattern's match", `{"sha256":{"$match":"*"}}`, []string{readme, image, leftover, signed}},
		{"4.3 null compares with nothing", `{"sha256":{"$lt":"z"}}`, []string{readme, image, leftover, signed}},
		{"4.3 nothing compares with null", `{"sha256":{"$match":null}}`, nil},
		{"4.3 numbers are never null", `{"size":null}`, nil},
		{"4.3 numbers differ from null", `{"size":{"$ne":null}}`, all()},
		{"4.4 unknown repository", `{"repo":"dve"}`, nil},
		{"4.7 leftovers of uploads", `{"path":{"$match":"*_uploads"}}`, []string{leftover}},
	} {
		check(t, c.name, c.criteria, c.want)
	}
}

func TestWildcards(t *testing.T) {
	for _, c := range []struct {
		name, criteria string
		want           []string
	}{
		{"4.2 a star is any run", `{"path":{"$match":"*/sha256-*.sig"}}`, []string{signed}},
		{"4.2 a star may be empty", `{"name":{"$match":"*README*.txt*"}}`, []string{readme}},
		{"4.2 a star goes back", `{"name":{"$match":"*a*e?t.*n"}}`, []string{image, signed, promoted}},
		{"4.2 a star finds the last place", `{"path":{"$match":"a*.sig"},"name":{"$match":"*.json"}}`, []string{signed}},
		{"4.2 a question mark is one character", `{"path":{"$match":"app/?.?"}}`, []string{image, promoted}},
		{"4.2 a question mark is not empty", `{"path":{"$match":"app/1.0?"}}`, nil},
		{"4.2 without wildcards it is equality", `{"name":{"$match":"manifest"}}`, nil},
		{"4.2 underscores are no wildcards", `{"name":{"$match":"manifest-sha256__cd_json"}}`, nil},
		{"4.2 percent signs are no wildcards", `{"name":{"$match":"%"}}`, nil},
		{"4.2 $nmatch", `{"name":{"$nmatch":"manifest*"}}`, []string{readme}},
		{"4.2 $eq knows no wildcards", `{"name":"*"}`, nil},
		{"4.2 a pattern longer than the value", `{"path":{"$match":".?"}}`, nil},
	} {
		check(t, c.name, c.criteria, c.want)
	}
}

func TestWildcardsCountCharacters(t *testing.T) {
	for _, c := range []struct {
		pattern string
		want    int
	}{{"?xy", 1}, {"*?xy", 1}, {"??xy", 0}, {"*??xy", 0}, {"*???xy", 0}} {
		q := parse(t, `items.find({"name":{"$match":"`+c.pattern+`"}})`)
		r, err := q.Run(slices.Values([]tree.Item{{Repo: "r", Path: "€xy"}}), admin())
		if err != nil || r.Rows() != c.want {
			t.Errorf("4.2 $match %s of €xy = %v, %v, want %d", c.pattern, r, err, c.want)
		}
	}
}

func TestGroups(t *testing.T) {
	for _, c := range []struct {
		name, criteria string
		want           []string
	}{
		{"4.2 objects are one list", `{"repo":"dev"},{"name":"manifest.json"}`, []string{image, signed}},
		{"4.2 $or", `{"$or":[{"repo":"prod"},{"path":"."}]}`, []string{readme, promoted}},
		{"4.2 braces in $or do not group", `{"$or":[{"repo":"prod","path":"."}]}`, []string{readme, promoted}},
		{"4.2 $and in $or does", `{"$or":[{"$and":[{"repo":"dev","path":"."}]},{"repo":"prod"}]}`, []string{readme, promoted}},
		{"4.2 $and", `{"$and":[{"repo":"dev"},{"path":"."}]}`, []string{readme}},
		{"4.2 $or in $and", `{"$and":[{"$or":[{"path":"."},{"path":"app/1.0"}]},{"repo":"dev"}]}`, []string{readme, image}},
		{"4.2 criteria beside $or", `{"repo":"dev","$or":[{"path":"app/1.0"},{"path":"app/_uploads"}]}`, []string{image, leftover}},
		{"4.1 documented query", `{"repo":"dev","$or":[{"name":"manifest.json"},{"name":"list.manifest.json"}]}`, []string{image, signed}},
	} {
		check(t, c.name, c.criteria, c.want)
	}
}

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		name, criteria string
		want           []string
	}{
		{"4.2 folders of dev", `{"repo":"dev","type":"folder"}`, []string{"dev:./.", "dev:./app", "dev:app/1.0", "dev:app/_uploads", "dev:app/sha256-ab.sig"}},
		{"4.2 any type", `{"repo":"prod","type":"any"}`, []string{"prod:./.", "prod:./app", "prod:app/1.0", promoted}},
		{"4.2 files by name", `{"repo":"prod","type":{"$eq":"file"}}`, []string{promoted}},
		{"4.2 not files", `{"repo":"prod","type":{"$ne":"file"}}`, []string{"prod:./.", "prod:./app", "prod:app/1.0"}},
		{"4.2 a type deep inside", `{"repo":"prod","$or":[{"$and":[{"type":"folder"}]}]}`, []string{"prod:./.", "prod:./app", "prod:app/1.0"}},
		{"4.3 depth of the root", `{"type":"any","depth":0}`, []string{"dev:./.", "prod:./."}},
		{"4.3 depth of folders", `{"type":"folder","depth":1}`, []string{"dev:./app", "prod:./app"}},
	} {
		check(t, c.name, c.criteria, c.want)
	}
}

func TestVirtualRepositories(t *testing.T) {
	members := func(key string) ([]string, bool) {
		return map[string][]string{"virtual": {"dev", "gone"}, "hollow": {}}[key], key == "virtual" || key == "hollow"
	}
	for _, c := range []struct {
		name, criteria string
		want           []string
	}{
		{"4.7 rows of the members", `{"repo":"virtual","path":"app/1.0"}`, []string{image}},
		{"4.7 without the members", `{"repo":{"$ne":"virtual"}}`, []string{promoted}},
		{"4.7 no members", `{"repo":"hollow"}`, nil},
		{"4.7 a physical repository", `{"repo":"prod"}`, []string{promoted}},
		{"4.7 only equality expands", `{"repo":{"$match":"virtual"}}`, nil},
	} {
		env := admin()
		env.Members = members
		got := run(t, `items.find(`+c.criteria+`)`, env).paths()
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: find(%s) (-want +got):\n%s", c.name, c.criteria, diff)
		}
	}
}

func TestRepositories(t *testing.T) {
	for _, c := range []struct {
		criteria string
		want     []string
	}{
		{``, nil},
		{`{"name":"n"}`, nil},
		{`{"repo":"a","name":"n"}`, []string{"a"}},
		{`{"repo":"a"},{"repo":{"$eq":"b"}},{"repo":"a"}`, []string{"a", "b"}},
		{`{"repo":{"$match":"a*"}}`, nil},
		{`{"repo":{"$ne":"a"}}`, nil},
		{`{"repo":null}`, nil},
		{`{"path":"a"}`, nil},
		{`{"@repo":"a"}`, nil},
		{`{"$or":[{"repo":"a"},{"name":"n"}]}`, nil},
		{`{"$or":[{"repo":"a"},{"repo":"b"}]}`, []string{"a", "b"}},
		{`{"$or":[{"$and":[{"repo":"a","name":"n"}]},{"$and":[{"repo":"a","name":"m"}]}]}`, []string{"a"}},
		{`{"$or":[{"repo":"b"},{"repo":"c"}]},{"repo":"a"}`, []string{"a"}},
		{`{"$or":[{"$msp":[{"repo":"a","@k":"v"}]}]}`, nil},
		{`{"$msp":[{"repo":"a","@k":"v"}]}`, []string{"a"}},
	} {
		got := parse(t, `items.find(`+c.criteria+`)`).Repositories()
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Repositories of find(%s) (-want +got):\n%s", c.criteria, diff)
		}
	}
}

// check finds by the criteria in the store of the tests.
func check(t *testing.T, name, criteria string, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, run(t, `items.find(`+criteria+`)`, admin()).paths()); diff != "" {
		t.Errorf("%s: find(%s) (-want +got):\n%s", name, criteria, diff)
	}
}
