#include "format/gguf_parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/bytes.h"
#include "base/checked_math.h"
#include "base/utf8.h"
#include "format/format_messages.h"
#include "format/gguf_type.h"
#include "format/tensor_table.h"

namespace ondol {
namespace {

constexpr int64_t kMaxAlignment = 1 << 20;
// Far above any real file (the longest chat templates have 20 KB, the largest vocabularies 300,000 entries).
constexpr uint64_t kMaxTextBytes = 64 << 20;
constexpr uint64_t kMaxArrayElements = 1 << 24;
// Smallest records: an empty-but-one key, its type and a one-byte value; a tensor name, n_dims, type and offset.
constexpr uint64_t kMinEntryBytes = 8 + 1 + 4 + 1;
constexpr uint64_t kMinTensorBytes = 8 + 1 + 4 + 4 + 8;

// Names of the specification's types by number, for messages about those we do not read; "" where a number was retired.
constexpr std::string_view kSpecTypes[] = {
    "F32",   "F16",    "Q4_0",  "Q4_1", "",     "",        "Q5_0",   "Q5_1",    "Q8_0",  "Q8_1",   "Q2_K",
    "Q3_K",  "Q4_K",   "Q5_K",  "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S",
    "IQ2_S", "IQ4_XS", "I8",    "I16",  "I32",  "I64",     "F64",    "IQ1_M",   "BF16",  "",       "",
    "",      "TQ1_0",  "TQ2_0", "",     "",     "",        "MXFP4",  "NVFP4",   "Q1_0",  "Q2_0"};

// Bytes of one value in the file; for a string, of the shortest.
uint64_t min_value_bytes(MetaType type) {
  switch (type) {
    case MetaType::kU8:
    case MetaType::kI8:
    case MetaType::kBool:
      return 1;
    case MetaType::kU16:
    case MetaType::kI16:
      return 2;
    case MetaType::kU32:
    case MetaType::kI32:
    case MetaType::kF32:
      return 4;
    case MetaType::kArray:
    case MetaType::kString:
    case MetaType::kU64:
    case MetaType::kI64:
    case MetaType::kF64:
      break;
  }
  return 8;
}

class GgufParser {
 public:
  GgufParser(std::string_view name, std::span<const uint8_t> bytes)
      : name_(name), bytes_(bytes), in_(bytes), file_bytes_(static_cast<int64_t>(bytes.size())) {}

  Result<GgufFile> parse() {
    TRY(read_header());
    for (uint64_t i = 0; i < n_entries_; ++i) TRY(read_entry(i));
    TRY(read_alignment());
    if (n_tensors_ > static_cast<uint64_t>(in_.size_bytes()) / kMinTensorBytes) {
      return fail(ErrorKind::kCorruptFile, msg::kTooManyEntries, name_, n_tensors_, msg::kTensors.text(),
                  in_.size_bytes());
    }
    file_.tensors.reserve(n_tensors_);
    offsets_.reserve(n_tensors_);
    for (uint64_t i = 0; i < n_tensors_; ++i) TRY(read_tensor(i));
    TRY(place_tensors());
    return std::move(file_);
  }

 private:
  tl::unexpected<Error> ends_inside(std::string_view where) const {
    return fail(ErrorKind::kCorruptFile, msg::kFileEndsInside, name_, file_bytes_, where);
  }

  Status read_header() {
    const auto magic = in_.take_u32();
    if (!magic || *magic != kGgufMagic) return fail(ErrorKind::kCorruptFile, msg::kNotGguf, name_);
    const auto version = in_.take_u32();
    if (!version) return ends_inside(msg::kTheHeader.text());
    // A small version seen from the wrong end.
    if (*version != 0 && (*version & 0xFFFF) == 0) return fail(ErrorKind::kUnsupported, msg::kGgufBigEndian, name_);
    if (*version < 2 || *version > 3) return fail(ErrorKind::kUnsupported, msg::kGgufVersion, name_, *version);
    const auto n_tensors = in_.take_u64(), n_entries = in_.take_u64();
    if (!n_tensors || !n_entries) return ends_inside(msg::kTheHeader.text());
    const auto left = static_cast<uint64_t>(in_.size_bytes());
    if (*n_tensors > left / kMinTensorBytes) {
      return fail(ErrorKind::kCorruptFile, msg::kTooManyEntries, name_, *n_tensors, msg::kTensors.text(), left);
    }
    if (*n_entries > left / kMinEntryBytes) {
      return fail(ErrorKind::kCorruptFile, msg::kTooManyEntries, name_, *n_entries, msg::kMetadataEntries.text(), left);
    }
    file_.version = *version;
    n_tensors_ = *n_tensors;
    n_entries_ = *n_entries;
    return ok();
  }

  // A text with its length in front.  where() names it in messages; vocabularies have hundreds of thousands of texts.
  template <class Where>
  Result<std::string_view> read_text(Where&& where, uint64_t max_bytes) {
    const auto n = in_.take_u64();
    if (!n) return ends_inside(where());
    const auto limit = std::min(max_bytes, static_cast<uint64_t>(in_.size_bytes()));
    if (*n > limit) return fail(ErrorKind::kCorruptFile, msg::kStringTooLong, name_, where(), *n, limit);
    return *in_.take_text(*n);
  }

