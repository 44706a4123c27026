// The main of fuzzers built without libFuzzer: inputs of a corpus, changed at random, until the time is over.
//   fuzz_NAME SECONDS CURRENT_FILE CORPUS_FOLDER
// It does not see which code an input reaches, so it finds less than libFuzzer; but it needs no build of its own: every
// sanitizer build has it.  The input under test stands in CURRENT_FILE while it is tried, so that it is there after a
// crash; an input that takes ten seconds ends the program.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Input = std::vector<uint8_t>;

constexpr size_t kMostBytes = 1 << 16;

std::vector<Input> read_corpus(const char* folder) {
  std::vector<Input> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

// One change: a bit, a byte, a small number, a piece taken out, doubled, or put in from another input; or the end cut.
void change(Input& input, const std::vector<Input>& corpus, ondol::SplitMix64& random) {
  const auto place = [&] { return static_cast<ptrdiff_t>(random.below(input.size() + 1)); };
  if (input.empty()) input.push_back(static_cast<uint8_t>(random.next()));
  const auto at = static_cast<ptrdiff_t>(random.below(input.size()));
  const ptrdiff_t end = at + static_cast<ptrdiff_t>(random.below(static_cast<uint64_t>(std::ssize(input) - at) + 1));
  switch (random.below(8)) {
    case 0:
      input[static_cast<size_t>(at)] ^= static_cast<uint8_t>(1 << random.below(8));
      break;
    case 1:
      input[static_cast<size_t>(at)] = static_cast<uint8_t>(random.next());
      break;
    case 2:
      input[static_cast<size_t>(at)] = static_cast<uint8_t>(random.below(2) == 0 ? 0 : 0xff);
      break;
    case 3:
      input[static_cast<size_t>(at)] = static_cast<uint8_t>(input[static_cast<size_t>(at)] + random.below(5) - 2);
      break;
    case 4:
      input.erase(input.begin() + at, input.begin() + end);
      break;
    case 5: {
      const Input piece(input.begin() + at, input.begin() + end);
      input.insert(input.begin() + place(), piece.begin(), piece.end());
      break;
    }
    case 6: {
      const Input& other = corpus[random.below(corpus.size())];
      const size_t from = random.below(other.size() + 1), n = random.below(other.size() - from + 1);
      input.insert(input.begin() + place(), other.begin() + static_cast<ptrdiff_t>(from),
                   other.begin() + static_cast<ptrdiff_t>(from + n));
      break;
    }
    default:
      if (random.below(4) == 0) input.resize(static_cast<size_t>(at));
  }
  if (input.size() > kMostBytes) input.resize(kMostBytes);
}

}  // namespace

int main(int n_arguments, char** arguments) {
  if (n_arguments != 4) {
    std::fprintf(stderr, "usage: %s SECONDS CURRENT_FILE CORPUS_FOLDER\n", arguments[0]);
    return 2;
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(arguments[1]));
  const std::vector<Input> corpus = read_corpus(arguments[3]);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: no input to begin with\n", arguments[3]);
    return 2;
  }
  const int file = open(arguments[2], O_RDWR | O_CREAT | O_TRUNC, 0644);
  void* current = file < 0 || ftruncate(file, kMostBytes) != 0
                      ? MAP_FAILED
                      : mmap(nullptr, kMostBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (current == MAP_FAILED) {
    std::perror(arguments[2]);
    return 1;
  }
  // Another seed for each run: what is not found today may be found tomorrow.
  const auto seed = static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  ondol::SplitMix64 random(seed);
  int64_t n = 0;
  do {
    Input input = corpus[static_cast<size_t>(n) % corpus.size()];
    if (static_cast<size_t>(n) >= corpus.size()) {
      for (auto changes = 1 + random.below(6); changes > 0; --changes) change(input, corpus, random);
    }
    if (input.size() > kMostBytes) input.resize(kMostBytes);
    if (!input.empty()) std::memcpy(current, input.data(), input.size());
    if (ftruncate(file, static_cast<off_t>(input.size())) != 0) return 1;
    alarm(10);
    // a copy of just this size, so that reading past it is seen
    const Input exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    alarm(0);
    if (ftruncate(file, kMostBytes) != 0) return 1;
    ++n;
  } while (std::chrono::steady_clock::now() < end);
  std::printf("%lld inputs, seed %llu\n", static_cast<long long>(n), static_cast<unsigned long long>(seed));
  std::filesystem::remove(arguments[2]);
  return 0;
}
