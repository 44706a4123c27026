// Trainer: the loop.  Examples to packed batches to gradients to steps, with held-out losses, checkpoints and an end
// that can be resumed bit for bit.
//
// What a step sees and does follows from the options, the data and the step's number alone, and everything that changes
// (parameters, moments, place in the data) is in the checkpoint; so a run that was cut into slices ends as one that was
// not.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/sha256.h"
#include "tune/backprop.h"
#include "tune/batches.h"
#include "tune/optimizer.h"
#include "tune/schedule.h"

namespace ondol {

struct TrainOptions {
  BatchOptions batches;
  Schedule schedule;    // n_steps: of the whole run; 0: until the epochs are over
  double n_epochs = 1;  // counts when schedule.n_steps is 0
  AdamWOptions optimizer;
  Precision precision = Precision::kBf16;
  int64_t tape_bytes = int64_t{1} << 29;
  int64_t held_out_every = 0;         // steps between held-out losses; 0: twenty times in all
  int64_t held_out_tokens = 1 << 16;  // of the held-out examples, those of about so many tokens
  double checkpoint_every_s = 300;
  double stop_after_s = 0;  // saves a checkpoint and returns; 0: never
  std::string checkpoint;   // file; "": none
  bool resume = false;      // continue from it
  int64_t started_s = 0;    // when the run began, seconds of the epoch; kept in the checkpoint
};

// What is shown and logged of one step.
struct StepReport {
  int64_t step, n_steps;  // of which `step` are done
  double epoch;
  double loss;           // mean over the step's targets
  double gradient_norm;  // before clipping
  double learning_rate;
  double tokens_per_s;  // of the last steps, time for held-out losses and checkpoints not counted
  double left_s;
  std::optional<double> held_out_loss;
};

struct TrainResult {
  int64_t n_steps = 0;        // done in all
  int64_t planned_steps = 0;  // of the whole run; more than n_steps where it stopped early
  double loss = 0;            // of the last steps
  std::optional<double> held_out_loss;
  int64_t n_tokens = 0;  // seen in all
};

// The loss of a batch's targets: label_loss(), or a teacher's, which may join targets.
using LossOf = std::function<Result<RowLoss<float>>(Compute<float>& compute, PackedBatch& batch)>;

// Puts a parameter's value [n_elements] as it will be stored into `rounded`; false: it is stored as it is.
using Rounding = std::function<bool(const Parameter<float>& parameter, std::vector<float>& rounded)>;

class Trainer {
 public:
  // `identity`: of everything outside the options that decides what is learned (the model's and the data's digest).
  Trainer(Network<float>& network, std::span<const Example> examples, std::span<const Example> held_out,
          ThreadPool& pool, const TrainOptions& options, const Digest& identity);

  // Steps of the whole run, and tokens of one epoch.
  int64_t n_steps() const { return options_.schedule.n_steps; }
  int64_t n_tokens() const { return n_tokens_; }

  void set_loss(LossOf loss) { loss_ = std::move(loss); }

  // Quantisation-aware training: losses are those of rounded numbers, and their gradients move the unrounded ones
  // (the straight-through estimator, Bengio et al. 2013).  Rounding costs as much as a step, so what it changes is
  // computed anew every `every` steps and kept between.  Checkpoints do not hold it: for runs without one.
  void set_rounding(Rounding rounding, int64_t every);

  // Trains to the end, or until stop_after_s or Ctrl-C.  Fails with
  //   kBadInput      a checkpoint of another run, or a loss that is no number or far above where it began: the learning
  //                  rate is too high; the last checkpoint is kept
  //   kInterrupted   after Ctrl-C, when the checkpoint is saved
  //   kIo            the checkpoint cannot be written
  // or as `report` does, which sees every step; the checkpoint is saved then, too.
  Result<TrainResult> run(const std::function<Status(const StepReport&)>& report);

  // Mean loss over the held-out examples; nothing where there are none.
  std::optional<double> held_out_loss();

 private:
  struct Place {
    int64_t step = 0, epoch = 0, index = 0;  // index: steps of the epoch that are done
    double first_loss = 0;                   // mean of the first steps
    int64_t n_tokens = 0;
  };
  int64_t count_steps() const;
  Digest run_identity() const;
  Status save(const Place& place);
  Status restore(Place& place);
  struct StepSums {
    double loss = 0;
    int64_t n_targets = 0, n_tokens = 0;
  };
  void round();
  void unround();
  Result<StepSums> add_gradients(std::span<const int64_t> chosen, int64_t step);
  Result<double> run_step(std::span<const int64_t> chosen, int64_t step, double& gradient_norm, int64_t& n_tokens);

  Network<float>& network_;
  std::span<const Example> examples_, held_out_;
  ThreadPool& pool_;
  TrainOptions options_;
  Digest identity_;
  Compute<float> compute_;
  AdamW optimizer_;
  LossOf loss_;
  Rounding rounding_;
  int64_t round_every_ = 1;
  std::vector<std::vector<float>> changes_, kept_;  // [trained parameters] rounded - unrounded; unrounded meanwhile
  int64_t n_tokens_ = 0;
};

}  // namespace ondol