  Result<std::string_view> read_name(const Message& which, uint64_t number) {
    const auto where = [&] { return format_message(which, number); };
    TRY(const std::string_view text, read_text(where, kMaxNameBytes));
    if (text.empty()) return fail(ErrorKind::kCorruptFile, msg::kEmptyName, name_, where());
    return text;
  }

  Result<std::string> read_string_value(std::string_view key) {
    const auto where = [&] { return format_message(msg::kMetadataOf, printable(key)); };
    TRY(const std::string_view text, read_text(where, kMaxTextBytes));
    return std::string(text);
  }

  Status read_entry(uint64_t i) {
    TRY(const std::string_view key, read_name(msg::kMetadataEntryNo, i));
    if (file_.metadata.find(key)) return fail(ErrorKind::kCorruptFile, msg::kDuplicateKey, name_, printable(key));
    TRY(const MetaType type, read_value_type(key));
    TRY(MetaValue value, type == MetaType::kArray ? read_array(key) : read_scalar(key, type));
    file_.metadata.set(key, std::move(value));
    return ok();
  }

  Result<MetaType> read_value_type(std::string_view key) {
    const auto type = in_.take_u32();
    if (!type) return ends_inside_value(key);
    if (*type > static_cast<uint32_t>(MetaType::kF64)) {
      return fail(ErrorKind::kCorruptFile, msg::kUnknownValueType, name_, printable(key), *type);
    }
    return static_cast<MetaType>(*type);
  }

  tl::unexpected<Error> ends_inside_value(std::string_view key) const {
    return ends_inside(format_message(msg::kMetadataOf, printable(key)));
  }

  Result<MetaValue> read_scalar(std::string_view key, MetaType type) {
    MetaValue value{.type = type};
    if (type == MetaType::kString) {
      TRY(value.value, read_string_value(key));
    } else if (type == MetaType::kF32 || type == MetaType::kF64) {
      TRY(value.value, read_float(key, type));
    } else {
      TRY(const int64_t number, read_int(key, type));
      if (type == MetaType::kBool) value.value = number != 0;
      else value.value = number;
    }
    return value;
  }

  // Arrays of one type, one level: no model uses arrays of arrays, so a chain of them is not even walked.
  Result<MetaValue> read_array(std::string_view key) {
    TRY(const MetaType type, read_value_type(key));
    if (type == MetaType::kArray) return fail(ErrorKind::kUnsupported, msg::kNestedArray, name_, printable(key));
    const auto n = in_.take_u64();
    if (!n) return ends_inside_value(key);
    const auto limit = std::min(kMaxArrayElements, static_cast<uint64_t>(in_.size_bytes()) / min_value_bytes(type));
    if (*n > limit) return fail(ErrorKind::kCorruptFile, msg::kArrayTooLong, name_, printable(key), *n, limit);

    MetaValue value{.type = MetaType::kArray, .element_type = type};
    if (type == MetaType::kString) {
      TRY(value.value, read_elements<std::string>(*n, [&] { return read_string_value(key); }));
    } else if (type == MetaType::kF32 || type == MetaType::kF64) {
      TRY(value.value, read_elements<double>(*n, [&] { return read_float(key, type); }));
    } else {
      TRY(value.value, read_elements<int64_t>(*n, [&] { return read_int(key, type); }));
    }
    return value;
  }

  template <class T, class Read>
  Result<std::vector<T>> read_elements(uint64_t n, Read&& read) {
    std::vector<T> elements;
    elements.reserve(n);
    for (uint64_t i = 0; i < n; ++i) {
      TRY(T element, read());
      elements.push_back(std::move(element));
    }
    return elements;
  }

  Result<double> read_float(std::string_view key, MetaType type) {
    const auto number = type == MetaType::kF32 ? widen<double>(in_.take<float>()) : in_.take<double>();
    if (!number) return ends_inside_value(key);
    return *number;
  }

  Result<int64_t> read_int(std::string_view key, MetaType type) {
    std::optional<int64_t> number;
    switch (type) {
      case MetaType::kU8:
      case MetaType::kBool:
        number = widen<int64_t>(in_.take<uint8_t>());
        break;
      case MetaType::kI8:
        number = widen<int64_t>(in_.take<int8_t>());
        break;
      case MetaType::kU16:
        number = widen<int64_t>(in_.take<uint16_t>());
        break;
      case MetaType::kI16:
        number = widen<int64_t>(in_.take<int16_t>());
        break;
      case MetaType::kU32:
        number = widen<int64_t>(in_.take<uint32_t>());
        break;
      case MetaType::kI32:
        number = widen<int64_t>(in_.take<int32_t>());
        break;
      default:
        number = in_.take<int64_t>();
        break;  // kU64 keeps its bits
    }
    if (!number) return ends_inside_value(key);
    if (type == MetaType::kBool && *number > 1) {
      return fail(ErrorKind::kCorruptFile, msg::kBadBool, name_, printable(key), *number);
    }
    return *number;
  }

