#include "recipe/specialise.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/atomic_file.h"
#include "base/check.h"
#include "compress/calibration_file.h"
#include "compress/corpus_trim.h"
#include "compress/imatrix_file.h"
#include "compress/vocabulary_trim.h"
#include "grammar/schema_grammar.h"
#include "measure/measure_messages.h"
#include "model/import/import.h"
#include "model/model_identity.h"
#include "recipe/card.h"
#include "recipe/recipe_messages.h"
#include "recipe/work_folder.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kTuned = "tuned.gguf";
constexpr const char* kTrimmed = "trimmed.gguf";
constexpr const char* kImportance = "importance.gguf";
constexpr const char* kShrunk = "shrunk.gguf";
constexpr const char* kOtherSize = "size-";

constexpr int64_t kShrinkContext = 512;      // tokens of an example that shrinking reads
constexpr int64_t kCalibrationChunks = 200;  // of 512 tokens
constexpr double kRepairRate = 1e-4;
constexpr double kLeastTrimGain = 0.01;  // of the file: less is not worth splitting words
constexpr int64_t kFewQuestions = 100;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

SpecialiseWork work_of(ShrinkStage stage) {
  switch (stage) {
    case ShrinkStage::kMoments:
      return SpecialiseWork::kCalibrating;
    case ShrinkStage::kErrors:
      return SpecialiseWork::kErrors;
    case ShrinkStage::kSensitivity:
      return SpecialiseWork::kSensitivity;
    case ShrinkStage::kRepair:
      return SpecialiseWork::kRepair;
    case ShrinkStage::kSearch:
      break;
  }
  return SpecialiseWork::kSearch;
}

// A model that is measured, and what is read with it.
struct Loaded {
  Checkpoint checkpoint;
  Model model;
  std::optional<ChatTemplate> chat;
};

class Run {
 public:
  Run(const SpecialiseOptions& options, ThreadPool& pool, const SpecialiseWatch& watch)
      : options_(options), pool_(pool), watch_(watch), file_(options.model) {}

  Result<SpecialiseReport> all() {
    TRY(audit());
    TRY(tune());
    TRY(trim());
    TRY(shrink());
    TRY(judge());
    TRY(write());
    return std::move(report_);
  }

 private:
  Status audit();
  Status tune();
  Status trim();
  Status shrink();
  Status judge();
  Status write();

  void note(const std::string& text) {
    report_.notes.push_back(text);
    watch_.note(text);
  }
  auto shows(SpecialiseWork work) const {
    return [this, work](int64_t n_done, int64_t n_all) { watch_.progress(work, n_done, n_all); };
  }
  WriteOptions write_options() {
    std::vector<std::string> inputs = options_.field.data;
    inputs.push_back(options_.model);
    if (!options_.field.test.empty()) inputs.push_back(options_.field.test);
    return {.force = true, .inputs = std::move(inputs)};
  }

  Result<Loaded> load(const std::string& path);
  Result<Dataset> read_examples(const Loaded& loaded, int64_t most_tokens);
  Status add_stage(ReportStage stage, const std::string& path, double seconds);
  Status check_task();
  Status check_budget(const ImportedModel& original);
  Result<bool> begin_resumable(const std::string& name);
  Status train();
  Result<Importance> calibrate(const Dataset& data);
  Status shrink_to(const std::string& name, int64_t budget_bytes, const ImportedModel& model,
                   const Importance& importance, const Dataset& data, StageNumbers& numbers);

  const SpecialiseOptions& options_;
  ThreadPool& pool_;
  const SpecialiseWatch& watch_;
  std::optional<WorkFolder> work_;  // once the run is sure to begin

  Field field_;
  SpecialiseReport report_;
  std::string file_;      // the model of the last stage that was done
  std::string identity_;  // of all that it was made of
  std::string teacher_identity_;
  std::optional<TrimReport> trimming_;  // what the vocabulary would be; none: it stays whole
  bool has_experts_ = false;
  double shrink_seconds_ = 0;
  std::optional<JudgingExamples> judging_;  // as the model in `file_` reads them
  std::optional<Reference> reference_;      // of the unshrunk model
};

