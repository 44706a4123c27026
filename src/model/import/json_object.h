// JsonObject: reads a configuration file of strangers, value by value, with its bounds.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ondol {

// The get functions remember the first thing that is wrong and then return their fallback, so that a reader asks for
// everything and looks at status() once.  An absent key and null are the same.
class JsonObject {
 public:
  // Parses `text`; `name` stands for the file in errors.  Fails with kCorruptFile.
  static Result<JsonObject> parse(std::string_view name, std::string_view text);
  // Opens a file of at most 16 MiB.
  static Result<JsonObject> open(const std::string& path);

  bool has(std::string_view key) const;
  bool says_null(std::string_view key) const;  // the key is there and null
  int64_t get_int(std::string_view key, std::optional<int64_t> fallback, int64_t low, int64_t high);
  double get_number(std::string_view key, std::optional<double> fallback, double low, double high);
  bool get_bool(std::string_view key, bool fallback);
  std::string get_text(std::string_view key, std::string fallback);
  // An object inside, empty where absent; its errors are its own.
  JsonObject get_object(std::string_view key);

  // The value as it stands, for errors; cut where it is long.
  std::string shown(std::string_view key) const;
  const nlohmann::json* find(std::string_view key) const;
  const std::string& name() const { return name_; }
  Status status() const;
  // Remembers that a value is not what was expected.
  void keep_bad(std::string_view key, std::string_view expected);

 private:
  JsonObject(std::string name, nlohmann::json value) : name_(std::move(name)), value_(std::move(value)) {}
  void keep(tl::unexpected<Error> error);
  void keep_missing(std::string_view key);

  std::string name_;
  nlohmann::json value_;
  std::optional<Error> error_;
};

}  // namespace ondol
