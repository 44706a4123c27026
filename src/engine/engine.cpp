#include "engine/engine.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/base_messages.h"
#include "base/check.h"
#include "base/checked_math.h"
#include "base/clock.h"
#include "engine/engine_messages.h"
#include "engine/engine_state.h"
#include "model/model_identity.h"

namespace ondol {
namespace {

constexpr int64_t kDefaultContext = 4096;   // when neither the user nor a short model decides
constexpr size_t kMostUnsaved = 64;         // texts
constexpr int64_t kLogitsBytes = 32 << 20;  // a batch's logits: 64 rows of a 128 k vocabulary

// `options` with the context length decided, or what is wrong with them.
Result<EngineOptions> resolve(const Model& model, EngineOptions options) {
  CHECK(options.context_length >= 0 && options.max_sequences >= 1 && options.max_step_tokens >= 1);
  TRY(check_writes_text(model));
  const int64_t longest = model.hp.context_length;
  if (options.context_length > longest) {
    return fail(ErrorKind::kBadInput, msg::kContextTooLong, options.context_length, longest, longest);
  }
  if (options.context_length == 0) options.context_length = default_context_length(model);
  if (options.kv_type == KvType::kQ4_0) {
    if (options.context_length <= kRecentLength) {
      return fail(ErrorKind::kBadInput, msg::kKvTypeNoEffect, options.context_length, kRecentLength);
    }
    options.max_step_tokens = std::min(options.max_step_tokens, int64_t{kRecentLength} * options.max_sequences);
  }
  return options;
}

KvPageShape recent_shape(KvPageShape page) {
  page.type = KvType::kF16;
  return page;
}

// The sizes that follow from resolved options.
struct Sizes {
  KvPageShape page;
  int64_t pages_per_sequence;
  int64_t n_pages;
  int64_t n_recent_pages;  // of f16, beside those of q4_0
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
  auto n_pages = checked_mul(sizes.pages_per_sequence, options.max_sequences);
  if (n_pages && options.max_positions > 0) n_pages = std::min(*n_pages, divide_up(options.max_positions, kPageLength));
  sizes.n_recent_pages = options.kv_type == KvType::kQ4_0 ? int64_t{kRecentPages} * options.max_sequences : 0;
  const auto recent_bytes = checked_mul(recent_shape(sizes.page).size_bytes(), sizes.n_recent_pages);
  auto page_bytes = n_pages ? checked_mul(sizes.page.size_bytes(), *n_pages) : std::nullopt;
  if (page_bytes && recent_bytes) page_bytes = checked_add(*page_bytes, *recent_bytes);
  if (!all_tokens || !page_bytes || !recent_bytes) return too_large();
  sizes.n_pages = *n_pages;
  sizes.step_tokens = std::min(options.max_step_tokens, *all_tokens);

