// What `run` reads about guessing ahead: the options, the draft model they name, and the Speculation they ask for.
#pragma once

#include <memory>
#include <string>

#include "base/thread_pool.h"
#include "cli/console.h"
#include "cli/options.h"
#include "engine/engine.h"
#include "engine/speculation.h"

namespace ondol {

struct SpeculationArguments {
  std::string model_draft;
  SpeculationOptions options;
  float draft_p_min = 0;
  bool no_lookup = false;
};

void declare_speculation(Options& options, SpeculationArguments& args);
Status check_speculation(const SpeculationArguments& args);

struct LoadedSpeculation {
  std::unique_ptr<Model> draft;              // null: none; outlives the speculation
  std::unique_ptr<Speculation> speculation;  // null: nothing is guessed
};

// Loads the draft model, if there is one, to guess for sequences of `engine`.  Fails as load_model() and
// DraftModel::create() do.
Result<LoadedSpeculation> load_speculation(const SpeculationArguments& args, const Engine& engine, ThreadPool& pool,
                                           Console& console);

}  // namespace ondol
