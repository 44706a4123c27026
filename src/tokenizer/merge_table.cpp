#include "tokenizer/merge_table.h"

#include <array>
#include <string>

#include "tokenizer/tokenizer_messages.h"

namespace ondol {

Result<MergeTable> read_merges(const Metadata& metadata, const Vocabulary& vocabulary, std::string_view inner_prefix) {
  constexpr std::string_view kMerges = "tokenizer.ggml.merges";
  const auto merges = metadata.get_strings(kMerges);
  if (!merges) return fail(ErrorKind::kCorruptFile, msg::kNoVocabulary, kMerges);
  MergeTable table(static_cast<int64_t>(merges->size()));
  const PieceTable& entries = vocabulary.entries;
  // Merges on their way into the table.
  struct Found {
    int32_t left, right;
    Merge merge;
  };
  std::array<Found, 16> found;
  size_t n_found = 0;
  const auto add_found = [&] {
    for (size_t i = 0; i < n_found; ++i) table.add(found[i].left, found[i].right, found[i].merge);
    n_found = 0;
  };
  std::string joined;
  for (size_t rank = 0; rank < merges->size(); ++rank) {
    const std::string_view merge = (*merges)[rank];
    const size_t space = merge.find(' ', 1);
    if (space == std::string_view::npos || space + 1 == merge.size()) {
      return fail(ErrorKind::kCorruptFile, msg::kBadMerge, rank);
    }
    const std::string_view left = merge.substr(0, space), right = merge.substr(space + 1);
    joined.assign(left).append(right.starts_with(inner_prefix) ? right.substr(inner_prefix.size()) : right);
    const int32_t left_id = entries.find(left), right_id = entries.find(right), id = entries.find(joined);
    if (left_id == PieceTable::kNone || right_id == PieceTable::kNone || id == PieceTable::kNone) continue;
    if (vocabulary.is_silent(id)) continue;  // plain text never becomes a control token
    table.expect(left_id, right_id);
    found[n_found++] = {left_id, right_id, {static_cast<uint32_t>(rank), id}};
    if (n_found == found.size()) add_found();
  }
  add_found();
  return table;
}

}  // namespace ondol
