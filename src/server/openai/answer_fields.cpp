#include "server/openai/answer_fields.h"

#include <cfloat>
#include <climits>
#include <nlohmann/json.hpp>

#include "server/openai/adapter_fields.h"
#include "server/openai/chat_message.h"
#include "server/server_messages.h"

namespace ondol {
namespace {

// A token id in decimal, or nothing.
std::optional<int32_t> token_id_of(const std::string& text) {
  const bool is_number = !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return std::nullopt;
  return std::stoi(text);
}

// {"50256": -100}, or llama.cpp's [[50256, -100]].
void read_logit_bias(Fields& fields, SamplerOptions& sampler) {
  const Json* bias = fields.any("logit_bias");
  if (bias == nullptr) return;
  const auto add = [&](std::optional<int32_t> token, const Json& value) {
    const bool good = token && value.is_number() && std::abs(value.get<double>()) <= 100;
    if (good) sampler.logit_bias.emplace_back(static_cast<TokenId>(*token), value.get<float>());
    else
      fields.wrong("logit_bias", format_message(msg::kFieldKind, fields.path_of("logit_bias"),
                                                "token ids with values from -100 to 100"));
  };
  constexpr size_t kMostBiases = 4096;
  if (bias->size() > kMostBiases) {
    return fields.wrong("logit_bias",
                        format_message(msg::kFieldTooMany, fields.path_of("logit_bias"), bias->size(), kMostBiases));
  }
  if (bias->is_object()) {
    for (const auto& [token, value] : bias->items()) add(token_id_of(token), value);
  } else if (bias->is_array()) {
    for (const Json& pair : *bias) {
      const bool is_pair = pair.is_array() && pair.size() == 2 && pair[0].is_number_unsigned() && pair[0] <= INT32_MAX;
      add(is_pair ? std::optional(pair[0].get<int32_t>()) : std::nullopt, is_pair ? pair[1] : Json());
    }
  } else {
    add(std::nullopt, {});
  }
}

void read_adapters(Fields& fields, AnswerRequest& request) {
  const Json* adapters = fields.list("lora", 64);
  if (adapters == nullptr) return;
  if (auto scales = read_adapter_scales(*adapters, fields.path_of("lora"))) request.adapter_scales = std::move(*scales);
  else fields.keep(scales.error());
}

// {"type": "json_schema", "json_schema": {"name": …, "schema": {…}}}, {"type": "json_object"}, {"type": "text"}.
void read_response_format(Fields& fields, FormatWish& wish) {
  const Json* format = fields.object("response_format");
  if (format == nullptr) return;
  Fields inner(*format, fields.path_of("response_format") + ".");
  const auto type = inner.word("type", {"text", "json_object", "json_schema"});
  wish.param = "response_format";
  wish.kind = type == "text" ? FormatWish::Kind::kText : FormatWish::Kind::kSchema;
  wish.source = R"({"type": "object"})";
  if (type == "json_schema") {
    if (const Json* named = inner.object("json_schema")) {
      Fields schema(*named, inner.path_of("json_schema") + ".");
      schema.ignore({"name", "description", "strict"});
      const Json* body = schema.any("schema");
      if (body != nullptr) wish.source = json_text(*body);
      else schema.wrong("schema", format_message(msg::kFieldMissing, schema.path_of("schema")));
      if (const ApiStatus read = schema.finish(); !read) inner.keep(read.error());
    } else {
      inner.wrong("json_schema", format_message(msg::kFieldMissing, inner.path_of("json_schema")));
    }
  } else if (const Json* schema = inner.any("schema"); schema != nullptr && type == "json_object") {
    wish.source = json_text(*schema);  // llama.cpp's and Together's way
  } else if (!type) {
    inner.wrong("type", format_message(msg::kFieldMissing, inner.path_of("type")));
  }
  if (const ApiStatus read = inner.finish(); !read) fields.keep(read.error());
}

}  // namespace

void read_sampling(Fields& fields, AnswerRequest& request) {
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
  request.n = static_cast<int>(fields.integer("n", 1, 128).value_or(1));
  request.options.stops = fields.texts("stop", kMostStops);
  read_logit_bias(fields, sampler);
  read_adapters(fields, request);
}

void read_format(Fields& fields, AnswerRequest& request) {
  FormatWish& wish = request.format;
  read_response_format(fields, wish);
  const auto set = [&](std::string_view name, FormatWish::Kind kind, std::optional<std::string> source) {
    if (!source) return;
    if (wish.kind != FormatWish::Kind::kModels) {
      return fields.wrong(name, format_message(msg::kFieldExcludes, wish.param, fields.path_of(name)));
    }
    wish = {.kind = kind, .source = std::move(*source), .param = fields.path_of(name)};
  };
  const Json* schema = fields.any("json_schema");
  set("json_schema", FormatWish::Kind::kSchema, schema ? std::optional(json_text(*schema)) : std::nullopt);
  set("grammar", FormatWish::Kind::kGbnf, fields.text("grammar"));
  set("regex", FormatWish::Kind::kRegex, fields.text("regex"));
  set("choice", FormatWish::Kind::kChoice, fields.text("choice"));
  set("script", FormatWish::Kind::kScript, fields.text("script"));
  constexpr size_t kMostBytes = 64 << 10;
  if (wish.source.size() > kMostBytes) {
    fields.wrong(wish.param, format_message(msg::kFieldTooLong, wish.param, wish.source.size(), kMostBytes));
  }
}

void read_template_variables(Fields& fields, ChatPrompt& prompt) {
  Json variables = Json::object();
  if (const Json* given = fields.object("chat_template_kwargs")) variables = *given;
  if (const auto effort = fields.word("reasoning_effort", {"none", "minimal", "low", "medium", "high", "xhigh"})) {
    variables["reasoning_effort"] = *effort;
    if (*effort == "none") variables["enable_thinking"] = false;
  }
  if (!variables.empty()) prompt.variables = json_text(variables);
}

void ignore_bookkeeping(Fields& fields) {
  fields.ignore({"user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key",
                 "prompt_cache_retention", "prediction", "cache_prompt", "id_slot", "timings_per_token"});
}

}  // namespace ondol
