#include "tokenizer/piece_table.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace ondol {
PieceTable::PieceTable(int64_t n_pieces) : slots_(std::bit_ceil(static_cast<size_t>(n_pieces) * 2 + 1)) {
  ends_.reserve(static_cast<size_t>(n_pieces));
}

void PieceTable::add(std::string_view text, bool findable) {
  const int64_t number = size();
  CHECK(static_cast<size_t>(number) * 2 < slots_.size());
  bytes_.append(text);
  ends_.push_back(static_cast<int64_t>(bytes_.size()));
  if (!findable || text.empty()) return;

  const uint64_t hash = hash_text(text);
  if (find(text, hash) != kNone) return;
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i].number != kNone) i = (i + 1) & mask;
  slots_[i] = {static_cast<uint32_t>(hash >> 32), static_cast<int32_t>(number)};
  longest_findable_bytes_ = std::max(longest_findable_bytes_, static_cast<int64_t>(text.size()));
}

std::string_view PieceTable::operator[](int64_t number) const {
  const int64_t begin = number == 0 ? 0 : ends_[static_cast<size_t>(number) - 1];
  const int64_t end = ends_[static_cast<size_t>(number)];
  return std::string_view(bytes_).substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

int32_t PieceTable::find(std::string_view text, uint64_t hash) const {
  if (static_cast<int64_t>(text.size()) > longest_findable_bytes_) return kNone;
  const size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask; slots_[i].number != kNone; i = (i + 1) & mask) {
    if (slots_[i].tag == static_cast<uint32_t>(hash >> 32) && (*this)[slots_[i].number] == text)
      return slots_[i].number;
  }
  return kNone;
}

}  // namespace ondol
