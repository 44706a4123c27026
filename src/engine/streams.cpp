#include "engine/streams.h"

#include <algorithm>
#include <utility>

#include "base/checked_math.h"
#include "engine/engine_messages.h"
#include "engine/scheduler.h"

namespace ondol {

Streams::Streams(Engine& engine, std::function<double()> clock_s) : engine_(engine), clock_s_(std::move(clock_s)) {}

Streams::~Streams() {
  for (const Stream& stream : streams_) {
    if (stream.sequence) engine_.close(*stream.sequence);
  }
}

// Of one stream: also a lone one cannot have more than all pages.
int64_t Streams::context_length() const { return std::min(engine_.context_length(), engine_.max_positions()); }

int64_t Streams::pages_of(const StreamRequest& request) const {
  int64_t n_tokens = context_length();
  const int64_t n_answer = request.options.max_tokens;
  if (n_answer >= 0 && n_answer < n_tokens) n_tokens = std::min(n_tokens, std::ssize(request.prompt) + n_answer);
  return divide_up(n_tokens, kPageLength);
}

Result<StreamId> Streams::add(StreamRequest request) {
  TRY(const auto prompt, prompt_or_bos(engine_.model(), request.prompt));
  if (request.prompt.empty()) request.prompt.assign(prompt.begin(), prompt.end());
  TRY(check_tokens(engine_.model(), request.prompt));
  if (std::ssize(request.prompt) > context_length()) {
    return fail(ErrorKind::kBadInput, msg::kContextFull, request.prompt.size(), context_length(), 0);
  }
  Stream& stream = streams_.emplace_back();
  stream.id = StreamId{next_id_++};
  stream.request = std::move(request);
  stream.added_s = clock_s_();
  return stream.id;
}

bool Streams::cancel(StreamId id) {
  const auto stream = std::find_if(streams_.begin(), streams_.end(), [&](const Stream& s) { return s.id == id; });
  if (stream == streams_.end()) return false;
  return !std::exchange(stream->cancelled, true);
}

// Gives sequences to those who wait, in order; one who needs more pages than are left holds up those behind.
void Streams::admit() {
  for (Stream& stream : streams_) {
    if (stream.sequence) continue;
    stream.n_pages = pages_of(stream.request);
    if (n_pages_ + stream.n_pages > engine_.max_positions() / kPageLength) return;
    const auto sequence = engine_.open();
    if (!sequence) return;
    stream.sequence = *sequence;
    n_pages_ += stream.n_pages;
    stream.answer.emplace(engine_.model(), stream.request.prompt, context_length(), stream.request.options,
                          stream.request.on_text, stream.request.on_token);
  }
}

int64_t Streams::chunk_size(int64_t n_decoding) const {
  const int64_t most = std::max<int64_t>(1, engine_.max_step_tokens() - n_decoding);
  return n_decoding == 0 ? most : pace_.chunk(n_decoding, most);
}

// What the next step feeds, and to whom: the last token of each running answer, then a chunk of prompts.
void Streams::gather(std::vector<Engine::Input>& inputs, std::vector<Stream*>& fed) {
  const auto feed = [&](Stream& stream, std::span<const TokenId> tokens) {
    const auto use = stream.answer->logit_use();  // an impossible answer fails before the work
    if (!use) {
      stream.error = use.error();
      return false;
    }
    inputs.push_back({.sequence = *stream.sequence, .tokens = tokens, .use = *use});
    fed.push_back(&stream);
    return true;
  };
  last_step_ = {};
  for (Stream& stream : streams_) {
    if (!stream.sequence || !stream.is_decoding()) continue;
    if (feed(stream, {&stream.answer->tokens().back(), 1})) ++last_step_.n_decoding;
  }
  int64_t n_left = chunk_size(last_step_.n_decoding);
  for (Stream& stream : streams_) {
    if (n_left == 0) break;
    if (!stream.sequence || stream.is_decoding()) continue;
    if (!stream.n_cached) {
      // As late as this: who came before may have read the same beginning meanwhile.
      stream.n_cached = stream.n_read = engine_.reuse(*stream.sequence, stream.request.prompt);
    }
    const auto rest = std::span(stream.request.prompt).subspan(static_cast<size_t>(stream.n_read));
    const int64_t n = std::min(std::ssize(rest), n_left);
    if (!feed(stream, rest.first(static_cast<size_t>(n)))) continue;
    last_step_.n_prefill += n;
    n_left -= n;
  }
}

// The logits behind what was fed to `stream`.
void Streams::take(Stream& stream, const Engine::Rows& rows) {
  if (!stream.is_decoding()) {
    stream.n_read = engine_.length(*stream.sequence);
    if (!stream.is_decoding()) return;
    engine_.remember(*stream.sequence);
  }
  const Status taken = stream.answer->take({rows.logits, static_cast<size_t>(engine_.model().hp.vocab_size)});
  if (!taken) stream.error = taken.error();
  if (stream.first_token_s == 0) stream.first_token_s = clock_s_();
}

Status Streams::step() {
  end_some([](const Stream& stream) { return stream.cancelled; });
  admit();
  std::vector<Engine::Input> inputs;
  std::vector<Stream*> fed;
  gather(inputs, fed);
  Status status;
  if (!inputs.empty()) {
    const double start = clock_s_();
    status = engine_.step(inputs, [&](const Engine::Rows& rows) { take(*fed[rows.input], rows); });
    if (last_step_.n_decoding > 0) pace_.record(last_step_.n_decoding, last_step_.n_prefill, clock_s_() - start);
  }
  end_some([](const Stream& stream) { return stream.error || (stream.answer && stream.answer->finished()); });
  if (status) return ok();
  for (Stream& stream : streams_) {
    if (stream.sequence && status.error().kind != ErrorKind::kInterrupted) stream.error = status.error();
  }
  end_some([](const Stream& stream) { return stream.sequence.has_value(); });
  return status;
}

void Streams::end_some(const std::function<bool(const Stream&)>& wanted) {
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    const auto next = std::next(stream);
    if (wanted(*stream)) {
      // Out of the list first: on_end may look.
      std::list<Stream> ended;
      ended.splice(ended.end(), streams_, stream);
      end(ended.front());
    }
    stream = next;
  }
}

void Streams::end(Stream& stream) {
  if (stream.sequence) {
    engine_.close(*stream.sequence);
    n_pages_ -= stream.n_pages;
  }
  if (stream.error) return stream.request.on_end(tl::make_unexpected(std::move(*stream.error)));
  const double now = clock_s_();
  Generated result;
  if (stream.answer) result = stream.answer->finish(FinishReason::kInterrupted);
  else result.reason = FinishReason::kInterrupted;
  result.n_prompt_tokens = std::ssize(stream.request.prompt);
  result.n_cached_tokens = stream.n_cached.value_or(0);
  const double first_token_s = stream.first_token_s > 0 ? stream.first_token_s : now;
  result.prefill_s = first_token_s - stream.added_s;
  result.decode_s = now - first_token_s;
  stream.request.on_end(std::move(result));
}

}  // namespace ondol
