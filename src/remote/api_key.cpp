#include "remote/api_key.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "remote/remote_messages.h"

namespace ondol {
namespace {

constexpr size_t kMaxKeyBytes = 4096;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Result<std::string> read_key_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string key(kMaxKeyBytes + 3, '\0');  // room for a line end and one byte too many
  file.read(key.data(), static_cast<std::streamsize>(key.size()));
  if (!file.eof()) return fail(ErrorKind::kBadInput, msg::kKeyFileUnreadable, path);
  key.resize(static_cast<size_t>(file.gcount()));
  while (key.ends_with('\n') || key.ends_with('\r')) key.pop_back();
  return key;
}

}  // namespace

Result<std::string> read_api_key() {
  std::string key = environment("ONDOL_API_KEY");
  const std::string path = environment("ONDOL_API_KEY_FILE");
  if (key.empty() && path.empty()) return key;
  if (key.empty()) { TRY(key, read_key_file(path)); }
  const bool fits_a_header = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (key.empty() || key.size() > kMaxKeyBytes || !fits_a_header) {
    return fail(ErrorKind::kBadInput, msg::kKeyMalformed, kMaxKeyBytes);
  }
  return key;
}

}  // namespace ondol
