#include "tokenizer/tokenizer_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/check.h"
#include "base/utf8.h"
#include "tokenizer/base64.h"
#include "tokenizer/piece_table.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/published_expressions.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_messages.h"

namespace ondol {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kWrittenSpace = "\u2581";  // ▁

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json replace(const char* from, const char* to) {
  return {{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
}
Json replace_expression(const char* from, const char* to) {
  return {{"type", "Replace"}, {"pattern", {{"Regex", from}}}, {"content", to}};
}
Json sequence(const char* members, Json steps) {
  if (steps.empty()) return nullptr;
  return {{"type", "Sequence"}, {members, std::move(steps)}};
}

// A pipeline is foreign text: what is not of the type asked for counts as missing.
bool is_set(const Json& object, const char* key, bool otherwise = false) {
  const auto value = object.find(key);
  return value != object.end() && value->is_boolean() ? value->get<bool>() : otherwise;
}
std::string type_of(const Json& step) {
  const auto type = step.is_object() ? step.find("type") : step.end();
  return type != step.end() && type->is_string() ? type->get<std::string>() : "";
}

class Writer {
 public:
  Writer(const Metadata& metadata, const Tokenizer& tokenizer) : metadata_(metadata), tokenizer_(tokenizer) {}

  Result<std::string> write() {
    if (tokenizer_.model() == "bert") return fail(ErrorKind::kUnsupported, msg::kNoTokenizerJson, "WordPiece");
    if (const auto text = metadata_.get_string(kPipelineKey)) pipeline_ = Json::parse(*text, nullptr, false);
    if (!pipeline_.is_object()) pipeline_ = Json::object();
    TRY(const Json pre_tokenizer, make_pre_tokenizer());
    const Json head = {{"version", "1.0"},
                       {"truncation", nullptr},
                       {"padding", nullptr},
                       {"added_tokens", added_tokens()},
                       {"normalizer", normalizer()},
                       {"pre_tokenizer", pre_tokenizer},
                       {"post_processor", post_processor()},
                       {"decoder", decoder()}};
    // a vocabulary is too large for an ordered object of the library
    std::string out = text_of(head);
    out.pop_back();
    return out + ",\"model\":" + model() + "}\n";
  }

 private:
  bool flag(const char* key, bool otherwise) const {
    return metadata_.get_bool(std::string("tokenizer.ggml.") + key).value_or(otherwise);
  }
  bool is_byte_level() const { return tokenizer_.model() == "gpt2"; }
  bool is_unigram() const { return tokenizer_.model() == "t5"; }
  const Json* part(const char* key) const {
    const auto found = pipeline_.find(key);
    return found == pipeline_.end() || found->is_null() ? nullptr : &*found;
  }
  bool has_own_model() const { return part("model") != nullptr; }

  Json added_tokens() const {
    Json added = Json::array();
    const std::unordered_map<int64_t, const Json*> rules = rules_of_tokens();
    for (int64_t id = 0; id < tokenizer_.vocab_size(); ++id) {
      const TokenKind kind = tokenizer_.kind(static_cast<TokenId>(id));
      const bool special = kind == TokenKind::kControl || kind == TokenKind::kUnknown;
      if (!special && kind != TokenKind::kUserDefined) continue;
      const auto found = rules.find(id);
      const auto rule = [&](const char* key) { return found != rules.end() && is_set(*found->second, key); };
      added.push_back({{"id", id},
                       {"content", tokenizer_.text(static_cast<TokenId>(id))},
                       {"single_word", rule("single_word")},
                       {"lstrip", rule("lstrip")},
                       {"rstrip", rule("rstrip")},
                       {"normalized", rule("normalized") && !rule("verbatim")},
                       {"special", special}});
    }
    return added;
  }

  std::unordered_map<int64_t, const Json*> rules_of_tokens() const {
    std::unordered_map<int64_t, const Json*> rules;
    const Json* added = part("added_tokens");
    if (added == nullptr || !added->is_array()) return rules;
    for (const Json& token : *added) {
      const auto id = token.is_object() ? token.find("id") : token.end();
      if (id != token.end() && id->is_number_integer()) rules[id->get<int64_t>()] = &token;
    }
    return rules;
  }

  // Steps of ours in Hugging Face's words; SentencePiece's charsmap comes first.
  void add_normalizer(const Json& step, Json& steps) const {
    const std::string type = type_of(step);
    const std::string charsmap = step.contains("precompiled_charsmap") ? "" : read_charsmap_bytes(metadata_);
    if ((type == "Precompiled" || type == "SentencePiece") && !charsmap.empty()) {
      steps.push_back({{"type", "Precompiled"}, {"precompiled_charsmap", encode_base64(charsmap)}});
    } else if (type != "SentencePiece") {
      steps.push_back(step);
    }
    if (type != "SentencePiece") return;
    if (is_set(step, "remove_extra_whitespaces")) {
      steps.push_back(replace_expression(R"(\A +| +\z)", ""));  // Strip takes line ends, too
      steps.push_back(replace_expression(" {2,}", " "));
    }
    if (is_set(step, "add_dummy_prefix")) steps.push_back({{"type", "Prepend"}, {"prepend", kWrittenSpace}});
    if (is_set(step, "escape_whitespaces", true)) steps.push_back(replace(" ", kWrittenSpace));
  }

  // With the members of sequences one after the other.
  void add_normalizers(const Json& root, Json& steps) const {
    std::vector<const Json*> left = {&root};
    while (!left.empty()) {
      const Json& step = *left.back();
      left.pop_back();
      const auto members = type_of(step) == "Sequence" ? step.find("normalizers") : step.end();
      if (!step.is_object() || members == step.end() || !members->is_array()) {
        if (step.is_object()) add_normalizer(step, steps);
        continue;
      }
      for (size_t i = members->size(); i-- > 0;) left.push_back(&(*members)[i]);
    }
  }

  Json normalizer() const {
    Json steps = Json::array();
    const Json* own = part("normalizer");
    if (own != nullptr) add_normalizers(*own, steps);
    if (own == nullptr && !has_own_model() && !is_byte_level()) {
      const bool adds_space = flag("add_space_prefix", !is_unigram());
      add_normalizer({{"type", "SentencePiece"},
                      {"add_dummy_prefix", adds_space},
                      {"remove_extra_whitespaces", is_unigram() && flag("remove_extra_whitespaces", false)}},
                     steps);
    }
    return sequence("normalizers", std::move(steps));
  }

  Result<Json> make_pre_tokenizer() const {
    if (const Json* own = part("pre_tokenizer")) return *own;
    if (!is_byte_level() || has_own_model()) return Json(nullptr);
    const PreTokenizer* pre = find_pre_tokenizer(tokenizer_.pre());
    CHECK(pre != nullptr);  // load_tokenizer() found it
    Json steps = Json::array();
    const auto split = [&](std::string_view expression) {
      steps.push_back(
          {{"type", "Split"}, {"pattern", {{"Regex", expression}}}, {"behavior", "Isolated"}, {"invert", false}});
    };
    if (pre->scan == scan_starcoder) steps.push_back({{"type", "Digits"}, {"individual_digits", true}});
    const bool is_gpt2 = pre->scan == scan_gpt2 || pre->scan == scan_starcoder;
    if (pre->scan != nullptr && !is_gpt2) {
      const std::string_view expression = expression_of(pre->scan);
      CHECK(!expression.empty());
      split(expression);
    }
    for (const std::string_view expression : pre->expressions) split(expression);
    steps.push_back(
        {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", is_gpt2}});
    return sequence("pretokenizers", std::move(steps));
  }

  Json decoder() const {
    if (const Json* own = part("decoder")) return *own;
    if (is_byte_level()) {
      return {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}};
    }
    Json steps = Json::array({replace(kWrittenSpace, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}});
    if (flag("add_space_prefix", !is_unigram())) {
      steps.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    }
    return sequence("decoders", std::move(steps));
  }

  // What stands around a text where the caller asks for special tokens.
  Json post_processor() const {
    Json single = Json::array(), pair = Json::array(), tokens = Json::object();
    const auto add = [&](std::optional<TokenId> id, Json& to) {
      const std::string text(tokenizer_.text(*id));
      to.push_back({{"SpecialToken", {{"id", text}, {"type_id", 0}}}});
      tokens[text] = {{"id", text}, {"ids", {static_cast<int64_t>(*id)}}, {"tokens", {text}}};
    };
    const bool begins = tokenizer_.wants_bos && tokenizer_.bos;
    const bool ends = flag("add_eos_token", is_unigram()) && tokenizer_.eos;
    if (!begins && !ends) return nullptr;
    for (const char* text : {"A", "B"}) {
      const Json piece = {{"Sequence", {{"id", text}, {"type_id", text[0] - 'A'}}}};
      for (Json* to : {&single, &pair}) {
        if (to == &single && text[0] == 'B') continue;
        if (begins) add(tokenizer_.bos, *to);
        to->push_back(piece);
        if (ends) add(tokenizer_.eos, *to);
      }
    }
    return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", tokens}};
  }

  // [vocab_size]
  std::vector<double> scores() const {
    const auto exact = metadata_.get_floats("ondol.tokenizer.scores");
    const auto scores = exact ? exact : metadata_.get_floats("tokenizer.ggml.scores");
    return scores ? std::vector<double>(scores->begin(), scores->end())
                  : std::vector<double>(static_cast<size_t>(tokenizer_.vocab_size()), 0);
  }

  std::string model() const {
    Json options = has_own_model() && part("model")->is_object() ? *part("model") : default_model();
    options.erase("merges");  // "by_score"
    options.erase("single_precision");
    if (is_unigram() && tokenizer_.unk) options["unk_id"] = static_cast<int64_t>(*tokenizer_.unk);
    std::string out = text_of(options);
    out.pop_back();
    out += ",\"vocab\":" + (is_unigram() ? scored_vocabulary() : vocabulary());
    if (!is_unigram()) out += ",\"merges\":" + merges();
    return out + "}";
  }

  Json default_model() const {
    if (is_unigram()) return {{"type", "Unigram"}, {"byte_fallback", false}};
    const PreTokenizer* pre = is_byte_level() ? find_pre_tokenizer(tokenizer_.pre()) : nullptr;
    const bool has_unknown = !is_byte_level() && tokenizer_.unk;
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", has_unknown ? Json(tokenizer_.text(*tokenizer_.unk)) : Json()},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", !is_byte_level()},
            {"byte_fallback", !is_byte_level()},
            {"ignore_merges", pre != nullptr && pre->ignore_merges}};
  }

  std::string vocabulary() const {
    std::string out = "{";
    for (int64_t id = 0; id < tokenizer_.vocab_size(); ++id) {
      out += fmt::format("{}{}:{}", id == 0 ? "" : ",", text_of(Json(tokenizer_.text(static_cast<TokenId>(id)))), id);
    }
    return out + "}";
  }

  std::string scored_vocabulary() const {
    const std::vector<double> all = scores();
    std::string out = "[";
    for (int64_t id = 0; id < tokenizer_.vocab_size(); ++id) {
      out +=
          fmt::format("{}{}", id == 0 ? "" : ",",
                      text_of(Json::array({tokenizer_.text(static_cast<TokenId>(id)), all[static_cast<size_t>(id)]})));
    }
    return out + "]";
  }

  std::string merges() const {
    std::string out = "[";
    const auto add = [&](std::string_view left, std::string_view right) {
      out += out.size() == 1 ? "" : ",";
      out += text_of(Json::array({left, right}));
    };
    if (const auto lines = metadata_.get_strings("tokenizer.ggml.merges")) {
      for (const std::string_view line : *lines) {
        const size_t space = line.find(' ', 1);
        if (space != std::string_view::npos) add(line.substr(0, space), line.substr(space + 1));
      }
    } else {
      add_merges_by_score(add);
    }
    return out + "]";
  }

  // All ways to cut an entry in two: the best score first, of equal ones the longest left part.
  template <class Add>
  void add_merges_by_score(Add&& add) const {
    const std::vector<double> all = scores();
    PieceTable entries(tokenizer_.vocab_size());
    std::vector<int64_t> order;
    for (int64_t id = 0; id < tokenizer_.vocab_size(); ++id) {
      const TokenKind kind = tokenizer_.kind(static_cast<TokenId>(id));
      const bool is_piece = kind == TokenKind::kNormal || kind == TokenKind::kUserDefined;
      entries.add(tokenizer_.text(static_cast<TokenId>(id)), is_piece);
      if (is_piece) order.push_back(id);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return all[static_cast<size_t>(a)] > all[static_cast<size_t>(b)]; });
    for (const int64_t id : order) {
      const std::string_view entry = tokenizer_.text(static_cast<TokenId>(id));
      for (size_t at = entry.size(); at-- > 1;) {
        if ((static_cast<uint8_t>(entry[at]) & 0xC0) == 0x80) continue;
        const std::string_view left = entry.substr(0, at), right = entry.substr(at);
        if (entries.find(left) != PieceTable::kNone && entries.find(right) != PieceTable::kNone) add(left, right);
      }
    }
  }

  const Metadata& metadata_;
  const Tokenizer& tokenizer_;
  Json pipeline_ = Json::object();
};

}  // namespace

Result<std::string> tokenizer_json(const Metadata& metadata) {
  TRY(const std::shared_ptr<const Tokenizer> tokenizer, load_tokenizer(metadata));
  return Writer(metadata, *tokenizer).write();
}

}  // namespace ondol
