#include "engine/draft_model.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "engine/engine_messages.h"

namespace ondol {
namespace {

constexpr int64_t kStepTokens = 512;  // as EngineOptions: reading a long text is cut into steps of this size

// How many tokens both vocabularies have; beyond them, one may have unused entries that only pad its matrices.
Result<int64_t> common_vocabulary(const Model& draft, const Model& target) {
  if (draft.tokenizer == nullptr || target.tokenizer == nullptr) {
    return fail(ErrorKind::kBadInput, msg::kDraftWithoutTokenizer);
  }
  const Tokenizer &ours = *draft.tokenizer, &theirs = *target.tokenizer;
  const int64_t n_common = std::min(ours.vocab_size(), theirs.vocab_size());
  for (int64_t i = 0; i < n_common; ++i) {
    const auto id = static_cast<TokenId>(i);
    const bool both_unused = ours.kind(id) == TokenKind::kUnused && theirs.kind(id) == TokenKind::kUnused;
    if (!both_unused && ours.text(id) != theirs.text(id)) {
      return fail(ErrorKind::kBadInput, msg::kDraftVocabulary, i, ours.text(id), theirs.text(id));
    }
  }
  const Tokenizer& longer = ours.vocab_size() > n_common ? ours : theirs;
  for (int64_t i = n_common; i < longer.vocab_size(); ++i) {
    if (longer.kind(static_cast<TokenId>(i)) != TokenKind::kUnused) {
      return fail(ErrorKind::kBadInput, msg::kDraftVocabularySize, ours.vocab_size(), theirs.vocab_size());
    }
  }
  return std::min({n_common, draft.hp.vocab_size, target.hp.vocab_size});
}

// The softmax's value at `token`.
double probability(std::span<const float> logits, TokenId token) {
  double sum = 0;
  const float chosen = logits[static_cast<size_t>(token)];
  for (const float logit : logits) sum += std::exp(double{logit} - double{chosen});
  return 1 / sum;
}

}  // namespace

Result<std::unique_ptr<DraftModel>> DraftModel::create(const Model& model, const Model& target, ThreadPool& pool,
                                                       const DraftModelOptions& options) {
  TRY(const int64_t vocab_size, common_vocabulary(model, target));
  const int64_t context_length = std::min(model.hp.context_length, options.context_length);
  TRY(auto engine, Engine::create(model, pool, {.context_length = context_length, .max_step_tokens = kStepTokens}));
  TRY(const SequenceId sequence, engine->open());
  return std::unique_ptr<DraftModel>(
      new DraftModel(std::move(engine), sequence, vocab_size, options.least_probability));
}

DraftModel::DraftModel(std::unique_ptr<Engine> engine, SequenceId sequence, int64_t vocab_size, float least_probability)
    : engine_(std::move(engine)), sequence_(sequence), vocab_size_(vocab_size), least_probability_(least_probability) {}

void DraftModel::forget_from(int64_t length) { n_same_ = std::min(n_same_, length); }

int64_t DraftModel::settle(std::span<const TokenId> text) {
  const int64_t most = std::min(std::ssize(fed_), std::ssize(text) - 1);
  while (n_same_ < most && fed_[static_cast<size_t>(n_same_)] == text[static_cast<size_t>(n_same_)]) ++n_same_;
  n_same_ = std::min(n_same_, most);
  engine_->truncate(sequence_, n_same_);
  fed_.resize(static_cast<size_t>(n_same_));
  return n_same_;
}

// False when the step failed: on Ctrl-C, that is; whoever waits for guesses then goes on without.
bool DraftModel::feed(std::span<const TokenId> tokens, const std::function<void(std::span<const float>)>& on_logits) {
  const Engine::Input input{sequence_, tokens};
  const int64_t begin = engine_->length(sequence_);
  const Status status = engine_->step({&input, 1}, [&](const Engine::Rows& rows) {
    on_logits({rows.logits, static_cast<size_t>(vocab_size_)});
  });
  const int64_t n_fed = engine_->length(sequence_) - begin;
  fed_.insert(fed_.end(), tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(n_fed));
  return status.has_value();
}

Prospect DraftModel::prospect(std::span<const TokenId> text) {
  const int64_t room = engine_->context_length() - std::ssize(text) + 1;  // the last guess is not fed
  if (text.empty() || room <= 0) return {};
  return {.n_tokens = room, .trust = 5, .n_behind = std::ssize(text) - 1 - settle(text)};
}

void DraftModel::read(std::span<const TokenId> text) {
  const auto n_same = static_cast<size_t>(settle(text));
  const auto unread = text.subspan(n_same, text.size() - 1 - n_same);
  if (!unread.empty()) feed(unread, [](std::span<const float>) {});
}

void DraftModel::draft(std::span<const TokenId> text, int64_t n_tokens, const Sampler& sampler,
                       std::vector<TokenId>& guesses) {
  sampler_.follow(sampler);
  const auto n_same = static_cast<size_t>(settle(text));
  std::vector<TokenId> input(text.begin() + static_cast<ptrdiff_t>(n_same), text.end());
  for (int64_t i = 0; i < n_tokens; ++i) {
    bool is_likely = true;
    TokenId guess{};
    const bool fed = feed(input, [&](std::span<const float> logits) {
      guess = sampler_.sample(logits);
      is_likely = least_probability_ <= 0 || probability(logits, guess) >= double{least_probability_};
    });
    if (!fed || !is_likely) return;
    guesses.push_back(guess);
    input.assign(1, guess);
  }
}

}  // namespace ondol
