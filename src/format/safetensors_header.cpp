// Read event by event: a document tree would hide duplicate keys, and the form is so small that every event either has
// one place to go or is an error, so depth is bounded by construction.
#include "format/safetensors_header.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/utf8.h"
#include "format/format_messages.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

class HeaderEvents : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderEvents(std::string_view file) : file_(file) {}

  bool start_object(size_t) override {
    if (place_ == Place::kStart) return go(Place::kTop);
    if (place_ != Place::kTop || name_.empty()) return unexpected("{");
    if (name_ == "__metadata__") return go(Place::kMetadata);
    entry_ = {.name = name_, .dtype = {}, .shape = {}};
    fields_.clear();
    return go(Place::kEntry);
  }

  bool key(std::string& text) override {
    if (place_ == Place::kTop) {
      name_ = text;
      if (text.empty() || !names_.insert(text).second) return corrupt(msg::kDuplicateTensor, printable(text));
      return true;
    }
    if (place_ == Place::kEntry && text != "dtype" && text != "shape" && text != "data_offsets") {
      return unexpected(text);
    }
    if (!fields_.insert(text).second) return corrupt(msg::kDuplicateKey, printable(text));
    field_ = text;
    return true;
  }

  bool end_object() override {
    if (place_ == Place::kEntry) {
      for (const char* field : {"dtype", "shape", "data_offsets"}) {
        if (!fields_.contains(field)) return corrupt(msg::kMissingField, printable(name_), field);
      }
      header_.tensors.push_back(std::move(entry_));
    }
    fields_.clear();
    return go(place_ == Place::kTop ? Place::kEnd : Place::kTop);
  }

  bool start_array(size_t) override {
    if (place_ != Place::kEntry || field_ == "dtype") return unexpected("[");
    n_numbers_ = 0;
    return go(field_ == "shape" ? Place::kShape : Place::kOffsets);
  }

  bool number_unsigned(uint64_t number) override {
    const bool fits = number <= static_cast<uint64_t>(INT64_MAX);
    const auto value = static_cast<int64_t>(number);
    if (place_ == Place::kShape && fits) {
      if (n_numbers_ == Shape::kMaxDims) {
        return corrupt(msg::kTooManyDims, printable(name_), n_numbers_ + 1, Shape::kMaxDims);
      }
      entry_.shape.dims[static_cast<size_t>(n_numbers_++)] = value;
      entry_.shape.n_dims = n_numbers_;
      return true;
    }
    if (place_ == Place::kOffsets && fits && n_numbers_ < 2) {
      (n_numbers_++ == 0 ? entry_.begin : entry_.end) = value;
      return true;
    }
    return unexpected(std::to_string(number));
  }

  bool end_array() override {
    if (place_ == Place::kOffsets && n_numbers_ != 2) return corrupt(msg::kMissingField, printable(name_), field_);
    return go(Place::kEntry);
  }

  bool string(std::string& text) override {
    if (place_ == Place::kEntry && field_ == "dtype") {
      entry_.dtype = text;
      return true;
    }
    if (place_ == Place::kMetadata) {
      header_.metadata.emplace_back(field_, text);
      return true;
    }
    return unexpected(text);
  }

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("true/false"); }
  bool number_integer(int64_t number) override { return unexpected(std::to_string(number)); }
  bool number_float(double, const std::string& text) override { return unexpected(text); }
  bool binary(Json::binary_t&) override { return unexpected("binary"); }
  bool parse_error(size_t position, const std::string&, const Json::exception&) override {
    return corrupt(msg::kBadJson, position);
  }

  std::optional<Error> error() { return std::move(error_); }
  SafetensorsHeader take() { return std::move(header_); }

 private:
  enum class Place { kStart, kTop, kEntry, kShape, kOffsets, kMetadata, kEnd };

  bool go(Place place) {
    place_ = place;
    return true;
  }
  bool unexpected(std::string_view text) {
    return corrupt(msg::kUnexpectedInHeader, printable(text), printable(name_));
  }
  template <class... Args>
  bool corrupt(const Message& message, Args&&... args) {
    error_ = Error{ErrorKind::kCorruptFile, format_message(message, file_, std::forward<Args>(args)...)};
    return false;
  }

  std::string_view file_;
  Place place_ = Place::kStart;
  std::string name_, field_;  // where we are
  std::set<std::string> names_, fields_;
  SafetensorsEntry entry_;
  int n_numbers_ = 0;
  SafetensorsHeader header_;
  std::optional<Error> error_;
};

}  // namespace

Result<SafetensorsHeader> parse_safetensors_header(std::string_view file, std::string_view json) {
  HeaderEvents events(file);
  const bool parsed = Json::sax_parse(json.begin(), json.end(), &events);
  if (auto error = events.error()) return tl::make_unexpected(std::move(*error));
  if (!parsed) return fail(ErrorKind::kCorruptFile, msg::kBadJson, file, json.size());
  return events.take();
}

}  // namespace ondol
