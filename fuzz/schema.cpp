// Any text as a JSON Schema: an error, or a schema that judges; what its grammar writes, the schema accepts.
//   | schema | 0x00 | JSON text |
#include "grammar/schema.h"

#include "base/check.h"
#include "grammar/sample_text.h"
#include "grammar/schema_grammar.h"
#include "grammar/schema_validator.h"

namespace ondol {
namespace {

// One short random text of the grammar.
void check_written(const Schema& schema, const SchemaGrammar& written) {
  const auto text = sample_text(written, /*seed=*/1, /*longest=*/200);
  if (!text) return;
  const auto judgement = judge(schema, *text);
  CHECK(!judgement || judgement->valid);
}

void check(std::string_view source, std::string_view text) {
  const auto schema = Schema::parse(source);
  if (!schema) {
    CHECK(!schema.error().message.empty());
    return;
  }
  const auto judgement = judge(**schema, text);
  CHECK(judgement ? judgement->valid == judgement->reason.empty() : !judgement.error().message.empty());
  const auto written = schema_grammar(**schema);
  if (written) check_written(**schema, *written);
  else CHECK(!written.error().message.empty());
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(all.find('\0'), size);
  ondol::check(all.substr(0, end), all.substr(std::min(end + 1, size)));
  return 0;
}
