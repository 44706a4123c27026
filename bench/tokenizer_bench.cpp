// Speed of the tokenizers on one thread: encoding, decoding and loading, median of several rounds.
//
//   tokenizer_bench [DATA [NAME]]   DATA: folder of the shared data sets, default ../shared/data beside the sources;
//                                   NAME: only this vocabulary
//   tokenizer_bench MODEL.gguf      that model's vocabulary on this repository's own README, to see that it runs
//
// One line per case: name, input, MB/s (10^6 bytes of text in a second of processor time), bytes per token.
#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "format/checkpoint.h"
#include "tokenizer/tiktoken.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

constexpr int kRounds = 5;
constexpr size_t kMaxTextBytes = 8 << 20;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Processor time of this thread: encoding waits for nothing, and a busy machine then counts less.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Body>
double median_seconds(Body&& body) {
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    const double start = thread_seconds();
    body();
    seconds.push_back(thread_seconds() - start);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[kRounds / 2];
}

// A text is encoded once whole and once line by line, as requests come.
void measure_text(const std::string& name, const Tokenizer& tokenizer, const std::string& text_name,
                  const std::string& text) {
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  std::vector<TokenId> ids;
  const double whole = median_seconds([&] { ids = tokenizer.encode(text); });
  const double bytes_per_token = static_cast<double>(text.size()) / static_cast<double>(ids.size());
  fmt::print("{:<12} {:<10} encode whole    {:8.1f} MB/s  {:.2f} bytes/token\n", name, text_name, megabytes / whole,
             bytes_per_token);

  size_t n_ids = 0;
  const double lines = median_seconds([&] {
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
      n_ids += tokenizer.encode(std::string_view(text).substr(begin, end - begin)).size();
      begin = end;
    }
  });
  fmt::print("{:<12} {:<10} encode by line  {:8.1f} MB/s\n", name, text_name, megabytes / lines);

  size_t n_bytes = 0;
  const double decode = median_seconds([&] { n_bytes += tokenizer.decode(ids).size(); });
  fmt::print("{:<12} {:<10} decode          {:8.1f} MB/s\n", name, text_name, megabytes / decode);
}

using NamedText = std::pair<std::string, std::string>;  // name, path of the file or its folder

void measure(const std::string& name, const Metadata& metadata, const std::vector<NamedText>& texts) {
  const double load = median_seconds([&] { (void)load_tokenizer(metadata); });
  const auto tokenizer = load_tokenizer(metadata);
  if (!tokenizer) {
    fmt::print("{:<12} skipped: {}\n", name, tokenizer.error().message);
    return;
  }
  fmt::print("{:<12} {:<10} load            {:8.1f} ms\n", name, "", load * 1e3);
  for (const auto& [text_name, path] : texts) {
    std::string file = path;
    if (std::filesystem::is_directory(file)) {
      for (const auto& entry : std::filesystem::directory_iterator(file)) {
        if (entry.path().extension() == ".txt") file = entry.path();
      }
    }
    const std::string text = read_file(file).substr(0, kMaxTextBytes);
    if (text.empty()) fmt::print("{:<12} {:<10} skipped: no {}\n", name, text_name, file);
    else measure_text(name, **tokenizer, text_name, text);
  }
}

void run(const std::string& data, const std::string& only) {
  if (data.ends_with(".gguf")) {
    const auto checkpoint = open_checkpoint(data);
    const std::string readme = ONDOL_SOURCE_DIR "/README";
    if (checkpoint) measure("gguf", checkpoint->metadata, {{"korean", readme + ".ko.md"}, {"english", readme + ".md"}});
    else fmt::print("{:<12} skipped: {}\n", "gguf", checkpoint.error().message);
    return;
  }
  const std::vector<NamedText> texts = {{"korean", data + "/ko-nsmc-raw/corpus_ko_reviews_train_20MB.txt"},
                                        {"english", data + "/en-shakespeare"}};
  const std::string ranks = read_file(data + "/tok-llama3-tiktoken/tokenizer.model");
  if (const auto metadata = read_tiktoken(ranks, "llama-bpe", llama3_special_tokens())) {
    if (!ranks.empty() && (only.empty() || only == "llama-bpe")) measure("llama-bpe", *metadata, texts);
  }
  for (const char* name : {"gpt-2", "starcoder", "llama-spm", "bert-bge"}) {
    if (!only.empty() && only != name) continue;
    const auto checkpoint = open_checkpoint(data + "/tok-gguf-vocabs/ggml-vocab-" + name + ".gguf");
    if (checkpoint) measure(name, checkpoint->metadata, texts);
    else fmt::print("{:<12} skipped: {}\n", name, checkpoint.error().message);
  }
}

}  // namespace
}  // namespace ondol

int main(int argc, char** argv) {
  ondol::run(argc > 1 ? argv[1] : ONDOL_SOURCE_DIR "/../shared/data", argc > 2 ? argv[2] : "");
}
