// Fields that say how tokens are drawn, by the names that every API has for them.
#pragma once

#include "server/answer_request.h"
#include "server/json/fields.h"

namespace ondol {

inline constexpr int64_t kMostStops = 16;

// temperature, top_p, top_k, min_p, repeat_penalty, repeat_last_n, presence_penalty, frequency_penalty, seed.
void read_sampler(Fields& fields, AnswerRequest& request);

}  // namespace ondol
