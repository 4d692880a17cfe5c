# The commands of this repository. `make` lists them.
GO        ?= go
FUZZTIME  ?= 60s
BENCHTIME ?= 1x
COUNT     ?= 5
SUITE     ?= trixie
SOAK      ?= 1h
# Functions begin at 16 bytes on every machine, not at 32 on some: 100 kB.
LDFLAGS   := -s -w -funcalign=16
# HTTP/2 is left out, which no verifier, webhook or scraper needs: half a megabyte.
TAGS      := nethttpomithttp2
# What reads documents and speaks protocols is compiled small, not fast: nobody waits for it. 400 kB.
SMALL     := $(foreach m,github.com/hashicorp github.com/zclconf github.com/prometheus google.golang.org,-gcflags=$m/...=-l)
TARGETS   := linux/amd64 linux/arm64 linux/arm/6 linux/arm/7 linux/riscv64

.DEFAULT_GOAL := help
.PHONY: help build dist demo test race lint vuln lab torture fuzz bench bench-lab soak golden docs docs-check cover check clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build ./bondctl for this machine, static
	CGO_ENABLED=0 $(GO) build -trimpath -tags '$(TAGS)' -ldflags '$(LDFLAGS)' $(SMALL) -o bondctl ./cmd/bondctl

dist: ## build dist/bondctl-OS-ARCH for every supported machine
	@for t in $(TARGETS); do sh .ci/dist "$$t" '$(LDFLAGS)' '$(TAGS)' $(SMALL) || exit 1; done

demo: build ## the main job: one story described, validated, rendered, planned and applied into a scratch root
	@sh testdata/demo/run ./bondctl

test: ## every test: those of Go, and a selection of scenarios on real kernels
	$(GO) vet ./...
	$(GO) vet -tags torture ./cmd/bondctl
	$(GO) test -tags torture -run "Order|Limit" ./cmd/bondctl
	$(GO) test ./...
	$(GO) run ./cmd/bondlab test

race: ## every test under the race detector
	$(GO) test -race ./...

lint: ## golangci-lint with .golangci.yml
	sh .ci/lint

vuln: ## govulncheck, where its database can be reached
	sh .ci/vuln

lab: ## every scenario on a real kernel, in machines that bondlab builds; goes on where it was stopped; NAME='SCENARIO/STORY/CONSUMER ...' for some, SUITE=bookworm for the older Debian
	$(GO) run ./cmd/bondlab run --resume --suite $(SUITE) $(NAME)

torture: ## every crash point on every backend, on a real kernel; goes on where it was stopped; NAME and SUITE as for lab
	$(GO) run ./cmd/bondlab run --only torture --resume --suite $(SUITE) $(NAME)

fuzz: ## every fuzz target for FUZZTIME
	sh .ci/fuzz $(FUZZTIME)

bench: ## what is measured in time and memory; COUNT runs of each
	bash .ci/bench $(COUNT) $(BENCHTIME)

bench-lab: ## what changes of a running bond cost traffic, and how soon a rollback is felt, on a real kernel; NAME and SUITE as for lab
	$(GO) run ./cmd/bondlab run --only bench --suite $(SUITE) $(NAME)

soak: ## faults at random against the monitor for SOAK, which is 1h, and ten minutes of a busy host; SEED=N for the faults of an earlier run
	$(GO) test -count=1 -timeout 0 -v -run 'TestSoak|TestBusyHost' ./cmd/bondctl/internal/monitor/scenario -busy 10m -soak $(SOAK) $(SEED:%=-seed %)

golden: ## rewrite the golden files; read the difference before you commit it
	UPDATE=1 $(GO) test ./...

docs: ## write the generated pages
	$(GO) run ./cmd/bondctl reference > docs/reference.md.new
	mv docs/reference.md.new docs/reference.md
	rm -f docs/man/*
	$(GO) run ./cmd/bondctl/internal/manpages docs/man

docs-check: docs ## fail when a generated page is not up to date
	git diff --exit-code -- docs
	@test -z "$$(git ls-files --others docs)" || { git ls-files --others docs; echo 'these pages are new: commit them'; exit 1; }

cover: ## statement coverage of schema and generators, by all tests
	$(GO) test -coverpkg=./schema/...,./generators/... -coverprofile=cover.out ./schema/... ./generators/... >/dev/null
	@sh .ci/cover cover.out

check: test race lint docs-check vuln ## everything that CI runs

clean: ## remove what the other targets made
	rm -rf bondctl dist cover.out docs/reference.md.new
