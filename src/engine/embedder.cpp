#include "engine/embedder.h"

#include <algorithm>
#include <cmath>
#include <list>

#include "base/base_messages.h"
#include "base/check.h"
#include "base/checked_math.h"
#include "base/interrupt.h"
#include "engine/engine.h"
#include "engine/engine_messages.h"
#include "engine/kv_cache.h"
#include "engine/scheduler.h"

namespace ondol {
namespace {

constexpr int64_t kMaxStepTexts = 64;  // each begins a page of its own

// GGUF's pooling types.  Source: llama.cpp, include/llama.h (llama_pooling_type).
constexpr int64_t kNoPooling = 0, kRanking = 4;
constexpr Pooling kPoolingTypes[] = {Pooling::kMean, Pooling::kCls, Pooling::kLast};  // 1, 2, 3

Result<Pooling> pooling_of(const Model& model) {
  const std::string key =
      std::string(model.metadata.get_string("general.architecture").value_or(model.arch->name())) + ".pooling_type";
  const int64_t type = model.metadata.get_int(key).value_or(kNoPooling);
  if (type == kNoPooling) return Pooling::kMean;
  if (type == kRanking) return fail(ErrorKind::kUnsupported, msg::kRanksTexts);
  if (type < 0 || type > std::ssize(kPoolingTypes)) {
    return fail(ErrorKind::kCorruptFile, msg::kUnknownPoolingType, key, type);
  }
  return kPoolingTypes[type - 1];
}

// `options` with nothing left open.
Result<EmbedderOptions> resolve(const Model& model, EmbedderOptions options) {
  CHECK(options.context_length >= 0 && options.max_step_tokens >= 1);
  const int64_t longest = model.hp.context_length;
  if (options.context_length > longest) {
    return fail(ErrorKind::kBadInput, msg::kContextTooLong, options.context_length, longest, longest);
  }
  if (options.context_length == 0) {
    const int64_t says = model.metadata.get_int("ondol.embedding.longest_text").value_or(0);
    options.context_length = default_context_length(model);
    if (says > 0) options.context_length = std::min(options.context_length, says);
  }
  if (!options.pooling) { TRY(options.pooling, pooling_of(model)); }
  if (!options.normalises) options.normalises = model.metadata.get_bool("ondol.embedding.normalises").value_or(true);
  if (options.kv_type == KvType::kQ4_0) options.kv_type = KvType::kF16;
  if (!model.hp.is_causal) options.kv_type = KvType::kF32;
  if (options.kernel == nullptr) options.kernel = &kernels();
  return options;
}

// The sizes that follow from resolved options.
struct Sizes {
  KvPageShape page;
  int64_t n_pages;
  int64_t pages_per_text;
  int64_t step_tokens;  // of the largest step
  int64_t total_bytes;
};

Result<Sizes> sizes_of(const Model& model, int n_threads, const EmbedderOptions& options) {
  const Hyperparameters& hp = model.hp;
  Sizes sizes{};
  sizes.page = {options.kv_type, hp.is_causal ? hp.n_layers : 1, hp.n_kv_heads, hp.head_dim};
  sizes.step_tokens =
      hp.is_causal ? options.max_step_tokens : std::max(options.max_step_tokens, options.context_length);
  sizes.pages_per_text = divide_up(options.context_length, kPageLength);
  // One text is read in part when a step begins, and the step's others begin pages of their own.
  sizes.n_pages = sizes.pages_per_text + divide_up(options.max_step_tokens, kPageLength) + kMaxStepTexts;
  const auto page_bytes = checked_mul(sizes.page.size_bytes(), sizes.n_pages);
  const auto total = page_bytes ? checked_add(*page_bytes, Workspace::size_bytes(model, n_threads, sizes.step_tokens,
                                                                                 sizes.pages_per_text, *options.kernel))
                                : std::nullopt;
  if (!total) {
    return fail(ErrorKind::kOutOfMemory, msg::kNotEnoughMemory, msg::kEmbedderMemory.text(), INT64_MAX,
                available_memory_bytes());
  }
  sizes.total_bytes = *total;
  return sizes;
}

// A text that waits or is being read.
struct Text {
  EmbeddingId id;
  std::vector<TokenId> tokens;
  KvCache cache;
  std::vector<double> pooled{};  // [hidden] of the tokens read so far: a sum, or the one that is wanted

