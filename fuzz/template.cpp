// Any template with any context: an error of one line, or text whose origins cover it and in which nothing that came
// from the context passes as the template's own.
//   | n: u16 | template: n bytes, or what there is | context, JSON: the rest |
#include "prompt/jinja/template.h"

#include <cstring>

#include "base/check.h"
#include "prompt/chat_template.h"
#include "prompt/jinja/json_value.h"
#include "prompt/thinking.h"

namespace ondol {
namespace {

constexpr jinja::Limits kLimits{.steps = 100'000, .memory_bytes = 16 << 20, .output_bytes = 1 << 20};

void check_error(const Error& error) {
  CHECK(error.kind == ErrorKind::kBadInput);
  CHECK(!error.message.empty());
}

void check(std::string_view source, std::string_view json) {
  const auto parsed = jinja::Template::parse(source);
  if (!parsed) return check_error(parsed.error());
  const auto context = jinja::read_json_value(json, jinja::kFromInput, "context");
  if (!context) return check_error(context.error());
  const jinja::Dict empty;
  const auto text = parsed->render(context->as_dict() ? *context->as_dict() : empty, {}, kLimits);
  if (!text) return check_error(text.error());
  int64_t end = 0;
  for (const jinja::TextRun& run : text->runs()) {
    CHECK(run.end > end);
    end = run.end;
  }
  CHECK(end == text->size_bytes());
  CHECK(jinja::count_code_points(text->bytes()) == text->length());

  // what was rendered, read as an answer in two pieces
  AnswerReader reader(recognize_answer_syntax(source, "", true), nullptr);
  reader.push(text->bytes().substr(0, text->bytes().size() / 2));
  reader.push(text->bytes().substr(text->bytes().size() / 2));
  (void)reader.finish();
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint16_t n = 0;
  if (size < sizeof(n)) return 0;
  std::memcpy(&n, data, sizeof(n));
  const std::string_view rest(reinterpret_cast<const char*>(data) + sizeof(n), size - sizeof(n));
  ondol::check(rest.substr(0, n), rest.substr(std::min<size_t>(n, rest.size())));
  return 0;
}
