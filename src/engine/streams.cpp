#include "engine/streams.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/checked_math.h"
#include "engine/engine_messages.h"
#include "engine/prefix_cache.h"
#include "engine/scheduler.h"

namespace ondol {
namespace {

constexpr int64_t kMostOvertakers = 8;  // of a request that does not fit yet
constexpr double kSaveShare = 0.05;     // of a step's time goes into the prompt cache
constexpr double kIdleSave_s = 0.05;    // or so much when there is nothing else to do

}  // namespace

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
  TRY(check_adapter_scales(engine_.model(), request.adapter_scales));
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

// Gives sequences to those who wait, in order.  The first who needs more pages than are left may be overtaken by
// smaller ones, but only so often.
void Streams::admit() {
  Stream* held_up = nullptr;
  for (Stream& stream : streams_) {
    if (stream.sequence) continue;
    if (held_up != nullptr && held_up->n_overtaken >= kMostOvertakers) return;
    stream.n_pages = pages_of(stream.request);
    if (n_pages_ + stream.n_pages > engine_.max_positions() / kPageLength) {
      if (held_up == nullptr) held_up = &stream;
      continue;
    }
    const auto sequence = engine_.open();
    if (!sequence) return;
    if (held_up != nullptr) ++held_up->n_overtaken;
    stream.sequence = *sequence;
    CHECK(engine_.set_adapter_scales(*sequence, stream.request.adapter_scales));
    n_pages_ += stream.n_pages;
    // An estimate, until reading begins: what else is read meanwhile may be reused, too.
    stream.n_read = engine_.n_reusable(*sequence, stream.request.prompt);
    stream.answer.emplace(engine_.model(), stream.request.prompt, context_length(), stream.request.options,
                          stream.request.on_text, stream.request.on_token);
  }
}

// The stream to be read so that `stream` gets on: itself, or one whose prompt begins the same and is being read there.
auto Streams::reader_for(Stream& stream) -> Stream& {
  if (stream.has_begun()) return stream;
  for (Stream& other : streams_) {
    if (!other.is_reading() || !other.has_begun()) continue;
    if (other.request.adapter_scales != stream.request.adapter_scales) continue;
    const int64_t n_same = n_common(stream.request.prompt, other.request.prompt);
    if (n_same / kPageLength > other.n_read / kPageLength) return other;
  }
  return stream;
}

// Takes over what there is of the prompt.  As late as this: others may have read the same beginning meanwhile.
void Streams::begin(Stream& stream) {
  for (const Stream& other : streams_) {
    if (other.is_reading() && other.has_begun()) engine_.remember(*other.sequence);
  }
  stream.n_cached = stream.n_read = engine_.reuse(*stream.sequence, stream.request.prompt);
  if (stream.request.on_prefill) stream.request.on_prefill(0, stream.n_left());
}

int64_t Streams::chunk_size(int64_t n_decoding) const {
  const int64_t most = std::max<int64_t>(1, engine_.max_step_tokens() - n_decoding);
  return reads_in_whole_steps_ && n_decoding == 0 ? most : pace_.chunk(n_decoding, most);
}

// Sets n_fed of the streams that read, `n_tokens` in all or what they have left.
void Streams::share_chunk(int64_t n_tokens) {
  std::vector<Stream*> reading;
  for (Stream& stream : streams_) {
    stream.n_fed = 0;
    if (stream.is_reading()) reading.push_back(&stream);
  }
  if (reading.empty()) return;
  const auto give = [&](Stream& stream, int64_t n) {
    Stream& reader = reader_for(stream);
    if (!reader.has_begun()) begin(reader);
    n = std::min(n, reader.n_left());
    reader.n_fed += n;
    n_tokens -= n;
  };
  favours_first_ = !favours_first_;
  give(*reading.front(), (n_tokens + (favours_first_ ? 1 : 0)) / 2);
  std::stable_sort(reading.begin(), reading.end(),
                   [](const Stream* a, const Stream* b) { return a->n_left() < b->n_left(); });
  for (Stream* stream : reading) {
    if (n_tokens > 0) give(*stream, n_tokens);
  }
}

// What the next step feeds, and to whom: the last token of each running answer, then a chunk of prompts.
void Streams::gather(std::vector<Engine::Input>& inputs, std::vector<Stream*>& fed) {
  const auto feed = [&](Stream& stream, std::span<const TokenId> tokens, bool wants_rows) {
    const auto use = stream.answer->logit_use();  // an impossible answer fails before the work
    if (!use) {
      stream.error = use.error();
      return false;
    }
    inputs.push_back({.sequence = *stream.sequence, .tokens = tokens, .use = *use, .wants_rows = wants_rows});
    fed.push_back(&stream);
    return true;
  };
  last_step_ = {};
  for (Stream& stream : streams_) {
    if (!stream.sequence || !stream.is_decoding()) continue;
    if (feed(stream, {&stream.answer->tokens().back(), 1}, true)) ++last_step_.n_decoding;
  }
  share_chunk(chunk_size(last_step_.n_decoding));
  for (Stream& stream : streams_) {
    if (stream.n_fed == 0) continue;
    const auto rest = std::span(stream.request.prompt).subspan(static_cast<size_t>(stream.n_read));
    const auto part = rest.first(static_cast<size_t>(stream.n_fed));
    if (feed(stream, part, stream.n_left() == 0)) last_step_.n_prefill += stream.n_fed;
  }
}

// A piece of the prompt has been read.
void Streams::advance(Stream& stream) {
  stream.n_read += std::exchange(stream.n_fed, 0);
  if (!stream.is_reading()) engine_.remember(*stream.sequence);
  if (!stream.request.on_prefill) return;
  stream.request.on_prefill(stream.n_read - *stream.n_cached, stream.n_prompt() - *stream.n_cached);
}

// The logits behind what was fed to `stream`.
void Streams::take(Stream& stream, const Engine::Rows& rows) {
  if (stream.n_fed > 0) advance(stream);
  const Status taken = stream.answer->take({rows.logits, static_cast<size_t>(engine_.model().hp.vocab_size)});
  if (!taken) stream.error = taken.error();
  if (stream.first_token_s == 0) stream.first_token_s = clock_s_();
}

Status Streams::run_pass() {
  std::vector<Engine::Input> inputs;
  std::vector<Stream*> fed;
  gather(inputs, fed);
  if (inputs.empty()) return ok();
  const double start = clock_s_();
  TRY(engine_.step(inputs, [&](const Engine::Rows& rows) { take(*fed[rows.input], rows); }));
  for (Stream* stream : fed) {
    if (stream->n_fed > 0) advance(*stream);
  }
  pace_.record(last_step_.n_decoding, last_step_.n_prefill, clock_s_() - start);
  return ok();
}

std::vector<Streams::Info> Streams::infos() const {
  std::vector<Info> all;
  for (const Stream& s : streams_) {
    all.push_back(
        {s.id, !s.sequence, std::ssize(s.request.prompt), s.n_read, s.answer ? std::ssize(s.answer->tokens()) : 0});
  }
  return all;
}

Status Streams::step() {
  const double start = clock_s_();
  end_some([](const Stream& stream) { return stream.cancelled; });
  admit();
  const Status status = run_pass();
  for (Stream& stream : streams_) {
    const bool has_failed = !status && status.error().kind != ErrorKind::kInterrupted;
    if (has_failed && stream.sequence) stream.error = status.error();
  }
  end_some(
      [&](const Stream& stream) { return stream.error || (stream.answer && (stream.answer->finished() || !status)); });
  if (engine_.has_unsaved()) save_some(streams_.empty() ? kIdleSave_s : kSaveShare * (clock_s_() - start));
  return status;
}

void Streams::save_some(double seconds) {
  const Status saved = engine_.save_some(seconds);
  if (!saved) save_error_ = saved.error();
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
    engine_.save_later(*stream.sequence);
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