  int64_t n_left() const { return std::ssize(tokens) - cache.length(); }
};

// Adds to `pooled` what the pooling wants of tokens [first, first + n) of the text.   hidden [n, pooled.size()]
void pool_rows(Pooling pooling, const float* hidden, int64_t first, int64_t n, int64_t n_tokens,
               std::span<double> pooled) {
  const int64_t begin = pooling == Pooling::kLast ? n_tokens - 1 : first;
  const int64_t end = pooling == Pooling::kCls ? std::min<int64_t>(1, first + n) : first + n;
  for (int64_t token = begin; token < end; ++token) {
    const float* row = hidden + (token - first) * std::ssize(pooled);
    for (size_t i = 0; i < pooled.size(); ++i) pooled[i] += double{row[i]};
  }
}

}  // namespace

struct Embedder::State {
  const Model* model;
  ThreadPool* pool;
  EmbedderOptions options;  // nothing left open
  int64_t n_behind;         // tokens that encode() puts behind a text
  KvPagePool pages;
  Workspace work;
  std::list<Text> texts{};  // after `pages`, from which they take
  EmbeddingId next_id{};

  // The tokens of each text, first to last, that the next step reads.
  std::vector<int64_t> cut() const;
  std::vector<float> finish(const Text& text) const;
};

std::vector<int64_t> Embedder::State::cut() const {
  std::vector<int64_t> cuts;
  int64_t left = options.max_step_tokens;
  for (const Text& text : texts) {
    int64_t n = text.n_left();
    if (model->hp.is_causal) n = std::min(n, left);
    const bool has_room = cuts.empty() || (n > 0 && n <= left && std::ssize(cuts) < kMaxStepTexts);
    if (!has_room) break;
    cuts.push_back(n);
    left -= n;
  }
  return cuts;
}

std::vector<float> Embedder::State::finish(const Text& text) const {
  const double share = options.pooling == Pooling::kMean ? 1.0 / static_cast<double>(text.tokens.size()) : 1.0;
  std::vector<float> vector;
  for (const double value : text.pooled) vector.push_back(static_cast<float>(value * share));
  if (*options.normalises) scale_to_length_one(vector);
  return vector;
}

Result<int64_t> Embedder::size_bytes(const Model& model, int n_threads, const EmbedderOptions& options) {
  TRY(const EmbedderOptions resolved, resolve(model, options));
  TRY(const Sizes sizes, sizes_of(model, n_threads, resolved));
  return sizes.total_bytes;
}

Result<std::unique_ptr<Embedder>> Embedder::create(const Model& model, ThreadPool& pool,
                                                   const EmbedderOptions& options) {
  TRY(const EmbedderOptions resolved, resolve(model, options));
  TRY(const Sizes sizes, sizes_of(model, pool.n_threads(), resolved));
  TRY(check_memory(msg::kEmbedderMemory.text(), sizes.total_bytes));
  TRY(KvPagePool pages, KvPagePool::create(sizes.page, sizes.n_pages));
  TRY(Workspace work,
      Workspace::create(model, pool.n_threads(), sizes.step_tokens, sizes.pages_per_text, *resolved.kernel));
  int64_t n_behind = 0;
  if (const Tokenizer* tokenizer = model.tokenizer.get()) {
    const auto around = std::ssize(tokenizer->encode("", {.as_trained = true}));
    n_behind = around - (tokenizer->wants_bos && tokenizer->bos ? 1 : 0);
  }
  std::unique_ptr<State> state(new State{.model = &model,
                                         .pool = &pool,
                                         .options = resolved,
                                         .n_behind = n_behind,
                                         .pages = std::move(pages),
                                         .work = std::move(work)});
  return std::unique_ptr<Embedder>(new Embedder(std::move(state)));
}

Embedder::Embedder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Embedder::~Embedder() = default;

std::vector<TokenId> Embedder::encode(std::string_view text) const {
  std::vector<TokenId> ids = state_->model->tokenizer->encode(text, {.as_trained = true});
  const int64_t n_over = std::ssize(ids) - context_length();
  if (state_->options.truncates && n_over > 0 && context_length() > state_->n_behind) {
    const auto end = ids.end() - state_->n_behind;
    ids.erase(end - n_over, end);
  }
  return ids;
}

Result<EmbeddingId> Embedder::add(std::vector<TokenId> text) {
  if (text.empty()) return fail(ErrorKind::kBadInput, msg::kEmptyText);
  if (std::ssize(text) > context_length()) {
    return fail(ErrorKind::kBadInput, msg::kTextTooLong, text.size(), context_length());
  }
  TRY(check_tokens(*state_->model, text));
  const EmbeddingId id = state_->next_id;
  state_->next_id = EmbeddingId{static_cast<int64_t>(id) + 1};
  state_->texts.push_back({id, std::move(text), KvCache(state_->pages)});
  return id;
}

void Embedder::cancel(EmbeddingId id) {
  state_->texts.remove_if([id](const Text& text) { return text.id == id; });
}

bool Embedder::idle() const { return state_->texts.empty(); }

Status Embedder::step(const OnDone& done) {
  State& state = *state_;
  const std::vector<int64_t> cuts = state.cut();
  if (cuts.empty()) return ok();
  std::vector<TokenId> tokens;
  std::vector<Batch::Run> runs;
  auto text = state.texts.begin();
  for (const int64_t n : cuts) {
    const int64_t first = text->cache.length();
    text->cache.reserve(first + n);
    runs.push_back({text->cache.view(), static_cast<int32_t>(first), n});
    tokens.insert(tokens.end(), text->tokens.begin() + first, text->tokens.begin() + first + n);
    ++text;
  }
  const float* hidden = forward_hidden(*state.model, {tokens, runs, {}}, state.work, *state.pool);
  if (const Status intact = state.model->check_files(); !intact) {
    state.texts.clear();
    return intact;
  }

  std::vector<std::pair<EmbeddingId, std::vector<float>>> finished;
  text = state.texts.begin();
  for (const int64_t n : cuts) {
    text->pooled.resize(static_cast<size_t>(size()));
    pool_rows(*state.options.pooling, hidden, text->cache.length(), n, std::ssize(text->tokens), text->pooled);
    hidden += n * size();
    text->cache.advance(n);
    if (text->n_left() > 0) break;  // only the last may be left in part
    finished.emplace_back(text->id, state.finish(*text));
    text = state.texts.erase(text);
  }
  for (auto& [id, vector] : finished) done(id, std::move(vector));
  return ok();
}

Result<std::vector<std::vector<float>>> Embedder::embed(std::span<const std::vector<TokenId>> texts) {
  CHECK(idle());
  const auto forget = [&](const Error& error) {
    state_->texts.clear();
    return tl::make_unexpected(error);
  };
  for (const auto& text : texts) {
    if (const auto id = add(text); !id) return forget(id.error());
  }
  std::vector<std::vector<float>> vectors;
  while (!idle()) {
    const Status on = check_interrupted();
    if (!on) return forget(on.error());
    TRY(step([&](EmbeddingId, std::vector<float> vector) { vectors.push_back(std::move(vector)); }));
  }
  return vectors;
}

int64_t Embedder::size() const { return state_->model->hp.hidden_size; }
int64_t Embedder::context_length() const { return state_->options.context_length; }
Pooling Embedder::pooling() const { return *state_->options.pooling; }
bool Embedder::normalises() const { return *state_->options.normalises; }

void scale_to_length_one(std::span<float> vector) {
  double squares = 0;
  for (const float value : vector) squares += double{value} * double{value};
  if (squares == 0) return;
  const double scale = 1 / std::sqrt(squares);
  for (float& value : vector) value = static_cast<float>(double{value} * scale);
}

}  // namespace ondol