Result<Loaded> Run::load(const std::string& path) {
  Loaded loaded;
  TRY(loaded.checkpoint, open_checkpoint(path));
  TRY(loaded.model, load_model(loaded.checkpoint, path, pool_));
  if (!loaded.model.tokenizer) return fail(ErrorKind::kBadInput, msg::kNoTokenizer, path);
  std::string source = options_.chat_template;
  if (source.empty()) source = loaded.model.metadata.get_string("tokenizer.chat_template").value_or("");
  if (!source.empty()) { TRY(loaded.chat, ChatTemplate::parse(source)); }
  return loaded;
}

Result<Dataset> Run::read_examples(const Loaded& loaded, int64_t most_tokens) {
  return field_.read_examples(loaded.model, loaded.chat ? &*loaded.chat : nullptr, most_tokens);
}

// Measures the model in `path` for the report.
Status Run::add_stage(ReportStage stage, const std::string& path, double seconds) {
  TRY(const Loaded loaded, load(path));
  TRY(const Dataset data, read_examples(loaded, kShrinkContext));
  judging_.emplace(data.held_out, *loaded.model.tokenizer);
  StageReport measured{.stage = stage, .figures = {}, .seconds = seconds};
  TRY(measured.figures, measure_model(path, loaded.model, pool_, field_, *judging_,
                                      {.chat_template = options_.chat_template,
                                       .schema = options_.schema,
                                       .progress = shows(SpecialiseWork::kAnswering)}));
  const bool is_made_smaller = stage == ReportStage::kShrunk || stage == ReportStage::kOtherSize;
  if (is_made_smaller && reference_) TRY(reference_->measure(loaded.model, measured.figures));
  (stage == ReportStage::kOtherSize ? report_.other_sizes : report_.stages).push_back(std::move(measured));
  return ok();
}

// What can be refused is refused here, before the long work.
Status Run::audit() {
  watch_.begins(SpecialiseStage::kAudit);
  TRY(report_.licences, audit_licences(options_.field.data, options_.purpose, options_.accepted_licences));
  for (const std::string& line : licence_notes(report_.licences)) watch_.note(line);
  TRY(field_, survey_field(options_.field));
  TRY(check_task());
  TRY(const ImportedModel original, import_model(options_.model, ""));
  report_.original_bytes =
      original.source.metadata.get_int("ondol.original_bytes").value_or(bytes_at_16_bits(original));
  report_.budget_bytes = budget_bytes(options_.budget, report_.original_bytes);
  TRY(add_stage(ReportStage::kOriginal, options_.model, 0));
  if (judging_->all().empty()) note(std::string(msg::kNothingHeldOutNote.text()));
  TRY(check_budget(original));

  TRY(const Model model, load_model(original.source, options_.model, pool_, {.low_memory = true}));
  identity_ = to_hex(Sha256()
                         .add(model_identity(model))
                         .add(field_.identity)
                         .add(fmt::format("{}\n{}\n{}", options_.chat_template, options_.schema, options_.name))
                         .finish());
  if (!options_.teacher.empty()) {
    TRY(const Model teacher, load_model(options_.teacher, pool_, {.low_memory = true}));
    teacher_identity_ = to_hex(model_identity(teacher));
  }
  TRY(work_, WorkFolder::open(specialise_work_path(options_.output), options_.resume, options_.force));
  return ok();
}

Status Run::check_task() {
  const Gate& gate = options_.gate;
  if (gate.is_set() && !field_.task) {
    return fail(ErrorKind::kUsage, msg::kGateNoTask, gate.accuracy ? "--gate" : "--gate-drop", options_.field.data[0]);
  }
  report_.model = options_.model;
  report_.output = options_.output;
  report_.data = options_.field.data;
  report_.test = options_.field.test;
  report_.held_out_share = options_.field.held_out_share;
  report_.task = field_.task;
  report_.gate = gate;
  report_.n_questions = field_.n_questions;
  const int64_t n_judging = std::ssize(field_.questions);
  if (!field_.task) note(std::string(msg::kNoTaskNote.text()));
  else if (n_judging < kFewQuestions) note(format_message(msg::kFewQuestionsNote, n_judging));
  if (n_judging < field_.n_questions) note(format_message(msg::kSomeQuestionsNote, n_judging, field_.n_questions));
  return ok();
}

