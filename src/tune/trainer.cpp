#include "tune/trainer.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "base/check.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/random.h"
#include "tune/loss.h"
#include "tune/run_state.h"
#include "tune/tune_messages.h"

namespace ondol {
namespace {

// A loss this much above that of the first steps will not come back: guessing among 2^8 times as many tokens.
constexpr double kExploded = 5.5;
// Steps whose mean loss is where a run began, and whose pace is shown.
constexpr int64_t kFirstSteps = 8;

int64_t number(const Metadata& metadata, std::string_view key) {
  return std::atoll(std::string(metadata.get_string(key).value_or("0")).c_str());
}

// Mean pace over about the last twenty steps.
class Pace {
 public:
  void add(double seconds, int64_t n_tokens) {
    seconds_ = seconds_ * kKept + seconds;
    tokens_ = tokens_ * kKept + static_cast<double>(n_tokens);
    steps_ = steps_ * kKept + 1;
  }
  double tokens_per_s() const { return seconds_ > 0 ? tokens_ / seconds_ : 0; }
  double step_s() const { return steps_ > 0 ? seconds_ / steps_ : 0; }

 private:
  static constexpr double kKept = 0.95;
  double seconds_ = 0, tokens_ = 0, steps_ = 0;
};

}  // namespace

Trainer::Trainer(Network<float>& network, std::span<const Example> examples, std::span<const Example> held_out,
                 ThreadPool& pool, const TrainOptions& options, const Digest& identity)
    : network_(network),
      examples_(examples),
      held_out_(held_out),
      pool_(pool),
      options_(options),
      identity_(identity),
      compute_(pool, options.precision),
      optimizer_(network, options.optimizer),
      loss_([&network](Compute<float>& compute, const PackedBatch& batch) -> Result<RowLoss<float>> {
        return label_loss(compute, batch, network.model().hp.vocab_size);
      }) {
  for (const Example& example : examples) n_tokens_ += std::ssize(example.tokens);
  Schedule& schedule = options_.schedule;
  if (schedule.n_steps == 0) schedule.n_steps = count_steps();
  if (schedule.warmup_steps < 0) schedule.warmup_steps = schedule.n_steps * 3 / 100;
  if (options_.held_out_every == 0) options_.held_out_every = divide_up(schedule.n_steps, 20);
}

// Whole epochs are planned; of the last a share.
int64_t Trainer::count_steps() const {
  int64_t n_steps = 0;
  for (int64_t epoch = 0; static_cast<double>(epoch) < options_.n_epochs; ++epoch) {
    const auto n = static_cast<double>(plan_epoch(examples_, options_.batches, epoch).size());
    n_steps += static_cast<int64_t>(std::llround(n * std::min(1.0, options_.n_epochs - static_cast<double>(epoch))));
  }
  return std::max<int64_t>(1, n_steps);
}

// Whatever changes what is learned.
Digest Trainer::run_identity() const {
  const auto bits = [](double value) {
    uint64_t raw;
    std::memcpy(&raw, &value, sizeof(raw));
    return raw;
  };
  Sha256 sha;
  sha.add(identity_).add_value(options_.batches.tokens_per_step).add_value(options_.batches.tokens_per_batch);
  sha.add_value(options_.batches.seed).add_value(options_.schedule.n_steps).add_value(options_.schedule.warmup_steps);
  sha.add_value(static_cast<int>(options_.schedule.kind)).add_value(static_cast<int>(options_.precision));
  for (const double value :
       {options_.schedule.learning_rate, options_.schedule.final_share, options_.optimizer.beta1,
        options_.optimizer.beta2, options_.optimizer.eps, options_.optimizer.weight_decay, options_.optimizer.clip}) {
    sha.add_value(bits(value));
  }
  return sha.finish();
}

Status Trainer::save(const Place& place) {
  if (options_.checkpoint.empty()) return ok();
  Metadata metadata;
  metadata.set_string("step", std::to_string(place.step));
  metadata.set_string("epoch", std::to_string(place.epoch));
  metadata.set_string("index", std::to_string(place.index));
  metadata.set_string("first_loss", fmt::format("{:a}", place.first_loss));
  metadata.set_string("tokens", std::to_string(place.n_tokens));
  metadata.set_string("started", std::to_string(options_.started_s));
  return write_run_state(options_.checkpoint, run_identity(), metadata, optimizer_);
}

Status Trainer::restore(Place& place) {
  TRY(const Metadata metadata, read_run_state(options_.checkpoint, run_identity(), optimizer_));
  place = {number(metadata, "step"), number(metadata, "epoch"), number(metadata, "index"),
           std::strtod(std::string(metadata.get_string("first_loss").value_or("0")).c_str(), nullptr),
           number(metadata, "tokens")};
  return ok();
}

void Trainer::set_rounding(Rounding rounding, int64_t every) {
  CHECK(options_.checkpoint.empty());
  rounding_ = std::move(rounding);
  round_every_ = every;
}

// The trained numbers become those of changes_, which are computed first where they are empty.
void Trainer::round() {
  if (!rounding_) return;
  auto& parameters = optimizer_.parameters();
  kept_.resize(parameters.size());
  if (changes_.empty()) {
    changes_.resize(parameters.size());
    for (size_t i = 0; i < parameters.size(); ++i) {
      std::vector<float>& change = changes_[i];
      if (!rounding_(*parameters[i], change)) {
        change.clear();
        continue;
      }
      for (size_t j = 0; j < change.size(); ++j) change[j] -= parameters[i]->value[j];
    }
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (changes_[i].empty()) continue;
    std::vector<float>& value = parameters[i]->value;
    kept_[i] = value;
    for (size_t j = 0; j < value.size(); ++j) value[j] += changes_[i][j];
  }
}

void Trainer::unround() {
  if (!rounding_) return;
  auto& parameters = optimizer_.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!changes_[i].empty()) parameters[i]->value.swap(kept_[i]);
  }
}

