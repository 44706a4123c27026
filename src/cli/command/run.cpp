// ondol run MODEL [PROMPT]: one answer, or a chat when standard input is a terminal.
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "base/clock.h"
#include "cli/adapter_arguments.h"
#include "cli/answer_writer.h"
#include "cli/arguments.h"
#include "cli/chat_screen.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/energy_text.h"
#include "cli/grammar_arguments.h"
#include "cli/grammar_messages.h"
#include "cli/seal_arguments.h"
#include "cli/speculation_arguments.h"
#include "cli/speculation_messages.h"
#include "cli/template_source.h"
#include "engine/answer_format.h"
#include "engine/conversation.h"
#include "engine/prefix_folder.h"
#include "format/gguf.h"
#include "measure/traffic.h"
#include "prompt/person_text.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, file, system, chat_template, tools, variables, kv_type = "f16", prompt_cache;
  std::optional<std::string> prompt;
  int64_t n_predict = -1, context_length = 0, seed = -1;
  int n_threads = 0;
  SamplerOptions sampler;
  std::optional<float> temperature;
  std::vector<std::string> stops, lora;
  GrammarArguments grammar;
  SpeculationArguments speculation;
  SealArguments seal;
  bool raw = false, low_memory = false, json = false, hide_thinking = false, no_schema = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("PROMPT", args.prompt, help_text(msg::kRunPromptArgument));
  options.add("-f,--file", args.file, help_text(msg::kFileOption)).placeholder("FILE");
  options.add("-n,--predict", args.n_predict, help_text(msg::kPredictOption)).placeholder("N");
  options.add("-c,--ctx-size", args.context_length, help_text(msg::kContextOption)).placeholder("N");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--temp", args.temperature, help_text(msg::kTempOption)).placeholder("X");
  options.add("--top-k", args.sampler.top_k, help_text(msg::kTopKOption)).placeholder("K");
  options.add("--top-p", args.sampler.top_p, help_text(msg::kTopPOption)).placeholder("P");
  options.add("--min-p", args.sampler.min_p, help_text(msg::kMinPOption)).placeholder("P");
  options.add("--repeat-penalty", args.sampler.repeat_penalty, help_text(msg::kRepeatPenaltyOption)).placeholder("X");
  options.add("-s,--seed", args.seed, help_text(msg::kSeedOption)).placeholder("N");
  options.add("--stop", args.stops, help_text(msg::kStopOption)).placeholder("TEXT").repeatable();
  options.add("--system", args.system, help_text(msg::kSystemOption)).placeholder("TEXT");
  options.add("--chat-template", args.chat_template, format_message(msg::kChatTemplateOption, chat_template_names()))
      .placeholder("NAME|FILE");
  options.add("--chat-template-kwargs", args.variables, help_text(msg::kTemplateVariablesOption)).placeholder("JSON");
  options.add("--tools", args.tools, help_text(msg::kToolsOption)).placeholder("FILE");
  options.add("--hide-thinking", args.hide_thinking, help_text(msg::kHideThinkingOption));
  declare_lora(options, args.lora);
  options.add("--low-memory", args.low_memory, help_text(msg::kLowMemoryOption));
  options.add("--kv-type", args.kv_type, help_text(msg::kKvTypeOption)).placeholder("TYPE");
  options.add("--prompt-cache", args.prompt_cache, help_text(msg::kPromptCacheOption)).placeholder("DIR");
  options.add("-j,--json-schema", args.grammar.schema, help_text(msg::kRunSchemaOption)).placeholder("SCHEMA|FILE");
  options.add("--grammar", args.grammar.gbnf, help_text(msg::kRunGbnfOption)).placeholder("GBNF|FILE");
  options.add("--regex", args.grammar.regex, help_text(msg::kRunRegexOption)).placeholder("REGEX");
  options.add("--choice", args.grammar.choice, help_text(msg::kRunChoiceOption)).placeholder("A,B");
  options.add("--script", args.grammar.script, help_text(msg::kRunScriptOption)).placeholder("LIST");
  options.add("--no-schema", args.no_schema, help_text(msg::kNoSchemaOption));
  declare_speculation(options, args.speculation);
  declare_seal(options, args.seal);
  options.add("--raw", args.raw, help_text(msg::kRawOption));
  options.add("--json", args.json, help_text(msg::kRunJsonOption));
}

