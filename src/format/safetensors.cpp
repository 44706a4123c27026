#include "format/safetensors.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/checked_math.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "format/format_messages.h"
#include "format/safetensors_header.h"
#include "format/tensor_table.h"
#include "tensor/quant/bf16.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr int64_t kHeaderAlignment = 8;  // the header is padded with spaces, so that data begins aligned
constexpr int kMaxIndexDepth = 4;        // the index of a sharded model has 2
constexpr const char* kWholeFile = "model.safetensors";
constexpr const char* kIndexFile = "model.safetensors.index.json";
constexpr DType kTypes[] = {dtype_of<F32>, dtype_of<F16>, dtype_of<BF16>};  // their names are those of safetensors

bool is_supported(DType dtype) { return std::find(std::begin(kTypes), std::end(kTypes), dtype) != std::end(kTypes); }

// Bytes of one element of a type that is read as bytes; 0 for others.
int64_t n_bytes_each(const SafetensorsEntry& entry) {
  constexpr struct {
    std::string_view dtype;
    int64_t n_bytes;
  } kIntegers[] = {{"U8", 1},  {"I8", 1},  {"BOOL", 1}, {"I16", 2}, {"U16", 2},
                   {"I32", 4}, {"U32", 4}, {"I64", 8},  {"U64", 8}};
  for (const auto& integer : kIntegers) {
    if (entry.dtype == integer.dtype) return integer.n_bytes;
  }
  return 0;
}

// The shape of a tensor in bytes: rows are longer by as many as an element has.
Result<Shape> shape_in_bytes(std::string_view file, const SafetensorsEntry& entry) {
  TRY(const int64_t n_elements, checked_n_elements(file, entry.name, entry.shape));
  if (!checked_mul(n_elements, n_bytes_each(entry))) {
    return fail(ErrorKind::kCorruptFile, msg::kShapeOverflows, file, printable(entry.name));
  }
  Shape shape = entry.shape;
  if (shape.n_dims == 0) shape = Shape{1};
  shape.dims[static_cast<size_t>(shape.n_dims - 1)] *= n_bytes_each(entry);
  return shape;
}

Result<DType> find_dtype(std::string_view file, const SafetensorsEntry& entry) {
  for (const DType dtype : kTypes) {
    if (entry.dtype == dtype.name()) return dtype;
  }
  return fail(ErrorKind::kUnsupported, msg::kUnsupportedType, file, printable(entry.name), printable(entry.dtype),
              "F32, F16, BF16, BOOL, I8 to U64");
}

Result<int64_t> expected_bytes(std::string_view file, const SafetensorsEntry& entry) {
  if (n_bytes_each(entry) > 0) {
    TRY(const Shape shape, shape_in_bytes(file, entry));
    return shape.n_elements();
  }
  TRY(const DType dtype, find_dtype(file, entry));
  return checked_tensor_bytes(file, entry.name, dtype, entry.shape);
}

// `bytes` itself or, where they lie unaligned for `dtype`, a copy that `checkpoint` owns.
Result<const uint8_t*> aligned(std::string_view file, std::span<const uint8_t> bytes, DType dtype,
                               Checkpoint& checkpoint) {
  const auto alignment = static_cast<uintptr_t>(dtype.info().block_bytes);  // floats are blocks of one
  if (reinterpret_cast<uintptr_t>(bytes.data()) % alignment == 0) return bytes.data();
  TRY(check_memory(file, static_cast<int64_t>(bytes.size())));
  checkpoint.buffers.push_back(std::make_shared<const std::vector<uint8_t>>(bytes.begin(), bytes.end()));
  return checkpoint.buffers.back()->data();
}

// The data must be covered from its first byte to its last by one tensor after another.
Status check_exact_cover(std::string_view file, std::span<const SafetensorsEntry> entries, int64_t data_bytes) {
  std::vector<const SafetensorsEntry*> by_place;
  by_place.reserve(entries.size());
  for (const SafetensorsEntry& entry : entries) by_place.push_back(&entry);
  std::sort(by_place.begin(), by_place.end(),
            [](const SafetensorsEntry* a, const SafetensorsEntry* b) { return a->begin < b->begin; });
  int64_t covered = 0;
  for (const SafetensorsEntry* entry : by_place) {
    if (entry->begin != covered) {
      return fail(ErrorKind::kCorruptFile, msg::kNotNextTensor, file, printable(entry->name), entry->begin, covered);
    }
    covered = entry->end;
  }
  if (covered != data_bytes) return fail(ErrorKind::kCorruptFile, msg::kDataNotCovered, file, covered, data_bytes);
  return ok();
}

