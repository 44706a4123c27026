#include "model/import/rearrange.h"

#include <cstring>

#include "model/import/import_messages.h"
#include "model/import/row_order.h"
#include "model/model_messages.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/mxfp4.h"

namespace ondol {
namespace {

std::span<const uint8_t> bytes_of(const TensorView& view) {
  return {view.data, static_cast<size_t>(view.size_bytes())};
}

void insert_first(Shape& shape, int64_t size) {
  for (int i = shape.n_dims++; i > 0; --i) shape.dims[static_cast<size_t>(i)] = shape[i - 1];
  shape.dims[0] = size;
}

// The shape of the new tensor, whose rows lie in dimension `row_dim`; nothing when these views cannot be that.
std::optional<Shape> new_shape(std::span<const TensorView> views, const TensorName& how, int64_t head_dim, bool plain) {
  Shape shape = views[0].shape;
  for (const TensorView& view : views) {
    if (view.shape != shape || view.dtype != views[0].dtype) return std::nullopt;
  }
  if (!views[0].dtype.info().is_float || shape.n_elements() == 0) return std::nullopt;
  if (is_stacked(how)) {
    if (shape.n_dims == Shape::kMaxDims) return std::nullopt;
    insert_first(shape, std::ssize(views));
  }
  if (how.transposed) {
    if (plain || shape.n_dims < 2) return std::nullopt;
    std::swap(shape.dims[static_cast<size_t>(shape.n_dims - 1)], shape.dims[static_cast<size_t>(shape.n_dims - 2)]);
  }
  const int row_dim = plain ? shape.n_dims - 1 : shape.n_dims - 2;
  int64_t& n_rows = shape.dims[static_cast<size_t>(row_dim)];
  if (n_rows % how.every != 0 || n_rows <= how.from) return std::nullopt;
  n_rows = (n_rows - how.from + how.every - 1) / how.every;
  if (head_dim > 0 && (n_rows % head_dim != 0 || head_dim % 2 != 0)) return std::nullopt;
  return shape;
}

// Numbers, not rows: read at once.
ImportedTensor rearrange_numbers(std::string name, std::span<const TensorView> views, const Shape& shape,
                                 const RowOrder& order, float plus) {
  std::vector<float> stored;
  for (const TensorView& view : views) {
    const auto n = static_cast<size_t>(view.shape.n_elements());
    stored.resize(stored.size() + n);
    view.dtype.info().decode(view.data, &*stored.end() - n, view.shape.n_elements());
  }
  std::vector<float> values(static_cast<size_t>(shape.n_elements()));
  for (int64_t i = 0; i < shape.n_elements(); ++i) {
    values[static_cast<size_t>(i)] = stored[static_cast<size_t>(order(i))] + plus;
  }
  return made_tensor(std::move(name), std::move(values), shape);
}

// Element `col` of row `row` of [n_cols, n_rows] matrices, one after another, as rows.
void read_transposed(const TensorView& view, int64_t n_matrix_rows, int64_t n_cols, std::span<const int64_t> rows,
                     uint8_t* out) {
  const int64_t element = view.dtype.size_bytes(1);
  for (int64_t col = 0; col < n_cols; ++col) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const int64_t matrix = rows[i] / n_matrix_rows, row = rows[i] % n_matrix_rows;
      std::memcpy(out + (static_cast<int64_t>(i) * n_cols + col) * element,
                  view.data + ((matrix * n_cols + col) * n_matrix_rows + row) * element, static_cast<size_t>(element));
    }
  }
}

}  // namespace

ImportedTensor made_tensor(std::string name, std::vector<float> values, const Shape& shape) {
  const auto kept = std::make_shared<const std::vector<float>>(std::move(values));
  return {.name = std::move(name),
          .dtype = dtype_of<F32>,
          .shape = shape,
          .read_rows =
              [kept, n_cols = shape.n_cols()](int64_t first, int64_t n, uint8_t* out) {
                std::memcpy(out, kept->data() + first * n_cols, static_cast<size_t>(n * n_cols) * sizeof(float));
              },
          .reads = {}};
}