// Chooses the vocabulary, for the least size depends on it, and looks whether the budget can be met.
Status Run::check_budget(const ImportedModel& original) {
  ImportedModel described = original;
  if (options_.keep_vocabulary) {
    note(std::string(msg::kTrimSkippedAsked.text()));
  } else {
    auto trimmed = trim_by_corpus({.corpus = options_.field.data,
                                   .file = field_.training_file(),
                                   .chat_template = options_.chat_template,
                                   .progress = shows(SpecialiseWork::kReading)},
                                  original);
    if (!trimmed) {
      if (trimmed.error().kind != ErrorKind::kUnsupported) return tl::make_unexpected(trimmed.error());
      note(format_message(msg::kTrimSkippedFails, trimmed.error().message));
    } else {
      for (const std::string& line : trimmed->report.notes) note(line);
      const int64_t before = bytes_at_16_bits(original);
      const double gain = 1 - static_cast<double>(bytes_at_16_bits(trimmed->model)) / static_cast<double>(before);
      if (gain < kLeastTrimGain) {
        note(format_message(msg::kTrimSkippedLittle, 100 * gain, trimmed->report.choice.n_kept,
                            trimmed->report.vocab_size));
      } else {
        trimming_ = std::move(trimmed->report);
        described = std::move(trimmed->model);
      }
    }
  }
  set_card(described.source.metadata, report_);
  record_licences(report_.licences, described.source.metadata);
  const int64_t least = least_shrunk_bytes(described, {.budget = {}, .types = options_.types});
  int64_t smallest = report_.budget_bytes;
  for (const SizeBudget& other : options_.other_sizes) {
    smallest = std::min(smallest, budget_bytes(other, report_.original_bytes));
  }
  if (smallest < least) return fail(ErrorKind::kBadInput, msg::kSpecialiseTooSmall, smallest, least);
  return ok();
}

// Whether the file `name` of the work folder was begun in just this way, so that it can be gone on with; else it is
// taken away.
Result<bool> Run::begin_resumable(const std::string& name) {
  const bool goes_on = work_->done(name, identity_).has_value();
  std::error_code ignored;
  if (!goes_on) fs::remove(work_->file(name), ignored);
  TRY(work_->finish(name, identity_, {}));
  return goes_on;
}

Status Run::tune() {
  watch_.begins(SpecialiseStage::kTune);
  if (options_.n_epochs == 0) {
    note(std::string(msg::kTuneSkipped.text()));
    return ok();
  }
  Sha256 made_of;
  made_of.add(identity_).add(fmt::format("{} {} {} {} {}", options_.full, options_.n_epochs, options_.learning_rate,
                                         options_.context_length, options_.seed));
  identity_ = to_hex(made_of.add(teacher_identity_).finish());
  StageNumbers numbers;
  if (auto found = work_->done(kTuned, identity_)) {
    numbers = *found;
    note(format_message(msg::kStageFound, kTuned, work_->path()));
  } else {
    const auto begin = Clock::now();
    TRY(train());
    numbers["seconds"] = seconds_since(begin);
    TRY(work_->finish(kTuned, identity_, numbers));
  }
  file_ = work_->file(kTuned);
  return add_stage(ReportStage::kTuned, file_, numbers["seconds"]);
}

