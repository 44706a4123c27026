// FieldMeter: a model's figures on a field: right answers, bits per byte by language, distance from the model it was
// made of, speed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compress/divergence_meter.h"
#include "measure/task_accuracy.h"
#include "recipe/field.h"

namespace ondol {

struct TaskFigures {
  int64_t n_right = 0, n_all = 0;
  double value = 0;   // n_right of n_all
  Interval interval;  // of it, 95 %
};

// Of the tokens that examples of a language learn: answers, of running text all.
struct LanguageFigures {
  FieldLanguage language = FieldLanguage::kOther;
  int64_t n_examples = 0, n_bytes = 0;
  double bits_per_byte = 0;
  std::optional<double> kl;  // mean KL(reference || model), nats
};

struct ModelFigures {
  int64_t size_bytes = 0;  // of the file
  double bits_per_weight = 0;
  int64_t vocab_size = 0;
  std::optional<TaskFigures> task;
  std::optional<double> kl;  // as above, of all languages
  std::vector<LanguageFigures> languages;
  double decode_tokens_per_s = 0;  // one sequence
};

// Examples that only judge, as one tokenizer reads them.
class JudgingExamples {
 public:
  // Of `held_out` some that are evenly spread, 16384 learned tokens at most.
  JudgingExamples(std::span<const Example> held_out, const Tokenizer& tokenizer);

  struct OfLanguage {
    FieldLanguage language;
    std::vector<Example> examples;
    int64_t n_bytes = 0;  // that the learned tokens stand for
  };
  const std::vector<OfLanguage>& languages() const { return languages_; }
  const std::vector<Example>& all() const { return all_; }

 private:
  std::vector<Example> all_;
  std::vector<OfLanguage> languages_;  // that have examples
};

// What a smaller model is held against: the logits of the one it is made of.  `pool` and `examples` outlive it.
class Reference {
 public:
  // Fails as DivergenceMeter does.
  static Result<Reference> create(const Model& model, ThreadPool& pool, const JudgingExamples& examples);

  // Adds KL(reference || model) to the model's figures.
  Status measure(const Model& model, ModelFigures& figures);

 private:
  std::vector<DivergenceMeter> meters_;  // of each language
};

struct MeterOptions {
  std::string chat_template;                                              // Jinja text; "": the model's
  std::string schema;                                                     // of answers; "": the model's
  std::function<void(int64_t n_done, int64_t n_all)> progress = nullptr;  // of the questions; may be null
};

// All figures but the divergence, as `ondol run` computes: of the model in the file `path`.  Fails as measure_task()
// and Engine do.
Result<ModelFigures> measure_model(const std::string& path, const Model& model, ThreadPool& pool, const Field& field,
                                   const JudgingExamples& examples, const MeterOptions& options);

}  // namespace ondol