Status check_arguments(const Args& args) {
  const auto check = [](bool good, const char* option, auto value, const char* expected) -> Status {
    if (good) return ok();
    return fail(ErrorKind::kUsage, msg::kOutOfRange, option, value, expected);
  };
  const SamplerOptions& s = args.sampler;
  TRY(check(args.n_predict >= -1, "--predict", args.n_predict, "≥ -1"));
  TRY(check(args.context_length >= 0, "--ctx-size", args.context_length, "≥ 1"));
  const float temperature = args.temperature.value_or(0);
  TRY(check(temperature >= 0 && temperature <= 100, "--temp", temperature, "0…100"));
  TRY(check(s.top_k >= 0, "--top-k", s.top_k, "≥ 0"));
  TRY(check(s.top_p > 0 && s.top_p <= 1, "--top-p", s.top_p, "0…1"));
  TRY(check(s.min_p >= 0 && s.min_p <= 1, "--min-p", s.min_p, "0…1"));
  TRY(check(s.repeat_penalty > 0 && s.repeat_penalty <= 100, "--repeat-penalty", s.repeat_penalty, "0…100"));
  TRY(check(args.seed >= -1, "--seed", args.seed, "≥ -1"));
  for (const std::string& stop : args.stops) TRY(check(!stop.empty(), "--stop", "\"\"", "TEXT"));
  TRY(check_speculation(args.speculation));
  if (args.prompt && !args.file.empty()) return fail(ErrorKind::kUsage, msg::kPromptTwice);
  if (args.grammar.n_given() > 1) return fail(ErrorKind::kUsage, msg::kRunOneGrammar);
  if (args.raw && !args.system.empty()) return fail(ErrorKind::kUsage, msg::kSystemWithRaw);
  if (args.raw && !args.chat_template.empty()) return fail(ErrorKind::kUsage, msg::kTemplateWithRaw);
  if (args.raw && !args.tools.empty()) return fail(ErrorKind::kUsage, msg::kToolsWithRaw);
  return ok();
}

// The prompt, or nothing when a chat is wanted.
Result<std::optional<std::string>> read_prompt(const Args& args) {
  if (args.prompt) return args.prompt;
  if (args.file.empty() && stdin_is_terminal()) return std::nullopt;
  TRY(std::string text, read_text_file(args.file.empty() ? "-" : args.file));
  // The line end an editor or `echo` puts behind the last line is not part of the question.
  if (!args.raw && text.ends_with('\n')) text.pop_back();
  return text;
}

// Nothing: the model completes text.
Result<std::optional<ChatTemplate>> choose_template(const Args& args, const Model& model) {
  if (args.raw) return std::nullopt;
  TRY(const std::string jinja, chat_template_source(args.chat_template, model.metadata, !args.tools.empty()));
  if (!jinja.empty()) {
    TRY(ChatTemplate chat, ChatTemplate::parse(jinja));
    if (!args.tools.empty() && !chat.tool_calls()) return fail(ErrorKind::kBadInput, msg::kTemplateWithoutTools);
    return chat;
  }
  if (!args.system.empty()) return fail(ErrorKind::kUsage, msg::kSystemNeedsTemplate, chat_template_names());
  if (!args.tools.empty()) return fail(ErrorKind::kUsage, msg::kToolsNeedTemplate, chat_template_names());
  return std::nullopt;
}

// The JSON text of --tools, checked.
Result<std::string> read_tools(const Args& args) {
  if (args.tools.empty()) return std::string();
  TRY(const std::string tools, read_text_file(args.tools));
  TRY(read_tool_definitions(tools));
  return tools;
}

uint64_t choose_seed(const Args& args) {
  return args.seed >= 0 ? static_cast<uint64_t>(args.seed) : std::random_device()();
}

double rate_tokens_per_s(int64_t n_tokens, double seconds) {
  return n_tokens > 0 && seconds > 0 ? static_cast<double>(n_tokens) / seconds : 0;
}
double prefill_rate(const Generated& g) {
  return rate_tokens_per_s(g.n_prompt_tokens - g.n_cached_tokens, g.prefill_s);
}
// The first token is the prefill's.
double decode_rate(const Generated& g) { return rate_tokens_per_s(std::ssize(g.tokens) - 1, g.decode_s); }

// Of guessed tokens.
double acceptance_rate(const Generated& g) {
  return g.n_guessed > 0 ? static_cast<double>(g.n_guessed_right) / static_cast<double>(g.n_guessed) : 0;
}