// Adds up the gradients of a step's batches, of rounded numbers where there is rounding.
Result<Trainer::StepSums> Trainer::add_gradients(std::span<const int64_t> chosen, int64_t step) {
  struct Rounded {
    explicit Rounded(Trainer& trainer) : trainer(trainer) { trainer.round(); }
    ~Rounded() { trainer.unround(); }
    Trainer& trainer;
  };
  network_.clear_gradients();
  if (step % round_every_ == 0) changes_.clear();
  const Rounded rounded(*this);
  StepSums sums;
  // Odd, for 0 is no dropout, and another for each batch.
  uint64_t key = SplitMix64(options_.batches.seed ^ static_cast<uint64_t>(step) * 0x9E3779B97F4A7C15u).next() | 1;
  for (PackedBatch& batch : pack(examples_, chosen, options_.batches.tokens_per_batch)) {
    TRY(check_interrupted());
    TRY(const RowLoss<float> row_loss, loss_(compute_, batch));
    sums.loss += backprop(network_, compute_, batch, row_loss, {.dropout_key = key, .tape_bytes = options_.tape_bytes});
    key += 2;
    sums.n_targets += std::ssize(batch.targets);
    sums.n_tokens += batch.n_rows();
  }
  return sums;
}

// Forward and backward over the step's batches, then the optimiser.  Returns the mean loss.
Result<double> Trainer::run_step(std::span<const int64_t> chosen, int64_t step, double& gradient_norm,
                                 int64_t& n_tokens) {
  TRY(const StepSums sums, add_gradients(chosen, step));
  n_tokens += sums.n_tokens;
  const double scale = 1 / static_cast<double>(std::max<int64_t>(1, sums.n_targets));
  const double loss = sums.loss * scale;
  if (!std::isfinite(loss)) return loss;
  gradient_norm = optimizer_.step(pool_, options_.schedule.at(step), scale);
  return std::isfinite(gradient_norm) ? loss : gradient_norm;
}

