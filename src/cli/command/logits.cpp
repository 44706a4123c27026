// ondol logits MODEL --tokens 1,2,3: what the model expects after each token.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "cli/adapter_arguments.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/text_width.h"
#include "engine/engine.h"
#include "kernel/exact.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, tokens, kv_type = "f16";
  std::vector<std::string> lora;
  int64_t context_length = 0;
  int n_threads = 0, top = 5;
  bool low_memory = false, exact = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("--tokens", args.tokens, help_text(msg::kTokensOption)).placeholder("1,2,3").required();
  options.add("--top", args.top, help_text(msg::kTopOption)).placeholder("N");
  options.add("-c,--ctx-size", args.context_length, help_text(msg::kContextOption)).placeholder("N");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  declare_lora(options, args.lora);
  options.add("--low-memory", args.low_memory, help_text(msg::kLowMemoryOption));
  options.add("--kv-type", args.kv_type, help_text(msg::kKvTypeOption)).placeholder("TYPE");
  options.add("--exact", args.exact, help_text(msg::kExactOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

// Nine significant digits read back to the same float; JSON has no word for a number that is none.
void print_json_row(std::span<const float> logits, Console& console) {
  std::string row = "[";
  for (const float logit : logits) {
    if (row.size() > 1) row += ',';
    if (std::isfinite(logit)) row += fmt::format("{:.9g}", logit);
    else row += "null";
  }
  console.write(row + "]");
}

std::string token_text(const Tokenizer* tokenizer, TokenId id) {
  if (!tokenizer) return fmt::format("{}", int32_t(id));
  return "'" + visible_text(tokenizer->piece(id, true)) + "'";
}

// The likeliest tokens with their probabilities under softmax.
std::string likeliest(std::span<const float> logits, int n_shown, const Tokenizer* tokenizer) {
  std::vector<int32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const size_t n = std::min(logits.size(), static_cast<size_t>(std::max(n_shown, 1)));
  const auto logit = [&](int32_t id) { return logits[static_cast<size_t>(id)]; };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n), order.end(),
                    [&](int32_t a, int32_t b) { return logit(a) > logit(b) || (logit(a) == logit(b) && a < b); });
  double sum = 0;
  for (const float value : logits) sum += std::exp(static_cast<double>(value - logit(order[0])));
  std::string out;
  for (size_t i = 0; i < n; ++i) {
    const double probability = std::exp(static_cast<double>(logit(order[i]) - logit(order[0]))) / sum;
    out += fmt::format("{}{} {:.3f}", i > 0 ? "  " : "", token_text(tokenizer, TokenId{order[i]}), probability);
  }
  return out;
}

Status run_logits(const Args& args, Console& console) {
  TRY(const std::vector<TokenId> tokens, parse_token_ids(args.tokens));
  if (tokens.empty()) return fail(ErrorKind::kBadInput, msg::kNoTokenIds);
  TRY(const KvType kv_type, parse_kv_type(args.kv_type));
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(Model model, load_model(args.model, *pool, {.low_memory = args.low_memory}));
  TRY(add_lora(args.lora, model));
  TRY(const auto engine, Engine::create(model, *pool,
                                        {.context_length = args.context_length,
                                         .kv_type = kv_type,
                                         .kernel = args.exact ? &exact_kernels() : nullptr}));
  TRY(const SequenceId sequence, engine->open());

  const auto vocab_size = static_cast<size_t>(model.hp.vocab_size);
  const Tokenizer* tokenizer = model.tokenizer.get();
  std::string table_head;
  if (!args.json) {
    table_head =
        pad(msg::kLogitsPosition.text(), 10) + pad(msg::kLogitsToken.text(), 18) + std::string(msg::kLogitsNext.text());
  }
  bool first = true;
  const Engine::Input input{sequence, tokens, true};
  TRY(engine->step({&input, 1}, [&](const Engine::Rows& rows) {
    if (first) args.json ? console.write("{\"logits\":[") : console.line(table_head);
    for (int64_t row = 0; row < rows.n_rows; ++row) {
      const std::span<const float> logits(rows.logits + row * model.hp.vocab_size, vocab_size);
      const int64_t position = rows.first_token + row;
      if (args.json) {
        if (!first) console.write(",");
        print_json_row(logits, console);
      } else {
        const TokenId token = tokens[static_cast<size_t>(position)];
        console.line(pad(fmt::format("{}", position), 10) + pad(token_text(tokenizer, token), 17) + " " +
                     likeliest(logits, args.top, tokenizer));
      }
      first = false;
    }
  }));
  if (args.json) console.line("]}");
  return ok();
}

}  // namespace

extern constinit const Command logits{
    .name = "logits",
    .summary = msg::kLogitsSummary,
    .example =
        "ondol logits model.gguf --tokens 1,2,3\n"
        "ondol logits model.gguf --tokens \"$(ondol tokenize model.gguf --bos 안녕)\" --json",
    .define = define_with<Args, declare, run_logits>,
};

}  // namespace ondol::command
