#include "tokenizer/huggingface_vocabulary.h"

#include <algorithm>

#include "tokenizer/components.h"

namespace ondol {
namespace {

// How many ids a vocabulary has: one more than the largest.  Some published vocabularies leave holes, but none of more
// than its own size.
class IdCounter {
 public:
  bool add(ComponentJson value) {
    int64_t id = -1;
    if (value.get(id) != simdjson::SUCCESS || id < 0 || id == INT64_MAX) return false;
    n_ids_ = std::max(n_ids_, id + 1);
    ++n_entries_;
    return true;
  }
  void add_many(size_t n) {
    n_ids_ = std::max(n_ids_, static_cast<int64_t>(n));
    n_entries_ += static_cast<int64_t>(n);
  }
  bool has_too_many_holes() const { return n_ids_ > 2 * n_entries_ + 1024; }
  int64_t n_ids() const { return n_ids_; }

 private:
  int64_t n_ids_ = 0, n_entries_ = 0;
};

class Reader {
 public:
  Reader(ComponentJson root, const WordModel& model) : root_(root), json_(child(root, "model")), model_(model) {}

  Result<HuggingFaceVocabulary> read() {
    TRY(count());
    if (model_.kind == WordModel::Kind::kUnigram) {
      TRY(read_scored_entries());
    } else {
      TRY(read_entries());
    }
    TRY(read_added());
    mark_unknown();
    mark_bytes();
    if (model_.kind == WordModel::Kind::kBpe) TRY(read_merges());
    return std::move(out_);
  }

 private:
  Status count() {
    IdCounter counter;
    const auto vocab = child(json_, "vocab");
    if (model_.kind == WordModel::Kind::kUnigram) {
      const auto array = array_at(json_, "vocab");
      if (!array || array->size() == 0) return malformed_component("model.vocab");
      counter.add_many(array->size());
    } else {
      simdjson::dom::object object;
      if (!vocab || vocab->get(object) != simdjson::SUCCESS) return malformed_component("model.vocab");
      for (const auto field : object) {
        if (!counter.add(field.value)) return malformed_component("model.vocab: an id is not a number");
      }
      if (counter.n_ids() == 0) return malformed_component("model.vocab");
    }
    if (const auto added = array_at(root_, "added_tokens")) {
      for (const ComponentJson token : *added) {
        const auto id = child(token, "id");
        if (!id || !counter.add(*id)) return malformed_component("added_tokens: an id is not a number");
      }
    }
    if (counter.has_too_many_holes()) return malformed_component("token id " + std::to_string(counter.n_ids() - 1));
    out_.kinds.assign(static_cast<size_t>(counter.n_ids()), TokenKind::kUnused);
    for (int64_t id = 0; id < counter.n_ids(); ++id) out_.entries.push_back("[unused" + std::to_string(id) + "]");
    return ok();
  }

  void set(int64_t id, std::string_view entry, TokenKind kind) {
    out_.entries[static_cast<size_t>(id)] = entry;
    out_.kinds[static_cast<size_t>(id)] = kind;
  }

  Status read_entries() {
    simdjson::dom::object object = child(json_, "vocab")->get_object();
    for (const auto field : object) set(int64_t{field.value}, field.key, TokenKind::kNormal);
    return ok();
  }

  Status read_scored_entries() {
    out_.scores.assign(out_.entries.size(), 0.0);
    int64_t id = 0;
    const auto vocab = array_at(json_, "vocab");
    for (const ComponentJson pair : *vocab) {
      simdjson::dom::array values;
      double score = 0;
      if (pair.get(values) != simdjson::SUCCESS || values.size() != 2 || !values.at(0).is_string() ||
          values.at(1).get(score) != simdjson::SUCCESS) {
        return malformed_component("model.vocab: entry " + std::to_string(id));
      }
      out_.scores[static_cast<size_t>(id)] = score;
      set(id++, text_of(values.at(0).value_unsafe()), TokenKind::kNormal);
    }
    return ok();
  }

  Status read_added() {
    const auto added = array_at(root_, "added_tokens");
    if (!added) return ok();
    for (const ComponentJson token : *added) {
      const bool special = flag_at(token, "special", false);
      set(int64_t{*child(token, "id")}, text_at(token, "content"),
          special ? TokenKind::kControl : TokenKind::kUserDefined);
    }
    return ok();
  }

  void mark_unknown() {
    out_.unknown = number_at(json_, "unk_id");
    const std::string_view entry = text_at(json_, "unk_token");
    const auto found = std::find(out_.entries.begin(), out_.entries.end(), entry);
    if (!entry.empty() && found != out_.entries.end()) out_.unknown = found - out_.entries.begin();
    if (out_.unknown && (*out_.unknown < 0 || *out_.unknown >= std::ssize(out_.entries))) out_.unknown.reset();
    if (out_.unknown) out_.kinds[static_cast<size_t>(*out_.unknown)] = TokenKind::kUnknown;
  }

