// Tape: what the forward pass of a layer leaves for its backward pass.
//
// A tape is filled again from the layer's input where memory does not hold one for every layer.
// Source: Chen et al. 2016 (Training deep nets with sublinear memory cost), section 4.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace ondol {

// Leaves new elements as the memory has them unless a value is given: operations write their outputs whole, and
// zeroing them first took a tenth of a small model's step.
template <class T>
struct Unzeroed : std::allocator<T> {
  template <class U>
  struct rebind {
    using other = Unzeroed<U>;
  };
  template <class U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Args>
  void construct(U* place, Args&&... args) {
    ::new (static_cast<void*>(place)) U(std::forward<Args>(args)...);
  }
};

template <class T>
using Values = std::vector<T, Unzeroed<T>>;

template <class T>
struct SublayerTape {
  Values<T> source;  // [rows, hidden]  what the norm read
  Values<T> input;   // [rows, hidden]  normalised
  Values<T> result;  // [rows, hidden]  before the post norm, where there is one
  // attention
  Values<T> q_raw, k_raw;  // before their norms, where there are some
  Values<T> q, k, v;       // [rows, heads * head_dim], rotated
  Values<T> log_sum;       // [heads, rows]
  Values<T> mixed;         // [rows, heads * head_dim]  what the heads give
  Values<T> mixed_normed;  // where that is normalised
  // feed-forward
  Values<T> gate, up, wide;  // [rows, ffn]  of a plain one gate is what is activated
  Values<T> wide_normed;     // where that is normalised
  // block skip: [2] what was kept as first and second, and what it was mixed into
  Values<T> kept[2], mixed_into[2];
};

template <class T>
struct LayerTape {
  std::vector<SublayerTape<T>> sublayers;
};

}  // namespace ondol
