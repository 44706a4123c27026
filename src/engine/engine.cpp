#include "engine/engine.h"

#include <algorithm>

#include "base/base_messages.h"
#include "base/check.h"
#include "base/checked_math.h"
#include "engine/engine_messages.h"
#include "engine/engine_state.h"

namespace ondol {
namespace {

constexpr int64_t kDefaultContext = 4096;   // when neither the user nor a short model decides
constexpr int64_t kLogitsBytes = 32 << 20;  // a batch's logits: 64 rows of a 128 k vocabulary

const char* kv_type_name(KvType type) {
  switch (type) {
    case KvType::kF16:
      return "f16";
    case KvType::kQ8_0:
      return "q8_0";
    case KvType::kF32:
      break;
  }
  return "f32";
}

// `options` with the context length decided, or what is wrong with them.
Result<EngineOptions> resolve(const Model& model, EngineOptions options) {
  CHECK(options.context_length >= 0 && options.max_sequences >= 1 && options.max_step_tokens >= 1);
  const int64_t longest = model.hp.context_length;
  if (options.context_length > longest) {
    return fail(ErrorKind::kBadInput, msg::kContextTooLong, options.context_length, longest, longest);
  }
  if (options.context_length == 0) options.context_length = std::min(longest, kDefaultContext);
  const int multiple = options.kv_type == KvType::kQ8_0 ? 32 : 8;
  if (model.hp.head_dim % multiple != 0) {
    return fail(ErrorKind::kBadInput, msg::kKvTypeNeedsHead, kv_type_name(options.kv_type), multiple,
                model.hp.head_dim);
  }
  return options;
}

// The sizes that follow from resolved options.
struct Sizes {
  KvPageShape page;
  int64_t pages_per_sequence;
  int64_t n_pages;
  int64_t step_tokens;
  int64_t logit_rows;
  int64_t logits_bytes;
  int64_t total_bytes;
};

Result<Sizes> sizes_of(const Model& model, int n_threads, const EngineOptions& options) {
  const Hyperparameters& hp = model.hp;
  const std::string what = format_message(msg::kEngineMemory, options.max_sequences, options.context_length);
  const auto too_large = [&] {
    return fail(ErrorKind::kOutOfMemory, msg::kNotEnoughMemory, what, INT64_MAX, available_memory_bytes());
  };
  Sizes sizes{};
  sizes.page = {options.kv_type, hp.n_layers, hp.n_kv_heads, hp.head_dim};
  sizes.pages_per_sequence = divide_up(options.context_length, kPageLength);
  const auto all_tokens = checked_mul(options.context_length, options.max_sequences);
  const auto n_pages = checked_mul(sizes.pages_per_sequence, options.max_sequences);
  const auto page_bytes = n_pages ? checked_mul(sizes.page.size_bytes(), *n_pages) : std::nullopt;
  if (!all_tokens || !page_bytes) return too_large();
  sizes.n_pages = *n_pages;
  sizes.step_tokens = std::min(options.max_step_tokens, *all_tokens);

  const int64_t row_bytes = hp.vocab_size * static_cast<int64_t>(sizeof(float));
  sizes.logit_rows = std::clamp<int64_t>(kLogitsBytes / row_bytes, 1, sizes.step_tokens);
  sizes.logits_bytes = sizes.logit_rows * row_bytes;
  const int64_t work_bytes = Workspace::size_bytes(model, n_threads, sizes.step_tokens, sizes.pages_per_sequence,
                                                   options.kernel ? *options.kernel : kernels());
  const auto total = checked_add(*page_bytes, work_bytes + sizes.logits_bytes);
  if (!total) return too_large();
  sizes.total_bytes = *total;
  return sizes;
}

}  // namespace

Engine::State::Sequence& Engine::State::sequence(SequenceId id) {
  const auto index = static_cast<size_t>(id);
  CHECK(index < sequences.size() && sequences[index].has_value());
  return *sequences[index];
}

Result<int64_t> Engine::size_bytes(const Model& model, int n_threads, const EngineOptions& options) {
  TRY(const EngineOptions resolved, resolve(model, options));
  TRY(const Sizes sizes, sizes_of(model, n_threads, resolved));
  return sizes.total_bytes;
}

Result<std::unique_ptr<Engine>> Engine::create(const Model& model, ThreadPool& pool, const EngineOptions& options) {
  TRY(const EngineOptions resolved, resolve(model, options));
  TRY(const Sizes sizes, sizes_of(model, pool.n_threads(), resolved));
  TRY(check_memory(format_message(msg::kEngineMemory, resolved.max_sequences, resolved.context_length),
                   sizes.total_bytes));
  TRY(KvPagePool pages, KvPagePool::create(sizes.page, sizes.n_pages));
  TRY(Workspace work, Workspace::create(model, pool.n_threads(), sizes.step_tokens, sizes.pages_per_sequence,
                                        options.kernel ? *options.kernel : kernels()));
  TRY(Buffer logits, Buffer::allocate(msg::kLogitsMemory.text(), sizes.logits_bytes));
  std::unique_ptr<State> state(new State{.model = &model,
                                         .pool = &pool,
                                         .options = resolved,
                                         .max_logit_rows = sizes.logit_rows,
                                         .pages = std::move(pages),
                                         .work = std::move(work),
                                         .logits = std::move(logits),
                                         .sequences = {}});
  state->options.max_step_tokens = sizes.step_tokens;
  state->sequences.resize(static_cast<size_t>(resolved.max_sequences));
  return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

Result<SequenceId> Engine::open() {
  auto& sequences = state_->sequences;
  const auto free = std::find_if(sequences.begin(), sequences.end(), [](const auto& s) { return !s.has_value(); });
  if (free == sequences.end()) return fail(ErrorKind::kRefused, msg::kNoFreeSequence, sequences.size());
  free->emplace(State::Sequence{KvCache(state_->pages), {}});
  return static_cast<SequenceId>(free - sequences.begin());
}

void Engine::close(SequenceId sequence) {
  state_->sequence(sequence);  // checks that it is open
  state_->sequences[static_cast<size_t>(sequence)].reset();
}

int64_t Engine::length(SequenceId sequence) const { return state_->sequence(sequence).cache.length(); }
int64_t Engine::context_length() const { return state_->options.context_length; }

void Engine::truncate(SequenceId sequence, int64_t length) {
  State::Sequence& s = state_->sequence(sequence);
  s.cache.truncate(length);
  s.tokens.resize(static_cast<size_t>(length));
}

int64_t Engine::reuse(SequenceId sequence, std::span<const TokenId> tokens) {
  const State::Sequence& s = state_->sequence(sequence);
  const auto differs = std::mismatch(tokens.begin(), tokens.end(), s.tokens.begin(), s.tokens.end()).first;
  truncate(sequence, std::min<int64_t>(differs - tokens.begin(), std::max<int64_t>(0, std::ssize(tokens) - 1)));
  return s.cache.length();
}

const Model& Engine::model() const { return *state_->model; }

}  // namespace ondol
