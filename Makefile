# The commands a person types.  Everything is built below build/.
.PHONY: all demo test check-clients check-long reference-models compare packages format clean

all: build/release/ondol

packages:
	@tools/install-packages

build/release/build.ninja: | packages
	cmake --preset release

.PHONY: build/release/ondol
build/release/ondol: build/release/build.ninja
	cmake --build --preset release --target ondol ondol-remote

# Installs, builds, and shows the product at work on the model that ships.
demo: build/release/ondol
	@tools/demo

# Release and sanitizer builds, unit, golden and end-to-end tests, one minute of fuzzing.
test: packages
	@tools/run-tests

# Real clients, from their registries, against running servers; what cannot be installed here is left out with a line.
check-clients: build/release/ondol
	@tools/check-clients

# ThreadSanitizer, all of UBSan, ARM under qemu, long property tests and fuzzing: an hour or so.
check-long: packages
	@tools/check-long

# The models that docs/shrink.md compares with: hours, and resumable.  DATA holds the texts.
DATA ?= ../shared/data
reference-models: build/release/ondol
	@tools/compare/reference-models $(DATA)

# Small files of Ondol, llama.cpp and ik_llama.cpp at equal bytes, after reference-models; LLAMA_CPP and IK_LLAMA_CPP are their sources.
compare: build/release/ondol
	@tools/compare/build-peers $(LLAMA_CPP) $(IK_LLAMA_CPP)
	@python3 tools/compare/compare.py

format:
	clang-format-14 -i $$(git ls-files 'src/*.h' 'src/*.cpp' 'fuzz/*.cpp' 'bench/*.cpp' 'tests/*.cpp')

clean:
	rm -rf build
