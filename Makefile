# Dewdrop. `make` alone says what there is.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# How often the repeated and random tests run: 1 in `make test`, more in `make torture`.
DEWDROP_TORTURE ?= 1
export DEWDROP_TORTURE

target := $(or $(CARGO_TARGET_DIR),$(shell cargo metadata --no-deps --format-version 1 2>/dev/null | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p'),target)
peers := $(target)/tools/bin/miniserve $(target)/tools/bin/dufs
web_sources := $(shell find web/src web/build web/*.html web/*.ts web/*.js web/*.json -type f 2>/dev/null)
packages := chromium firefox-esr webkit2gtk-driver xvfb xauth ffmpeg age curl faketime openssl python3 strace python3-venv caddy nginx slowhttptest pebble debootstrap libnss3-tools slirp4netns systemd iproute2 libimage-exiftool-perl libheif-examples unzip

.PHONY: help build deb run test test-rust test-web test-browser test-deploy fmt types bench bench-store bench-server bench-browser bench-page torture audit tools clean

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

build: web/dist/desk.html ## install what is missing, build web and server: target/release/dewdrop
	cargo build --release --locked

deb: build $(target)/tools/bin/cargo-deb ## the package for Debian: target/debian/dewdrop_*.deb
	PATH="$(abspath $(target))/tools/bin:$$PATH" cargo deb --no-build --no-dbgsym

$(target)/tools/bin/cargo-deb:
	cargo install cargo-deb --version 3.8.0 --locked --debug --root $(abspath $(target))/tools

run: build ## serve http://127.0.0.1:8080 from ./data and print the set-up address
	$(target)/release/dewdrop serve

# A machine that can not hold another one in a folder says so: the rest is worth running there too.
test: test-rust test-web test-browser ## everything that CI checks
	@if tests/deploy/debian.sh can $(target)/deploy/try; then \
		$(MAKE) --no-print-directory test-deploy && echo "make test: all passed"; \
	else echo "make test: passed, but docs/deploy.md was NOT FOLLOWED on a fresh Debian, see above"; fi

test-rust: web/dist/desk.html tools $(target)/receivers/.installed
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --locked; else cargo test --locked; fi

test-web: web/node_modules/.installed tools
	cd web && npm run --silent lint && npm run --silent check && npm run --silent test

# `cargo test` has built the program; `cargo build` would build it once more, with other features.
test-browser: web/dist/desk.html tests/browser/node_modules/.installed tools $(target)/tus-clients/.installed
	cargo test --locked --no-run
	cd tests/browser && DEWDROP_BINARY="$(abspath $(target))/debug/dewdrop" DEWDROP_TUS_CLIENTS="$(abspath $(target))/tus-clients" npm test --silent

# On a fresh Debian in a folder, as root. Two packages, so that one can follow the other.
test-deploy: tests/browser/node_modules/.installed $(target)/tools/bin/cargo-deb tools ## install, update, remove; docs/deploy.md to the letter
	cargo test --locked --no-run
	rm -rf $(target)/deploy/packages && mkdir -p $(target)/deploy/packages/{first,next}
	export PATH="$(abspath $(target))/tools/bin:$$PATH"; \
	cargo deb --quiet --no-build --profile dev --fast --no-dbgsym --deb-revision 1 -o $(target)/deploy/packages/first/; \
	cargo deb --quiet --no-build --profile dev --fast --no-dbgsym --deb-revision 2 -o $(target)/deploy/packages/next/
	cd tests/browser && DEWDROP_DEPLOY="$(abspath $(target))/deploy" npx vitest run --config vitest.deploy.config.ts

fmt: web/node_modules/.installed ## format everything
	cargo fmt
	cd web && npm run --silent fmt

types: web/node_modules/.installed ## renew docs/openapi.json and web/src/api/schema.ts from the code
	DEWDROP_RENEW=1 cargo test --locked --test api document::the_document_in_docs
	cd web && npm run --silent types

bench: bench-store bench-server bench-browser bench-page ## measure; renews docs/benchmarks.md

bench-store:
	cargo bench --locked

# Beside other servers, many slow uploads, slow sockets: lines of JSON in target/bench.
bench-server: build tools $(target)/bench/venv/.installed benches/server/node_modules/.installed $(peers)
	cd benches/server && export CARGO_TARGET_DIR="$(abspath $(target))" && for bench in ingest download many slow; do python3 $$bench.py; done

bench-page: $(target)/bench/venv/.installed
	CARGO_TARGET_DIR="$(abspath $(target))" $(target)/bench/venv/bin/python benches/report.py

# Runs of the browser: lines of JSON into target/bench/browser.json, and a table.
bench-browser: build benches/node_modules/.installed tests/browser/node_modules/.installed tools
	cd benches && DEWDROP_BINARY="$(abspath $(target))/release/dewdrop" DEWDROP_BENCH="$(abspath $(target))/bench" npm run --silent browser

torture: DEWDROP_TORTURE = 20
torture: export NEXTEST_PROFILE = torture
torture: test-rust test-web test-browser ## the repeated and random tests, many times more

audit: ## known faults of what is depended on
	cargo deny check bans licenses sources
	cargo deny check advisories || echo "AUDIT INCOMPLETE: the advisory database could not be asked, or names something (see above)"
	cd web && npm audit || echo "AUDIT INCOMPLETE: npm's advisories could not be asked, or name something (see above)"

# Debian's packages that the tests drive. dpkg-query fails when it has never heard of one.
tools:
	@missing=$$({ dpkg-query -W -f '$${db:Status-Status} $${Package}\n' $(packages) 2>/dev/null || true; } | awk '$$1 == "installed" { print $$2 }' | sort | comm -13 - <(printf '%s\n' $(packages) | sort)); \
	if [ -n "$$missing" ]; then \
		echo "installing for the tests:" $$missing; \
		as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
		$$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -qqy --no-install-recommends $$missing >/dev/null; \
	fi

# Servers that ours is measured beside.
$(target)/tools/bin/miniserve:
	cargo install miniserve --version 0.35.0 --locked --root $(abspath $(target))/tools

$(target)/tools/bin/dufs:
	cargo install dufs --version 0.47.0 --locked --root $(abspath $(target))/tools

$(target)/bench/venv/.installed: benches/server/requirements.txt | tools
	python3 -m venv $(target)/bench/venv
	$(target)/bench/venv/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

benches/server/node_modules/.installed: benches/server/package-lock.json
	cd benches/server && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

# The mail server that alerts are delivered to in tests.
$(target)/receivers/.installed: tests/api/alerts/receivers.txt | tools
	python3 -m venv $(target)/receivers
	$(target)/receivers/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# A tus client that is not ours, in Python.
$(target)/tus-clients/.installed: tests/browser/tus-clients.txt | tools
	python3 -m venv $(target)/tus-clients
	$(target)/tus-clients/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

tests/browser/node_modules/.installed: tests/browser/package-lock.json
	cd tests/browser && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

benches/node_modules/.installed: benches/package-lock.json
	cd benches && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

web/dist/desk.html: web/node_modules/.installed $(web_sources)
	cd web && npm run --silent build

clean: ## what was built; never ./data
	rm -rf web/dist web/node_modules tests/browser/node_modules benches/node_modules benches/server/node_modules
	cargo clean
