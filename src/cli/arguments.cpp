#include "cli/arguments.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/byte_count.h"
#include "base/file_map.h"
#include "base/interrupt.h"
#include "cli/cli_messages.h"
#include "measure/measure_messages.h"

namespace ondol {
namespace {

constexpr int kMaxThreads = 1024;
constexpr int64_t kMaxTextBytes = int64_t{1} << 30;
constexpr std::pair<std::string_view, KvType> kKvTypes[] = {
    {"f16", KvType::kF16}, {"q8_0", KvType::kQ8_0}, {"q4_0", KvType::kQ4_0}, {"f32", KvType::kF32}};

}  // namespace

Result<std::unique_ptr<ThreadPool>> make_pool(int n_threads) {
  if (n_threads < 0 || n_threads > kMaxThreads) {
    return fail(ErrorKind::kUsage, msg::kOutOfRange, "--threads", n_threads, "1…1024");
  }
  return std::make_unique<ThreadPool>(n_threads == 0 ? usable_cores() : n_threads);
}

Result<Model> load_model_with_tokenizer(const std::string& path, ThreadPool& pool, const LoadOptions& options) {
  TRY(Model model, load_model(path, pool, options));
  if (!model.tokenizer) return fail(ErrorKind::kBadInput, msg::kNoTokenizer, path);
  return model;
}

Result<std::string> read_standard_input() {
  std::string text;
  char piece[1 << 16];
  for (;;) {
    if (!wait_for_input(STDIN_FILENO)) return tl::make_unexpected(check_interrupted().error());
    const ssize_t n = read(STDIN_FILENO, piece, sizeof piece);
    if (n == 0) return text;
    if (n < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorKind::kIo, msg::kCannotReadInput, std::strerror(errno));
    }
    text.append(piece, static_cast<size_t>(n));
    if (std::ssize(text) > kMaxTextBytes) {
      return fail(ErrorKind::kBadInput, msg::kInputTooLong, msg::kStandardInput.text(), kMaxTextBytes);
    }
  }
}

Result<std::string> read_text_file(const std::string& path) {
  if (path == "-") return read_standard_input();
  TRY(const auto file, FileMap::open(path));
  const auto bytes = file->bytes();
  if (std::ssize(bytes) > kMaxTextBytes) return fail(ErrorKind::kBadInput, msg::kInputTooLong, path, kMaxTextBytes);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<std::vector<TokenId>> parse_token_ids(std::string_view text) {
  constexpr std::string_view kBetween = " ,\t\r\n[]";
  std::vector<TokenId> ids;
  std::string_view rest = text;
  for (;;) {
    const size_t begin = rest.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return ids;
    rest.remove_prefix(begin);
    const size_t length = std::min(rest.find_first_of(kBetween), rest.size());
    int32_t id = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + length, id);
    if (error != std::errc() || end != rest.data() + length) {
      return fail(ErrorKind::kBadInput, msg::kBadTokenIds, rest.substr(0, std::min<size_t>(length, 40)));
    }
    ids.push_back(static_cast<TokenId>(id));
    rest.remove_prefix(length);
  }
}

Result<KvType> parse_kv_type(std::string_view name) {
  std::string names;
  for (const auto& [known, type] : kKvTypes) {
    if (known == name) return type;
    names += (names.empty() ? "" : ", ") + std::string(known);
  }
  return fail(ErrorKind::kUsage, msg::kNotOneOf, "--kv-type", name, names);
}

std::string_view kv_type_name(KvType type) {
  for (const auto& [name, known] : kKvTypes) {
    if (known == type) return name;
  }
  return "";
}

Result<Layout> parse_layout(std::string_view name) {
  for (const Layout layout : {Layout::kFile, Layout::kRun}) {
    if (name == layout_name(layout)) return layout;
  }
  return fail(ErrorKind::kUsage, msg::kNotOneOf, "--layout", name, "file, run");
}

std::string type_names() {
  std::string names;
  for (const TypeInfo& type : all_types()) names += (names.empty() ? "" : ", ") + std::string(type.name);
  return names;
}

Result<DType> parse_type(std::string_view name) {
  const std::optional<DType> type = find_type(name);
  if (!type) return fail(ErrorKind::kUsage, msg::kNotOneOf, "--type", name, type_names());
  return *type;
}

Result<int64_t> parse_bytes(const char* option, std::string_view text) {
  const auto size_bytes = parse_byte_count(text);
  return size_bytes ? Result<int64_t>(*size_bytes) : fail(ErrorKind::kUsage, msg::kNotByteCount, option, text);
}

std::string readable_bytes(int64_t size_bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(size_bytes);
  size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  if (unit == 0) return fmt::format("{} B", size_bytes);
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, kUnits[unit]);
}

std::string readable_count(int64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > (n < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<size_t>(at), 1, ',');
  }
  return digits;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ondol
