package aql_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/aql"
)

func TestRefused(t *testing.T) {
	user := aql.Env{CanRead: func(string, string) bool { return true }}
	oss := aql.Env{Admin: true, OSS: true}
	const (
		demand = "For permissions reasons AQL demands the following fields: repo, path and name."
		shown  = "Only the result fields are allowed to use in the sort section."
	)
	for _, c := range []struct {
		name, text string
		env        aql.Env
		want       string
	}{
		{"4.2 bad date", `items.find({"created":"yesterday"})`, admin(), "Invalid Date format: yesterday, AQL expect ISODateTimeFormat or long number"},
		{"4.2 time without a date", `items.find({"created":"T10:00"})`, admin(), "Invalid Date format: T10:00, AQL expect ISODateTimeFormat or long number"},
		{"4.2 bad date deep inside", `items.find({"$or":[{"$msp":[{"updated":"x"}]}]})`, admin(), "Invalid Date format: x, AQL expect ISODateTimeFormat or long number"},
		{"4.2 bad period", `items.find({"created":{"$last":"3 days"}})`, admin(), "Invalid relative date format for: 3 days"},
		{"4.2 unknown unit", `items.find({"created":{"$last":"3h"}})`, admin(), "Invalid relative date format for: 3h"},
		{"4.2 period without a unit", `items.find({"created":{"$before":"3"}})`, admin(), "Invalid relative date format for: 3"},
		{"4.2 empty period", `items.find({"created":{"$before":""}})`, admin(), "Invalid relative date format for: "},
		{"4.2 bad long number", `items.find({"size":"big"})`, admin(), "AQL Expect long value but found:big"},
		{"4.2 bad integer", `items.find({"depth":4294967296})`, admin(), "AQL Expect integer value but found:4294967296"},
		{"4.2 bad type", `items.find({"type":"symlink"})`, admin(), "Invalid file type: symlink, valid types are : file, folder, any"},
		{"4.4 name is demanded", `items.find().include("repo","path")`, user, demand},
		{"4.4 path is demanded", `items.find().include("repo","name")`, user, demand},
		{"4.4 repo is demanded", `items.find().include("path","name","sha256")`, user, demand},
		{"4.5 sort field that is not shown", `items.find().include("repo","path","name").sort({"$asc":["size"]})`, admin(), shown},
		{"4.5 sort field that is not a default", `items.find().sort({"$asc":["name","sha256"]})`, admin(), shown},
		{"4.5 sort field twice", `items.find().sort({"$asc":["name","name"]})`, admin(), "Duplicate fields, all the fields in the sort section should be unique."},
		{"4.5 the OSS edition does not sort", `items.find().sort({"$asc":["name"]})`, oss, "Sorting is not supported by AQL in the open source version"},
		{"4.1 the OSS edition shows no property", `items.find().include("@k")`, oss, "Filtering properties result is not supported by AQL in the open source version"},
		{"4.1 the OSS edition shows no properties", `items.find().include("property.*")`, oss, "Filtering properties result is not supported by AQL in the open source version"},
		{"4.7 transitive wants a repository", `items.find().transitive()`, admin(),
			"When including the transitive property, the repo property has to be specified with the $eq operator"},
		{"4.7 transitive wants one repository", `items.find({"repo":"a"},{"repo":"b"}).transitive()`, admin(),
			"When including the transitive property, only a single repo can be specified"},
		{"4.7 transitive does not sort", `items.find({"repo":"a"}).transitive().sort({"$asc":["name"]})`, admin(),
			"When including the transitive property, sort is not supported by AQL"},
		{"4.7 transitive has no offset", `items.find({"repo":"a"}).transitive().offset(1)`, admin(),
			"When including the transitive property, offset is not supported by AQL"},
	} {
		_, err := parse(t, c.text).Run(everything(fixture()), c.env)
		var got *aql.Refused
		if !errors.As(err, &got) {
			t.Errorf("%s: Run(%s) = %v, want a *Refused", c.name, c.text, err)
			continue
		}
		if diff := cmp.Diff(&aql.Refused{Status: http.StatusBadRequest, Message: c.want}, got); diff != "" || got.Error() != c.want {
			t.Errorf("%s: Run(%s) (-want +got):\n%s", c.name, c.text, diff)
		}
	}
}

func TestNotRefused(t *testing.T) {
	user := aql.Env{CanRead: func(string, string) bool { return true }}
	for _, c := range []struct {
		name, text string
		env        aql.Env
	}{
		{"4.4 the default fields have what is demanded", `items.find()`, user},
		{"4.4 no demand for admins", `items.find().include("size")`, admin()},
		{"4.1 the OSS edition knows property criteria", `items.find({"@k":"v"})`, aql.Env{Admin: true, OSS: true}},
		{"4.7 transitive with one repository", `items.find({"repo":"dev"}).transitive()`, admin()},
	} {
		if _, err := parse(t, c.text).Run(everything(fixture()), c.env); err != nil {
			t.Errorf("%s: Run(%s) = %v", c.name, c.text, err)
		}
	}
}
