package scenario

// Plan is what the host wants of a machine, written to PlanFile.
type Plan struct {
	Runs []Run
	// Shell is a story in whose world a person wants a prompt.
	Shell string `json:",omitempty"`
}

// Where things lie in the directory that host and guest share.
const (
	PlanFile     = "plan.json"
	OutcomesFile = "outcomes.json"
	Scripts      = "scenarios"
	Corpus       = "corpus"
	Results      = "results"
)
