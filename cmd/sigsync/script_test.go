package main

import (
	"fmt"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the program itself, as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sigsync": loud, "panicking": panicking, "rooted": rooted})
}

// TestScript tells the stories of testdata/script, each against an emulated
// Artifactory of its own. What a command does stands at its function.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", Setup: setUp, Cmds: commands(),
		Condition: condition, RequireExplicitExec: true, RequireUniqueNames: true,
	})
}

// condition tells whether a line in brackets applies: [terminal] where this
// machine has terminals.
func condition(name string) (bool, error) {
	if name != "terminal" {
		return false, fmt.Errorf("unknown condition %s", name)
	}
	return hasTerminals(), nil
}

// command is a line of a story.
type command func(ts *testscript.TestScript, w *world, args []string) error

func vocabulary() map[string]command {
	return map[string]command{
		"artifactory": startArtifactory, "registry": startRegistry, "dockerlogin": dockerLogin,
		"push": push, "sign": sign, "attest": attest, "sbom": attachSBOM, "refer": refer, "deposit": deposit, "mirror": mirror,
		"promote": promote, "copyitem": copyItem, "delete": deleteFiles, "spoil": spoil, "forget": forget,
		"tree": listTree, "manifest": showManifest, "requests": listRequests, "asked": listAsked, "queries": listQueries, "inorder": checkOrder,
		"fault": addFault, "release": release, "meanwhile": meanwhile, "happened": checkErrands,
		"exits": exits, "start": start, "await": await, "terminate": terminate, "crash": crashProgram, "dump": dump, "exited": exited, "terminal": terminal,
		"visit": visit, "event": event, "hangup": hangup, "receiver": startReceiver, "received": received,
		"findings": listFindings, "json": checkJSON, "edit": editJSON, "named": showNamed, "nosecret": checkSecrets,
	}
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	made := map[string]func(*testscript.TestScript, bool, []string){}
	for name, run := range vocabulary() {
		made[name] = func(ts *testscript.TestScript, negated bool, args []string) {
			if negated {
				ts.Fatalf("unsupported: ! %s", name)
			}
			w, _ := ts.Value(worldKey{}).(*world)
			if err := run(ts, w, args); err != nil {
				ts.Fatalf("%s: %v", name, err)
			}
		}
	}
	return made
}

// arguments refuses a line that has not as many arguments as its usage.
func arguments(args []string, least, most int, usage string) error {
	if len(args) < least || len(args) > most {
		return fmt.Errorf("usage: %s", usage)
	}
	return nil
}