Status Run::train() {
  const std::string output = work_->file(kTuned);
  TRY(const bool goes_on, begin_resumable(fs::path(TuneJob::checkpoint_path(output)).filename()));
  TuneOptions tune{.base = options_.model, .data = options_.field.data, .output = output};
  tune.kind = options_.full ? TuneKind::kFull : TuneKind::kLowRank;
  tune.merge = !options_.full;
  tune.low_rank.seed = options_.seed;
  tune.train.schedule.learning_rate =
      options_.learning_rate > 0 ? options_.learning_rate : usual_learning_rate(tune.kind);
  tune.train.schedule.n_steps = 0;
  tune.train.schedule.warmup_steps = -1;
  tune.train.n_epochs = options_.n_epochs;
  tune.train.batches.seed = options_.seed;
  tune.train.optimizer.beta2 = 0.99;
  tune.train.resume = goes_on;
  tune.dataset.file = options_.field.file;
  tune.dataset.held_out_share = options_.field.held_out_share;
  if (!options_.field.test.empty()) tune.dataset.held_out_paths = {options_.field.test};
  tune.dataset.rules.context_length = options_.context_length;
  tune.dataset.progress = shows(SpecialiseWork::kReading);
  if (!options_.teacher.empty()) {
    tune.teacher = TeacherOptions{.path = options_.teacher, .cache = work_->file("tuned.teacher")};
  }
  tune.purpose = options_.purpose;
  tune.accepted_licences = options_.accepted_licences;
  tune.chat_template = options_.chat_template;
  tune.schema = options_.schema;
  tune.name = options_.name;
  tune.force = true;
  // What comes next reads 16 bits; an adapter is not merged into coarser types than that.
  TRY(const Checkpoint base, open_checkpoint(options_.model));
  const TensorView* embedding = base.find("token_embd.weight");
  tune.type = embedding && embedding->dtype == dtype_of<F32> ? dtype_of<F32> : dtype_of<F16>;

  TRY(const auto job, TuneJob::prepare(tune, pool_));
  for (const std::string& line : job->notes()) note(line);
  TRY(const TrainResult result, job->train([&](const StepReport& step) -> Status {
    watch_.step(step);
    return ok();
  }));
  CHECK(result.n_steps == result.planned_steps);
  TRY(job->finish(nullptr));
  return ok();
}

Status Run::trim() {
  watch_.begins(SpecialiseStage::kTrim);
  if (!trimming_) return ok();
  identity_ = to_hex(Sha256().add(identity_).add_value(trimming_->choice.n_kept).finish());
  StageNumbers numbers;
  if (auto found = work_->done(kTrimmed, identity_)) {
    numbers = *found;
    note(format_message(msg::kStageFound, kTrimmed, work_->path()));
  } else {
    const auto begin = Clock::now();
    TRY(const ImportedModel whole, import_model(file_, ""));
    TRY(const TokenizerTrim trim, TokenizerTrim::create(whole.source.metadata));
    TRY(const ImportedModel trimmed, trim_vocabulary(whole, trim, trimming_->choice.kept));
    TRY(write_model(work_->file(kTrimmed), trimmed, std::nullopt, pool_, write_options()));
    numbers["seconds"] = seconds_since(begin);
    TRY(work_->finish(kTrimmed, identity_, numbers));
  }
  file_ = work_->file(kTrimmed);
  return add_stage(ReportStage::kTrimmed, file_, numbers["seconds"]);
}

// What matters in the unshrunk model, from a file of the work folder that an interrupted run may have begun.
Result<Importance> Run::calibrate(const Dataset& data) {
  TRY(const bool goes_on, begin_resumable(kImportance));
  TRY(const Checkpoint checkpoint, open_checkpoint(file_));
  TRY(const Model model, load_model(checkpoint, file_, pool_, {.low_memory = true}));
  const auto show = shows(SpecialiseWork::kCalibrating);
  TRY(CalibrationResult result, calibrate_into_file({.path = work_->file(kImportance),
                                                     .texts = options_.field.data,
                                                     .text_identity = data.identity,
                                                     .model_path = file_,
                                                     .resume = goes_on,
                                                     .calibrate = {.max_chunks = kCalibrationChunks}},
                                                    model, checkpoint, pool_, data.train,
                                                    [&](const Importance& so_far, int64_t n_chunks) -> Status {
                                                      show(so_far.n_chunks, n_chunks);
                                                      return ok();
                                                    }));
  return std::move(result.importance);
}