  void mark_bytes() {
    if (!model_.byte_fallback) return;
    for (size_t id = 0; id < out_.entries.size(); ++id) {
      if (out_.kinds[id] == TokenKind::kNormal && parse_byte_entry(out_.entries[id])) out_.kinds[id] = TokenKind::kByte;
    }
  }

  // Merges are "left right", or since tokenizers 0.20 [left, right].
  Status read_merges() {
    const auto merges = array_at(json_, "merges");
    if (!merges) return malformed_component("model.merges");
    for (const ComponentJson merge : *merges) {
      std::string_view left, right;
      simdjson::dom::array pair;
      if (merge.is_string()) {
        const std::string_view both = text_of(merge);
        const size_t space = both.find(' ', 1);
        if (space != std::string_view::npos) left = both.substr(0, space), right = both.substr(space + 1);
      } else if (merge.get(pair) == simdjson::SUCCESS && pair.size() == 2) {
        left = text_of(pair.at(0).value_unsafe());
        right = text_of(pair.at(1).value_unsafe());
      }
      if (left.empty() || right.empty()) return malformed_component("model.merges");
      if (left.find(' ') != std::string_view::npos || right.find(' ') != std::string_view::npos) {
        return unsupported_component("a merge of entries with spaces");
      }
      out_.merges.emplace_back(left, right);
    }
    return ok();
  }

  ComponentJson root_;
  std::optional<ComponentJson> json_;
  const WordModel& model_;
  HuggingFaceVocabulary out_;
};

PieceTable table_of(const HuggingFaceVocabulary& vocabulary) {
  PieceTable table(std::ssize(vocabulary.entries));
  for (size_t id = 0; id < vocabulary.entries.size(); ++id) {
    const TokenKind kind = vocabulary.kinds[id];
    table.add(vocabulary.entries[id], kind == TokenKind::kNormal || kind == TokenKind::kUserDefined);
  }
  return table;
}

int64_t count_cuts(std::string_view entry, const PieceTable& table) {
  int64_t n = 0;
  for (size_t at = 1; at < entry.size(); ++at) {
    if ((static_cast<uint8_t>(entry[at]) & 0xC0) == 0x80) continue;
    if (table.find(entry.substr(0, at)) != PieceTable::kNone && table.find(entry.substr(at)) != PieceTable::kNone) ++n;
  }
  return n;
}

}  // namespace

Result<HuggingFaceVocabulary> read_huggingface_vocabulary(ComponentJson root, const WordModel& model) {
  return Reader(root, model).read();
}

std::vector<double> scores_of_merges(const HuggingFaceVocabulary& vocabulary) {
  const PieceTable table = table_of(vocabulary);
  const auto n_merges = static_cast<double>(vocabulary.merges.size());
  std::vector<double> scores(vocabulary.entries.size(), 0.0);
  for (size_t id = 0; id < scores.size(); ++id) {
    if (vocabulary.kinds[id] == TokenKind::kNormal) scores[id] = -n_merges - 1;
  }
  for (size_t rank = vocabulary.merges.size(); rank-- > 0;) {  // the first merge that makes an entry counts
    const int32_t id = table.find(vocabulary.merges[rank].first + vocabulary.merges[rank].second);
    if (id != PieceTable::kNone) scores[static_cast<size_t>(id)] = -static_cast<double>(rank);
  }
  return scores;
}

bool are_merges_by_score(const HuggingFaceVocabulary& vocabulary) {
  const PieceTable table = table_of(vocabulary);
  std::vector<int64_t> n_merges(vocabulary.entries.size(), 0);
  int32_t current = PieceTable::kNone;
  size_t left_bytes = 0;
  for (const auto& [left, right] : vocabulary.merges) {
    const int32_t id = table.find(left + right);
    const bool has_parts = table.find(left) != PieceTable::kNone && table.find(right) != PieceTable::kNone;
    if (id == PieceTable::kNone || !has_parts) return false;
    int64_t& n = n_merges[static_cast<size_t>(id)];
    if (id == current ? left.size() >= left_bytes : n > 0) return false;
    current = id;
    left_bytes = left.size();
    ++n;
  }
  for (size_t id = 0; id < n_merges.size(); ++id) {
    const bool findable = table.find(vocabulary.entries[id]) == static_cast<int32_t>(id);
    if (findable && n_merges[id] != count_cuts(vocabulary.entries[id], table)) return false;
  }
  return true;
}

}  // namespace ondol
