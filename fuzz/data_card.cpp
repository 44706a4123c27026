// Any bytes as the card of a data file and that of another, which the first may name as its parent: an error, or cards
// in which every child stands before what it was made of.
//   | a.card.json | 0x00 | b.card.json |
#include "tune/data/data_card.h"

#include <algorithm>

#include "base/check.h"
#include "base/test_folder.h"
#include "base/utf8.h"

namespace ondol {
namespace {

void check(std::string_view card, std::string_view parent) {
  static const TestFolder folder;
  folder.write("a.card.json", card);
  folder.write("b.card.json", parent);
  const auto cards = read_data_cards({folder.path("a.jsonl")});
  if (!cards) {
    CHECK(!cards.error().message.empty());
    return;
  }
  CHECK(!cards->empty() && cards->front().child == -1);
  for (size_t i = 0; i < cards->size(); ++i) {
    const DataCard& read = (*cards)[i];
    CHECK(!read.name.empty() && read.child < static_cast<int>(i) && (read.child >= 0) == (i > 0));
    for (const std::string& text : {read.name, read.licence, read.source}) CHECK(repair_utf8(text).n_replaced == 0);
  }
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(all.find('\0'), size);
  ondol::check(all.substr(0, end), all.substr(std::min(end + 1, size)));
  return 0;
}
