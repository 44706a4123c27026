#include "api_schema.h"

#include <map>
#include <memory>

#include "grammar/schema_validator.h"
#include "process.h"

namespace ondol::e2e {

testing::AssertionResult obeys(const std::string& name, std::string_view json) {
  static std::map<std::string, std::shared_ptr<const Schema>> schemas;
  auto& schema = schemas[name];
  if (schema == nullptr) {
    auto parsed = Schema::parse(read_file(ONDOL_SOURCE_DIR "/tests/server/schema/" + name + ".json"));
    if (!parsed) return testing::AssertionFailure() << name << ".json: " << parsed.error().message;
    schema = std::move(*parsed);
  }
  const auto judgement = judge(*schema, json);
  if (!judgement) return testing::AssertionFailure() << name << ".json: " << judgement.error().message;
  if (judgement->valid) return testing::AssertionSuccess();
  return testing::AssertionFailure() << name << ".json: " << judgement->reason << "\n" << json;
}

}  // namespace ondol::e2e
