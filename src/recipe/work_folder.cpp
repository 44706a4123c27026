#include "recipe/work_folder.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "base/atomic_file.h"
#include "recipe/recipe_messages.h"

namespace ondol {

namespace fs = std::filesystem;

namespace {

// What names of the stages' files begin with.
constexpr std::string_view kStems[] = {"tuned.", "trimmed.", "importance.", "shrunk.", "size-"};

}  // namespace

Result<WorkFolder> WorkFolder::open(const std::string& path, bool resume, bool force) {
  std::error_code error;
  const bool is_there = fs::exists(path, error);
  if (is_there && !resume && !force) return fail(ErrorKind::kBadInput, msg::kWorkThere, path);
  const WorkFolder folder(path);
  if (is_there && !resume) folder.remove();
  fs::create_directories(path, error);
  if (error) return fail(ErrorKind::kIo, msg::kWorkFolder, path, error.message());
  return folder;
}

std::optional<StageNumbers> WorkFolder::done(const std::string& name, const std::string& identity) const {
  std::error_code ignored;
  if (!fs::exists(file(name), ignored)) return std::nullopt;
  std::ifstream record(file(name + ".done"));
  std::string line;
  if (!std::getline(record, line) || line != identity) return std::nullopt;
  StageNumbers numbers;
  for (std::string key; record >> key >> line;) numbers[key] = std::strtod(line.c_str(), nullptr);
  return numbers;
}

Status WorkFolder::finish(const std::string& name, const std::string& identity, const StageNumbers& numbers) const {
  std::string text = identity + "\n";
  for (const auto& [key, number] : numbers) text += fmt::format("{} {}\n", key, number);
  TRY(AtomicFile record, AtomicFile::create(file(name + ".done"), /*force=*/true));
  TRY(record.write(text));
  return record.commit();
}

void WorkFolder::remove() const {
  std::error_code ignored;
  for (fs::directory_iterator entry(path_, ignored), end; entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    const bool is_ours = std::any_of(std::begin(kStems), std::end(kStems),
                                     [&](std::string_view stem) { return name.starts_with(stem); });
    if (is_ours && entry->is_regular_file(ignored)) fs::remove(entry->path(), ignored);
  }
  fs::remove(path_, ignored);
}

}  // namespace ondol