// Half of what was learned from repairs and calibrates, a quarter chooses; what was held out judges.
Status Run::shrink_to(const std::string& name, int64_t budget_bytes, const ImportedModel& model,
                      const Importance& importance, const Dataset& data, StageNumbers& numbers) {
  std::vector<Example> repair, search;
  for (size_t i = 0; i < data.train.size(); ++i) (i % 4 == 1 ? search : repair).push_back(data.train[i]);
  if (search.empty()) search = repair;
  const auto show = [&](ShrinkStage stage, int64_t n_done, int64_t n_all) {
    watch_.progress(work_of(stage), n_done, n_all);
  };
  ShrinkOptions options{.budget = {.size_bytes = budget_bytes}, .types = options_.types, .search_s = options_.search_s};
  if (options_.repair_steps > 0 && !has_experts_) {
    options.repair = RepairOptions{.n_steps = options_.repair_steps, .learning_rate = kRepairRate};
  }
  const auto begin = Clock::now();
  TRY(const ShrinkReport shrunk, ondol::shrink(work_->file(name), model, file_, importance,
                                               {repair, search, data.held_out}, options, pool_, write_options(), show));
  numbers["seconds"] = seconds_since(begin);
  if (options.repair && !data.held_out.empty()) {
    numbers["kl_before_repair"] = shrunk.unrepaired_test_divergence;
    numbers["kl_after_repair"] = shrunk.test_divergence;
  }
  return ok();
}

Status Run::shrink() {
  watch_.begins(SpecialiseStage::kShrink);
  TRY(ImportedModel model, import_model(file_, ""));
  // The card takes its place in the budget before its numbers are known.
  set_card(model.source.metadata, report_);
  record_licences(report_.licences, model.source.metadata);
  if (const int64_t size = stored_bytes(model); size <= report_.budget_bytes) {
    note(format_message(msg::kShrinkSkipped, size, report_.budget_bytes));
    return ok();
  }
  TRY(const Loaded unshrunk, load(file_));
  has_experts_ = unshrunk.model.hp.n_experts > 0;
  if (has_experts_ && options_.repair_steps > 0) note(std::string(msg::kRepairSkippedExperts.text()));
  TRY(reference_, Reference::create(unshrunk.model, pool_, *judging_));
  TRY(const Dataset data, read_examples(unshrunk, kShrinkContext));

  const std::string before = identity_;
  const auto identity_for = [&](int64_t budget_bytes) {
    Sha256 made_of;
    made_of.add(before).add(fmt::format("{} {} {}", budget_bytes, options_.search_s, options_.repair_steps));
    for (const DType type : options_.types) made_of.add(type.name());
    return to_hex(made_of.finish());
  };
  std::optional<Importance> importance;
  const auto made = [&](const std::string& name, int64_t budget_bytes) -> Result<StageNumbers> {
    const std::string identity = identity_for(budget_bytes);
    if (auto found = work_->done(name, identity)) {
      note(format_message(msg::kStageFound, name, work_->path()));
      return *found;
    }
    if (!importance) { TRY(importance, calibrate(data)); }
    StageNumbers numbers;
    TRY(shrink_to(name, budget_bytes, model, *importance, data, numbers));
    TRY(work_->finish(name, identity, numbers));
    return numbers;
  };
  for (const SizeBudget& other : options_.other_sizes) {
    const int64_t bytes = budget_bytes(other, report_.original_bytes);
    const std::string name = fmt::format("{}{}.gguf", kOtherSize, bytes);
    TRY(StageNumbers numbers, made(name, bytes));
    TRY(add_stage(ReportStage::kOtherSize, work_->file(name), numbers["seconds"]));
  }
  TRY(StageNumbers numbers, made(kShrunk, report_.budget_bytes));
  if (numbers.count("kl_before_repair") > 0) {
    report_.repair = RepairFigures{numbers["kl_before_repair"], numbers["kl_after_repair"]};
    if (!report_.repair->helped()) note(std::string(msg::kRepairNoHelp.text()));
  }
  shrink_seconds_ = numbers["seconds"];
  file_ = work_->file(kShrunk);
  return ok();
}

