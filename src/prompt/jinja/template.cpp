#include "prompt/jinja/template.h"

#include "base/utf8.h"
#include "prompt/jinja/interpreter.h"
#include "prompt/jinja/parser.h"
#include "prompt/prompt_messages.h"

namespace ondol::jinja {
namespace {

constexpr int64_t kMaxSourceBytes = 4 << 20;  // a hundred times the longest template published

}  // namespace

Result<Template> Template::parse(std::string_view source) {
  if (std::ssize(source) > kMaxSourceBytes) {
    return fail(ErrorKind::kBadInput, msg::kTemplateTooLong, source.size(), kMaxSourceBytes);
  }
  if (repair_utf8(source).n_replaced > 0) return fail(ErrorKind::kBadInput, msg::kTemplateNotUtf8);
  TRY(Ast ast, parse_template(source));
  return Template(std::move(ast));
}

Result<Text> Template::render(const Dict& context, const std::tm& now, const Limits& limits) const {
  Runtime runtime(limits, now);
  return Interpreter(ast_, runtime).render(context);
}

}  // namespace ondol::jinja
