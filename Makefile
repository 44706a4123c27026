# The commands a person types.  Everything is built below build/.
.PHONY: all demo test check-clients check-long packages format clean

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

# Real clients against a running server; none yet.
check-clients:
	@echo "check-clients: no client programs yet (they come with ondol serve)"

# ThreadSanitizer, ARM under qemu, long property tests and fuzzing: an hour or so.
check-long: packages
	@tools/check-long

format:
	clang-format-14 -i $$(git ls-files 'src/*.h' 'src/*.cpp' 'fuzz/*.cpp' 'bench/*.cpp' 'tests/*.cpp')

clean:
	rm -rf build