Result<ImportedTensor> rearrange(std::string_view folder, std::string_view from, std::string name,
                                 std::span<const TensorView> views, const TensorName& how, int64_t head_dim) {
  const bool plain = how.plain || (views[0].shape.n_dims < 2 && !is_stacked(how));
  const auto shape = new_shape(views, how, head_dim, plain);
  if (!shape) {
    return fail(ErrorKind::kCorruptFile, msg::kCannotRearrange, folder, from, views[0].dtype.name(),
                to_string(views[0].shape), how.shape);
  }
  const RowOrder order{head_dim, how.every, how.from};
  if (plain) return rearrange_numbers(std::move(name), views, *shape, order, how.plus_one ? 1.0f : 0.0f);

  ImportedTensor tensor{
      .name = std::move(name), .dtype = views[0].dtype, .shape = *shape, .read_rows = {}, .reads = {}};
  for (const TensorView& view : views) tensor.reads.push_back(bytes_of(view));
  const int64_t n_cols = shape->n_cols(), rows_per_view = views[0].shape.n_elements() / n_cols;
  const std::vector<TensorView> sources(views.begin(), views.end());
  if (how.transposed) {
    // one view holds all matrices, or each its own
    const int64_t n_matrix_rows = views[0].shape[views[0].shape.n_dims - 1];
    tensor.read_rows = [=](int64_t first, int64_t n, uint8_t* out) {
      const int64_t row_bytes = sources[0].dtype.size_bytes(n_cols);
      std::vector<int64_t> rows;
      for (int64_t row = first; row < first + n;) {
        const auto& source = sources[static_cast<size_t>(order(row) / rows_per_view)];
        rows.clear();
        const int64_t begin = row, in_view = order(row) / rows_per_view;
        for (; row < first + n && order(row) / rows_per_view == in_view; ++row) {
          rows.push_back(order(row) % rows_per_view);
        }
        read_transposed(source, n_matrix_rows, n_cols, rows, out + (begin - first) * row_bytes);
      }
    };
  } else {
    tensor.read_rows = [=](int64_t first, int64_t n, uint8_t* out) {
      const int64_t row_bytes = sources[0].dtype.size_bytes(n_cols);
      for (int64_t row = first; row < first + n; ++row, out += row_bytes) {
        const int64_t stored = order(row);
        const uint8_t* data = sources[static_cast<size_t>(stored / rows_per_view)].data;
        std::memcpy(out, data + stored % rows_per_view * row_bytes, static_cast<size_t>(row_bytes));
      }
    };
  }
  return tensor;
}

Result<ImportedTensor> rearrange_mxfp4(std::string_view folder, std::string_view from, std::string name,
                                       const ByteTensor& blocks, const ByteTensor& scales, const TensorName& how) {
  constexpr int64_t kBlockBytes = 16;
  Shape of_scales = blocks.shape;
  const bool is_block = of_scales.n_dims > 2 && of_scales[--of_scales.n_dims] == kBlockBytes;
  of_scales.dims[static_cast<size_t>(of_scales.n_dims)] = 0;
  const int64_t n_rows = is_block ? of_scales[of_scales.n_dims - 2] : 0;
  if (!is_block || of_scales != scales.shape || n_rows == 0 || n_rows % how.every != 0) {
    return fail(ErrorKind::kCorruptFile, msg::kCannotRearrange, folder, from, "MXFP4", to_string(blocks.shape),
                how.shape);
  }
  Shape shape = of_scales;
  shape.dims[static_cast<size_t>(shape.n_dims - 2)] = n_rows / how.every;
  shape.dims[static_cast<size_t>(shape.n_dims - 1)] *= MXFP4::kBlockWeights;

  const int64_t n_groups = of_scales.n_cols();
  const RowOrder order{0, how.every, how.from};
  const uint8_t *numbers = blocks.data.data(), *exponents = scales.data.data();
  const auto read = [=](int64_t first, int64_t n, uint8_t* out) {
    for (int64_t row = first; row < first + n; ++row) {
      for (int64_t group = order(row) * n_groups; group < (order(row) + 1) * n_groups;
           ++group, out += 1 + kBlockBytes) {
        const uint8_t* in = numbers + group * kBlockBytes;
        out[0] = exponents[group];
        // Number i lies in half i % 2 of byte i / 2; GGUF keeps it in half i / 16 of byte i % 16.
        const auto number = [in](int64_t i) { return in[i / 2] >> (i % 2 * 4) & 15; };
        for (int64_t i = 0; i < kBlockBytes; ++i) {
          out[1 + i] = static_cast<uint8_t>(number(i) | number(i + kBlockBytes) << 4);
        }
      }
    }
  };
  return ImportedTensor{.name = std::move(name),
                        .dtype = dtype_of<MXFP4>,
                        .shape = shape,
                        .read_rows = read,
                        .reads = {blocks.data, scales.data}};
}

}  // namespace ondol
