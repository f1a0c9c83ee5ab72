# Everything is built with optimization: debug builds are too slow to train with.
SWIFT_BUILD = swift build -c release --explicit-target-dependency-import-check error
BOOK = .build/release/book
SWIFT_FORMAT = --recursive --parallel --configuration .swift-format \
  Package.swift Plugins Sources Tests Examples chapters

.PHONY: help book test check full mpi fuzz kills pillow sanitize bench bench-torch build dist setup setup-weaving \
  format lint clean

help:
	@echo "make book    install what is missing, build, run and check every chapter, weave out/book/index.html"
	@echo "make test    the same set-up, then all tests and an exact check of every chapter"
	@echo "make build   install what is missing and build (make setup only installs)"
	@echo "make full    make the whole runs again, hours, and hold them against their ledgers; goes on where it stopped"
	@echo "make mpi     install Open MPI, build with it, and train a moment on two ranks: docs/machines.md"
	@echo "make fuzz    a million damaged files for every reader, with a new seed (MINUTES=60: as many as that allows)"
	@echo "make kills   kill -9 at COUNT=200 random moments of chapters 3 and 6, each gone on with to the same bits"
	@echo "make pillow  COUNT=2000 generated pictures, read here and by Pillow (PYTHON=.venv/bin/python)"
	@echo "make sanitize  the tests of files, tensors and threads under the address and the thread sanitizer"
	@echo "make check   only the check of every chapter"
	@echo "make bench   time whole iterations and their convolutions (make bench-torch: beside PyTorch, which it installs)"
	@echo "make dist    after make book: a tarball with book, goldens and pages for Linux machines without Swift"
	@echo "make format  rewrite the sources as .swift-format says (make lint only looks)"

setup:
	@scripts/install-dependencies

setup-weaving:
	@scripts/install-dependencies weaving

build: setup
	@scripts/quietly "building" out/logs/build.log $(SWIFT_BUILD)

# Its exit code says whether all numbers are PyTorch's; the pages are woven in any case.
book: setup-weaving build
	@$(BOOK) make

test: setup-weaving lint
	@scripts/tensorboard-environment || true
	@scripts/quietly "building the tests" out/logs/build-tests.log $(SWIFT_BUILD) --build-tests
	@scripts/quietly "building a chapter without optimization" out/logs/build-debug.log \
	  swift build --product ch03-dcgan-cifar10
	@scripts/quietly "building book without optimization" out/logs/build-debug-book.log swift build --product book
	@BOOK_DEBUG_BUILD=$(CURDIR)/.build/debug scripts/run-tests -c release --skip-build
	@scripts/run-browser-tests
	@$(BOOK) check --exact
	@$(BOOK) check --profile full --iterations 100

check: build
	@$(BOOK) check

# Hours. Ctrl-C saves a checkpoint, and the next call goes on from it.
full: build
	@$(BOOK) check --profile full --resume

mpi:
	@scripts/install-dependencies mpi
	@for product in book ch03-dcgan-cifar10 ch06-progan-training; do scripts/quietly "building $$product with MPI" \
	  out/logs/build-mpi-$$product.log $(SWIFT_BUILD) --traits MPI --scratch-path .build-mpi --product $$product || exit; \
	  done
	@scripts/on-many-machines -n 2 .build-mpi/release/ch03-dcgan-cifar10 --act repaired --iterations 4 --out out/mpi \
	  --overwrite

fuzz: build
	@scripts/fuzz

kills: build
	@scripts/kill-and-resume

pillow: build
	@scripts/compare-with-pillow

sanitize: setup
	@scripts/sanitize

bench: build
	@$(BOOK) bench

bench-torch: build
	test -x .venv/bin/python || python3 -m venv .venv
	.venv/bin/pip install --quiet -r goldens/reference/requirements.txt
	.venv/bin/python benchmarks/bench_torch.py

# The checker for machines without Swift; scripts/try-dist tries it in a root folder of its own.
dist: setup
	@scripts/make-dist

lint:
	@swift format lint --strict $(SWIFT_FORMAT)
	@scripts/lint-chapters
	@scripts/lint-lines
	@scripts/lint-dependencies
	@scripts/lint-python

format:
	swift format --in-place $(SWIFT_FORMAT)
	@scripts/lint-python --fix

clean:
	rm -rf .build .build-mpi .build-address .build-thread out
