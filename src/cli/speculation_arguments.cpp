#include "cli/speculation_arguments.h"

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/speculation_messages.h"
#include "engine/draft_model.h"
#include "engine/prompt_lookup.h"

namespace ondol {

void declare_speculation(Options& options, SpeculationArguments& args) {
  options.add("--model-draft", args.model_draft, help_text(msg::kModelDraftOption)).placeholder("FILE");
  options.add("--draft-max", args.options.most_guesses, help_text(msg::kDraftMaxOption)).placeholder("N");
  options.add("--draft-min", args.options.least_guesses, help_text(msg::kDraftMinOption)).placeholder("N");
  options.add("--draft-p-min", args.draft_p_min, help_text(msg::kDraftPMinOption)).placeholder("P");
  options.add("--no-lookup", args.no_lookup, help_text(msg::kNoLookupOption));
}

Status check_speculation(const SpeculationArguments& args) {
  const SpeculationOptions& o = args.options;
  const std::string up_to = "0…" + std::to_string(DraftPayoff::kMostGuesses);
  const bool has_draft = !args.model_draft.empty();
  if (o.most_guesses < 0 || o.most_guesses > DraftPayoff::kMostGuesses) {
    return fail(ErrorKind::kUsage, msg::kOutOfRange, "--draft-max", o.most_guesses, up_to);
  }
  if (o.least_guesses < 0) return fail(ErrorKind::kUsage, msg::kOutOfRange, "--draft-min", o.least_guesses, up_to);
  if (args.draft_p_min < 0 || args.draft_p_min > 1) {
    return fail(ErrorKind::kUsage, msg::kOutOfRange, "--draft-p-min", args.draft_p_min, "0…1");
  }
  if (args.draft_p_min > 0 && !has_draft) {
    return fail(ErrorKind::kUsage, msg::kDraftNeedsModel, "--draft-p-min", "--draft-p-min");
  }
  if (o.most_guesses == 0 && has_draft) return fail(ErrorKind::kUsage, msg::kDraftNothing, "--model-draft");
  if (o.least_guesses > o.most_guesses) {
    return fail(ErrorKind::kUsage, msg::kDraftMinAboveMax, o.least_guesses, o.most_guesses);
  }
  return ok();
}

Result<LoadedSpeculation> load_speculation(const SpeculationArguments& args, const Engine& engine, ThreadPool& pool,
                                           Console& console) {
  LoadedSpeculation loaded;
  std::vector<std::unique_ptr<Drafter>> drafters;
  if (!args.no_lookup) drafters.push_back(std::make_unique<PromptLookup>());
  if (!args.model_draft.empty()) {
    TRY(Model draft, load_model_with_tokenizer(args.model_draft, pool));
    loaded.draft = std::make_unique<Model>(std::move(draft));
    TRY(auto drafter,
        DraftModel::create(*loaded.draft, engine.model(), pool,
                           {.context_length = engine.context_length(), .least_probability = args.draft_p_min}));
    drafters.push_back(std::move(drafter));
    const int64_t draft_context = loaded.draft->hp.context_length;
    if (draft_context < engine.context_length()) console.note(msg::kDraftShortContext, draft_context);
  }
  if (drafters.empty() || args.options.most_guesses == 0) return loaded;
  loaded.speculation = std::make_unique<Speculation>(std::move(drafters), args.options);
  return loaded;
}

}  // namespace ondol
