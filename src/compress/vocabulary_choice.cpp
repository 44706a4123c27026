#include "compress/vocabulary_choice.h"

#include <algorithm>

#include "base/interrupt.h"
#include "base/utf8.h"
#include "tokenizer/merge_path.h"

namespace ondol {
namespace {

int64_t count_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; });
}

class Chooser {
 public:
  Chooser(const TokenizerTrim& trim, const FieldText& field) : trim_(trim), field_(field), least_(trim.required()) {
    for (int64_t id = 0; id < trim.tokenizer().vocab_size(); ++id) {
      paths_.push_back(path_to(trim.tokenizer(), static_cast<TokenId>(id)));
    }
    for (size_t id = 0; id < least_.size(); ++id) {
      if (trim.required()[id] != 0) keep(static_cast<TokenId>(id), least_);
    }
  }

  void want(std::span<const TokenId> tokens) {
    for (const TokenId id : tokens) keep(id, least_);
  }

  Result<VocabularyChoice> choose(double most_growth) {
    order_tokens();
    VocabularyChoice before;
    TRY(const int64_t n_before, count_tokens(trim_.tokenizer()));
    const auto allowed = static_cast<int64_t>(static_cast<double>(n_before) * (1 + most_growth));
    // The least number of ordered tokens that suffices; more never cost more, but for a few texts' luck.
    size_t too_few = 0, enough = order_.size();
    std::optional<int64_t> n_enough;
    const auto measure = [&](size_t n) -> Status {
      TRY(check_interrupted());
      const Metadata metadata = trim_.apply(first_of_order(n));
      TRY(const auto tokenizer, load_tokenizer(metadata));
      TRY(const int64_t n_tokens, count_tokens(*tokenizer));
      if (n_tokens <= allowed) enough = n, n_enough = n_tokens;
      else too_few = n + 1;
      return ok();
    };
    if (n_used_ < enough) TRY(measure(n_used_));
    while (too_few < enough) TRY(measure(too_few + (enough - too_few) / 2));
    if (!n_enough) n_enough = n_before;  // all of them

    VocabularyChoice choice{.kept = first_of_order(enough), .n_tokens_before = n_before, .n_tokens_after = *n_enough};
    choice.n_kept = std::count(choice.kept.begin(), choice.kept.end(), 1);
    for (const std::string& text : field_.held_out) choice.n_characters += count_characters(text);
    return choice;
  }

 private:
  void keep(TokenId id, std::vector<uint8_t>& kept) const {
    for (const TokenId passed : paths_[static_cast<size_t>(id)]) kept[static_cast<size_t>(passed)] = 1;
  }

  std::vector<uint8_t> first_of_order(size_t n) const {
    std::vector<uint8_t> kept = least_;
    for (size_t i = 0; i < n; ++i) keep(order_[i], kept);
    return kept;
  }

  Result<int64_t> count_tokens(const Tokenizer& tokenizer) const {
    int64_t n = 0;
    for (const std::string& text : field_.held_out) {
      n += std::ssize(tokenizer.encode(text, {.parse_special = true}));
      TRY(check_interrupted());
    }
    return n;
  }

  // How many tokens more the field has without each.
  std::vector<int64_t> savings() const {
    std::vector<int64_t> saved(paths_.size(), 0);
    for (size_t id = 0; id < paths_.size(); ++id) {
      if (field_.counts[id] == 0) continue;
      for (const TokenId passed : paths_[id]) saved[static_cast<size_t>(passed)] += field_.counts[id];
    }
    for (size_t id = 0; id < paths_.size(); ++id) {
      const std::string piece = trim_.tokenizer().piece(static_cast<TokenId>(id));
      const int64_t n_bytes = std::ssize(piece);
      // a character is not merged, but spelt in its bytes
      if (n_bytes > 2 && count_characters(piece) == 1) saved[id] *= n_bytes - 1;
    }
    return saved;
  }

  bool has_known_characters(TokenId id) const {
    const std::string piece = trim_.tokenizer().piece(id);
    for (std::string_view rest = piece; !rest.empty();) {
      const CodePoint c = decode_code_point(rest);
      if (!c.valid || field_.characters.of(c.value) == 0) return false;
      rest.remove_prefix(static_cast<size_t>(c.length_bytes));
    }
    return true;
  }

  void order_tokens() {
    struct Place {
      int64_t saved;
      bool is_known;
      TokenId id;
    };
    const std::vector<int64_t> saved = savings();
    std::vector<Place> places;
    for (size_t i = 0; i < paths_.size(); ++i) {
      const auto id = static_cast<TokenId>(i);
      if (least_[i] != 0 || trim_.tokenizer().kind(id) == TokenKind::kUnused) continue;
      places.push_back({saved[i], saved[i] > 0 || has_known_characters(id), id});
      n_used_ += saved[i] > 0;
    }
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
      return a.saved != b.saved ? a.saved > b.saved : a.is_known && !b.is_known;
    });
    for (const Place& place : places) order_.push_back(place.id);
  }

  const TokenizerTrim& trim_;
  const FieldText& field_;
  std::vector<std::vector<TokenId>> paths_;  // [vocab_size]
  std::vector<uint8_t> least_;               // what stays whatever is chosen
  std::vector<TokenId> order_;               // the others, best first
  size_t n_used_ = 0;                        // of them, those the field uses
};

}  // namespace

Result<VocabularyChoice> choose_vocabulary(const TokenizerTrim& trim, const FieldText& field,
                                           std::span<const TokenId> wanted, double most_growth) {
  Chooser chooser(trim, field);
  chooser.want(wanted);
  return chooser.choose(most_growth);
}

}  // namespace ondol
