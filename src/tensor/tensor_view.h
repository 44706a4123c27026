// TensorView: where a tensor lies, of which type, shape and layout.  Owns nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tensor/dtype.h"

namespace ondol {

// Sizes outermost first, as PyTorch prints them: a matrix is [n_rows, n_cols], rows contiguous.  GGUF stores them
// the other way round; readers and writers of that format reverse them.
struct Shape {
  static constexpr int kMaxDims = 4;
  std::array<int64_t, kMaxDims> dims{};
  int n_dims = 0;

  Shape() = default;
  Shape(std::initializer_list<int64_t> sizes) {
    for (int64_t size : sizes) dims[static_cast<size_t>(n_dims++)] = size;
  }

  int64_t operator[](int i) const { return dims[static_cast<size_t>(i)]; }
  int64_t n_cols() const { return n_dims == 0 ? 1 : dims[static_cast<size_t>(n_dims - 1)]; }  // innermost
  int64_t n_elements() const {
    int64_t n = 1;
    for (int i = 0; i < n_dims; ++i) n *= dims[static_cast<size_t>(i)];
    return n;
  }
  int64_t n_rows() const { return n_cols() == 0 ? 0 : n_elements() / n_cols(); }  // all outer sizes together
  bool operator==(const Shape&) const = default;
};

std::string to_string(const Shape& shape);  // "[2048, 512]"

// The order in which a tensor's bytes lie; tensor/run_layout.h draws both.
enum class Layout : uint8_t { kFile, kRun };
const char* layout_name(Layout layout);  // "file", "run"

// The shape whose bytes a tensor takes in run layout: rows of each matrix rounded up to whole panels.
Shape padded_shape(const Shape& shape);

struct TensorView {
  const uint8_t* data = nullptr;
  DType dtype;
  Shape shape;
  Layout layout = Layout::kFile;  // kRun: two dimensions or more; each matrix has its own panels

  int64_t size_bytes() const {
    return dtype.size_bytes(layout == Layout::kRun ? padded_shape(shape).n_elements() : shape.n_elements());
  }
  int64_t row_bytes() const { return dtype.size_bytes(shape.n_cols()); }
  // In run layout, of a matrix, the panel that begins with row r.
  const uint8_t* row(int64_t r) const { return data + r * row_bytes(); }
};

}  // namespace ondol
