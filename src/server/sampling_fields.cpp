#include "server/sampling_fields.h"

#include <cfloat>
#include <climits>

namespace ondol {
namespace {

// Beyond the range of all APIs.
constexpr double kMostTemperature = 100;

}  // namespace

void read_sampler(Fields& fields, AnswerRequest& request) {
  SamplerOptions& sampler = request.options.sampler;
  const auto set = [&](float& value, std::string_view name, double low, double high) {
    const auto given = fields.number(name, low, high);
    if (given) value = static_cast<float>(*given);
    return given.has_value();
  };
  request.has_temperature = set(sampler.temperature, "temperature", 0, kMostTemperature);
  set(sampler.top_p, "top_p", FLT_MIN, 1);
  set(sampler.min_p, "min_p", 0, 1);
  set(sampler.repeat_penalty, "repeat_penalty", FLT_MIN, 100);
  set(sampler.presence_penalty, "presence_penalty", -2, 2);
  set(sampler.frequency_penalty, "frequency_penalty", -2, 2);
  sampler.top_k = static_cast<int>(fields.integer("top_k", 0, INT_MAX).value_or(sampler.top_k));
  sampler.repeat_last_n =
      static_cast<int>(fields.integer("repeat_last_n", -1, INT_MAX).value_or(sampler.repeat_last_n));
  if (const auto seed = fields.integer("seed", -1, INT64_MAX); seed && *seed >= 0) {
    sampler.seed = static_cast<uint64_t>(*seed);
    request.has_seed = true;
  }
}

}  // namespace ondol
