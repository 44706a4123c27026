// What several commands read from their command line: models, threads, text, token ids, KV types.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"
#include "cli/cli_messages.h"
#include "cli/console.h"
#include "kernel/kernels.h"
#include "model/model.h"

namespace ondol {

// Fails with kUsage for fewer than 0 or more than 1024 threads; 0 stands for every usable core.
Result<std::unique_ptr<ThreadPool>> make_pool(int n_threads);

// load_model() that fails with kBadInput when the file holds no tokenizer.
Result<Model> load_model_with_tokenizer(const std::string& path, ThreadPool& pool, const LoadOptions& options = {});

// How a model was loaded.
struct Loaded {
  double seconds = 0;
  WeightPlace place = WeightPlace::kRepacked;
};

// Fails with kUsage when the value given for `option` is not in [low, high].
template <class T>
Status check_number(const char* option, T value, T low, T high) {
  if (value >= low && value <= high) return ok();
  return fail(ErrorKind::kUsage, msg::kNumberOutOfRange, option, value, low, high);
}

// A whole file, or standard input for "-".  Fails with kBadInput (no such file, longer than 1 GiB) or kIo.
Result<std::string> read_text_file(const std::string& path);
Result<std::string> read_standard_input();

// "1,2,3", "1 2 3" or "[1, 2, 3]".  Fails with kBadInput.
Result<std::vector<TokenId>> parse_token_ids(std::string_view text);

Result<KvType> parse_kv_type(std::string_view name);
std::string_view kv_type_name(KvType type);
Result<Layout> parse_layout(std::string_view name);

// All tensor types: "BF16, F16, …".
std::string type_names();
// The tensor type of option --type.  Fails with kUsage.
Result<DType> parse_type(std::string_view name);

// "300M", "1.2GB" or "512KiB" of option `option`.  Fails with kUsage.
Result<int64_t> parse_bytes(const char* option, std::string_view text);

// "1.23 GB": three figures and a unit of powers of ten.
std::string readable_bytes(int64_t size_bytes);
// "1234567" as "1,234,567".
std::string readable_count(int64_t n);
// `text` as a JSON string, quotes included; ill-formed bytes are replaced.
std::string json_string(std::string_view text);

}  // namespace ondol
