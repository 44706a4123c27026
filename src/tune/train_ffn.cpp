// The feed-forward sublayer under training (model/ffn.cpp).
#include "tune/backprop.h"

namespace ondol {

template <class T>
void run_ffn(Pass<T>& pass, const TrainedFfn<T>& w, SublayerTape<T>& tape, Values<T>& result) {
  const Activation activation = w.layer->options.activation;
  const int64_t size = w.layer->ffn_size, n = pass.n_rows * size;
  tape.wide.resize(static_cast<size_t>(n));
  if (w.gate) {
    run_linear(pass, w.gate, tape.input.data(), tape.gate);
    run_linear(pass, w.up, tape.input.data(), tape.up);
    pass.compute.gate(activation, tape.gate.data(), tape.up.data(), tape.wide.data(), n);
  } else {
    run_linear(pass, w.up, tape.input.data(), tape.gate);
    pass.compute.activate(activation, tape.gate.data(), tape.wide.data(), n);
  }
  if (!w.down_norm) return run_linear(pass, w.down, tape.wide.data(), result);
  tape.wide_normed.resize(tape.wide.size());
  pass.compute.normalize(pass.hp().norm, pass.hp().norm_eps, w.down_norm, tape.wide.data(), tape.wide_normed.data(),
                         pass.n_rows, size);
  run_linear(pass, w.down, tape.wide_normed.data(), result);
}

template <class T>
void ffn_backward(Pass<T>& pass, const TrainedFfn<T>& w, const SublayerTape<T>& tape, Values<T>& dresult,
                  Values<T>& dinput) {
  const Activation activation = w.layer->options.activation;
  const int64_t size = w.layer->ffn_size, n = pass.n_rows * size;
  Values<T> dwide;
  if (w.down_norm) {
    Values<T> dnormed;
    linear_backward(pass, w.down, tape.wide_normed.data(), dresult, dnormed, false);
    dwide.assign(static_cast<size_t>(n), T(0));
    pass.compute.normalize_backward(pass.hp().norm, pass.hp().norm_eps, w.down_norm, tape.wide.data(), dnormed.data(),
                                    dwide.data(), pass.n_rows, size);
  } else {
    linear_backward(pass, w.down, tape.wide.data(), dresult, dwide, false);
  }
  if (!w.gate) {
    pass.compute.activate_backward(activation, tape.gate.data(), dwide.data(), dwide.data(), n);
    return linear_backward(pass, w.up, tape.input.data(), dwide, dinput, false);
  }
  Values<T> dgate(dwide.size());
  pass.compute.gate_backward(activation, tape.gate.data(), tape.up.data(), dwide.data(), dgate.data(), dwide.data(), n);
  linear_backward(pass, w.up, tape.input.data(), dwide, dinput, false);
  linear_backward(pass, w.gate, tape.input.data(), dgate, dinput, true);
}

template void run_ffn(Pass<float>&, const TrainedFfn<float>&, SublayerTape<float>&, Values<float>&);
template void run_ffn(Pass<double>&, const TrainedFfn<double>&, SublayerTape<double>&, Values<double>&);
template void ffn_backward(Pass<float>&, const TrainedFfn<float>&, const SublayerTape<float>&, Values<float>&,
                           Values<float>&);
template void ffn_backward(Pass<double>&, const TrainedFfn<double>&, const SublayerTape<double>&, Values<double>&,
                           Values<double>&);

}  // namespace ondol