Status Run::judge() {
  watch_.begins(SpecialiseStage::kJudge);
  if (file_ == work_->file(kShrunk)) TRY(add_stage(ReportStage::kShrunk, file_, shrink_seconds_));
  std::map<std::string, ReportType> types;
  TRY(const Checkpoint checkpoint, open_checkpoint(file_));
  for (const NamedTensor& tensor : checkpoint.tensors) {
    ReportType& type = types[tensor.view.dtype.name()];
    type.name = tensor.view.dtype.name();
    ++type.n_tensors;
    type.size_bytes += tensor.view.size_bytes();
  }
  for (auto& [name, type] : types) report_.types.push_back(std::move(type));

  const auto& task = report_.last().figures.task;
  if (!task) return ok();
  const Gate& gate = options_.gate;
  if (gate.accuracy && task->value < *gate.accuracy) {
    report_.refusal = fail(ErrorKind::kRefused, msg::kGateRefused, options_.output, 100 * task->value,
                           100 * *gate.accuracy, options_.report.markdown)
                          .value();
  }
  const double drop = 100 * (report_.unshrunk().figures.task->value - task->value);
  if (!report_.refusal && gate.drop_points && drop > *gate.drop_points) {
    report_.refusal = fail(ErrorKind::kRefused, msg::kGateDropRefused, options_.output, drop, *gate.drop_points,
                           options_.report.markdown)
                          .value();
  }
  return ok();
}

// The report is complete, but for its names, before the model appears, and gets them afterwards.
Status Run::write() {
  watch_.begins(SpecialiseStage::kWrite);
  const std::string picture = fs::path(options_.report.picture).filename().string();
  const std::pair<const std::string&, std::string> texts[] = {
      {options_.report.markdown, report_markdown(report_, picture)},
      {options_.report.json, report_json(report_)},
      {options_.report.picture, report_picture(report_)}};
  std::vector<AtomicFile> files;
  std::error_code ignored;  // of a folder that cannot be made, its files tell
  for (const auto& [path, text] : texts) {
    fs::create_directories(fs::path(path).parent_path(), ignored);
    TRY(AtomicFile file, AtomicFile::create(path, /*force=*/true));
    TRY(file.write(text));
    files.push_back(std::move(file));
  }
  if (!report_.refusal) {
    TRY(const Checkpoint made, open_checkpoint(file_));
    Metadata metadata = made.metadata;
    set_card(metadata, report_);
    record_licences(report_.licences, metadata);
    const std::vector<TensorToWrite> tensors = stored_tensors(made);
    CHECK(gguf_size_bytes(metadata, tensors) <= report_.budget_bytes);
    WriteOptions write = write_options();
    write.force = options_.force;
    write.source = &made;
    TRY(write_gguf(options_.output, metadata, tensors, write));
  }
  for (AtomicFile& file : files) TRY(file.commit());
  if (!report_.refusal) work_->remove();
  return ok();
}

// What stands in the way of the outputs, before anything is done for them.
Status check_outputs(const SpecialiseOptions& options) {
  std::error_code ignored;
  const std::string work = specialise_work_path(options.output);
  if (!options.resume && !options.force && fs::exists(work, ignored)) {
    return fail(ErrorKind::kBadInput, msg::kWorkThere, work);
  }
  std::vector<std::string> inputs = options.field.data;
  inputs.push_back(options.model);
  if (!options.field.test.empty()) inputs.push_back(options.field.test);
  TRY(AtomicFile::create(options.output, options.force, inputs));
  for (const std::string& path : {options.report.markdown, options.report.json, options.report.picture}) {
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty() && !fs::exists(folder, ignored)) continue;
    TRY(AtomicFile::create(path, options.force || options.resume, inputs));
  }
  return ok();
}

}  // namespace

Result<SpecialiseReport> specialise(const SpecialiseOptions& options, ThreadPool& pool, const SpecialiseWatch& watch) {
  TRY(check_outputs(options));
  auto report = Run(options, pool, watch).all();
  std::error_code ignored;
  if (!report) fs::remove(specialise_work_path(options.output), ignored);  // where it is empty
  return report;
}

std::string specialise_work_path(const std::string& output) { return output + ".work"; }

}  // namespace ondol
