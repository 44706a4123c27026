// Engine::step: checks the inputs, cuts them into batches, runs each and hands out its logits.
//
// Inputs share batches in their order, so decoding sequences are multiplied together and a long prompt goes through in
// pieces.  How tokens are cut has no influence on their logits (kernel/kernels.h, the contract).
#include "engine/scheduler.h"

#include <algorithm>

#include "base/check.h"
#include "base/checked_math.h"
#include "base/interrupt.h"
#include "engine/engine_messages.h"
#include "engine/engine_state.h"

namespace ondol {
namespace {

Status check_inputs(Engine::State& state, std::span<const Engine::Input> inputs) {
  const int64_t context_length = state.options.context_length;
  int64_t n_new_pages = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (size_t j = 0; j < i; ++j) CHECK(inputs[i].sequence != inputs[j].sequence);
    TRY(check_tokens(*state.model, inputs[i].tokens));
    const auto n_tokens = static_cast<int64_t>(inputs[i].tokens.size());
    const int64_t length = state.sequence(inputs[i].sequence).cache.length();
    if (n_tokens > context_length - length) {
      return fail(ErrorKind::kBadInput, msg::kContextFull, n_tokens, context_length, length);
    }
    n_new_pages += divide_up(length + n_tokens, kPageLength) - divide_up(length, kPageLength);
  }
  if (n_new_pages > state.n_pages_left()) {
    return fail(ErrorKind::kRefused, msg::kPagesFull, state.pages.n_pages() * kPageLength);
  }
  return ok();
}

// Feeds the pieces of one batch and leaves their logits, rows in order, in state.logits.
void run_batch(Engine::State& state, std::span<const Engine::Input> inputs, std::span<const StepPiece> pieces) {
  std::vector<TokenId> tokens;
  std::vector<Batch::Run> runs;
  std::vector<int64_t> logit_tokens;
  std::vector<LogitUse> logit_uses;
  for (const StepPiece& piece : pieces) {
    Engine::State::Sequence& sequence = state.sequence(inputs[piece.input].sequence);
    KvCache& cache = sequence.cache;
    const int64_t end = cache.length() + piece.n_tokens;
    state.make_room(divide_up(end, kPageLength) - std::ssize(cache.pages()));
    cache.reserve(end);
    runs.push_back({cache.view(), static_cast<int32_t>(cache.length()), piece.n_tokens, sequence.adapter_scales});
    const auto part =
        inputs[piece.input].tokens.subspan(static_cast<size_t>(piece.first_token), static_cast<size_t>(piece.n_tokens));
    tokens.insert(tokens.end(), part.begin(), part.end());
    for (int64_t row = piece.n_rows; row > 0; --row) logit_tokens.push_back(static_cast<int64_t>(tokens.size()) - row);
    logit_uses.resize(logit_tokens.size(), inputs[piece.input].use);
  }
  forward(*state.model, {tokens, runs, logit_tokens, logit_uses}, state.work, *state.pool, state.logits.as<float>());
  const TokenId* fed = tokens.data();
  for (const StepPiece& piece : pieces) {
    Engine::State::Sequence& sequence = state.sequence(inputs[piece.input].sequence);
    sequence.cache.advance(piece.n_tokens);
    sequence.tokens.insert(sequence.tokens.end(), fed, fed + piece.n_tokens);
    fed += piece.n_tokens;
  }
}

}  // namespace

Status check_tokens(const Model& model, std::span<const TokenId> tokens) {
  for (const TokenId token : tokens) {
    if (static_cast<int64_t>(token) < 0 || static_cast<int64_t>(token) >= model.hp.vocab_size) {
      return fail(ErrorKind::kBadInput, msg::kTokenOutOfRange, static_cast<int32_t>(token), model.hp.vocab_size - 1);
    }
  }
  return ok();
}

std::vector<std::vector<StepPiece>> cut_step(std::span<const Engine::Input> inputs, int64_t max_tokens,
                                             int64_t max_rows, std::span<const int64_t> positions) {
  std::vector<std::vector<StepPiece>> batches;
  int64_t tokens_left = 0, rows_left = 0;
  for (size_t input = 0; input < inputs.size(); ++input) {
    const auto n_tokens = static_cast<int64_t>(inputs[input].tokens.size());
    for (int64_t first = 0, taken = 0; first < n_tokens; first += taken) {
      if (tokens_left == 0 || rows_left == 0) {
        batches.emplace_back();
        tokens_left = max_tokens;
        rows_left = max_rows;
      }
      taken = std::min(n_tokens - first, tokens_left);
      if (inputs[input].all_logits) taken = std::min(taken, rows_left);
      if (!positions.empty()) {
        const int64_t position = positions[input] + first;
        taken = std::min(taken, recent_begin(position) + kRecentLength - position);
      }
      const bool ends = first + taken == n_tokens;
      const int64_t n_wanted = inputs[input].all_logits ? taken : ends ? 1 : 0;
      const int64_t n_rows = inputs[input].wants_rows ? n_wanted : 0;
      batches.back().push_back({input, first, taken, n_rows});
      tokens_left = ends ? tokens_left - taken : 0;  // a batch has one piece of an input
      rows_left -= n_rows;
    }
  }
  return batches;
}

Status Engine::step(std::span<const Input> inputs, const std::function<void(const Rows&)>& rows,
                    const std::function<void(int64_t)>& progress) {
  TRY(check_inputs(*state_, inputs));
  std::vector<int64_t> positions;
  for (const Input& input : inputs) {
    if (state_->keeps_recent()) positions.push_back(length(input.sequence));
  }
  int64_t n_done = 0;
  for (const auto& pieces : cut_step(inputs, state_->options.max_step_tokens, state_->max_logit_rows, positions)) {
    if (n_done > 0) TRY(check_interrupted());
    run_batch(*state_, inputs, pieces);
    TRY(state_->model->check_files());
    const float* logits = state_->logits.as<float>();
    for (const StepPiece& piece : pieces) {
      if (piece.n_rows > 0)
        rows({piece.input, piece.first_token + piece.n_tokens - piece.n_rows, piece.n_rows, logits});
      logits += piece.n_rows * state_->model->hp.vocab_size;
      n_done += piece.n_tokens;
    }
    if (progress) progress(n_done);
  }
  return ok();
}

}  // namespace ondol
