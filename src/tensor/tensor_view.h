// TensorView: where a tensor lies, of which type and shape.  Owns nothing.
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

struct TensorView {
  const uint8_t* data = nullptr;
  DType dtype;
  Shape shape;

  int64_t size_bytes() const { return dtype.size_bytes(shape.n_elements()); }
  int64_t row_bytes() const { return dtype.size_bytes(shape.n_cols()); }
  const uint8_t* row(int64_t r) const { return data + r * row_bytes(); }
};

}  // namespace ondol
