#include "format/gguf_writer.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/checked_math.h"
#include "format/gguf_parse.h"

namespace ondol {
namespace {

constexpr uint32_t kVersion = 3;
constexpr size_t kPieceBytes = 8 << 20;  // progress and Ctrl-C are seen to this often

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
      put(tensor.dtype.info().gguf_id);
      put(static_cast<uint64_t>(offset));
      offset = round_up(offset + tensor.dtype.size_bytes(tensor.shape.n_elements()), alignment);
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

int64_t total_tensor_bytes(std::span<const TensorToWrite> tensors) {
  std::set<std::string_view> names;
  int64_t total = 0;
  for (const TensorToWrite& tensor : tensors) {
    CHECK(names.insert(tensor.name).second);
    CHECK(tensor.shape.n_cols() % tensor.dtype.info().block_weights == 0);
    total += tensor.dtype.size_bytes(tensor.shape.n_elements());
  }
  return total;
}

Status write_padding(AtomicFile& file, int64_t alignment) {
  const std::vector<uint8_t> zeros(static_cast<size_t>(round_up(file.size_bytes(), alignment) - file.size_bytes()));
  return file.write(zeros);
}

}  // namespace

TensorToWrite stored_tensor(const NamedTensor& tensor) {
  const TensorView view = tensor.view;
  return {tensor.name, view.dtype, view.shape, [view](const ByteSink& sink) {
            return sink({view.data, static_cast<size_t>(view.size_bytes())});
          }};
}

Status write_gguf(const std::string& path, const Metadata& metadata, std::span<const TensorToWrite> tensors,
                  const GgufWriteOptions& options) {
  const int64_t alignment = metadata.get_int("general.alignment").value_or(kGgufDefaultAlignment);
  const int64_t total_bytes = total_tensor_bytes(tensors);
  std::vector<std::string> inputs = options.inputs;
  if (options.source) {
    for (const auto& map : options.source->maps) inputs.push_back(map->path());
  }

  TRY(AtomicFile file, AtomicFile::create(path, options.force, inputs));
  TRY(file.write(HeaderBuilder(metadata, tensors, alignment).bytes()));
  int64_t done_bytes = 0;
  const ByteSink sink = [&](std::span<const uint8_t> bytes) -> Status {
    while (!bytes.empty()) {
      const auto piece = bytes.first(std::min(bytes.size(), kPieceBytes));
      TRY(file.write(piece));
      bytes = bytes.subspan(piece.size());
      done_bytes += static_cast<int64_t>(piece.size());
      if (options.progress) options.progress->update(done_bytes, total_bytes);
    }
    return ok();
  };
  for (const TensorToWrite& tensor : tensors) {
    const int64_t start = file.size_bytes();
    TRY(tensor.produce(sink));
    CHECK(file.size_bytes() - start == tensor.dtype.size_bytes(tensor.shape.n_elements()));
    TRY(write_padding(file, alignment));
  }
  if (options.source) TRY(options.source->check_files());
  return file.commit();
}

}  // namespace ondol
