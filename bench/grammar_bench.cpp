// Cost of held answers: compiling grammars, and one token's mask, over a real vocabulary on one thread.
//
//   grammar_bench [DATA]   DATA: folder of the shared data sets, default ../shared/data beside the sources, or a model
//                          file whose vocabulary to take
//
// One line per grammar: milliseconds to compile it (median of several rounds), microseconds for one token of an answer
// that follows it (mean and largest over random answers, masks found when needed and kept), tokens sampled.
#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "format/checkpoint.h"
#include "grammar/gbnf.h"
#include "grammar/json_guard.h"
#include "grammar/regex.h"
#include "grammar/schema_grammar.h"
#include "grammar/token_masks.h"
#include "grammar/unicode_set.h"
#include "tokenizer/tiktoken.h"

namespace ondol {
namespace {

constexpr const char* kPerson =
    R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150},)"
    R"("email":{"type":"string","format":"email"},"tags":{"type":"array","items":{"type":"string","maxLength":20}},)"
    R"("address":{"type":"object","properties":{"street":{"type":"string"},"zip":{"type":"string","pattern":"^[0-9]{5}$"}},)"
    R"("required":["street"],"additionalProperties":false}},"required":["name","age"],"additionalProperties":false})";
constexpr const char* kSentiment =
    R"({"type":"object","properties":{"label":{"enum":["긍정","부정","중립"]},"score":{"type":"number","minimum":0,"maximum":1},)"
    R"("reason":{"type":"string","maxLength":200}},"required":["label","score","reason"],"additionalProperties":false})";
constexpr const char* kTree =
    R"({"$defs":{"n":{"type":"object","properties":{"value":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/n"}}},)"
    R"("required":["value"],"additionalProperties":false}},"$ref":"#/$defs/n"})";
constexpr const char* kJsonGbnf = R"(root ::= object
value ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
array ::= "[" ws ( value ("," ws value)* )? "]" ws
string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) )* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws ::= | " " | "\n" [ \t]{0,20}
)";

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Compiled {
  std::shared_ptr<const Grammar> grammar;
  bool needs_guard = false;
};
using Compile = std::function<Result<Compiled>()>;

Compile of_schema(std::string_view text) {
  return [text]() -> Result<Compiled> {
    TRY(const auto schema, Schema::parse(text));
    TRY(const SchemaGrammar compiled, schema_grammar(*schema));
    return Compiled{compiled.grammar, compiled.needs_guard};
  };
}
Compile of_grammar(std::function<Result<std::shared_ptr<const Grammar>>()> compile) {
  return [compile = std::move(compile)]() -> Result<Compiled> {
    TRY(auto grammar, compile());
    return Compiled{std::move(grammar)};
  };
}

// One allowed token at random; words are likelier to end what they are in, as a model's are.
int32_t pick(const TokenMask& mask, const MaskVocabulary& vocabulary, SplitMix64& random) {
  std::vector<int32_t> some;
  const int64_t offset = random.below(vocabulary.size());
  for (int64_t i = 0; i < vocabulary.size() && some.size() < 30; ++i) {
    const int64_t id = (offset + i) % vocabulary.size();
    if (mask[id]) some.push_back(static_cast<int32_t>(id));
  }
  for (const int32_t id : some) {
    if (vocabulary.text(id).find_first_of("\"}]") != std::string::npos && random.below(3) == 0) return id;
  }
  return some.empty() ? -1 : some[static_cast<size_t>(random.below(std::ssize(some)))];
}

