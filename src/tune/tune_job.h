// TuneJob: one `ondol tune` from files to a file: base model, data, training, what is written.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "format/tensor_writer.h"
#include "measure/verify_written.h"
#include "model/adapter/write_adapter.h"
#include "model/model.h"
#include "prompt/chat_template.h"
#include "tune/data/dataset.h"
#include "tune/data/licence_audit.h"
#include "tune/network.h"
#include "tune/teacher.h"
#include "tune/trainer.h"

namespace ondol {

enum class TuneKind {
  kLowRank,  // an adapter of the base
  kFull,     // all its weights
  kInit,     // all weights of a new model; the base gives the tokenizer
};

struct TuneOptions {
  std::string base;
  std::vector<std::string> data;
  std::string synthesised;  // more data, written by a teacher (tune/synthesis); "": none
  std::string output;
  TuneKind kind = TuneKind::kLowRank;
  std::string shape;  // of kInit
  LowRankOptions low_rank;
  TrainOptions train;
  DatasetOptions dataset;
  std::optional<TeacherOptions> teacher;
  Purpose purpose = Purpose::kResearch;
  std::vector<std::string> accepted_licences;
  std::string chat_template;  // Jinja text, stored in what is written; "": the base's
  std::string schema;         // of answers, stored in what is written; "": the base's
  std::string name;           // of a new model
  std::optional<DType> type;  // of the written matrices; none: F16, or F32 of a base in F32
  bool merge = false;         // kLowRank: write the model with the adapter in it
  bool force = false;
};

// What learning rate suits most models.
double usual_learning_rate(TuneKind kind);

// A step takes and gives back the same large buffers many times over: from now on they stay with the process, for fresh
// pages from the system cost a fifth of a small model's step.  Called once by a program that trains.
void keep_freed_memory();

// What is known before the first step.
struct TunePlan {
  int64_t n_examples, n_tokens, n_learned, n_held_out;
  int64_t n_trained, n_parameters;
  int64_t n_steps;
  double n_operations;  // of the whole run, multiply and add counted apart
};

// What finish() wrote.
struct TuneFile {
  WrittenDivergence divergence;  // of the file from the trainer
  // Mean KL of the trainer with its numbers rounded to those of 16 bits, from what it was before: what F16 costs.  The
  // trainer is rounded before it is compared, so `divergence` is that of the file alone.
  double rounding = 0;
};

class TuneJob {
 public:
  // Reads and checks everything; `pool` outlives the job.  Fails with kBadInput, kUnsupported, kOutOfMemory, ... as the
  // readers do.
  static Result<std::unique_ptr<TuneJob>> prepare(const TuneOptions& options, ThreadPool& pool);

  TunePlan plan() const;
  // What the user should know, in their language: of the data, and of a teacher with other tokens.
  const std::vector<std::string>& notes() const { return dataset_.notes; }
  const LicenceAudit& licences() const { return licences_; }

  // Trains; the checkpoint stands beside the output (checkpoint_path()) until finish().  Fails as Trainer::run().
  Result<TrainResult> train(const std::function<Status(const StepReport&)>& report);
  // Writes the output, opens it again and compares its logits with the trainer's; then removes the checkpoint.  Fails
  // with kRefused, and leaves the checkpoint, where they differ (measure/verify_written.h).
  Result<TuneFile> finish(Progress* progress);

  static std::string checkpoint_path(const std::string& output) { return output + ".checkpoint"; }

 private:
  TuneJob(const TuneOptions& options, ThreadPool& pool) : options_(options), pool_(pool) {}
  Status load_base();
  Status load_teacher();
  Status read_data();
  Status open_teacher();
  Status connect();
  void describe(Metadata& metadata) const;
  std::vector<float> trained_logits();
  Result<WrittenDivergence> verify_adapter(const std::string& path, std::span<const float> expected);
  Result<WrittenDivergence> write_adapter(const WriteOptions& write);
  Result<WrittenDivergence> write_peft(const Adapter& trained, AdapterWriteOptions options,
                                       std::span<const float> expected);
  Result<TuneFile> write_weights(WriteOptions write);
  double round_to_f16();

  TuneOptions options_;
  ThreadPool& pool_;
  Checkpoint checkpoint_;  // of the base, or the new model
  Model model_;
  std::optional<ChatTemplate> chat_;
  std::optional<Model> teacher_model_;  // until the teacher takes it
  std::optional<ChatTemplate> teacher_chat_;
  bool teacher_shares_tokens_ = false;
  LicenceAudit licences_;
  Dataset dataset_;
  std::optional<Network<float>> network_;
  std::unique_ptr<Teacher> teacher_;
  std::optional<Trainer> trainer_;
};

}  // namespace ondol
