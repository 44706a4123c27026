#include "format/gguf_writer.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/checked_math.h"
#include "format/gguf_parse.h"
#include "format/gguf_type.h"

namespace ondol {
namespace {

constexpr uint32_t kVersion = 3;
constexpr std::string_view kAlignment = "general.alignment";
constexpr std::string_view kLayout = "ondol.layout";  // for people; what counts is each tensor's type number

class HeaderBuilder {
 public:
  HeaderBuilder(const Metadata& metadata, std::span<const TensorToWrite> tensors, int64_t alignment) {
    put(kGgufMagic);
    put(kVersion);
    put(static_cast<uint64_t>(tensors.size()));
    put(static_cast<uint64_t>(metadata.entries().size()));
    for (const auto& [key, value] : metadata.entries()) {
      put_text(key);
      put_value(value);
    }
    int64_t offset = 0;
    for (const TensorToWrite& tensor : tensors) {
      put_text(tensor.name);
      put(static_cast<uint32_t>(tensor.shape.n_dims));
      for (int dim = tensor.shape.n_dims - 1; dim >= 0; --dim) put(static_cast<uint64_t>(tensor.shape[dim]));
      put(gguf_type_number({tensor.dtype, tensor.layout}));
      put(static_cast<uint64_t>(offset));
      offset = round_up(offset + tensor.size_bytes(), alignment);
    }
    bytes_.resize(static_cast<size_t>(round_up(static_cast<int64_t>(bytes_.size()), alignment)));
  }

  std::span<const uint8_t> bytes() const { return bytes_; }

 private:
  template <class T>
  void put(T value) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof(T));
  }

  void put_text(std::string_view text) {
    put(static_cast<uint64_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }

  void put_int(MetaType type, int64_t number) {
    switch (type) {
      case MetaType::kU8:
      case MetaType::kI8:
      case MetaType::kBool:
        return put(static_cast<uint8_t>(number));
      case MetaType::kU16:
      case MetaType::kI16:
        return put(static_cast<uint16_t>(number));
      case MetaType::kU32:
      case MetaType::kI32:
        return put(static_cast<uint32_t>(number));
      default:
        return put(number);
    }
  }

  void put_float(MetaType type, double number) {
    if (type == MetaType::kF32) put(static_cast<float>(number));
    else put(number);
  }

  void put_value(const MetaValue& value) {
    put(static_cast<uint32_t>(value.type));
    std::visit([&](const auto& held) { put_held(value, held); }, value.value);
  }
  void put_held(const MetaValue& value, int64_t number) { put_int(value.type, number); }
  void put_held(const MetaValue& value, double number) { put_float(value.type, number); }
  void put_held(const MetaValue&, bool boolean) { put(static_cast<uint8_t>(boolean)); }
  void put_held(const MetaValue&, const std::string& text) { put_text(text); }
  void put_held(const MetaValue& value, const std::vector<int64_t>& numbers) {
    put_array_head(value, numbers.size());
    for (const int64_t number : numbers) put_int(value.element_type, number);
  }
  void put_held(const MetaValue& value, const std::vector<double>& numbers) {
    put_array_head(value, numbers.size());
    for (const double number : numbers) put_float(value.element_type, number);
  }
  void put_held(const MetaValue& value, const std::vector<std::string>& texts) {
    put_array_head(value, texts.size());
    for (const std::string& text : texts) put_text(text);
  }
  void put_array_head(const MetaValue& value, size_t n) {
    CHECK(value.type == MetaType::kArray);
    put(static_cast<uint32_t>(value.element_type));
    put(static_cast<uint64_t>(n));
  }

  std::vector<uint8_t> bytes_;
};

// A file that holds tensors in run layout says so, and aligns them; one that holds none any more does neither.
Metadata mark_layout(Metadata metadata, std::span<const TensorToWrite> tensors) {
  const bool has_run =
      std::any_of(tensors.begin(), tensors.end(), [](const auto& tensor) { return tensor.layout == Layout::kRun; });
  const int64_t alignment = metadata.get_int(kAlignment).value_or(kGgufDefaultAlignment);
  if (has_run) {
    metadata.set_string(kLayout, layout_name(Layout::kRun));
    if (alignment < kRunAlignment) metadata.set_u32(kAlignment, kRunAlignment);
  } else if (metadata.find(kLayout)) {
    metadata.erase(kLayout);
    if (alignment == kRunAlignment) metadata.erase(kAlignment);
  }
  return metadata;
}

// What a file is made of, with the layout that is asked for.
struct Contents {
  std::vector<TensorToWrite> tensors;
  Metadata metadata;
  int64_t alignment;
};

Contents contents_of(const Metadata& metadata, std::span<const TensorToWrite> tensors, std::optional<Layout> layout) {
  Contents contents{.tensors = {tensors.begin(), tensors.end()}, .metadata = {}, .alignment = 0};
  for (TensorToWrite& tensor : contents.tensors) {
    const bool wanted = layout == Layout::kRun && tensor.layout == Layout::kFile;
    if (wanted && suits_run_layout(tensor.shape)) tensor = in_run_layout(std::move(tensor));
  }
  contents.metadata = mark_layout(metadata, contents.tensors);
  contents.alignment = contents.metadata.get_int(kAlignment).value_or(kGgufDefaultAlignment);
  return contents;
}

}  // namespace

Status write_gguf(const std::string& path, const Metadata& metadata, std::span<const TensorToWrite> tensors,
                  const WriteOptions& options) {
  const Contents contents = contents_of(metadata, tensors, options.layout);
  const HeaderBuilder header(contents.metadata, contents.tensors, contents.alignment);
  return write_tensor_file(path, header.bytes(), contents.tensors, contents.alignment, options);
}

int64_t gguf_size_bytes(const Metadata& metadata, std::span<const TensorToWrite> tensors,
                        std::optional<Layout> layout) {
  const Contents contents = contents_of(metadata, tensors, layout);
  auto size = std::ssize(HeaderBuilder(contents.metadata, contents.tensors, contents.alignment).bytes());
  for (const TensorToWrite& tensor : contents.tensors) size += round_up(tensor.size_bytes(), contents.alignment);
  return size;
}

}  // namespace ondol
