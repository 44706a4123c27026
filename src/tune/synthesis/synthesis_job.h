// SynthesisJob: training pairs from a teacher, from example files to a data file with its card.
//
// The card names the run that wrote the file (teacher, task, schema and how it was asked), so that the same run later
// goes on where it ended and another one does not take its pairs for its own.
#pragma once

#include <memory>
#include <optional>

#include "base/atomic_file.h"
#include "measure/records/data_file.h"
#include "model/model.h"
#include "tune/data/data_card.h"
#include "tune/synthesis/synthesis.h"

namespace ondol {

struct SynthesisJobOptions {
  std::string teacher;         // model file, or the address of an endpoint
  std::string endpoint_model;  // as the endpoint names it; "" where it has but one
  int64_t timeout_s = 300;     // for each of an endpoint's answers
  std::string chat_template;   // Jinja text for a model file; "": its own
  std::vector<std::string> examples;
  DataFileOptions file{};  // of the examples
  std::string schema;      // JSON Schema of outputs; "": any
  std::string output;      // NAME.jsonl, with NAME.card.json beside it
  std::string licence;     // of what is written, for its card; "": none is named
  bool force = false;      // the output may be there
  bool goes_on = false;    // an output of the same run is kept and counts
  SynthesisOptions asked;  // n_pairs in the file at the end; its schema is set here
};

class SynthesisJob {
 public:
  // Reads examples and loads or starts the teacher, unless the output has all pairs already; `pool` outlives the job.
  // Fails with kBadInput, kIo, … as the readers do, and with kBadInput when the output is there and may not be, or is
  // another run's and `goes_on` without `force`.
  static Result<std::unique_ptr<SynthesisJob>> prepare(const SynthesisJobOptions& options, ThreadPool& pool);

  // Pairs there are: before run() those of earlier runs.
  int64_t n_pairs() const { return std::ssize(synthesis_.pairs); }
  // Why a model file's answers are not held to the schema while it writes them, but judged afterwards; "" where they
  // are, or there is no schema.
  const std::string& not_held() const { return not_held_; }

  // Writes the output, also where the teacher fails or Ctrl-C comes and there are pairs; then fails as synthesise()
  // did.  Fails with kRefused when no pair was kept.
  Status run();
  const SynthesisCounts& counts() const { return synthesis_.counts; }

 private:
  SynthesisJob(const SynthesisJobOptions& options, ThreadPool& pool) : options_(options), pool_(pool) {}
  std::string source() const;
  Status find_pairs();
  Status load_file();
  Status start_remote();
  Status write();

  SynthesisJobOptions options_;
  ThreadPool& pool_;
  std::shared_ptr<const Schema> schema_;
  std::vector<Pair> examples_;
  std::vector<DataCard> cards_;
  std::optional<AtomicFile> data_, card_;  // held from the beginning: hours of work do not end before a name taken
  std::optional<Model> model_;
  std::optional<ChatTemplate> chat_;
  std::unique_ptr<TextSource> teacher_;
  DataCard teacher_card_;
  std::string not_held_;
  Synthesis synthesis_;
};

}  // namespace ondol
