# RMOS. `make help` lists what there is. Everything sets itself up: only Python 3.11 and make are needed.

PYTHON ?= python3
FUZZ ?= -max_total_time=300
UV := $(CURDIR)/.tools/uv/bin/uv
BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true
export GOFLAGS := -mod=mod
# Many container images set it; with it every start of a server compiles anew all it imports: two seconds instead of one.
export PYTHONDONTWRITEBYTECODE :=
PACKAGES := foundation feasibility_svc runs_svc rpckit testkit clients/python/rmos_client
MIRRORED := tests/feasibility_svc tests/runs_svc feasibility_svc/domain runs_svc/domain
WEB_SOURCES := $(shell find clients/web/src clients/typescript/src/gen -type f -not -path 'clients/web/src/gen/*') clients/web/build.mjs
CHECKED := $(PACKAGES) protos tests bench examples

.DEFAULT_GOAL := help
.PHONY: help setup run test coverage words format protos serve serve-web web chromium docs cookbook bench bench-quick bench-page bench-check practice mutation mutation-reader fuzz network stores traffic campaign nonsense units check-deploy wheels installed lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.test ## Install everything a developer needs into .venv

run: .venv/.run ## Start both servers, run the main job on a real rosette, show what happened, stop
	@$(BIN)/python examples/tour.py

test: .venv/.test chromium ## Everything a change must pass: format, lint, types, contracts, stub drift, tests, full coverage of the domains
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CHECKED)
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code protos
	@$(BIN)/pytest $(MIRRORED) --cov=feasibility_svc/domain --cov=runs_svc/domain --cov-fail-under=100
	@$(BIN)/pytest $(addprefix --ignore=,$(MIRRORED))

coverage: .venv/.test ## The tests again, with the branches covered of everything, servers included
	$(BIN)/pytest --cov --cov-report=term

format: .venv/.test ## Format the sources
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/buf format --write protos

protos: .venv/.test ## Generate the stubs of every language and build/rmos.binpb
	$(BIN)/python protos/generate.py

serve: .venv/.run ## Keep both servers up on their usual ports (Ctrl-C stops them)
	@$(BIN)/python -m deploy.serve

web: clients/web/dist/index.html ## Build the workshop page into clients/web/dist

serve-web: .venv/.web web ## The same behind HTTPS with JSON, gRPC-Web and the page; WEB="--listen 0.0.0.0:8443" lets others in
	@$(BIN)/python -m deploy.serve --web $(WEB)

chromium: ## Install Debian's Chromium, in which the page is tested, where it is not
	@command -v chromium > /dev/null || { root=$$(test "$$(id -u)" = 0 || echo sudo); $$root apt-get update -qq && \
		$$root apt-get install -y -qq --no-install-recommends chromium > /dev/null; } || \
		{ echo "the tests of the page need Chromium: install your system's package, so that \`chromium\` is found"; exit 1; }

wheels: .venv/.build ## Build the wheels of the servers and of the client, and the descriptor set, into dist/
	$(UV) build -q --wheel --all-packages --out-dir dist
	$(BIN)/buf build protos --as-file-descriptor-set -o dist/rmos.binpb

installed: .venv/.test wheels ## Install the wheels into an empty environment, and have what is installed serve, judge and record
	@$(BIN)/python -m tests.deploy.installed

docs: .venv/.test ## Build the documentation site into build/docs/html, and check every link between its pages
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/docs.lock
	@$(BIN)/python docs/site/build.py

cookbook: .venv/.test .tools/bin/grpcurl ## Call every method with grpcurl, and write down what real servers answer
	@$(BIN)/python -m examples.cookbook.page

units: ## Have systemd check the units in deploy/systemd
	@mkdir -p build/units/bin && cp deploy/systemd/*.service build/units
	@for unit in feasibility runs; do printf '#!/bin/sh\n' > build/units/bin/rmos-$$unit; done; chmod +x build/units/bin/*
	@sed -i 's#/opt/rmos#$(CURDIR)/build/units#' build/units/*.service
	systemd-analyze verify build/units/*.service

check-deploy: $(UV) ## Check Dockerfile, compose file, manifests and alert rules against their schemas; nothing is started
	@command -v promtool > /dev/null || { echo "promtool is missing; Debian has it in the package prometheus"; exit 1; }
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .tools/deploy
	@$(UV) pip install --quiet --python .tools/deploy/bin/python --require-hashes -r requirements/deploy.lock
	.tools/deploy/bin/hadolint deploy/docker/Dockerfile
	.tools/deploy/bin/check-jsonschema --builtin-schema vendor.compose-spec deploy/docker/compose.yaml
	.tools/deploy/bin/kubernetes-validate --strict $(wildcard deploy/kubernetes/*/*.yaml)
	promtool check config deploy/prometheus/prometheus.yaml
	promtool test rules tests/deploy/alerts.test.yaml

bench: .venv/.test ## Measure, and print each ratio beside its demand
	@$(BIN)/python -m bench

bench-quick: .venv/.test ## The same in under a minute, less exact
	@$(BIN)/python -m bench --quick

bench-page: .venv/.test clients/web/dist/index.html ## Measure the page in Chromium, with a store of 10,000 runs
	@$(BIN)/python -m bench.page

bench-check: .venv/.test ## Measure, and fail where a ratio is below its demand
	@$(BIN)/python -m bench --check

