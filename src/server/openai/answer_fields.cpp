#include "server/openai/answer_fields.h"

#include <climits>
#include <nlohmann/json.hpp>

#include "server/openai/adapter_fields.h"
#include "server/sampling_fields.h"
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
      read_named_schema(schema, wish);
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

void read_named_schema(Fields& fields, FormatWish& wish) {
  fields.ignore({"name", "description", "strict"});
  const Json* schema = fields.any("schema");
  if (schema != nullptr) wish.source = json_text(*schema);
  else fields.wrong("schema", format_message(msg::kFieldMissing, fields.path_of("schema")));
}

void read_sampling(Fields& fields, AnswerRequest& request) {
  read_sampler(fields, request);
  request.n = static_cast<int>(fields.integer("n", 1, 128).value_or(1));
  request.options.stops = fields.texts("stop", kMostStops);
  read_logit_bias(fields, request.options.sampler);
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

ThinkingChoice read_effort(Fields& fields, std::string_view name) {
  ThinkingChoice choice;
  choice.effort = fields.word(name, {"none", "minimal", "low", "medium", "high", "xhigh"}).value_or("");
  if (choice.effort == "none") choice.thinks = false;
  return choice;
}

void read_template_variables(Fields& fields, ChatPrompt& prompt) {
  const Json* given = fields.object("chat_template_kwargs");
  set_variables(prompt, given != nullptr ? *given : Json::object(), read_effort(fields, "reasoning_effort"));
}

void ignore_bookkeeping(Fields& fields) {
  fields.ignore({"user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key",
                 "prompt_cache_retention", "prediction", "cache_prompt", "id_slot", "timings_per_token"});
}

}  // namespace ondol
