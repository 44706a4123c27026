// BodyWatch: reads JSON as a parser says it, and stops one that would make too much of it.
//
// A body of ten megabytes may hold five million values, or an object of a million keys, which one that keeps its keys'
// order searches from the beginning for each: gigabytes, and hours.  So it is read once without building anything.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "server/json/json_text.h"

namespace ondol {

class BodyWatch : public nlohmann::json_sax<Json> {
 public:
  enum class Fault { kNone, kNotJson, kTooDeep, kTooLarge, kKeyTwice };

  Fault fault() const { return fault_; }
  const std::string& key() const { return key_; }  // that stands twice

  // Of the parser: false ends it.
  bool null() override { return take_value(); }
  bool boolean(bool) override { return take_value(); }
  bool number_integer(Json::number_integer_t) override { return take_value(); }
  bool number_unsigned(Json::number_unsigned_t) override { return take_value(); }
  bool number_float(Json::number_float_t, const std::string&) override { return take_value(); }
  bool string(std::string&) override { return take_value(); }
  bool binary(Json::binary_t&) override { return take_value(); }
  bool start_object(size_t) override { return begin(); }
  bool start_array(size_t) override { return begin(); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool key(std::string& name) override;
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return stop(Fault::kNotJson);
  }

 private:
  bool stop(Fault fault) {
    fault_ = fault;
    return false;
  }
  bool take_value() { return ++n_values_ <= kMaxJsonValues || stop(Fault::kTooLarge); }
  bool begin();
  bool end();

  Fault fault_ = Fault::kNone;
  std::string key_;
  std::vector<std::set<std::string>> keys_;  // of the objects and lists around, in which lists have none
  int64_t n_values_ = 0, n_steps_ = 0;
};

}  // namespace ondol