void measure(const std::string& name, const Compile& compile, const std::shared_ptr<const MaskVocabulary>& vocabulary) {
  constexpr int kRounds = 9, kAnswers = 20, kLongest = 200;
  std::vector<double> seconds;
  Result<Compiled> compiled = compile();
  for (int round = 0; round < kRounds; ++round) {
    const double start = thread_seconds();
    compiled = compile();
    seconds.push_back(thread_seconds() - start);
  }
  if (!compiled) {
    fmt::print("{:<12} {}\n", name, compiled.error().message);
    return;
  }
  std::sort(seconds.begin(), seconds.end());

  SplitMix64 random(7);
  double total = 0, largest = 0;
  int n_tokens = 0;
  for (int answer = 0; answer < kAnswers; ++answer) {
    Matcher matcher(compiled->grammar);
    TokenMasks masks(vocabulary);
    JsonGuard guard;
    MatchState state = matcher.start();
    for (int i = 0; i < kLongest && matcher.can_continue(state); ++i, ++n_tokens) {
      const double start = thread_seconds();
      if (matcher.forget(state)) masks.clear();
      TokenMask mask = masks.mask(matcher, state);
      if (compiled->needs_guard) {
        for (const int32_t id : vocabulary->structural()) {
          if (mask[id] && !guard.allows(vocabulary->text(id))) mask.reset(id);
        }
      }
      const double spent = thread_seconds() - start;
      total += spent;
      largest = std::max(largest, spent);
      const int32_t token = pick(mask, *vocabulary, random);
      if (token < 0) break;
      guard.write(vocabulary->text(token));
      state = matcher.read(state, vocabulary->text(token));
    }
  }
  fmt::print("{:<12} compile {:7.2f} ms   mask mean {:7.1f} us   largest {:8.1f} us   {} tokens\n", name,
             seconds[kRounds / 2] * 1e3, total / n_tokens * 1e6, largest * 1e6, n_tokens);
}

// Null, and a line says why, where there is none.
std::shared_ptr<const Tokenizer> tokenizer_of(const std::string& data) {
  if (data.ends_with(".gguf")) {
    const auto checkpoint = open_checkpoint(data);
    const auto tokenizer = checkpoint ? load_tokenizer(checkpoint->metadata) : tl::make_unexpected(checkpoint.error());
    if (tokenizer) return *tokenizer;
    fmt::print("skipped: {}\n", tokenizer.error().message);
    return nullptr;
  }
  std::ifstream file(data + "/tok-llama3-tiktoken/tokenizer.model", std::ios::binary);
  std::stringstream ranks;
  ranks << file.rdbuf();
  const auto metadata = read_tiktoken(ranks.str(), "llama-bpe", llama3_special_tokens());
  if (!file || !metadata) {
    fmt::print("skipped: no tok-llama3-tiktoken/tokenizer.model in {}\n", data);
    return nullptr;
  }
  const auto tokenizer = load_tokenizer(*metadata);
  return tokenizer ? *tokenizer : nullptr;
}

void run(const std::string& data) {
  const auto tokenizer = tokenizer_of(data);
  if (!tokenizer) return;
  const double start = thread_seconds();
  const auto vocabulary = std::make_shared<const MaskVocabulary>(*tokenizer);
  fmt::print("vocabulary of {} tokens, {} tree nodes: made in {:.0f} ms\n", vocabulary->size(),
             vocabulary->all().size(), (thread_seconds() - start) * 1e3);
  measure("person", of_schema(kPerson), vocabulary);
  measure("sentiment", of_schema(kSentiment), vocabulary);
  measure("tree", of_schema(kTree), vocabulary);
  measure("any-json", of_schema("true"), vocabulary);
  measure("gbnf-json", of_grammar([] { return gbnf_grammar(kJsonGbnf); }), vocabulary);
  measure("regex", of_grammar([] { return regex_grammar("[가-힣]{2,4} [0-9]{3}-[0-9]{4}-[0-9]{4}"); }), vocabulary);
  measure("choice", of_grammar([] { return choice_grammar("긍정,부정,중립"); }), vocabulary);
  measure("script", of_grammar([] { return script_grammar("hangul,latin"); }), vocabulary);
}

}  // namespace
}  // namespace ondol

int main(int argc, char** argv) { ondol::run(argc > 1 ? argv[1] : ONDOL_SOURCE_DIR "/../shared/data"); }
