#include "server/answer_job.h"

#include <algorithm>
#include <random>

#include "base/clock.h"
#include "engine/answer_format.h"
#include "prompt/prompt_encoder.h"
#include "server/openai/adapter_fields.h"
#include "server/server_messages.h"

namespace ondol {
namespace {

struct RenderedChat {
  std::vector<PromptPiece> pieces;
  AnswerSyntax syntax;
};

ApiResult<RenderedChat> render_chat(const ChatPrompt& prompt, const HostedModel& model) {
  const bool has_tools = !prompt.tools.empty();
  const ChatTemplate* chat = model.chat_for(has_tools);
  if (chat == nullptr) return refuse(400, std::string(msg::kModelHasNoChat.text()), "model");
  if (has_tools && chat->tool_calls() == nullptr)
    return refuse(400, std::string(msg::kModelHasNoTools.text()), "tools");
  RenderedChat rendered;
  TRY(rendered.pieces, chat->render({.messages = prompt.messages,
                                     .edges = edge_tokens(*model.model.tokenizer),
                                     .tools = prompt.tools,
                                     .variables = prompt.variables,
                                     .now = time_now()}));
  const auto& pieces = rendered.pieces;
  const std::string end = !pieces.empty() && pieces.back().from_template ? pieces.back().text : "";
  rendered.syntax = recognize_answer_syntax(chat->source(), end, has_tools);
  return rendered;
}

// What the answer to a chat is held to; null for nothing.  Tells `syntax` when this holds calls.
ApiResult<std::shared_ptr<const AnswerFormat>> chat_format(const FormatWish& wish, const ChatPrompt& prompt,
                                                           AnswerSyntax& syntax, HostedModel& model) {
  const bool has_tools = !prompt.tools.empty();
  const bool wants_stored = wish.kind == FormatWish::Kind::kModels && model.stored_schema && !has_tools;
  const Tokenizer& tokenizer = *model.model.tokenizer;
  std::shared_ptr<const AnswerFormat> format;
  if (has_tools && wish.kind == FormatWish::Kind::kModels && syntax.tool_calls != nullptr) {
    const CallWish calls{prompt.tools, prompt.must_call, prompt.may_call_several};
    auto held = model.formats->calls(calls, *syntax.tool_calls);
    if (!held) return refuse(400, held.error().message, "tools");
    if (prompt.must_call && *held == nullptr) {
      return refuse(400, std::string(msg::kCallsCannotBeForced.text()), "tool_choice");
    }
    format = *held;
    syntax.holds_calls = format != nullptr;
    if (!prompt.must_call) return format;
  } else {
    auto held = model.formats->format(wants_stored ? stored_wish(model) : wish);
    if (!held) return refuse(400, held.error().message, wish.param);
    format = *held;
  }
  if (format == nullptr) return format;
  return std::make_shared<const AnswerFormat>(behind_thinking(*format, syntax, tokenizer));
}

ApiStatus prepare_chat(const ChatPrompt& prompt, const FormatWish& wish, PreparedAnswer& prepared) {
  HostedModel& model = *prepared.model;
  const Tokenizer& tokenizer = *model.model.tokenizer;
  TRY(RenderedChat rendered, render_chat(prompt, model));
  TRY(prepared.format, chat_format(wish, prompt, rendered.syntax, model));
  prepared.options.special = prepared.options.special || marks_are_control_tokens(rendered.syntax, tokenizer);
  prepared.prompts.push_back(PromptEncoder(tokenizer).encode(rendered.pieces));
  prepared.syntax = std::move(rendered.syntax);
  return {};
}

ApiStatus prepare_raw(const std::vector<RawPrompt>& prompts, const FormatWish& wish, PreparedAnswer& prepared) {
  const Tokenizer& tokenizer = *prepared.model->model.tokenizer;
  auto format = prepared.model->formats->format(wish);
  if (!format) return refuse(400, format.error().message, wish.param);
  prepared.format = *format;
  for (const RawPrompt& prompt : prompts) {
    if (const auto* tokens = std::get_if<std::vector<TokenId>>(&prompt)) prepared.prompts.push_back(*tokens);
    else prepared.prompts.push_back(tokenizer.encode(std::get<std::string>(prompt), {.add_bos = tokenizer.wants_bos}));
  }
  return {};
}

}  // namespace

ApiResult<PreparedAnswer> prepare_answer(AnswerRequest request, std::shared_ptr<HostedModel> model) {
  if (model->engine == nullptr) return refuse(400, std::string(msg::kModelOnlyEmbeds.text()), "model");
  PreparedAnswer prepared{.model = std::move(model), .n = request.n, .options = std::move(request.options)};
  for (const auto& bias : prepared.options.sampler.logit_bias) {
    const int64_t n_vocab = prepared.model->model.hp.vocab_size;
    if (static_cast<int64_t>(bias.first) < n_vocab) continue;
    return refuse(400, format_message(msg::kFieldRange, "logit_bias", 0, n_vocab - 1), "logit_bias");
  }
  TRY(prepared.adapter_scales, change_scales(prepared.model->adapter_scales.get(), request.adapter_scales));
  if (!request.has_seed) prepared.options.sampler.seed = std::random_device()();
  if (const auto* chat = std::get_if<ChatPrompt>(&request.prompt)) {
    // a specialist's answer is the likeliest one, not one of many
    const bool obeys_stored = prepared.model->stored_schema && request.format.kind == FormatWish::Kind::kModels;
    if (obeys_stored && !request.has_temperature) prepared.options.sampler.temperature = 0;
    TRY(prepare_chat(*chat, request.format, prepared));
  } else {
    TRY(prepare_raw(std::get<std::vector<RawPrompt>>(request.prompt), request.format, prepared));
  }
  const int64_t context = prepared.model->context_length;
  if (request.least_context > context) {
    return refuse(400, format_message(msg::kContextTooShort, request.least_context, context), "num_ctx");
  }
  for (const auto& prompt : prepared.prompts) {
    if (std::ssize(prompt) <= context) continue;
    const char* const param = std::holds_alternative<ChatPrompt>(request.prompt) ? "messages" : "prompt";
    return refuse(400, format_message(msg::kPromptTooLong, prompt.size(), context), param, "context_length_exceeded");
  }
  prepared.options.format = prepared.format.get();
  return prepared;
}

ApiResult<std::vector<TokenId>> chat_tokens(const ChatPrompt& prompt, const HostedModel& model) {
  TRY(const RenderedChat rendered, render_chat(prompt, model));
  return PromptEncoder(*model.model.tokenizer).encode(rendered.pieces);
}

ApiResult<std::string> chat_text(const ChatPrompt& prompt, const HostedModel& model) {
  TRY(const RenderedChat rendered, render_chat(prompt, model));
  std::string text;
  for (const PromptPiece& piece : rendered.pieces) text += piece.text;
  return text;
}

AnswerJob::AnswerJob(EngineThread& engine, Metrics& metrics, PreparedAnswer prepared, std::shared_ptr<AnswerSink> sink)
    : engine_(engine), metrics_(metrics), prepared_(std::move(prepared)), sink_(std::move(sink)) {}

AnswerJob::~AnswerJob() = default;

void AnswerJob::start() {
  engine_.post([self = shared_from_this()] { self->add_streams(); });
}

void AnswerJob::cancel() {
  engine_.post([self = shared_from_this()] {
    self->cancelled_ = true;
    for (const Choice& choice : self->choices_) {
      if (choice.stream && self->prepared_.model->streams->cancel(*choice.stream)) ++self->metrics_.n_cancelled;
    }
  });
}

void AnswerJob::add_streams() {
  if (cancelled_) return;
  sink_->begin(prepared_.model);
  choices_.resize(prepared_.prompts.size() * static_cast<size_t>(prepared_.n));
  int choice = 0;
  for (const auto& prompt : prepared_.prompts) {
    for (int i = 0; i < prepared_.n && !failed_; ++i) add_stream(choice++, prompt);
  }
  engine_.keep_stepping(prepared_.model);
}

void AnswerJob::add_stream(int choice, const std::vector<TokenId>& prompt) {
  Choice& mine = choices_[static_cast<size_t>(choice)];
  StreamRequest request{.prompt = prompt, .options = prepared_.options, .adapter_scales = prepared_.adapter_scales};
  request.options.sampler.seed += static_cast<uint64_t>(choice);
  const auto self = shared_from_this();
  if (prepared_.syntax) {
    mine.reader.emplace(
        *prepared_.syntax,
        [job = this, choice](AnswerKind kind, std::string_view text) { job->sink_->piece(choice, kind, text); },
        [job = this, choice](const CallPiece& piece) { job->sink_->call_piece(choice, piece); });
    request.on_text = [self, choice](std::string_view text) {
      self->choices_[static_cast<size_t>(choice)].reader->push(text);
    };
  } else {
    request.on_text = [self, choice](std::string_view text) { self->sink_->piece(choice, AnswerKind::kText, text); };
  }
  if (request.options.n_top_likelihoods >= 0) {
    request.on_token = [self, choice](const TokenReport& report) { self->sink_->report(choice, report); };
  }
  request.on_prefill = [self, choice, n_prompt = std::max<int64_t>(std::ssize(prompt), 1), began_s = now_s()](
                           int64_t n_done, int64_t n_all) {
    const int64_t n_cached = n_prompt - n_all;
    self->sink_->progress(choice, {n_prompt, n_cached, n_cached + n_done, now_s() - began_s});
  };
  request.on_end = [self, choice](Result<Generated> generated) { self->take_end(choice, std::move(generated)); };
  const auto added = prepared_.model->streams->add(std::move(request));
  if (!added) {
    failed_ = true;
    sink_->fail(added.error());
    return cancel();
  }
  mine.stream = *added;
  ++metrics_.n_streams;
}

void AnswerJob::take_end(int choice, Result<Generated> generated) {
  --metrics_.n_streams;
  Choice& mine = choices_[static_cast<size_t>(choice)];
  mine.stream.reset();
  ++n_ended_;
  if (failed_ || cancelled_) return;
  if (!generated) {
    failed_ = true;
    sink_->fail(generated.error());
    return;
  }
  metrics_.n_prompt_tokens += generated->n_prompt_tokens;
  metrics_.n_cached_tokens += generated->n_cached_tokens;
  metrics_.n_generated_tokens += std::ssize(generated->tokens);
  metrics_.prefill_s += generated->prefill_s;
  metrics_.decode_s += generated->decode_s;
  FinishedChoice finished;
  if (mine.reader) finished.answer = mine.reader->finish();
  else finished.answer.text = generated->text;
  finished.generated = std::move(*generated);
  sink_->finish(choice, std::move(finished));
  if (n_ended_ == choices_.size()) sink_->end();
}

}  // namespace ondol
