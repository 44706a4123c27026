#include "server/ollama/request_fields.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/ollama/keep_alive.h"
#include "server/ollama/model_name.h"
#include "server/sampling_fields.h"
#include "server/server_messages.h"

namespace ondol {
namespace {

// Options on how fast, not on what.
void ignore_speed(Fields& options) {
  options.ignore(
      {"num_thread", "num_gpu", "num_batch", "main_gpu", "low_vram", "numa", "use_mmap", "use_mlock", "f16_kv"});
}

void read_options(Fields& fields, AnswerRequest& request) {
  const Json* given = fields.object("options");
  if (given == nullptr) return;
  Fields options(*given, "options.");
  read_sampler(options, request);
  request.options.stops = options.texts("stop", kMostStops);
  // -1 and -2: as many as there is room for
  request.options.max_tokens = std::max<int64_t>(options.integer("num_predict", -2, INT32_MAX).value_or(-1), -1);
  request.least_context = options.integer("num_ctx", 0, INT32_MAX).value_or(0);
  options.refuse_unless("typical_p", {"1", "1.0"});
  options.refuse_unless("tfs_z", {"1", "1.0"});
  options.refuse_unless("mirostat", {"0"});
  ignore_speed(options);
  options.ignore({"num_keep"});  // of a context that overflows, which none here does
  if (const ApiStatus read = options.finish(); !read) fields.keep(read.error());
}

// "json", or a schema.
void read_format(Fields& fields, FormatWish& wish) {
  const Json* format = fields.any("format");
  if (format == nullptr || *format == "") return;
  if (*format != "json" && !format->is_object()) {
    return fields.wrong("format", format_message(msg::kFieldKind, "format", "\"json\" or a JSON Schema"));
  }
  wish = {.kind = FormatWish::Kind::kSchema,
          .source = format->is_object() ? json_text(*format) : R"({"type": "object"})",
          .param = "format"};
}

ThinkingChoice read_thinking(Fields& fields) {
  const Json* think = fields.any("think");
  if (think == nullptr) return {};
  if (think->is_boolean()) return {.thinks = think->get<bool>()};
  const auto level = fields.word("think", {"low", "medium", "high", "max"});
  if (!level) return {};
  return {.thinks = true, .effort = *level};
}

}  // namespace

std::string read_model_name(Fields& fields) {
  const auto name = fields.text("model");
  const auto old_name = fields.text("name");
  if (!name && !old_name) fields.wrong("model", format_message(msg::kFieldMissing, "model"));
  return name ? *name : old_name.value_or("");
}

OllamaRequest read_ollama_request(Fields& fields) {
  OllamaRequest request;
  request.delivery.model = read_model_name(fields);
  request.answer.model = name_without_tag(request.delivery.model);
  request.delivery.streams = fields.flag("stream").value_or(true);
  read_options(fields, request.answer);
  read_format(fields, request.answer.format);
  request.thinking = read_thinking(fields);
  fields.refuse_unless("logprobs", {"false"});
  fields.refuse_unless("top_logprobs", {"0"});
  fields.refuse_unless("truncate", {"false"});
  fields.refuse_unless("shift", {"false"});
  request.answer.keep_s = read_keep_alive(fields);
  return request;
}

std::optional<KeepTime> read_embedding_options(Fields& fields) {
  if (const Json* given = fields.object("options")) {
    Fields options(*given, "options.");
    ignore_speed(options);
    if (const ApiStatus read = options.finish(); !read) fields.keep(read.error());
  }
  fields.refuse_unless("truncate", {"false"});
  return read_keep_alive(fields);
}

}  // namespace ondol
