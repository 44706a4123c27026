// Specialise: a model and a field's data become one small file with its measured loss, or none when it is not good
// enough: licence audit, tuning, trimming of the vocabulary, shrinking, judging against the original and the task.
//
// Every stage leaves a file in the work folder (recipe/work_folder.h); the output appears at the very end, with its
// card inside (recipe/card.h) and the report beside it (recipe/report.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "compress/shrink.h"
#include "recipe/report.h"
#include "tune/tune_job.h"

namespace ondol {

struct SpecialiseOptions {
  std::string model, output;
  FieldOptions field;
  SizeBudget budget;
  std::vector<SizeBudget> other_sizes;  // that the report shows, too

  Gate gate;

  // tuning
  bool full = false;  // all weights, not an adapter that is merged
  double n_epochs = 3;
  double learning_rate = 0;  // 0: usual_learning_rate()
  int64_t context_length = 0;
  uint64_t seed = 1;
  std::string teacher;        // model file; "": none
  std::string chat_template;  // Jinja text; "": the model's
  std::string schema;         // of answers; "": the model's
  std::string name;           // "": the model's
  Purpose purpose = Purpose::kResearch;
  std::vector<std::string> accepted_licences;

  // trimming and shrinking
  bool keep_vocabulary = false;
  std::vector<DType> types;  // to choose from; empty: all
  double search_s = 0;       // as ShrinkOptions
  int64_t repair_steps = 120;

  ReportPaths report;
  bool resume = false, force = false;
};

enum class SpecialiseStage { kAudit, kTune, kTrim, kShrink, kJudge, kWrite };
inline constexpr int kSpecialiseStages = 6;

// What a stage is doing.
enum class SpecialiseWork {
  kReading,
  kAnswering,
  kCalibrating,
  kErrors,
  kSensitivity,
  kSearch,
  kRepair,
};

// Hears how far a run has come; none may be null.
struct SpecialiseWatch {
  std::function<void(SpecialiseStage stage)> begins;
  std::function<void(SpecialiseWork work, int64_t n_done, int64_t n_all)> progress;
  std::function<void(const StepReport& step)> step;  // of training
  std::function<void(const std::string& remark)> note;
};

// Runs all stages.  Returns the report with `refusal` filled in when the gate said no: then the report is written and
// the work folder stays, the output is not.  Fails
//   kUsage, kBadInput  settings and data that cannot be used, before any long work; a budget below the least
//   kRefused           a licence conflict, or a file that does not compute what was trained
//   kIo, kOutOfMemory, kInterrupted, …  as the stages do; the work folder stays for `resume`, nothing else is left
Result<SpecialiseReport> specialise(const SpecialiseOptions& options, ThreadPool& pool, const SpecialiseWatch& watch);

// The folder beside `output` where the stages leave their files.
std::string specialise_work_path(const std::string& output);

}  // namespace ondol
