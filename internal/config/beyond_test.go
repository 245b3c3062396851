package config_test

// beyondSchema are the bad files of other tests that a schema cannot refuse, by the
// names of the tests, and why.
func beyondSchema() map[string]string {
	why := map[string]string{}
	for reason, names := range map[string][]string{
		"it does not know variables": {
			"TestParseProblemsOfTypes/infinite_variable", "TestParseProblemsOfTypes/negative_infinite_variable",
			"TestParseProblemsOfTypes/not_a_number",
			"TestParseProblemsOfReferences/unset", "TestParseProblemsOfReferences/not_UTF-8",
			"TestParseProblemsOfReferences/duration_without_unit",
			"TestParseNeverShowsVariables/number", "TestParseNeverShowsVariables/choice", "TestParseNeverShowsVariables/URL",
			"TestParseNeverShowsVariables/repository",
			"TestParseProblemsOfNotify/empty_URL",
			"TestParseProblemsOfAuth/empty_variable", "TestParseProblemsOfAuth/empty_default",
		},
		"it sees values, and not how YAML writes them": {
			"TestParseProblemsOfTypes/tag_for_a_string", "TestParseProblemsOfTypes/hexadecimal",
			"TestParseFollowsAliasesUpToTheLimit/one_more", "TestParseRefusesAliasBombs/list",
			"TestParseProblemsOfTheDocument/two_documents", "TestParseProblemsOfTheDocument/empty_second_document",
			"TestParseProblemsOfTheDocument/broken_second_document", "TestParseProblemsOfTheDocument/too_large",
		},
		"it does not calculate": {
			"TestParseProblemsOfTypes/huge", "TestParseProblemsOfDurations/9999999h/retry",
			"TestParseProblemsOfSettings/shrinking_wait", "TestParseProblemsOfSettings/minute_60",
			"TestParseProblemsOfSettings/no_such_day", "TestParseProblemsOfSettings/port",
		},
		"it has no list of them": {"TestParseProblemsOfSettings/timezone"},
		"it reads no templates": {
			"TestParseProblemsOfNotify/template", "TestParseProblemsOfNotify/function", "TestParseProblemsOfNotify/template_with_a_variable",
		},
		"it does not look up a server by its name": {
			"TestParseProblemsOfPairs/slash",
			"TestParseProblemsOfServerNames/unknown", "TestParseProblemsOfServerNames/unknown_beside_one",
			"TestParseRefusesWhatAPlainRegistryHasNot/copy", "TestParseRefusesWhatAPlainRegistryHasNot/promote",
			"TestParseRefusesWhatAPlainRegistryHasNot/a_slash_on_Artifactory",
		},
		"it does not compare pairs": {
			"TestParseProblemsBetweenPairs/cycle", "TestParseProblemsBetweenPairs/long_cycle",
			"TestParseProblemsBetweenPairs/cycle_after_a_chain", "TestParseProblemsBetweenPairs/two_cycles",
			"TestParseProblemsBetweenPairs/cycle_under_two_names_of_a_server",
			"TestParseProblemsBetweenPairs/itself", "TestParseProblemsBetweenPairs/itself_under_another_name",
			"TestParseProblemsBetweenPairs/equal_ends", "TestParseProblemsBetweenPairs/equal_targets",
			"TestParseProblemsBetweenPairs/equal_names", "TestParseProblemsBetweenPairs/default_name_taken",
			"TestParseProblemsBetweenPairs/equal_repositories_on_two_servers",
			"TestParseProblemsBetweenPairs/equal_names_of_broken_pairs",
		},
	} {
		for _, name := range names {
			why[name] = reason
		}
	}
	return why
}