// name -> shard, as the index file says.
Result<std::map<std::string, std::string>> read_weight_map(const std::string& path) {
  using Json = nlohmann::json;
  TRY(const auto map, FileMap::open(path));
  const auto bytes = map->bytes();
  if (bytes.size() > kMaxHeaderBytes) {
    return fail(ErrorKind::kCorruptFile, msg::kHeaderTooLong, path, bytes.size(), kMaxHeaderBytes);
  }
  // Values that lie deeper are dropped while they are parsed, so the tree stays flat.
  const Json index = Json::parse(
      bytes.begin(), bytes.end(), [](int depth, Json::parse_event_t, Json&) { return depth <= kMaxIndexDepth; }, false);
  if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object()) {
    return fail(ErrorKind::kCorruptFile, msg::kBadIndex, path);
  }
  std::map<std::string, std::string> shards;
  for (const auto& [tensor, shard] : index["weight_map"].items()) {
    // A shard lies beside its index: a name with a folder in it would reach elsewhere.
    const std::string file = shard.is_string() ? shard.get<std::string>() : "";
    if (file.empty() || file.find('/') != std::string::npos || file.find('\0') != std::string::npos) {
      return fail(ErrorKind::kCorruptFile, msg::kBadShardName, path, printable(tensor), printable(file));
    }
    shards[tensor] = file;
  }
  return shards;
}

Result<Checkpoint> open_shards(const std::filesystem::path& folder) {
  const std::string index_path = folder / kIndexFile;
  TRY(const auto shards, read_weight_map(index_path));
  Checkpoint model;
  std::map<std::string, std::string> found;  // tensor -> shard it lies in
  std::map<std::string, bool> opened;
  for (const auto& [tensor, shard] : shards) {
    if (!opened.emplace(shard, true).second) continue;
    TRY(auto map, FileMap::open(folder / shard));
    TRY(Checkpoint part, open_safetensors(std::move(map)));
    for (const NamedTensor& piece : part.tensors) found.emplace(piece.name, shard);
    for (const ByteTensor& piece : part.byte_tensors) found.emplace(piece.name, shard);
    for (const auto& [key, value] : part.metadata.entries()) model.metadata.set(key, value);
    const auto append = [](auto& to, auto& from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    append(model.tensors, part.tensors);
    append(model.maps, part.maps);
    append(model.buffers, part.buffers);
    append(model.byte_tensors, part.byte_tensors);
  }
  model.format = "safetensors";
  TRY(check_unique_names(index_path, model.tensors));
  for (const auto& [tensor, shard] : shards) {
    const auto place = found.find(tensor);
    if (place == found.end() || place->second != shard) {
      return fail(ErrorKind::kCorruptFile, msg::kTensorNotInShard, index_path, printable(tensor), printable(shard));
    }
  }
  return model;
}

}  // namespace

bool looks_like_safetensors(std::span<const uint8_t> bytes) {
  Bytes in(bytes);
  const auto n = in.take_u64();
  return n && *n <= kMaxHeaderBytes && in.take_u8() == uint8_t{'{'};
}

