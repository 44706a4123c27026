#include "format/gguf.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <utility>

#include "base/file_map.h"
#include "format/format_messages.h"
#include "format/gguf_parse.h"
#include "format/tensor_table.h"

namespace ondol {
namespace {

constexpr std::string_view kSplitNo = "split.no";  // counted from 0
constexpr std::string_view kSplitCount = "split.count";
constexpr std::string_view kSplitTensors = "split.tensors.count";

struct SplitPlace {
  int64_t no = 0;
  int64_t count = 1;
};

Result<SplitPlace> split_place(const std::string& path, const Metadata& metadata) {
  const SplitPlace place{metadata.get_int(kSplitNo).value_or(0), metadata.get_int(kSplitCount).value_or(1)};
  // A whole file may say that it is split into 0 or 1.
  if (place.no == 0 && place.count == 0) return SplitPlace{};
  if (place.no < 0 || place.no >= place.count || place.count > 65535) {
    return fail(ErrorKind::kCorruptFile, msg::kBadSplit, path, place.no, place.count);
  }
  return place;
}

std::string split_suffix(SplitPlace place) { return fmt::format("-{:05}-of-{:05}.gguf", place.no + 1, place.count); }

// Opens part `place` of the model whose parts' names begin with `prefix`.
Result<std::pair<std::shared_ptr<const FileMap>, GgufFile>> open_part(const std::string& prefix, SplitPlace place) {
  const std::string path = prefix + split_suffix(place);
  auto map = FileMap::open(path);
  if (!map && map.error().kind == ErrorKind::kBadInput) {
    return fail(ErrorKind::kBadInput, msg::kSplitMissing, path, place.no + 1, place.count);
  }
  if (!map) return tl::make_unexpected(std::move(map.error()));
  TRY(GgufFile file, parse_gguf(path, (*map)->bytes()));
  TRY(const SplitPlace said, split_place(path, file.metadata));
  if (said.no != place.no || said.count != place.count) {
    return fail(ErrorKind::kCorruptFile, msg::kSplitMismatch, path, said.no + 1, said.count, place.no + 1, place.count);
  }
  return std::pair(std::move(*map), std::move(file));
}

Result<Checkpoint> join_parts(const std::string& path, SplitPlace given, uint32_t version) {
  const std::string suffix = split_suffix(given);
  if (!path.ends_with(suffix)) return fail(ErrorKind::kBadInput, msg::kSplitName, path, given.no + 1, suffix);
  const std::string prefix = path.substr(0, path.size() - suffix.size());

  Checkpoint model{.format = fmt::format("GGUF v{}", version)};
  for (SplitPlace place{0, given.count}; place.no < place.count; ++place.no) {
    TRY(auto part, open_part(prefix, place));
    if (place.no == 0) model.metadata = std::move(part.second.metadata);
    model.maps.push_back(std::move(part.first));
    model.tensors.insert(model.tensors.end(), std::make_move_iterator(part.second.tensors.begin()),
                         std::make_move_iterator(part.second.tensors.end()));
  }
  TRY(check_unique_names(path, model.tensors));
  const auto n_tensors = static_cast<int64_t>(model.tensors.size());
  const int64_t expected = model.metadata.get_int(kSplitTensors).value_or(n_tensors);
  if (n_tensors != expected) {
    return fail(ErrorKind::kCorruptFile, msg::kSplitTensorCount, path, n_tensors, expected);
  }
  return model;
}

// The five digits of `path` that begin at `at`, or 0.
int64_t five_digits(const std::string& path, size_t at) {
  int64_t value = 0;
  const char *begin = path.data() + at, *end = begin + 5;
  return std::from_chars(begin, end, value).ptr == end ? value : 0;
}

}  // namespace

std::vector<std::string> gguf_part_paths(const std::string& path) {
  const size_t suffix_size = split_suffix({}).size();
  if (path.size() < suffix_size) return {path};
  const size_t prefix_size = path.size() - suffix_size;
  const SplitPlace place{five_digits(path, prefix_size + 1) - 1, five_digits(path, prefix_size + 10)};
  if (place.count < 1 || place.count > 65535 || !path.ends_with(split_suffix(place))) return {path};
  std::vector<std::string> paths;
  for (int64_t no = 0; no < place.count; ++no)
    paths.push_back(path.substr(0, prefix_size) + split_suffix({no, place.count}));
  return paths;
}

Result<Checkpoint> open_gguf(const std::string& path) {
  TRY(std::shared_ptr<const FileMap> map, FileMap::open(path));
  return open_gguf(std::move(map));
}

Result<Checkpoint> open_gguf(std::shared_ptr<const FileMap> map) {
  TRY(GgufFile file, parse_gguf(map->path(), map->bytes()));
  TRY(const SplitPlace place, split_place(map->path(), file.metadata));
  Checkpoint model;
  if (place.count > 1) {
    TRY(model, join_parts(map->path(), place, file.version));
  } else {
    model.format = fmt::format("GGUF v{}", file.version);
    model.metadata = std::move(file.metadata);
    model.tensors = std::move(file.tensors);
    model.maps.push_back(std::move(map));
  }
  for (const std::string_view key : {kSplitNo, kSplitCount, kSplitTensors}) model.metadata.erase(key);
  return model;
}

}  // namespace ondol
