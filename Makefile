# Till: `make` says what there is. Each target does its own set-up; nothing has to be run before.

# One target directory for everything and outside the clone, so that a fresh clone finds the dependencies built.
XDG_CACHE_HOME ?= $(HOME)/.cache
export CARGO_TARGET_DIR ?= $(XDG_CACHE_HOME)/till/target

# With it set, Anchor's IDL code would install a toolchain and change the machine's.
unexport RUSTUP_TOOLCHAIN

ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo localnet pay fund test sequences simulate build-program build-web idl openapi bench-cu bench-indexer bench-api \
	fmt lint clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo: ready ## a first payment, all the way; stays up (ARGS=--once: ends after it)
	@exec "$(CARGO_TARGET_DIR)/debug/till-localnet" demo $(ARGS)

localnet: ready ## the local net: chain, Postgres, indexer and API, until Ctrl-C (ARGS=--fresh: from nothing)
	@exec "$(CARGO_TARGET_DIR)/debug/till-localnet" up $(ARGS)

pay: ## the demo customer pays a payment of a running local net (PAYMENT=pay_…)
	@"$(CARGO_TARGET_DIR)/debug/till-localnet" pay "$(PAYMENT)"

fund: ## a wallet gets SOL and tokens of a running local net, to try the pages with (WALLET=…)
	@"$(CARGO_TARGET_DIR)/debug/till-localnet" fund "$(WALLET)"

test: ## every test, as CI runs it (ARGS goes to cargo-nextest)
	@tools/test $(ARGS)

COUNT ?= 100000
sequences: ## random sequences of the program's instructions (COUNT=1000000: as many; SEED=n: number n again)
	@tools/setup test
	@tools/build-program till --no-idl
	@TILL_SEQUENCES="$(COUNT)" TILL_SEED="$(SEED)" cargo nextest run --workspace --locked --profile sequences \
		-E 'binary(program) & test(/^sequences::/)' $(ARGS)

simulate: COUNT = 20000
simulate: ## the indexer through random faults (COUNT=1000000: as many seeds; SEED=n: seed n again)
	@tools/setup test
	@TILL_SIMULATION_SEEDS="$(COUNT)" TILL_SIMULATION_SEED="$(SEED)" cargo nextest run --workspace --locked \
		--profile sequences -E 'binary(indexer) & test(/^simulation::the_database/)' $(ARGS)

build-program: ## the on-chain program and its IDL (ARGS="--toolchain official" for mainnet)
	@tools/build-program $(ARGS)

build-web: ## the pages: checkout, campaigns, pools, burns, payment links, dashboard
	@tools/setup
	@tools/build-web

idl: ## programs/till/idl.json, from the program
	@tools/build-program --idl-only

openapi: ## api/openapi.json, from the code of the API
	@cargo build --workspace --bin till-api --locked
	@"$(CARGO_TARGET_DIR)/debug/till-api" openapi >"$(CARGO_TARGET_DIR)/openapi.json"
	@mv "$(CARGO_TARGET_DIR)/openapi.json" api/openapi.json

bench-cu: ## compute units of each instruction, printed and written to docs/COMPUTE_UNITS.md
	@tools/build-program --no-idl
	@cargo build --workspace --bin bench-cu --locked
	@"$(CARGO_TARGET_DIR)/debug/bench-cu" $(ARGS)

bench-indexer: ## how fast the indexer is: updates a second, latency, memory (ARGS="--only latency", --json, --quick)
	@tools/setup test
	@cargo bench --workspace --bench bench-indexer --locked -- $(ARGS)

bench-api: ## how fast the API is: reads, creates, webhooks, all at once (ARGS="--only reads", --json, --quick)
	@tools/setup test
	@cargo bench --workspace --bench bench-api --locked -- $(ARGS)

fmt: ## format all Rust code
	@cargo fmt --all

lint: ## clippy, on everything
	@cargo clippy --workspace --all-targets --locked -- -D warnings

clean: ## forget the local net and what was built of this workspace (dependencies stay)
	@rm -rf .till web/dist
	@cargo clean --workspace

# What `demo` and `localnet` need. The workspace is named so that dependencies get the features that `make test` gives
# them: with the package alone they would be compiled twice.
.PHONY: ready
ready:
	@tools/setup
	@tools/build-web
	@tools/build-program --no-idl
	@cargo build --workspace --bin till-localnet --locked