std::string stats_line(const Generated& g, uint64_t seed) {
  const Message& reason = g.reason == FinishReason::kStop     ? msg::kFinishStop
                          : g.reason == FinishReason::kLength ? msg::kFinishLength
                                                              : msg::kFinishInterrupted;
  std::string line = format_message(msg::kStats, g.n_prompt_tokens, g.n_cached_tokens, prefill_rate(g), g.tokens.size(),
                                    decode_rate(g), reason.text(), seed);
  if (g.n_guessed > 0) {
    line += ", " + format_message(msg::kStatsGuesses, g.n_guessed_right, g.n_guessed, 100 * acceptance_rate(g));
  }
  return line;
}

nlohmann::ordered_json json_of(const std::vector<ToolCall>& calls) {
  auto list = nlohmann::ordered_json::array();
  for (const ToolCall& call : calls) {
    list.push_back({{"name", call.name}, {"arguments", nlohmann::ordered_json::parse(call.arguments, nullptr, false)}});
    if (!call.id.empty()) list.back()["id"] = call.id;
  }
  return list;
}

std::string json_of(const Reply& reply, const Args& args, const Loaded& loaded, uint64_t seed, const AnswerCost& cost,
                    const std::optional<SealReceipt>& seal) {
  const Generated& g = reply.generated;
  constexpr const char* kReasons[] = {"stop", "length", "interrupted"};
  std::vector<int32_t> tokens;
  for (const TokenId token : g.tokens) tokens.push_back(static_cast<int32_t>(token));
  nlohmann::ordered_json out = {{"model", args.model},
                                {"text", reply.answer.text},
                                {"tokens", tokens},
                                {"prompt_tokens", g.n_prompt_tokens},
                                {"cached_tokens", g.n_cached_tokens},
                                {"generated_tokens", tokens.size()},
                                {"finish_reason", kReasons[static_cast<int>(g.reason)]},
                                {"seed", seed},
                                {"load_s", loaded.seconds},
                                {"weights", name_of(loaded.place)},
                                {"prefill_s", g.prefill_s},
                                {"decode_s", g.decode_s},
                                {"prefill_tokens_per_s", prefill_rate(g)},
                                {"decode_tokens_per_s", decode_rate(g)},
                                {"decode_steps", g.n_decode_steps},
                                {"drafted_tokens", g.n_guessed},
                                {"accepted_tokens", g.n_guessed_right},
                                {"acceptance_rate", acceptance_rate(g)}};
  add_answer_cost(out, cost, std::ssize(tokens));
  if (!reply.answer.thinking.empty()) out["thinking"] = reply.answer.thinking;
  if (!reply.answer.tool_calls.empty()) out["tool_calls"] = json_of(reply.answer.tool_calls);
  if (seal) out["seal"] = nlohmann::ordered_json::parse(receipt_json(*seal));
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// One loaded model, ready to answer in a chat or to complete text.
struct Session {
  Session(const Args& args, Engine& engine, SequenceId sequence, const ChatTemplate* chat, std::string tools)
      : args(args), engine(engine), sequence(sequence), sampler(args.sampler), seed(choose_seed(args)) {
    if (!chat) return;
    conversation.emplace(engine, sequence, *chat,
                         ConversationOptions{.system = read_person_text(args.system, args.raw).text,
                                             .tools = std::move(tools),
                                             .variables = args.variables});
  }

  // Answers, and keeps the text in the prompt cache.
  Result<Reply> answer(std::string_view text, const AnswerReader::OnPiece& on_piece,
                       const std::function<void(int64_t, int64_t)>& on_prefill = nullptr) {
    TRY(Reply reply, answer_only(text, on_piece, on_prefill));
    saved = engine.save(sequence);
    return reply;
  }

  Result<Reply> answer_only(std::string_view text, const AnswerReader::OnPiece& on_piece,
                            const std::function<void(int64_t, int64_t)>& on_prefill) {
    GenerateOptions options{.sampler = sampler, .max_tokens = args.n_predict, .stops = args.stops};
    options.sampler.seed = seed + n_answers++;  // a repeated question need not get the same answer
    if (format) options.format = &*format;
    options.speculation = guesses.speculation.get();
    if (conversation) return conversation->reply(text, options, on_piece, on_prefill);
    const Tokenizer& tokenizer = *engine.model().tokenizer;
    // Who asks for raw text writes the control tokens, too.
    const auto prompt = tokenizer.encode(text, {.add_bos = tokenizer.wants_bos, .parse_special = args.raw});
    const auto on_text = [&](std::string_view piece) { on_piece(AnswerKind::kText, piece); };
    TRY(Generated generated, generate(engine, sequence, prompt, options, on_text, on_prefill));
    Answer answer{.text = generated.text};
    return Reply{std::move(generated), std::move(answer)};
  }

  const Args& args;
  Engine& engine;
  SequenceId sequence;
  SamplerOptions sampler;
  uint64_t seed;
  uint64_t n_answers = 0;
  Loaded loaded;
  std::optional<Conversation> conversation;
  std::optional<AnswerFormat> format;  // what answers are held to
  Status saved;                        // the newest text, in the prompt cache
  LoadedSpeculation guesses;
  std::optional<SealReceipt> seal;
};

// Weights and cache that the prompt and then each step had to read, and a draft model for each guess.
Result<int64_t> answer_read_bytes(const Session& session, const Generated& g) {
  TRY(const KvType kv_type, parse_kv_type(session.args.kv_type));
  const Model& model = session.engine.model();
  const int64_t n_decoded = std::max<int64_t>(std::ssize(g.tokens) - 1, 0);
  int64_t read_bytes = steps_read_bytes(model, kv_type, g.n_prompt_tokens - g.n_cached_tokens,
                                        session.engine.max_step_tokens(), g.n_cached_tokens);
  if (n_decoded == 0) return read_bytes;
  const auto one_by_one = static_cast<double>(steps_read_bytes(model, kv_type, n_decoded, 1, g.n_prompt_tokens));
  read_bytes +=
      static_cast<int64_t>(one_by_one * static_cast<double>(g.n_decode_steps) / static_cast<double>(n_decoded));
  if (const Model* draft = session.guesses.draft.get()) {
    read_bytes += steps_read_bytes(*draft, KvType::kF16, g.n_guessed, 1, g.n_prompt_tokens);
  }
  return read_bytes;
}

Status answer_once(Session& session, std::string_view prompt, Console& console) {
  const PersonText text = read_person_text(prompt, session.args.raw);
  if (text.n_replaced > 0) console.note(msg::kReplacedBytes, text.n_replaced);
  Progress progress(help_text(msg::kReadingPrompt), console.progress_style() == ProgressStyle::kLines
                                                        ? ProgressStyle::kQuiet
                                                        : console.progress_style());
  EnergyMeter energy;
  energy.start();
  const double start_cpu_s = process_cpu_s();
  AnswerWriter writer(console, !session.args.hide_thinking && !session.args.json && !console.quiet());
  const auto show = [&](AnswerKind kind, std::string_view piece) {
    energy.update();
    if (session.args.json) return;
    writer.write(kind, piece);
    if (!console.status()) std::raise(SIGINT);  // nobody can read the rest: end the answer
  };
  TRY(const Reply reply, session.answer(text.text, show, [&](int64_t n_done, int64_t n_all) {
    energy.update();
    if (n_all > 512) progress.update(n_done, n_all);
  }));
  if (session.args.json) {
    TRY(const int64_t read_bytes, answer_read_bytes(session, reply.generated));
    const AnswerCost cost{energy.source(), energy.joules(), process_cpu_s() - start_cpu_s, read_bytes};
    console.line(json_of(reply, session.args, session.loaded, session.seed, cost, session.seal));
  } else writer.finish(reply.answer);
  console.flush();
  TRY(console.status());
  if (!console.quiet() && !session.args.json) console.screen(stats_line(reply.generated, session.seed) + "\n");
  if (reply.generated.reason == FinishReason::kInterrupted)
    return tl::make_unexpected(Error{ErrorKind::kInterrupted, {}});
  return ok();
}

Status chat(Session& session, Console& console) {
  ChatBackend backend{
      .answer = [&](std::string_view message, const auto& on_piece) { return session.answer(message, on_piece); },
      .reset =
          [&] {
            if (session.conversation) session.conversation->reset();
          },
      .stats =
          [&](const Reply& reply) {
            return format_message(msg::kChatStats, stats_line(reply.generated, session.seed),
                                  session.engine.length(session.sequence), session.engine.context_length());
          },
      .raw = session.args.raw,
      .shows_thinking = !session.args.hide_thinking};
  if (session.conversation)
    backend.set_system = [&](std::string text) { session.conversation->set_system(std::move(text)); };
  const std::string name = std::filesystem::path(session.args.model).filename();
  const Message& banner = session.conversation ? msg::kChatBanner : msg::kCompleteBanner;
  return run_chat_screen(backend, format_message(banner, name), console);
}

// What went wrong with the prompt cache; no answer suffers from it.
void note_prompt_cache(const Session& session, Console& console) {
  if (const int64_t n = session.engine.n_refused_files(); n > 0) console.note(msg::kPromptCacheRefused, n);
  if (!session.saved && session.saved.error().kind != ErrorKind::kInterrupted) {
    console.note(msg::kPromptCacheNotSaved, session.saved.error().message);
  }
}

// What the answer still has to read behind the first stage of the seal.
Result<std::vector<std::string>> files_to_read(const Args& args) {
  TRY(std::vector<std::string> files, adapter_paths(args.lora));
  for (const std::string& model : {args.model, args.speculation.model_draft}) {
    if (model.empty()) continue;
    const std::vector<std::string> parts = gguf_part_paths(model);
    files.insert(files.end(), parts.begin(), parts.end());
  }
  for (const std::string& name :
       {args.chat_template, args.tools, args.grammar.schema.value_or(""), args.grammar.gbnf.value_or("")}) {
    add_named_file(files, name);
  }
  return files;
}

// The first stage of the seal, when one is wanted.
Result<std::optional<BegunSeal>> begin_wanted_seal(const Args& args) {
  TRY(const std::optional<SealLevel> level, seal_level(args.seal));
  if (!level) return std::nullopt;
  SealRequest request{.level = *level};
  TRY(request.readable, files_to_read(args));
  if (!args.prompt_cache.empty()) {
    TRY(PrefixFolder::make(args.prompt_cache));
    request.writable.push_back(args.prompt_cache);
  }
  TRY(BegunSeal begun, begin_seal(request));
  return begun;
}

Status run_run(const Args& args, Console& console) {
  TRY(check_arguments(args));
  TRY(const KvType kv_type, parse_kv_type(args.kv_type));
  TRY(const std::optional<std::string> prompt, read_prompt(args));
  if (!prompt && args.json) return fail(ErrorKind::kUsage, msg::kJsonNeedsPrompt);
  TRY(std::optional<BegunSeal> begun_seal, begin_wanted_seal(args));
  TRY(const auto pool, make_pool(args.n_threads));
  const double start_s = now_s();
  TRY(Model model, load_model_with_tokenizer(args.model, *pool, {.low_memory = args.low_memory}));
  TRY(add_lora(args.lora, model));
  const Loaded loaded{now_s() - start_s, weight_place(model)};
  TRY(std::string tools, read_tools(args));
  TRY(const std::optional<ChatTemplate> chat_template, choose_template(args, model));
  TRY(const auto engine,
      Engine::create(model, *pool,
                     {.context_length = args.context_length, .kv_type = kv_type, .prompt_cache = args.prompt_cache}));
  TRY(const SequenceId sequence, engine->open());
  Session session(args, *engine, sequence, chat_template ? &*chat_template : nullptr, std::move(tools));
  session.loaded = loaded;
  const auto stored = args.no_schema || args.grammar.n_given() > 0 ? std::nullopt : stored_schema(model);
  TRY(session.format, read_answer_format(args.grammar, stored, model));
  if (stored) console.note(msg::kStoredSchema);
  // a specialist's answer is the likeliest one, not one of many
  if (stored) session.sampler.temperature = 0;
  if (args.temperature) session.sampler.temperature = *args.temperature;
  TRY(session.guesses, load_speculation(args.speculation, *engine, *pool, console));
  if (begun_seal) {
    TRY(session.seal, finish_seal(std::move(*begun_seal)));
    if (!console.quiet() && !args.json) console.screen(receipt_text(*session.seal));
  }
  const Status status = prompt ? answer_once(session, *prompt, console) : chat(session, console);
  note_prompt_cache(session, console);
  return status;
}

}  // namespace

extern constinit const Command run{
    .name = "run",
    .summary = msg::kRunSummary,
    .example =
        "ondol run model.gguf\n"
        "ondol run model.gguf \"안녕하세요\" --temp 0\n"
        "cat question.txt | ondol run model.gguf -n 200",
    .define = define_with<Args, declare, run_run>,
};

}  // namespace ondol::command
