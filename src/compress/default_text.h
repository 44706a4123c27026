// Text for measuring a model by where the user has none: Korean and English passages of many kinds (everyday speech,
// stories, instructions, law, code, JSON, numbers), written for this.
//
// A model that chats is asked their sentences and measured by what it answers itself, in its own template: a model
// tuned to one field answers as that field does, whatever it is asked.  Others read the passages. Source: Liu et al.
// 2023 (LLM-QAT), section 3.1: data that the model generates itself.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "prompt/chat_template.h"
#include "tune/data/dataset.h"

namespace ondol {

// Korean and English by turns.
std::vector<std::string_view> default_passages();
// Their sentences, of 4 to 120 bytes, in an order that mixes them.
std::vector<std::string_view> default_questions();

// The examples, in Dataset::train, as `model` reads them in contexts of `most_tokens`; `chat` is its template, or null.
// `progress` hears of questions answered and all; it may be null.  The same for equal models.  Fails as LocalSource and
// ExampleEncoder do.
Result<Dataset> default_examples(const Model& model, const ChatTemplate* chat, int64_t most_tokens, ThreadPool& pool,
                                 const std::function<void(int64_t n_done, int64_t n_all)>& progress = nullptr);

}  // namespace ondol
