// Backprop: forward and backward pass of a whole network over one packed batch.
//
// Follows model/forward.cpp layer by layer; each sublayer has its own file (train_attention, train_ffn).  The loss is
// taken from the logits of the batch's targets, some rows at a time, so that the logits of a large vocabulary never
// stand in memory together.
#pragma once

#include <functional>
#include <vector>

#include "tune/compute.h"
#include "tune/network.h"
#include "tune/packed_batch.h"
#include "tune/tape.h"

namespace ondol {

// One pass over one batch; what the sublayers share.
template <class T>
struct Pass {
  Network<T>& network;
  Compute<T>& compute;
  const PackedBatch& batch;
  int64_t n_rows;
  uint64_t dropout_key;                             // 0: no dropout
  std::vector<std::vector<T>> cos, sin, minus_sin;  // per rope table, [rows, rope_dims / 2]

  const Hyperparameters& hp() const { return network.model().hp; }
};

// y [rows, w.n_rows] = the linear's output for x [rows, w.n_cols].
template <class T>
void run_linear(Pass<T>& pass, const TrainedLinear<T>& w, const T* x, Values<T>& y);
// dx (+)= the gradient by x; adds the weights' gradients.  dy is left scaled by w.scale where it has one.
template <class T>
void linear_backward(Pass<T>& pass, const TrainedLinear<T>& w, const T* x, Values<T>& dy, Values<T>& dx,
                     bool accumulate);

// result = the sublayer's output of tape.input; fills the tape.
template <class T>
void run_attention(Pass<T>& pass, const TrainedAttention<T>& w, SublayerTape<T>& tape, Values<T>& result);
template <class T>
void run_ffn(Pass<T>& pass, const TrainedFfn<T>& w, SublayerTape<T>& tape, Values<T>& result);
// dinput = the gradient by tape.input, of dresult.
template <class T>
void attention_backward(Pass<T>& pass, const TrainedAttention<T>& w, const SublayerTape<T>& tape, Values<T>& dresult,
                        Values<T>& dinput);
template <class T>
void ffn_backward(Pass<T>& pass, const TrainedFfn<T>& w, const SublayerTape<T>& tape, Values<T>& dresult,
                  Values<T>& dinput);

// Returns the loss of targets [first, first + n), whose logits [n, vocab] it replaces by the loss's gradient.
template <class T>
using RowLoss = std::function<double(int64_t first, int64_t n, T* logits)>;

struct BackpropOptions {
  bool gradients = true;         // false: the loss only
  uint64_t dropout_key = 0;      // of this step's random bits; 0: no dropout
  int64_t tape_bytes = 1 << 29;  // memory for tapes: beyond it layers are computed twice
};

// Returns the loss; adds its gradient to the parameters'.
template <class T>
double backprop(Network<T>& network, Compute<T>& compute, const PackedBatch& batch, const RowLoss<T>& loss,
                const BackpropOptions& options);

}  // namespace ondol
