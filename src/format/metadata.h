// Metadata of a model file: keys with typed values, as GGUF has them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ondol {

// Value types of the GGUF specification, with its numbers.
enum class MetaType : uint32_t {
  kU8 = 0,
  kI8 = 1,
  kU16 = 2,
  kI16 = 3,
  kU32 = 4,
  kI32 = 5,
  kF32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kU64 = 10,
  kI64 = 11,
  kF64 = 12,
};

// One value, or an array of values of one type.  Integers are held as int64 (a u64 above 2^63 keeps its bits), floats
// as double, an array of booleans as integers; `type` remembers what the file said, so that writing gives the same
// bytes back.
struct MetaValue {
  MetaType type = MetaType::kString;          // kArray for arrays
  MetaType element_type = MetaType::kString;  // of arrays
  std::variant<int64_t, double, bool, std::string, std::vector<int64_t>, std::vector<double>, std::vector<std::string>>
      value{};
};

// An ordered map.  The get_* functions return nothing when the key is absent or of another kind; numbers convert
// between integer widths, and integers to floats.
class Metadata {
 public:
  const std::vector<std::pair<std::string, MetaValue>>& entries() const { return entries_; }
  const MetaValue* find(std::string_view key) const;

  std::optional<int64_t> get_int(std::string_view key) const;
  std::optional<double> get_float(std::string_view key) const;
  std::optional<bool> get_bool(std::string_view key) const;
  std::optional<std::string_view> get_string(std::string_view key) const;
  std::optional<std::span<const int64_t>> get_ints(std::string_view key) const;
  std::optional<std::span<const double>> get_floats(std::string_view key) const;
  std::optional<std::span<const std::string>> get_strings(std::string_view key) const;

  // Adds the key or replaces its value in place.
  void set(std::string_view key, MetaValue value);
  void set_u32(std::string_view key, uint32_t value);
  void set_f32(std::string_view key, float value);
  void set_bool(std::string_view key, bool value);
  void set_string(std::string_view key, std::string value);
  void set_i32s(std::string_view key, std::vector<int64_t> values);
  void set_f32s(std::string_view key, std::vector<double> values);
  void set_strings(std::string_view key, std::vector<std::string> values);
  void erase(std::string_view key);

  // What it takes of the heap, a vocabulary's texts above all.
  int64_t heap_bytes() const;

 private:
  std::vector<std::pair<std::string, MetaValue>> entries_;
  std::map<std::string, size_t, std::less<>> index_;  // key -> place in entries_; files may hold tens of thousands
};

}  // namespace ondol
