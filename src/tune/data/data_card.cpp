#include "tune/data/data_card.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/file_map.h"
#include "base/utf8.h"
#include "grammar/json_value.h"
#include "tune/data/data_messages.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;
using Kind = JsonValue::Kind;

constexpr int64_t kMaxCardBytes = int64_t{1} << 20;
constexpr int64_t kMaxCards = 1000;
constexpr int kMaxGenerations = 32;

// A card still to be read: from a file, or as an object of the card that names it.
struct Pending {
  std::string path;                         // of the card file it stands in
  std::shared_ptr<const JsonValue> inside;  // keeps `object` alive
  const JsonValue* object = nullptr;        // null: the whole of the file
  int child = -1;
  int generation = 0;
};

std::string card_path(const std::string& data_path) {
  std::error_code ignored;
  const std::string behind = data_path + ".card.json";
  if (fs::exists(behind, ignored)) return behind;
  const std::string instead = fs::path(data_path).replace_extension(".card.json");
  return fs::exists(instead, ignored) ? instead : std::string();
}

std::string identity_of(const std::string& path) {
  std::error_code ignored;
  const fs::path canonical = fs::weakly_canonical(path, ignored);
  return ignored ? path : canonical.string();
}

class CardReader {
 public:
  Result<std::vector<DataCard>> read(const std::vector<std::string>& data_paths);

 private:
  Status read_all(Pending first);
  Result<std::shared_ptr<const JsonValue>> read_file(const std::string& path) const;
  Status take(const Pending& card, const JsonValue& object);
  bool is_ancestor(const std::string& file, int card) const;

  std::vector<DataCard> cards_;
  std::vector<std::string> files_;  // of each card: the card file it is the whole of, "" for objects
  std::vector<Pending> pending_;
};

Result<std::shared_ptr<const JsonValue>> CardReader::read_file(const std::string& path) const {
  TRY(const auto map, FileMap::open(path));
  const auto bytes = map->bytes();
  if (std::ssize(bytes) > kMaxCardBytes) {
    return fail(ErrorKind::kBadInput, msg::kCardTooLong, path, bytes.size(), kMaxCardBytes);
  }
  auto value = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!value) return fail(ErrorKind::kBadInput, msg::kCardNotJson, path, value.error().message);
  return std::make_shared<const JsonValue>(std::move(*value));
}

// True when `file` is the card `card`, or what that was made into, and so on.
bool CardReader::is_ancestor(const std::string& file, int card) const {
  for (; card >= 0; card = cards_[static_cast<size_t>(card)].child) {
    if (files_[static_cast<size_t>(card)] == file) return true;
  }
  return false;
}

Status CardReader::take(const Pending& card, const JsonValue& object) {
  const auto wrong = [&](const char* key) { return fail(ErrorKind::kBadInput, msg::kCardValue, card.path, key); };
  if (!object.is(Kind::kObject))
    return fail(ErrorKind::kBadInput, msg::kCardNotJson, card.path, msg::kCardNoObject.text());
  DataCard& read = cards_.emplace_back();
  read.child = card.child;
  files_.push_back(card.object ? std::string() : identity_of(card.path));
  const int index = static_cast<int>(cards_.size()) - 1;
  const JsonValue* parents = nullptr;
  for (const auto& [key, value] : object.members) {
    std::string* const text = key == "name"                          ? &read.name
                              : key == "licence" || key == "license" ? &read.licence
                              : key == "source"                      ? &read.source
                                                                     : nullptr;
    if (text && !value.is(Kind::kString)) return wrong(key == "name" ? "name" : key == "source" ? "source" : "licence");
    if (text) *text = value.text;
    if (key == "parents") parents = &value;
  }
  if (read.name.empty()) read.name = fs::path(card.path).filename();
  if (!parents) return ok();
  if (!parents->is(Kind::kArray)) return wrong("parents");
  // Put down last first, so that they are read in their order.
  for (auto parent = parents->items.rbegin(); parent != parents->items.rend(); ++parent) {
    Pending next{.path = card.path,
                 .inside = card.inside,
                 .object = &*parent,
                 .child = index,
                 .generation = card.generation + 1};
    if (parent->is(Kind::kString)) {
      const fs::path named(parent->text);
      next = {.path = named.is_absolute() ? parent->text : (fs::path(card.path).parent_path() / named).string(),
              .inside = nullptr,
              .child = index,
              .generation = card.generation + 1};
    }
    pending_.push_back(std::move(next));
  }
  return ok();
}

Status CardReader::read_all(Pending first) {
  pending_.push_back(std::move(first));
  while (!pending_.empty()) {
    Pending card = std::move(pending_.back());
    pending_.pop_back();
    const bool too_many = std::ssize(cards_) >= kMaxCards || card.generation > kMaxGenerations;
    if (too_many) return fail(ErrorKind::kBadInput, msg::kTooManyCards, card.path, kMaxCards, kMaxGenerations);
    if (card.object) {
      TRY(take(card, *card.object));
      continue;
    }
    const std::string file = identity_of(card.path);
    if (is_ancestor(file, card.child)) return fail(ErrorKind::kBadInput, msg::kCardCircle, card.path);
    if (std::find(files_.begin(), files_.end(), file) != files_.end()) continue;
    TRY(card.inside, read_file(card.path));
    TRY(take(card, *card.inside));
  }
  return ok();
}

Result<std::vector<DataCard>> CardReader::read(const std::vector<std::string>& data_paths) {
  for (const std::string& data : data_paths) {
    const std::string path = card_path(data);
    if (!path.empty()) {
      TRY(read_all({.path = path, .inside = nullptr}));
      continue;
    }
    cards_.push_back({.name = fs::path(data).filename()});
    files_.emplace_back();
  }
  return std::move(cards_);
}

}  // namespace

Result<std::vector<DataCard>> read_data_cards(const std::vector<std::string>& data_paths) {
  return CardReader().read(data_paths);
}

}  // namespace ondol
