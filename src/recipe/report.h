// The report of `specialise`: what each stage made of a model, in bytes, right answers, loss by language and speed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "recipe/field_meter.h"
#include "tune/data/licence_audit.h"

namespace ondol {

// What an output must reach to be written.
struct Gate {
  std::optional<double> accuracy;     // least share of right answers, 0 … 1
  std::optional<double> drop_points;  // most percentage points lost against the unshrunk model
  bool is_set() const { return accuracy || drop_points; }
};

enum class ReportStage { kOriginal, kTuned, kTrimmed, kShrunk, kOtherSize };
const char* name_of(ReportStage stage);  // "original", "tuned", "trimmed", "shrunk", "other_size"

struct StageReport {
  ReportStage stage = ReportStage::kOriginal;
  ModelFigures figures;
  double seconds = 0;  // that the stage took, in whichever run did it
};

struct ReportType {
  std::string name;
  int64_t n_tensors = 0, size_bytes = 0;
};

// Mean KL on the held-out text, of the weights as the types store them.
struct RepairFigures {
  double kl_before = 0, kl_after = 0;
  bool helped() const { return kl_after < kl_before; }
};

struct SpecialiseReport {
  std::string model, output;
  std::vector<std::string> data;
  std::string test;  // "": held out of the data
  double held_out_share = 0;
  std::optional<Task> task;
  int64_t n_questions = 0;  // that there were; TaskFigures say how many judged
  Gate gate;
  std::optional<Error> refusal;                  // the gate's
  int64_t budget_bytes = 0, original_bytes = 0;  // whole files; the original's at 16 bits
  std::vector<StageReport> stages;               // in order; those that were done
  std::vector<StageReport> other_sizes;          // smallest first
  std::vector<ReportType> types;                 // of the output's tensors, by name
  std::optional<RepairFigures> repair;           // where one was tried
  LicenceAudit licences;
  std::vector<std::string> notes;  // in the user's language

  const StageReport* find(ReportStage stage) const;
  // What the output was made of by shrinking: the trimmed, the tuned or the original model.
  const StageReport& unshrunk() const;
  const StageReport& last() const { return stages.back(); }
};

// As JSON, schema "ondol.specialise/1" (docs/specialise.md).
std::string report_json(const SpecialiseReport& report);
// As Markdown in the user's language; `picture` is the file name of the picture.
std::string report_markdown(const SpecialiseReport& report, const std::string& picture);
// Size against bits per byte, a line for each language (SVG).
std::string report_picture(const SpecialiseReport& report);

struct ReportPaths {
  std::string markdown, json, picture;
};
// FOLDER/report.md, .json, .svg; for no folder OUTPUT without ".gguf" and .report.md, …
ReportPaths report_paths(const std::string& folder, const std::string& output);

}  // namespace ondol
