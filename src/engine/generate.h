// Generation: a prompt in, text out, token by token.
#pragma once

#include "engine/answer_stream.h"
#include "engine/engine.h"

namespace ondol {

// Answers `prompt`, the whole text so far: what `sequence` or the engine's caches hold of it is not computed again.
// Afterwards the sequence holds the prompt and the generated tokens, except the last one where nothing had to follow
// it: Engine::length() tells.  on_prefill receives tokens done and in all of those that are computed; may be null.
// Ctrl-C (base/interrupt.h) ends the answer with kInterrupted.
// With a format the answer obeys it, unless it ends with kLength or kInterrupted; it ends with kStop as soon as nothing
// may follow.  Fails as Constraint and Engine::step() do.
// Speculation changes how long it takes and nothing else (engine/speculation.h).
// An empty prompt stands for the model's BOS token: kBadInput where it has none.
Result<Generated> generate(Engine& engine, SequenceId sequence, std::span<const TokenId> prompt,
                           const GenerateOptions& options, const OnText& on_text,
                           const std::function<void(int64_t, int64_t)>& on_prefill = nullptr);

}  // namespace ondol