std::optional<double> Trainer::held_out_loss() {
  std::vector<int64_t> chosen;
  int64_t n_tokens = 0, n_targets = 0;
  for (int64_t i = 0; i < std::ssize(held_out_) && n_tokens < options_.held_out_tokens; ++i) {
    chosen.push_back(i);
    n_tokens += std::ssize(held_out_[static_cast<size_t>(i)].tokens);
  }
  double loss = 0;
  for (const PackedBatch& batch : pack(held_out_, chosen, options_.batches.tokens_per_batch)) {
    loss += backprop(network_, compute_, batch, label_loss(compute_, batch, network_.model().hp.vocab_size),
                     {.gradients = false});
    n_targets += std::ssize(batch.targets);
  }
  if (n_targets == 0) return std::nullopt;
  return loss / static_cast<double>(n_targets);
}

Result<TrainResult> Trainer::run(const std::function<Status(const StepReport&)>& report) {
  Place place;
  if (options_.resume) TRY(restore(place));
  const double start = now_s();
  const int64_t first_step = place.step;
  double last_saved = start, loss = 0;
  Pace pace;
  TrainResult result{.planned_steps = n_steps()};
  while (place.step < n_steps()) {
    const auto steps = plan_epoch(examples_, options_.batches, place.epoch);
    for (; place.index < std::ssize(steps) && place.step < n_steps(); ++place.index) {
      const bool is_late = options_.stop_after_s > 0 && now_s() - start >= options_.stop_after_s;
      if (is_late && place.step > first_step) {  // every slice comes on by a step

        TRY(save(place));
        result.n_steps = place.step;
        result.loss = loss;
        result.n_tokens = place.n_tokens;
        return result;
      }
      const double begin = now_s();
      double gradient_norm = 0;
      int64_t n_tokens = 0;
      const auto step_loss = run_step(steps[static_cast<size_t>(place.index)], place.step, gradient_norm, n_tokens);
      if (!step_loss) {
        if (step_loss.error().kind == ErrorKind::kInterrupted) clear_interrupt();  // or nothing could be written
        TRY(save(place));
        return tl::make_unexpected(step_loss.error());
      }
      loss = *step_loss;
      if (!std::isfinite(loss) || (place.step >= kFirstSteps && loss > place.first_loss + kExploded)) {
        return fail(ErrorKind::kBadInput, msg::kDiverged, place.step + 1, loss, options_.schedule.learning_rate);
      }
      if (place.step < kFirstSteps) {
        place.first_loss += (loss - place.first_loss) / static_cast<double>(place.step + 1);
      }
      ++place.step;
      place.n_tokens += n_tokens;
      pace.add(now_s() - begin, n_tokens);

      StepReport now{.step = place.step,
                     .n_steps = n_steps(),
                     .epoch = static_cast<double>(place.epoch) +
                              static_cast<double>(place.index + 1) / static_cast<double>(steps.size()),
                     .loss = loss,
                     .gradient_norm = gradient_norm,
                     .learning_rate = options_.schedule.at(place.step - 1),
                     .tokens_per_s = pace.tokens_per_s(),
                     .left_s = pace.step_s() * static_cast<double>(n_steps() - place.step)};
      const bool is_last = place.step == n_steps();
      const bool is_due = place.step % options_.held_out_every == 0;
      if (is_last || is_due) result.held_out_loss = now.held_out_loss = held_out_loss();
      if (auto told = report(now); !told) {
        Place next = place;
        ++next.index;
        TRY(save(next));
        return tl::make_unexpected(std::move(told.error()));
      }
      if (!is_last && now_s() - last_saved >= options_.checkpoint_every_s) {
        Place next = place;
        ++next.index;
        TRY(save(next));
        last_saved = now_s();
      }
    }
    if (place.step < n_steps()) {
      ++place.epoch;
      place.index = 0;
    }
  }
  TRY(save(place));
  result.n_steps = place.step;
  result.loss = loss;
  result.n_tokens = place.n_tokens;
  return result;
}

}  // namespace ondol