Result<Checkpoint> parse_safetensors(std::string_view name, std::span<const uint8_t> bytes) {
  Bytes in(bytes);
  const auto file_bytes = static_cast<int64_t>(bytes.size());
  const auto header_bytes = in.take_u64();
  if (!header_bytes)
    return fail(ErrorKind::kCorruptFile, msg::kFileEndsInside, name, file_bytes, msg::kTheHeader.text());
  if (*header_bytes > kMaxHeaderBytes) {
    return fail(ErrorKind::kCorruptFile, msg::kHeaderTooLong, name, *header_bytes, kMaxHeaderBytes);
  }
  const auto json = in.take_text(*header_bytes);
  if (!json) return fail(ErrorKind::kCorruptFile, msg::kFileEndsInside, name, file_bytes, msg::kTheHeader.text());
  TRY(const SafetensorsHeader header, parse_safetensors_header(name, *json));

  Checkpoint model{.format = "safetensors"};
  for (const auto& [key, value] : header.metadata) model.metadata.set_string(key, value);
  const int64_t data_start = in.position(), data_bytes = in.size_bytes();
  for (const SafetensorsEntry& entry : header.tensors) {
    TRY(const int64_t size_bytes, expected_bytes(name, entry));
    if (entry.begin > entry.end || entry.end - entry.begin != size_bytes) {
      return fail(ErrorKind::kCorruptFile, msg::kOffsetsDisagree, name, printable(entry.name), size_bytes, entry.begin,
                  entry.end);
    }
    if (entry.end > data_bytes) {
      return fail(ErrorKind::kCorruptFile, msg::kTensorPastEnd, name, printable(entry.name), size_bytes,
                  static_cast<uint64_t>(data_start) + static_cast<uint64_t>(entry.begin), file_bytes);
    }
  }
  TRY(check_exact_cover(name, header.tensors, data_bytes));
  model.tensors.reserve(header.tensors.size());
  for (const SafetensorsEntry& entry : header.tensors) {
    const auto data =
        bytes.subspan(static_cast<size_t>(data_start + entry.begin), static_cast<size_t>(entry.end - entry.begin));
    if (n_bytes_each(entry) > 0) {
      TRY(const Shape shape, shape_in_bytes(name, entry));
      model.byte_tensors.push_back({entry.name, data, shape});
      continue;
    }
    TRY(const DType dtype, find_dtype(name, entry));
    TRY(const uint8_t* place, aligned(name, data, dtype, model));
    model.tensors.push_back({entry.name, {place, dtype, entry.shape}});
  }
  return model;
}

Result<Checkpoint> open_safetensors(std::shared_ptr<const FileMap> map) {
  TRY(Checkpoint model, parse_safetensors(map->path(), map->bytes()));
  model.maps.push_back(std::move(map));
  return model;
}

Result<Checkpoint> open_safetensors_folder(const std::string& folder) {
  std::error_code ignored;
  const std::filesystem::path path(folder);
  if (std::filesystem::exists(path / kWholeFile, ignored)) {
    TRY(auto map, FileMap::open(path / kWholeFile));
    return open_safetensors(std::move(map));
  }
  if (std::filesystem::exists(path / kIndexFile, ignored)) return open_shards(path);
  return fail(ErrorKind::kCorruptFile, msg::kNotAModel, folder);
}

Status write_safetensors(const std::string& path, const Metadata& metadata, std::span<const TensorToWrite> tensors,
                         const WriteOptions& options) {
  using Json = nlohmann::ordered_json;  // keeps the order given
  Json header = Json::object();
  for (const auto& [key, value] : metadata.entries()) {
    if (const auto* text = std::get_if<std::string>(&value.value)) header["__metadata__"][key] = *text;
  }
  int64_t offset = 0;
  for (const TensorToWrite& tensor : tensors) {
    if (!is_supported(tensor.dtype)) {
      return fail(ErrorKind::kUnsupported, msg::kUnsupportedType, path, printable(tensor.name), tensor.dtype.name(),
                  "F32, F16, BF16");
    }
    const auto dims = std::span(tensor.shape.dims).first(static_cast<size_t>(tensor.shape.n_dims));
    const int64_t end = offset + tensor.size_bytes();
    header[tensor.name] = {{"dtype", tensor.dtype.name()},
                           {"shape", std::vector<int64_t>(dims.begin(), dims.end())},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string json = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  json.resize(static_cast<size_t>(round_up(static_cast<int64_t>(json.size()), kHeaderAlignment)), ' ');

  std::vector<uint8_t> bytes(sizeof(uint64_t) + json.size());
  const uint64_t json_bytes = json.size();
  std::memcpy(bytes.data(), &json_bytes, sizeof(json_bytes));
  std::memcpy(bytes.data() + sizeof(json_bytes), json.data(), json.size());
  return write_tensor_file(path, bytes, tensors, 1, options);
}

}  // namespace ondol
