#include "engine/prefix_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <vector>

#include "base/atomic_file.h"
#include "base/file_map.h"
#include "engine/engine_messages.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".kv";

// Whether this is the name of a page, which we may remove.
bool is_page_name(const std::string& name) {
  return name.size() == 64 + kEnding.size() && name.ends_with(kEnding) &&
         name.find_first_not_of("0123456789abcdef") == 64;
}

}  // namespace

Digest PrefixSetting::digest() const {
  Sha256 hash;
  hash.add("ondol keys and values 1").add(ONDOL_VERSION);
  hash.add(model).add_value(shape.type).add_value(shape.n_layers).add_value(shape.n_kv_heads).add_value(shape.head_dim);
  hash.add_value(static_cast<uint8_t>(is_long_context)).add(isa);
  return hash.finish();
}

Status PrefixFolder::make(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    fs::create_directories(path, error);
    if (!error) fs::permissions(path, fs::perms::owner_all, error);
    if (error) return fail(ErrorKind::kIo, msg::kPromptCacheCannotMake, path, error.message());
  }
  if (!fs::is_directory(path, error)) return fail(ErrorKind::kBadInput, msg::kPromptCacheNoFolder, path);
  return ok();
}

Result<PrefixFolder> PrefixFolder::open(const std::string& path, const PrefixSetting& setting, int64_t max_bytes) {
  TRY(make(path));
  PrefixFolder folder;
  folder.path_ = path;
  folder.shape_ = setting.shape;
  folder.beginning_ = setting.digest();
  folder.max_bytes_ = max_bytes;
  return folder;
}

Digest PrefixFolder::beginning(std::span<const float> adapter_scales) const {
  if (adapter_scales.empty()) return beginning_;
  Sha256 hash;
  hash.add(beginning_);
  for (const float scale : adapter_scales) hash.add_value(std::bit_cast<uint32_t>(scale + 0.0f));  // -0 as 0
  return hash.finish();
}

std::string PrefixFolder::path_of(const Digest& name) const {
  return (fs::path(path_) / (to_hex(name) + std::string(kEnding))).string();
}

bool PrefixFolder::load(const Digest& before, std::span<const TokenId> tokens, uint8_t* page) {
  const PrefixFileHeader expected = prefix_file_header(shape_, before, tokens);
  const std::string path = path_of(expected.name);
  if (std::error_code error; !fs::exists(path, error)) return false;
  const auto file = FileMap::open(path);
  if (file && read_prefix_file((*file)->bytes(), expected, shape_, page)) return true;
  if (refused_.insert(path).second) ++n_refused_;
  return false;
}

Status PrefixFolder::store(const Digest& before, std::span<const TokenId> tokens, const uint8_t* page) {
  PrefixFileHeader header = prefix_file_header(shape_, before, tokens);
  const std::string path = path_of(header.name);
  if (!refused_.contains(path) && utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0) return ok();
  const std::span<const uint8_t> bytes(page, static_cast<size_t>(shape_.size_bytes()));
  header.checksum = prefix_file_checksum(header, bytes);
  TRY(AtomicFile file, AtomicFile::create(path, /*force=*/true));
  TRY(file.restrict_to_owner());
  TRY(file.write(std::span(reinterpret_cast<const uint8_t*>(&header), sizeof(header))));
  TRY(file.write(bytes));
  TRY(file.commit_unsynced());
  refused_.erase(path);
  return ok();
}

void PrefixFolder::trim() {
  struct File {
    fs::path path;
    int64_t size_bytes;
    fs::file_time_type used;
  };
  std::vector<File> files;
  int64_t total_bytes = 0;
  std::error_code error;
  for (fs::directory_iterator entry(path_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;  // another process may trim, too
    if (!is_page_name(entry->path().filename().string()) || !entry->is_regular_file(gone)) continue;
    File file{entry->path(), static_cast<int64_t>(entry->file_size(gone)), entry->last_write_time(gone)};
    if (gone) continue;
    total_bytes += file.size_bytes;
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used < b.used; });
  for (const File& file : files) {
    if (total_bytes <= max_bytes_) break;
    if (fs::remove(file.path, error)) total_bytes -= file.size_bytes;
  }
}

}  // namespace ondol
