#include "recipe/field_meter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "compress/example_feed.h"
#include "compress/example_loss.h"
#include "engine/answer_format.h"

namespace ondol {
namespace {

constexpr int64_t kMostJudgingTokens = 16384;
constexpr int64_t kMostDivergencePositions = 4096;

int64_t count_learned(const Example& example) {
  return std::count(example.learns.begin(), example.learns.end(), uint8_t{1});
}

int64_t learned_bytes(const Example& example, const Tokenizer& tokenizer) {
  int64_t n = 0;
  for (size_t i = 0; i < example.tokens.size(); ++i) {
    if (example.learns[i] != 0) n += std::ssize(tokenizer.piece(example.tokens[i]));
  }
  return n;
}

Result<double> bits_per_byte(const Model& model, ThreadPool& pool, const JudgingExamples::OfLanguage& of) {
  TRY(ExampleFeed feed, ExampleFeed::create(model, pool, of.examples, {}));
  ExampleLoss loss;
  for (int64_t chunk = 0; chunk < feed.n_chunks(); ++chunk) {
    TRY(feed.read(chunk, [&](const Example& example, int64_t first, int64_t n_rows, const float* logits) {
      loss.add(example, first, n_rows, logits, model.hp.vocab_size, pool);
    }));
  }
  return loss.nats / std::log(2.0) / static_cast<double>(std::max<int64_t>(1, of.n_bytes));
}

Result<TaskFigures> measure_questions(const Model& model, ThreadPool& pool, const Field& field,
                                      const MeterOptions& options) {
  std::string jinja = options.chat_template;
  if (jinja.empty()) jinja = model.metadata.get_string("tokenizer.chat_template").value_or("");
  std::optional<ChatTemplate> chat;
  if (!jinja.empty()) { TRY(chat, ChatTemplate::parse(jinja)); }
  std::optional<AnswerFormat> format;
  const std::string schema = options.schema.empty() ? stored_schema(model).value_or("") : options.schema;
  if (!schema.empty() && field.task != Task::kChoice) { TRY(format, schema_format(schema, *model.tokenizer)); }
  const std::string& data = field.options.test.empty() ? field.options.data[0] : field.options.test;
  TRY(const TaskAccuracy accuracy, measure_task(model, pool, data, field.questions,
                                                {.task = *field.task,
                                                 .chat = chat ? &*chat : nullptr,
                                                 .format = format ? &*format : nullptr,
                                                 .progress = options.progress}));
  return TaskFigures{accuracy.n_right, std::ssize(accuracy.answers), accuracy.value, accuracy.interval};
}

// Tokens a second of one sequence, the best of three runs: other processes can only slow one down.
Result<double> decode_speed(const Model& model, ThreadPool& pool) {
  using Clock = std::chrono::steady_clock;
  const int64_t n_tokens = std::min<int64_t>(32, model.hp.context_length - 1);
  TRY(const auto engine, Engine::create(model, pool, {.context_length = n_tokens + 1}));
  TRY(const SequenceId sequence, engine->open());
  const TokenId token = model.tokenizer->bos.value_or(TokenId{0});
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    engine->truncate(sequence, 0);
    const auto begin = Clock::now();
    for (int64_t i = 0; i < n_tokens; ++i) {
      const Engine::Input input{sequence, {&token, 1}};
      TRY(engine->step({&input, 1}, [](const Engine::Rows&) {}));
    }
    best = std::max(best, static_cast<double>(n_tokens) / std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return best;
}

}  // namespace

JudgingExamples::JudgingExamples(std::span<const Example> held_out, const Tokenizer& tokenizer) {
  int64_t n_all = 0;
  for (const Example& example : held_out) n_all += count_learned(example);
  const int64_t every = std::max<int64_t>(1, (n_all + kMostJudgingTokens - 1) / kMostJudgingTokens);
  for (int64_t i = 0; i < std::ssize(held_out); i += every) {
    const Example& example = held_out[static_cast<size_t>(i)];
    if (count_learned(example) == 0) continue;
    all_.push_back(example);
    const FieldLanguage language = language_of(example, tokenizer);
    auto of = std::find_if(languages_.begin(), languages_.end(),
                           [&](const auto& known) { return known.language == language; });
    if (of == languages_.end()) of = languages_.insert(languages_.end(), {language, {}});
    of->examples.push_back(example);
    of->n_bytes += learned_bytes(example, tokenizer);
  }
  std::sort(languages_.begin(), languages_.end(), [](const auto& a, const auto& b) { return a.language < b.language; });
}

Result<Reference> Reference::create(const Model& model, ThreadPool& pool, const JudgingExamples& examples) {
  Reference reference;
  for (const auto& of : examples.languages()) {
    TRY(DivergenceMeter meter, DivergenceMeter::create(model, pool, of.examples, kMostDivergencePositions));
    reference.meters_.push_back(std::move(meter));
  }
  return reference;
}

Status Reference::measure(const Model& model, ModelFigures& figures) {
  double sum = 0;
  int64_t n_positions = 0;
  for (size_t i = 0; i < meters_.size(); ++i) {
    TRY(const double kl, meters_[i].measure(model));
    figures.languages[i].kl = kl;
    sum += kl * static_cast<double>(meters_[i].n_positions());
    n_positions += meters_[i].n_positions();
  }
  if (n_positions > 0) figures.kl = sum / static_cast<double>(n_positions);
  return ok();
}

Result<ModelFigures> measure_model(const std::string& path, const Model& model, ThreadPool& pool, const Field& field,
                                   const JudgingExamples& examples, const MeterOptions& options) {
  ModelFigures figures;
  TRY(const Checkpoint checkpoint, open_checkpoint(path));
  int64_t n_weights = 0;
  for (const NamedTensor& tensor : checkpoint.tensors) n_weights += tensor.view.shape.n_elements();
  for (const auto& map : checkpoint.maps) figures.size_bytes += std::ssize(map->bytes());
  figures.bits_per_weight = 8 * static_cast<double>(figures.size_bytes) / static_cast<double>(n_weights);
  figures.vocab_size = model.hp.vocab_size;
  if (field.task) { TRY(figures.task, measure_questions(model, pool, field, options)); }
  for (const auto& of : examples.languages()) {
    LanguageFigures language{of.language, std::ssize(of.examples), of.n_bytes};
    TRY(language.bits_per_byte, bits_per_byte(model, pool, of));
    figures.languages.push_back(language);
  }
  TRY(figures.decode_tokens_per_s, decode_speed(model, pool));
  return figures;
}

}  // namespace ondol
