#include "tune/tune_job.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <limits>

#include "measure/measure_messages.h"
#include "measure/merge_adapters.h"
#include "model/adapter/adapter_messages.h"
#include "model/adapter/apply_adapters.h"
#include "model/adapter/read_adapter.h"
#include "model/adapter/write_adapter.h"
#include "model/import/huggingface_tokenizer.h"
#include "model/import/import.h"
#include "model/model_identity.h"
#include "model/storage_type.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"
#include "tune/chunk_teacher.h"
#include "tune/init_model.h"
#include "tune/token_teacher.h"
#include "tune/trained_model.h"
#include "tune/tune_messages.h"

namespace ondol {
namespace {

constexpr std::string_view kTemplateKey = "tokenizer.chat_template", kSchemaKey = "ondol.output.schema";

// When the run began: templates may show the date, and a run that is continued tomorrow learns the same tokens.
Result<int64_t> start_of_run(const std::string& checkpoint, bool resume) {
  if (!resume) return static_cast<int64_t>(std::time(nullptr));
  TRY(const Checkpoint file, open_checkpoint(checkpoint));
  return std::atoll(std::string(file.metadata.get_string("started").value_or("0")).c_str());
}

}  // namespace

double usual_learning_rate(TuneKind kind) {
  return kind == TuneKind::kInit ? 1e-3 : kind == TuneKind::kFull ? 2e-5 : 2e-4;
}

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

Result<std::unique_ptr<TuneJob>> TuneJob::prepare(const TuneOptions& options, ThreadPool& pool) {
  std::unique_ptr<TuneJob> job(new TuneJob(options, pool));
  std::vector<std::string> audited = options.data;
  if (!options.synthesised.empty()) audited.push_back(options.synthesised);
  TRY(job->licences_, audit_licences(audited, options.purpose, options.accepted_licences));
  TRY(job->load_base());
  if (options.teacher) TRY(job->load_teacher());
  TRY(job->read_data());
  TRY(job->connect());
  return job;
}

Status TuneJob::load_base() {
  if (options_.kind == TuneKind::kInit) {
    TRY(const ModelShape shape, parse_shape(options_.shape));
    TRY(const Metadata tokenizer, find_tokenizer(options_.base));
    TRY(checkpoint_, make_initial_model(shape, tokenizer, options_.low_rank.seed));
  } else {
    TRY(checkpoint_, open_checkpoint(options_.base));
  }
  describe(checkpoint_.metadata);
  TRY(model_, load_model(checkpoint_, options_.base, pool_, {.low_memory = true}));
  if (!model_.tokenizer) return fail(ErrorKind::kBadInput, msg::kTuneNoTokenizer, options_.base);
  const std::string source(model_.metadata.get_string(kTemplateKey).value_or(""));
  if (!source.empty()) { TRY(chat_, ChatTemplate::parse(source)); }
  return ok();
}

Status TuneJob::load_teacher() {
  const std::string& path = options_.teacher->path;
  TRY(teacher_model_, load_model(path, pool_, {.low_memory = true}));
  teacher_shares_tokens_ = same_vocabulary(*teacher_model_, model_);
  if (teacher_shares_tokens_) return ok();
  if (!teacher_model_->tokenizer) return fail(ErrorKind::kBadInput, msg::kTeacherNoTokenizer, path);
  if (options_.dataset.rules.learns_prompts) return fail(ErrorKind::kUsage, msg::kTeacherPrompts, path);
  const std::string source(teacher_model_->metadata.get_string(kTemplateKey).value_or(""));
  if (!source.empty()) { TRY(teacher_chat_, ChatTemplate::parse(source)); }
  options_.dataset.teacher = {teacher_model_->tokenizer.get(), teacher_chat_ ? &*teacher_chat_ : nullptr,
                              teacher_model_->hp.context_length};
  return ok();
}

// What the written file says beside its weights.
void TuneJob::describe(Metadata& metadata) const {
  if (!options_.chat_template.empty()) metadata.set_string(kTemplateKey, options_.chat_template);
  if (!options_.schema.empty()) metadata.set_string(kSchemaKey, options_.schema);
  if (!options_.name.empty()) metadata.set_string("general.name", options_.name);
  record_licences(licences_, metadata);
}

Status TuneJob::read_data() {
  int64_t& length = options_.dataset.rules.context_length;
  int64_t most = model_.hp.context_length;
  if (teacher_shares_tokens_) most = std::min(most, teacher_model_->hp.context_length);
  if (length == 0) length = std::min<int64_t>(most, 1024);
  if (length > most) return fail(ErrorKind::kBadInput, msg::kTuneContext, length, most);
  TrainOptions& train = options_.train;
  train.checkpoint = checkpoint_path(options_.output);
  TRY(train.started_s, start_of_run(train.checkpoint, train.resume));
  const auto started = static_cast<std::time_t>(train.started_s);
  gmtime_r(&started, &options_.dataset.rules.now);
  if (!options_.synthesised.empty()) options_.dataset.written_paths = {options_.synthesised};
  TRY(dataset_, read_dataset(options_.data, *model_.tokenizer, chat_ ? &*chat_ : nullptr, options_.dataset));
  return ok();
}

Status TuneJob::open_teacher() {
  Model model = std::move(*teacher_model_);
  teacher_model_.reset();
  if (teacher_shares_tokens_) {
    TRY(teacher_, TokenTeacher::open(*options_.teacher, std::move(model), dataset_.identity));
    return ok();
  }
  const ReadTwice read{dataset_.train, dataset_.train_by_teacher, &model_};
  TRY(auto teacher, ChunkTeacher::open(*options_.teacher, std::move(model), read, dataset_.identity));
  dataset_.notes.push_back(
      format_message(msg::kTeacherInChunks, teacher->n_chunks(), teacher->n_heard(), dataset_.n_train_learned));
  teacher_ = std::move(teacher);
  return ok();
}

Status TuneJob::connect() {
  if (options_.kind == TuneKind::kLowRank) {
    TRY(network_, Network<float>::low_rank(model_, options_.low_rank));
  } else {
    TRY(network_, Network<float>::full(model_));
  }
  Sha256 identity;
  identity.add(model_identity(model_)).add(dataset_.identity).add_value(static_cast<int>(options_.kind));
  if (options_.kind == TuneKind::kLowRank) {
    identity.add(fmt::format("{} {} {} {} {}", options_.low_rank.rank, options_.low_rank.alpha,
                             options_.low_rank.rank_stabilised, options_.low_rank.dropout, options_.low_rank.seed));
    for (const std::string& target : options_.low_rank.targets) identity.add(target + ",");
  }
  if (options_.teacher) {
    TRY(open_teacher());
    identity.add(teacher_->identity());
  }
  trainer_.emplace(*network_, dataset_.train, dataset_.held_out, pool_, options_.train, identity.finish());
  if (teacher_) {
    trainer_->set_loss([this](Compute<float>& compute, PackedBatch& batch) { return teacher_->loss(compute, batch); });
  }
  return ok();
}

TunePlan TuneJob::plan() const {
  int64_t n_parameters = 0;
  for (const Parameter<float>& p : network_->parameters()) n_parameters += p.n_elements();
  const double per_step =
      static_cast<double>(dataset_.n_train_tokens) /
      static_cast<double>(std::max<size_t>(1, plan_epoch(dataset_.train, options_.train.batches, 0).size()));
  return {
      .n_examples = std::ssize(dataset_.train),
      .n_tokens = dataset_.n_train_tokens,
      .n_learned = dataset_.n_train_learned,
      .n_held_out = std::ssize(dataset_.held_out),
      .n_trained = network_->n_trained(),
      .n_parameters = n_parameters,
      .n_steps = trainer_->n_steps(),
      .n_operations = training_operations_per_token(*network_) * per_step * static_cast<double>(trainer_->n_steps())};
}

Result<TrainResult> TuneJob::train(const std::function<Status(const StepReport&)>& report) {
  return trainer_->run(report);
}

// What the trainer computes for verification_texts(), in f32.
std::vector<float> TuneJob::trained_logits() {
  Compute<float> compute(pool_, Precision::kF32);
  const int64_t vocab = model_.hp.vocab_size;
  std::vector<float> logits;
  for (const std::vector<TokenId>& text : verification_texts(model_.hp)) {
    PackedBatch batch{.tokens = text, .sequences = {{0, std::ssize(text)}}};
    for (int64_t row = 0; row < std::ssize(text); ++row) batch.targets.push_back({row, text[0]});
    const RowLoss<float> keep = [&](int64_t, int64_t n, float* rows) {
      logits.insert(logits.end(), rows, rows + n * vocab);
      return 0.0;
    };
    backprop(*network_, compute, batch, keep, {.gradients = false});
  }
  return logits;
}

// How far the adapter at `path`, applied to the base, is from the trainer.  Fails with kRefused where that is too far.
Result<WrittenDivergence> TuneJob::verify_adapter(const std::string& path, std::span<const float> expected) {
  TRY(Adapter written, read_adapter(path, model_));
  const ScaledAdapter applied{path, std::move(written)};
  TRY(apply_adapters(model_, {&applied, 1}));
  const auto logits = verification_logits(model_, pool_);
  TRY(apply_adapters(model_, {}));
  if (!logits) return tl::make_unexpected(logits.error());
  const WrittenDivergence divergence = compare_logits(expected, *logits, model_.hp.vocab_size);
  if (divergence.mean <= kMostWrittenDivergence) return divergence;
  return fail(ErrorKind::kRefused, msg::kWrittenDiverges, options_.output, divergence.mean, kMostWrittenDivergence);
}

Result<WrittenDivergence> TuneJob::write_adapter(const WriteOptions& write) {
  AdapterWriteOptions options{.file = write, .base_model = options_.base};
  describe(options.metadata);
  const Adapter trained = trained_adapter(*network_, options_.low_rank);
  const std::vector<float> expected = trained_logits();
  if (!options_.output.ends_with(".gguf")) return write_peft(trained, options, expected);
  WrittenDivergence divergence;
  options.file.check = [&](const std::string& written) -> Status {
    TRY(divergence, verify_adapter(written, expected));
    return ok();
  };
  TRY(write_gguf_adapter(options_.output, trained, model_, options));
  return divergence;
}

// A folder of two files is verified beside its place; then they move there, and what else is there stays.
Result<WrittenDivergence> TuneJob::write_peft(const Adapter& trained, AdapterWriteOptions options,
                                              std::span<const float> expected) {
  namespace fs = std::filesystem;
  const fs::path folder(options_.output), staging(options_.output + ".partial");
  options.file.force = true;
  const auto write = [&]() -> Result<WrittenDivergence> {
    TRY(write_peft_adapter(staging, trained, model_, options));
    TRY(const WrittenDivergence divergence, verify_adapter(staging, expected));
    std::error_code error;
    fs::create_directories(folder, error);
    for (const char* name : {"adapter_model.safetensors", "adapter_config.json"}) {
      if (!error) fs::rename(staging / name, folder / name, error);
    }
    if (error) return fail(ErrorKind::kIo, msg::kCannotMakeFolder, options_.output, error.message());
    return divergence;
  };
  auto written = write();
  std::error_code ignored;
  fs::remove_all(staging, ignored);
  return written;
}

// Gives the trained matrices the numbers that F16 can hold.  Returns the mean KL of that.
double TuneJob::round_to_f16() {
  const std::vector<float> before = trained_logits();
  for (Parameter<float>& parameter : network_->parameters()) {
    if (!parameter.trained || !parameter.is_matrix()) continue;
    if (stays_f32(parameter.name, {parameter.n_rows, parameter.n_cols})) continue;
    pool_.for_each(parameter.n_rows, [&](int64_t row, int) {
      float* values = parameter.value.data() + row * parameter.n_cols;
      std::vector<uint8_t> stored(static_cast<size_t>(dtype_of<F16>.size_bytes(parameter.n_cols)));
      dtype_of<F16>.info().encode(values, nullptr, stored.data(), parameter.n_cols);
      dtype_of<F16>.info().decode(stored.data(), values, parameter.n_cols);
    });
  }
  return compare_logits(before, trained_logits(), model_.hp.vocab_size).mean;
}

// All weights, or those of the base with the adapter in them.
Result<TuneFile> TuneJob::write_weights(WriteOptions write) {
  if (options_.kind == TuneKind::kLowRank) {
    const std::vector<float> expected = trained_logits();
    const ScaledAdapter applied{options_.output, trained_adapter(*network_, options_.low_rank)};
    TRY(apply_adapters(model_, {&applied, 1}));
    TRY(const MergeReport report,
        merge_adapters(options_.output, checkpoint_, model_, {&applied, 1}, options_.type, pool_, write, expected));
    return TuneFile{.divergence = report.divergence};
  }
  const bool is_f32 = options_.kind == TuneKind::kFull && model_.embedding.dtype == dtype_of<F32>;
  const DType type = options_.type.value_or(is_f32 ? dtype_of<F32> : dtype_of<F16>);
  const bool is_exact = type == dtype_of<F32> || type == dtype_of<F16>;
  TuneFile file;
  if (type == dtype_of<F16>) file.rounding = round_to_f16();
  const std::vector<float> expected = trained_logits();
  // Of coarser types the divergence is told, not judged.
  const double most = is_exact ? kMostWrittenDivergence : std::numeric_limits<double>::infinity();
  write.check = [&](const std::string& written) -> Status {
    TRY(file.divergence, verify_written(written, options_.output, expected, most, pool_));
    return ok();
  };
  TRY(write_model(options_.output, trained_model(checkpoint_, *network_), type, pool_, write));
  return file;
}

Result<TuneFile> TuneJob::finish(Progress* progress) {
  const WriteOptions write{.force = options_.force, .inputs = {options_.base}, .progress = progress};
  TuneFile file;
  if (options_.kind == TuneKind::kLowRank && !options_.merge) {
    TRY(file.divergence, write_adapter(write));
  } else {
    TRY(file, write_weights(write));
  }
  std::error_code ignored;
  std::filesystem::remove(checkpoint_path(options_.output), ignored);
  return file;
}

}  // namespace ondol