  const int64_t row_bytes = hp.vocab_size * static_cast<int64_t>(sizeof(float));
  // A row for every sequence, so that all can decode in one batch.
  sizes.logit_rows = std::clamp<int64_t>(
      kLogitsBytes / row_bytes, std::min<int64_t>(options.max_sequences, sizes.step_tokens), sizes.step_tokens);
  sizes.logits_bytes = sizes.logit_rows * row_bytes;
  const int64_t work_bytes = Workspace::size_bytes(model, n_threads, sizes.step_tokens, sizes.pages_per_sequence,
                                                   options.kernel ? *options.kernel : kernels());
  const auto total = checked_add(*page_bytes, work_bytes + sizes.logits_bytes);
  if (!total) return too_large();
  sizes.total_bytes = *total;
  return sizes;
}

// Room for more rows of logits than decoding needs only saves passes; it is given up where memory is scarce.
void keep_least_logits(Sizes& sizes, const Model& model, const EngineOptions& options) {
  const int64_t least_rows = std::min<int64_t>(options.max_sequences, sizes.step_tokens);
  const int64_t least_bytes = least_rows * model.hp.vocab_size * static_cast<int64_t>(sizeof(float));
  sizes.total_bytes -= sizes.logits_bytes - least_bytes;
  sizes.logit_rows = least_rows;
  sizes.logits_bytes = least_bytes;
}

// Copies the positions that match of a page that others hold behind those in `cache`.
void copy_partial(Engine::State& state, KvCache& cache, const PrefixCache::Found& found) {
  if (state.pages.n_free() == 0) {
    // Not even the page to copy from may be given up for it.
    state.pages.hold(found.partial);
    const bool has_room = state.prefixes.evict();
    state.pages.let_go(found.partial);
    if (!has_room) return;
  }
  cache.reserve(cache.length() + found.n_partial);
  uint8_t* copy = cache.pages().back();
  std::memcpy(copy, found.partial, static_cast<size_t>(state.pages.shape().size_bytes()));
  clear_slots(state.pages.shape(), copy, found.n_partial, kPageLength);
  cache.advance(found.n_partial);
}

// Whether a sequence of q4_0 holds more of `wanted` than `found` has, in the block that only it has as f16, too.
bool goes_on(const Engine::State& state, const Engine::State::Sequence& sequence, std::span<const TokenId> wanted,
             const PrefixCache::Found& found) {
  if (!state.keeps_recent()) return false;
  const int64_t same = n_common(sequence.tokens, wanted), from = sequence.cache.recent_from();
  const bool folder_may_have_more = state.folder && from == 0;
  return same > std::max(from, std::ssize(found.pages) * kPageLength) && !folder_may_have_more;
}

// The tokens of one page of a text.
std::span<const TokenId> tokens_of_page(std::span<const TokenId> tokens, size_t page) {
  const auto rest = tokens.subspan(page * kPageLength);
  return rest.first(std::min<size_t>(rest.size(), kPageLength));
}

// Adds the page of `tokens` behind the text `before`, the end of `cache`, if the folder has it.
bool load_page(Engine::State& state, KvCache& cache, const Digest& before, std::span<const TokenId> tokens) {
  if (state.n_pages_left() == 0) return false;
  state.make_room(1);
  const int64_t length = cache.length();
  cache.reserve(length + std::ssize(tokens));
  const bool loaded = state.folder->load(before, tokens, cache.pages().back());
  if (loaded) cache.advance(std::ssize(tokens));
  else cache.truncate(length);
  return loaded;
}

// Adds what the folder has of `tokens` behind the full pages in `cache`, if that is more than `n_partial` positions.
bool load_more(Engine::State& state, Engine::State::Sequence& sequence, std::span<const TokenId> tokens,
               int n_partial) {
  KvCache& cache = sequence.cache;
  const int64_t length = cache.length();
  auto page = static_cast<size_t>(length / kPageLength);
  Digest before = state.names_before(sequence.adapter_scales, tokens, page).back();
  auto rest = tokens_of_page(tokens, page);
  while (std::ssize(rest) == kPageLength && load_page(state, cache, before, rest)) {
    before = page_name(before, rest);
    rest = tokens_of_page(tokens, ++page);
    n_partial = 0;
  }
  // The last page of a text that ended inside it.
  for (auto n = std::min<int64_t>(std::ssize(rest), kPageLength - 1); n > n_partial; --n) {
    if (load_page(state, cache, before, rest.first(static_cast<size_t>(n)))) break;
  }
  return cache.length() > length;
}

}  // namespace

int64_t default_context_length(const Model& model) { return std::min(model.hp.context_length, kDefaultContext); }

Status check_adapter_scales(const Model& model, std::span<const float> scales) {
  const size_t n_adapters = model.adapters.scales.size();
  if (!scales.empty() && scales.size() != n_adapters) {
    return fail(ErrorKind::kBadInput, msg::kAdapterScaleCount, scales.size(), n_adapters);
  }
  for (const float scale : scales) {
    if (!std::isfinite(scale)) return fail(ErrorKind::kBadInput, msg::kAdapterScaleNotFinite, scale);
  }
  return ok();
}

Engine::State::Sequence& Engine::State::sequence(SequenceId id) {
  const auto index = static_cast<size_t>(id);
  CHECK(index < sequences.size() && sequences[index].has_value());
  return *sequences[index];
}

int64_t Engine::State::n_pages_left() const {
  int64_t n = pages.n_pages();
  for (const auto& sequence : sequences) {
    if (sequence) n -= divide_up(sequence->cache.length(), kPageLength);
  }
  return n;
}

std::span<uint8_t*> Engine::State::reusable_pages(KvCache& cache) const {
  if (!keeps_recent()) return cache.pages();
  return cache.pages().first(static_cast<size_t>(recent_begin(cache.length()) / kPageLength));
}

void Engine::State::make_room(int64_t n) {
  while (pages.n_free() < n) CHECK(prefixes.evict());
}

std::vector<Digest> Engine::State::names_before(std::span<const float> adapter_scales,
                                                std::span<const TokenId> tokens, size_t n_pages) const {
  std::vector<Digest> names = {folder->beginning(adapter_scales)};
  for (size_t i = 0; i < n_pages; ++i) names.push_back(page_name(names[i], tokens_of_page(tokens, i)));
  return names;
}

Status Engine::State::save_page(Unsaved& text) {
  // What was given up meanwhile is not written, nor what stands on it.
  const PrefixCache::Found found = prefixes.find(text.adapter_scales, text.tokens);
  std::vector<uint8_t*> pages = found.pages;
  if (pages.size() * kPageLength + static_cast<size_t>(found.n_partial) == text.tokens.size() && found.n_partial > 0) {
    pages.push_back(found.partial);
  }
  text.n_pages = std::min(text.n_pages, pages.size());
  if (text.n_pages == 0) return ok();
  const size_t page = --text.n_pages;  // the last first, as save() does
  return folder->store(names_before(text.adapter_scales, text.tokens, page)[page], tokens_of_page(text.tokens, page), pages[page]);
}

Result<int64_t> Engine::size_bytes(const Model& model, int n_threads, const EngineOptions& options) {
  TRY(const EngineOptions resolved, resolve(model, options));
  TRY(const Sizes sizes, sizes_of(model, n_threads, resolved));
  return sizes.total_bytes;
}

Result<EngineMemory> Engine::memory(const Model& model, int n_threads, const EngineOptions& options, int64_t n_prompt,
                                    int64_t n_positions) {
  TRY(const EngineOptions resolved, resolve(model, options));
  TRY(const Sizes sizes, sizes_of(model, n_threads, resolved));
  // The first bytes of a buffer.
  const auto written = [](int64_t buffer_bytes, int64_t n_bytes) {
    const int64_t granule = Buffer::granule_bytes(buffer_bytes);
    return round_up(std::min(buffer_bytes, n_bytes), granule);
  };
  const int64_t page_bytes = sizes.page.size_bytes();
  const int64_t recent_bytes = sizes.n_recent_pages * recent_shape(sizes.page).size_bytes();
  const int64_t row_bytes = model.hp.vocab_size * static_cast<int64_t>(sizeof(float));
  Sizes least = sizes;
  keep_least_logits(least, model, resolved);
  return EngineMemory{
      .cache_bytes = written(sizes.n_pages * page_bytes, divide_up(n_positions, kPageLength) * page_bytes) +
                     written(recent_bytes, recent_bytes),
      .work_bytes = Workspace::written_bytes(model, n_threads, sizes.step_tokens, sizes.pages_per_sequence, n_prompt,
                                             resolved.kernel ? *resolved.kernel : kernels()),
      .logits_bytes = written(sizes.logits_bytes, row_bytes),
      .asked_bytes = least.total_bytes};
}

Result<std::unique_ptr<Engine>> Engine::create(const Model& model, ThreadPool& pool, const EngineOptions& options) {
  TRY(const EngineOptions resolved, resolve(model, options));
  TRY(Sizes sizes, sizes_of(model, pool.n_threads(), resolved));
  if (sizes.total_bytes > available_memory_bytes()) keep_least_logits(sizes, model, resolved);
  TRY(check_memory(format_message(msg::kEngineMemory, resolved.max_sequences, resolved.context_length),
                   sizes.total_bytes));
  TRY(KvPagePool pages, KvPagePool::create(sizes.page, sizes.n_pages));
  TRY(KvPagePool recent, KvPagePool::create(recent_shape(sizes.page), sizes.n_recent_pages));
  TRY(Workspace work, Workspace::create(model, pool.n_threads(), sizes.step_tokens, sizes.pages_per_sequence,
                                        options.kernel ? *options.kernel : kernels()));
  work.observer = options.observer;
  TRY(Buffer logits, Buffer::allocate(msg::kLogitsMemory.text(), sizes.logits_bytes));
  std::unique_ptr<State> state(new State{.model = &model,
                                         .pool = &pool,
                                         .options = resolved,
                                         .max_logit_rows = sizes.logit_rows,
                                         .pages = std::move(pages),
                                         .recent_pages = std::move(recent),
                                         .work = std::move(work),
                                         .logits = std::move(logits)});
  state->options.max_step_tokens = sizes.step_tokens;
  state->sequences.resize(static_cast<size_t>(resolved.max_sequences));
  if (!resolved.prompt_cache.empty()) {
    const PrefixSetting setting{model_identity(model), sizes.page, state->work.kernel->isa,
                                state->work.is_long_context};
    TRY(state->folder, PrefixFolder::open(resolved.prompt_cache, setting, resolved.prompt_cache_bytes));
  }
  return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

Result<SequenceId> Engine::open() {
  auto& sequences = state_->sequences;
  const auto free = std::find_if(sequences.begin(), sequences.end(), [](const auto& s) { return !s.has_value(); });
  if (free == sequences.end()) return fail(ErrorKind::kRefused, msg::kNoFreeSequence, sequences.size());
  KvPagePool* const recent = state_->keeps_recent() ? &state_->recent_pages : nullptr;
  free->emplace(State::Sequence{KvCache(state_->pages, recent), {}, state_->model->adapters.scales});
  return static_cast<SequenceId>(free - sequences.begin());
}

void Engine::close(SequenceId sequence) {
  State::Sequence& s = state_->sequence(sequence);
  state_->prefixes.insert(s.adapter_scales, s.tokens, state_->reusable_pages(s.cache));
  state_->sequences[static_cast<size_t>(sequence)].reset();
}

Status Engine::set_adapter_scales(SequenceId sequence, std::span<const float> scales) {
  TRY(check_adapter_scales(*state_->model, scales));
  reuse(sequence, {});
  const auto& given = state_->model->adapters.scales;
  auto& own = state_->sequence(sequence).adapter_scales;
  if (scales.empty()) own = given;
  else own.assign(scales.begin(), scales.end());
  return ok();
}

int64_t Engine::length(SequenceId sequence) const { return state_->sequence(sequence).cache.length(); }
int64_t Engine::context_length() const { return state_->options.context_length; }
int64_t Engine::max_logit_rows() const { return state_->max_logit_rows; }

int64_t Engine::max_step_tokens() const { return state_->options.max_step_tokens; }
int64_t Engine::max_positions() const { return state_->pages.n_pages() * kPageLength; }

int64_t Engine::max_revocable(SequenceId sequence) const {
  const int64_t length = this->length(sequence);
  return state_->keeps_recent() ? recent_begin(length) + kRecentLength - length : INT64_MAX;
}

int64_t Engine::truncate(SequenceId sequence, int64_t length) {
  State::Sequence& s = state_->sequence(sequence);
  if (s.cache.truncate_copies(length)) {
    if (state_->pages.n_free() == 0 && !state_->prefixes.evict()) {
      // Every page is some sequence's alone, but for what is remembered of it.
      state_->prefixes.forget(s.cache.pages()[static_cast<size_t>(length / kPageLength)]);
    }
  }
  const int64_t left = s.cache.truncate(length);
  s.tokens.resize(static_cast<size_t>(left));
  return left;
}

int64_t Engine::reuse(SequenceId sequence, std::span<const TokenId> tokens) {
  State& state = *state_;
  State::Sequence& s = state.sequence(sequence);
  state.prefixes.insert(s.adapter_scales, s.tokens, state.reusable_pages(s.cache));
  const int64_t longest = std::min(std::ssize(tokens) - 1, state.options.context_length);
  const auto wanted = tokens.first(static_cast<size_t>(std::max<int64_t>(0, longest)));
  const PrefixCache::Found found = state.prefixes.find(s.adapter_scales, wanted);
  if (goes_on(state, s, wanted, found)) return truncate(sequence, n_common(s.tokens, wanted));
  s.cache.truncate(0);
  for (uint8_t* page : found.pages) {
    if (state.n_pages_left() > 0) s.cache.append_shared(page);
  }
  const bool all_shared = s.cache.length() == std::ssize(found.pages) * kPageLength;
  const bool more_on_disk = all_shared && state.folder && load_more(state, s, wanted, found.n_partial);
  if (all_shared && !more_on_disk && found.n_partial > 0 && !state.keeps_recent() && state.n_pages_left() > 0) {
    copy_partial(state, s.cache, found);
  }
  s.cache.keep_whole_blocks();
  s.tokens.assign(tokens.begin(), tokens.begin() + s.cache.length());
  return s.cache.length();
}

void Engine::remember(SequenceId sequence) {
  State::Sequence& s = state_->sequence(sequence);
  const auto n_full = static_cast<size_t>(s.cache.length() / kPageLength);
  const auto pages = state_->reusable_pages(s.cache);
  state_->prefixes.insert(s.adapter_scales, s.tokens, pages.first(std::min(n_full, pages.size())));
}

Status Engine::save(SequenceId sequence) {
  if (!state_->folder) return ok();
  State::Sequence& s = state_->sequence(sequence);
  const auto pages = state_->reusable_pages(s.cache);
  const auto before = state_->names_before(s.adapter_scales, s.tokens, pages.size());
  // The last page first: of files used together, those that others stand on are the youngest.
  for (size_t i = pages.size(); i-- > 0;) {
    TRY(state_->folder->store(before[i], tokens_of_page(s.tokens, i), pages[i]));
  }
  state_->folder->trim();
  return ok();
}

int64_t Engine::n_reusable(SequenceId sequence, std::span<const TokenId> tokens) {
  if (tokens.empty()) return 0;
  const auto& scales = state_->sequence(sequence).adapter_scales;
  const PrefixCache::Found found = state_->prefixes.find(scales, tokens.first(tokens.size() - 1));
  return std::ssize(found.pages) * kPageLength;
}

void Engine::save_later(SequenceId sequence) {
  if (!state_->folder) return;
  State::Sequence& s = state_->sequence(sequence);
  const size_t n_pages = state_->reusable_pages(s.cache).size();
  const size_t n_tokens = std::min(s.tokens.size(), n_pages * kPageLength);
  if (n_tokens == 0) return;
  if (state_->unsaved.size() == kMostUnsaved) state_->unsaved.pop_front();
  state_->unsaved.push_back({{s.tokens.begin(), s.tokens.begin() + static_cast<ptrdiff_t>(n_tokens)}, s.adapter_scales, n_pages});
}

bool Engine::has_unsaved() const { return !state_->unsaved.empty(); }

Status Engine::save_some(double seconds) {
  const double start = now_s();
  auto& unsaved = state_->unsaved;
  do {
    if (unsaved.empty()) return ok();
    const bool has_more = unsaved.front().n_pages > 0;
    const Status saved = has_more ? state_->save_page(unsaved.front()) : ok();
    if (!saved || !has_more) unsaved.pop_front();
    if (!has_more) state_->folder->trim();
    TRY(saved);
  } while (now_s() - start < seconds);
  return ok();
}

int64_t Engine::n_refused_files() const { return state_->folder ? state_->folder->n_refused() : 0; }

const Model& Engine::model() const { return *state_->model; }

}  // namespace ondol