practice: .venv/.test ## Say what the engine thinks of setups people run, recommend or regretted, and where it surprises
	@$(BIN)/python -m bench.practice

lock: $(UV) ## Resolve the dependencies anew and write requirements/*.lock
	$(UV) lock --upgrade
	$(UV) export -q --frozen --no-header --no-emit-workspace --no-dev --all-extras -o requirements/run.lock
	$(UV) export -q --frozen --no-header --no-emit-workspace --only-group web -o requirements/web.lock
	$(UV) export -q --frozen --no-header --no-emit-workspace --only-group build -o requirements/build.lock
	$(UV) export -q --frozen --no-header --no-emit-workspace --all-groups --all-extras -o requirements/test.lock

mutation: .venv/.test ## Change physics and decisions in 7,800 ways and see that a test catches each (hours; SAMPLE=8: of each module 8; AGAIN=1: what survived)
	@$(call mutate,mutation,cosmic-ray.toml,tests/bench tests/feasibility_svc/domain feasibility_svc/domain \
		--ignore=tests/feasibility_svc/domain/gcode --ignore=feasibility_svc/domain/gcode)

mutation-reader: .venv/.test ## The same for what words, codes and arcs of programs mean (SAMPLE=15: of each module 15; AGAIN=1: what survived)
	@$(call mutate,reader,reader.toml,tests/feasibility_svc/domain/gcode feasibility_svc/domain/gcode)

define mutate
	mkdir -p build
	$(if $(AGAIN),,rm -f build/$(1).sqlite build/$(1).reach
	$(BIN)/cosmic-ray init tests/mutation/$(2) build/$(1).sqlite
	$(BIN)/python tests/mutation/sample.py build/$(1).sqlite tests/mutation/$(2) $(SAMPLE))
	AGAIN=$(AGAIN) $(BIN)/python -m tests.mutation.run build/$(1).sqlite $(3)
	$(BIN)/python -m tests.mutation.survivors build/$(1).sqlite
endef

fuzz: .venv/.test ## Fuzz the reader of programs for five minutes; FUZZ="-max_total_time=3600" goes on for an hour
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/fuzz.lock
	@mkdir -p build/fuzz/corpus
	@cd build/fuzz && PYTHONPATH=$(CURDIR) $(BIN)/python $(CURDIR)/tests/fuzz/programs.py $(FUZZ) corpus

network: .venv/.test .tools/bin/grpcurl ## Do docs/network.md step by step, with grpcurl, buf, Go and TypeScript
	@cd clients/typescript && (test -d node_modules || $(BIN)/npm ci) && $(BIN)/npm run --silent build
	@$(BIN)/python -m tests.end_to_end.network_page

STORES = kills=5 writers=100 flipped_bits=20 models=5 rebuilds=6 resumed_uploads=10 nonsense=30

stores: .venv/.test ## Every test of the stores, and the promises on PostgreSQL with a folder and with S3, two servers and moves too
	@$(BIN)/pytest tests/stores tests/administration/test_move.py tests/administration/test_move_refused.py \
		tests/administration/test_grown_store.py tests/end_to_end/test_two_servers.py tests/journeys/test_growing.py
	@$(BIN)/python -m tests.promises store=postgres+folder $(STORES)
	@$(BIN)/python -m tests.promises store=postgres+s3 $(STORES) servers=12 balanced_servers=14 moves=8

traffic: .venv/.test ## Five minutes of mixed traffic at two servers on PostgreSQL and S3: a sound store, flat memory and descriptors
	@$(BIN)/python -m tests.promises store=postgres+s3 traffic_seconds=300

campaign: .venv/.test ## Try every promise of docs/reliability.md long (hours); PROMISES="kills=50 models=100" tries some
	@$(BIN)/python -m tests.promises $(PROMISES)

nonsense: .venv/.test ## Send every method 3000 calls of nonsense and see that each is answered (half an hour)
	@$(BIN)/python -m tests.promises nonsense=3000

clean: ## Remove everything that was installed or built
	rm -rf .venv .tools build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf clients/typescript/node_modules clients/typescript/dist
	rm -rf clients/web/node_modules clients/web/dist clients/web/src/gen

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "RMOS needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -m venv .tools/uv
	@.tools/uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.8

.tools/bin/grpcurl: | .venv/.build
	@GOBIN=$(CURDIR)/.tools/bin $(BIN)/go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3

.venv/.venv: $(UV)
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv
	@touch $@

# requirements/*.lock pin every version by digest and name no index, so that a mirror serves as well.
.venv/.run: .venv/.venv requirements/run.lock pyproject.toml clients/python/pyproject.toml
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e . -e clients/python
	@touch $@

.venv/.build: .venv/.run requirements/build.lock
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/build.lock
	@touch $@

.venv/.web: .venv/.run requirements/web.lock
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/web.lock
	@touch $@

# npm comes with the requirements of the door, and with those of the tests
clients/web/node_modules/.package-lock.json: clients/web/package-lock.json | .venv/.web
	@cd clients/web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clients/web/dist/index.html: $(WEB_SOURCES) clients/web/node_modules/.package-lock.json
	@cd clients/web && npm run --silent build

.venv/.test: .venv/.run requirements/test.lock
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/test.lock
	@touch $@
