#include "compress/repair.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/check.h"
#include "compress/decoded_model.h"
#include "model/tensor_name.h"
#include "tensor/quant/f32.h"
#include "tune/network.h"
#include "tune/trained_model.h"
#include "tune/trainer.h"

namespace ondol {
namespace {

// For each parameter the tensor of the file that holds it: its own, or one it is a part of.
std::unordered_map<std::string, size_t> tensors_of_parameters(const ImportedModel& file, const Model& model) {
  std::unordered_map<std::string, size_t> tensors;
  for (size_t i = 0; i < file.tensors.size(); ++i) tensors.emplace(file.tensors[i].name, i);
  for (int layer = 0; layer < model.hp.n_layers; ++layer) {
    for (const TensorName& tensor : model.arch->tensors) {
      const auto whole = tensors.find(tensor_name(tensor.gguf, layer));
      if (tensor.parts.empty() || whole == tensors.end()) continue;
      const size_t index = whole->second;
      for (const TensorPart& part : tensor.parts) tensors.emplace(tensor_name(part.gguf, layer), index);
    }
  }
  return tensors;
}

// The numbers of a matrix after a way through its type.
void store_and_load(const Parameter<float>& parameter, const StoredAs& as, ThreadPool& pool, std::vector<float>& out) {
  const int64_t n_cols = parameter.n_cols;
  out.resize(parameter.value.size());
  pool.for_each(parameter.n_rows, [&](int64_t row, int) {
    std::vector<uint8_t> encoded(static_cast<size_t>(as.type.size_bytes(n_cols)));
    as.type.info().encode(parameter.value.data() + row * n_cols, as.importance.empty() ? nullptr : as.importance.data(),
                          encoded.data(), n_cols);
    as.type.info().decode(encoded.data(), out.data() + row * n_cols, n_cols);
  });
}

// The divergence of the student's next tokens from the teacher's, over whole vocabularies.
class SelfDistillation {
 public:
  SelfDistillation(Network<float>& teacher, int64_t vocab_size) : teacher_(teacher), vocab_(vocab_size) {}

  Result<RowLoss<float>> loss(Compute<float>& compute, PackedBatch& batch) {
    logits_.resize(batch.targets.size() * static_cast<size_t>(vocab_));
    const RowLoss<float> keep = [&](int64_t first, int64_t n, float* rows) {
      std::copy_n(rows, n * vocab_, logits_.begin() + first * vocab_);
      return 0.0;
    };
    backprop(teacher_, compute, batch, keep, {.gradients = false});
    return [this, &compute](int64_t first, int64_t n, float* logits) {
      std::vector<double> divergences(static_cast<size_t>(n));
      compute.pool().for_each(n, [&](int64_t row, int) {
        divergences[static_cast<size_t>(row)] = diverge(logits_.data() + (first + row) * vocab_, logits + row * vocab_);
      });
      return std::accumulate(divergences.begin(), divergences.end(), 0.0);
    };
  }

 private:
  // KL(p || q) of the teacher's and the student's logits; the student's become the gradient q - p.
  double diverge(float* teacher, float* student) const {
    const float log_p = Compute<float>::log_sum_exp(teacher, vocab_),
                log_q = Compute<float>::log_sum_exp(student, vocab_);
    double sum = 0;
    for (int64_t i = 0; i < vocab_; ++i)
      sum += std::exp(static_cast<double>(teacher[i] - log_p)) *
             static_cast<double>((teacher[i] - log_p) - (student[i] - log_q));
    Compute<float>::exp_shifted(teacher, log_p, 1.0f, teacher, vocab_);
    Compute<float>::exp_shifted(student, log_q, 1.0f, student, vocab_);
    for (int64_t i = 0; i < vocab_; ++i) student[i] -= teacher[i];
    return sum;
  }

  Network<float>& teacher_;
  int64_t vocab_;
  std::vector<float> logits_;  // of the teacher, at the batch's targets
};

}  // namespace

Result<ImportedModel> repair(const ImportedModel& original, const ImportedModel& start, const std::string& name,
                             const std::function<StoredAs(size_t tensor)>& stored_as, std::span<const Example> examples,
                             const RepairOptions& options, ThreadPool& pool, const RepairReport& report) {
  TRY(const DecodedModel kept, decode_model(original, pool));
  TRY(const Model kept_model, load_model(kept.checkpoint, name, pool, {.low_memory = true}));
  TRY(Network<float> teacher, Network<float>::frozen(kept_model));
  TRY(DecodedModel decoded, decode_model(start, pool));
  Checkpoint& numbers = decoded.checkpoint;
  TRY(const Model model, load_model(numbers, name, pool, {.low_memory = true}));
  TRY(Network<float> student, Network<float>::full(model));

  TrainOptions train;
  train.batches = {.tokens_per_step = options.step_tokens, .tokens_per_batch = 2048, .seed = options.seed};
  train.schedule.learning_rate = options.learning_rate;
  train.schedule.n_steps = options.n_steps;
  train.optimizer.weight_decay = 0;
  Trainer trainer(student, examples, {}, pool, train, {});
  SelfDistillation distillation(teacher, model.hp.vocab_size);
  trainer.set_loss([&](Compute<float>& compute, PackedBatch& batch) { return distillation.loss(compute, batch); });
  const auto tensors = tensors_of_parameters(start, model);
  constexpr int64_t kRoundEvery = 4;
  trainer.set_rounding(
      [&](const Parameter<float>& parameter, std::vector<float>& rounded) {
        const auto tensor = tensors.find(parameter.name);
        CHECK(tensor != tensors.end());
        const StoredAs as = stored_as(tensor->second);
        if (as.type == dtype_of<F32>) return false;
        store_and_load(parameter, as, pool, rounded);
        return true;
      },
      kRoundEvery);
  TRY(trainer.run([&](const StepReport& step) -> Status {
    if (report) report(step.step, step.n_steps, step.loss);
    return ok();
  }));

  // The trained numbers, kept where the result looks for them.
  const ImportedModel trained = trained_model(numbers, student);
  for (size_t i = 0; i < numbers.tensors.size(); ++i) {
    auto kept = std::make_shared<std::vector<uint8_t>>(numbers.buffers[i]->size());
    trained.tensors[i].read_rows(0, trained.tensors[i].shape.n_rows(), kept->data());
    numbers.tensors[i].view.data = kept->data();
    numbers.buffers[i] = std::move(kept);
  }
  return as_stored(std::move(numbers));
}

}  // namespace ondol