  template <class Wide, class Narrow>
  static std::optional<Wide> widen(std::optional<Narrow> number) {
    return number ? std::optional(static_cast<Wide>(*number)) : std::nullopt;
  }

  Status read_alignment() {
    const MetaValue* value = file_.metadata.find("general.alignment");
    if (!value) return ok();
    const int64_t alignment = file_.metadata.get_int("general.alignment").value_or(0);
    const bool power_of_two = alignment > 0 && std::has_single_bit(static_cast<uint64_t>(alignment));
    if (!power_of_two || alignment < 8 || alignment > kMaxAlignment) {
      return fail(ErrorKind::kCorruptFile, msg::kBadAlignment, name_, alignment, kMaxAlignment);
    }
    alignment_ = alignment;
    return ok();
  }

  // name, n_dims, sizes innermost first, type, offset from the start of the data.
  Status read_tensor(uint64_t i) {
    TRY(const std::string_view name, read_name(msg::kTensorEntryNo, i));
    const auto n_dims = in_.take_u32();
    if (!n_dims) return ends_inside_tensor(name);
    if (*n_dims > Shape::kMaxDims) {
      return fail(ErrorKind::kCorruptFile, msg::kTooManyDims, name_, printable(name), *n_dims, Shape::kMaxDims);
    }
    Shape shape;
    shape.n_dims = static_cast<int>(*n_dims);
    for (int dim = shape.n_dims - 1; dim >= 0; --dim) {
      const auto size = in_.take<int64_t>();
      if (!size) return ends_inside_tensor(name);
      shape.dims[static_cast<size_t>(dim)] = *size;
    }
    const auto type_id = in_.take_u32();
    const auto offset = in_.take_u64();
    if (!type_id || !offset) return ends_inside_tensor(name);
    TRY(const StoredType type, find_type(name, *type_id));
    file_.tensors.push_back({std::string(name), {nullptr, type.dtype, shape, type.layout}});
    offsets_.push_back(*offset);
    return ok();
  }

  tl::unexpected<Error> ends_inside_tensor(std::string_view tensor) const {
    return ends_inside(format_message(msg::kEntryOfTensor, printable(tensor)));
  }

  Result<StoredType> find_type(std::string_view tensor, uint32_t type_id) const {
    if (const auto type = find_stored_type(type_id)) return *type;
    if (const auto version = run_layout_version(type_id); version && *version != kRunLayoutVersion) {
      return fail(ErrorKind::kUnsupported, msg::kRunLayoutVersion, name_, printable(tensor), *version,
                  kRunLayoutVersion);
    }
    if (type_id < std::size(kSpecTypes) && !kSpecTypes[type_id].empty()) {
      return fail(ErrorKind::kUnsupported, msg::kUnsupportedType, name_, printable(tensor),
                  fmt::format("{} ({})", type_id, kSpecTypes[type_id]), supported_type_names());
    }
    return fail(ErrorKind::kUnsupported, msg::kUnknownType, name_, printable(tensor), type_id);
  }

  // Turns offsets into views, once the end of the entries tells where the data starts.
  Status place_tensors() {
    const int64_t data_start = round_up(in_.position(), alignment_);
    for (size_t i = 0; i < file_.tensors.size(); ++i) {
      NamedTensor& tensor = file_.tensors[i];
      const TensorView& view = tensor.view;
      TRY(const int64_t size_bytes, checked_tensor_bytes(name_, tensor.name, view.dtype, view.shape, view.layout));
      const uint64_t offset = offsets_[i];
      if (offset % static_cast<uint64_t>(alignment_) != 0) {
        return fail(ErrorKind::kCorruptFile, msg::kMisalignedTensor, name_, printable(tensor.name), offset, alignment_);
      }
      if (offset > static_cast<uint64_t>(file_bytes_)) {
        return fail(ErrorKind::kCorruptFile, msg::kTensorPastEnd, name_, printable(tensor.name), size_bytes, offset,
                    file_bytes_);
      }
      const int64_t place = data_start + static_cast<int64_t>(offset);
      TRY(check_tensor_place(name_, tensor.name, place, size_bytes, file_bytes_));
      if (view.layout == Layout::kRun && place % kRunAlignment != 0) {
        return fail(ErrorKind::kCorruptFile, msg::kRunMisaligned, name_, printable(tensor.name), place, kRunAlignment);
      }
      tensor.view.data = bytes_.data() + place;
    }
    TRY(check_unique_names(name_, file_.tensors));
    return check_no_overlap(name_, file_.tensors, bytes_.data());
  }

  std::string_view name_;
  std::span<const uint8_t> bytes_;
  Bytes in_;
  int64_t file_bytes_;
  GgufFile file_;
  uint64_t n_entries_ = 0, n_tensors_ = 0;
  int64_t alignment_ = kGgufDefaultAlignment;
  std::vector<uint64_t> offsets_;  // of the tensors, in file order
};

}  // namespace

Result<GgufFile> parse_gguf(std::string_view name, std::span<const uint8_t> bytes) {
  return GgufParser(name, bytes).parse();
}

}  // namespace ondol
