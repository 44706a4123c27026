#include "prompt/jinja/json_value.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "prompt/prompt_messages.h"

namespace ondol::jinja {
namespace {

constexpr size_t kMaxDepth = 64;

// Builds values from the parser's events; what is open lies on an explicit stack.
class ValueReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  ValueReader(Origin origin, std::string_view what) : origin_(origin), what_(what) {}

  bool null() override { return add(Value(None{})); }
  bool boolean(bool value) override { return add(Value(value)); }
  bool number_integer(int64_t value) override { return add(Value(value)); }
  bool number_unsigned(uint64_t value) override {
    if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      return add(Value(static_cast<int64_t>(value)));
    error_ = fail(ErrorKind::kBadInput, msg::kJsonInteger, what_);
    return false;
  }
  bool number_float(double value, const std::string& text) override {
    if (text.find_first_of(".eE") != std::string::npos) return add(Value(value));
    error_ = fail(ErrorKind::kBadInput, msg::kJsonInteger, what_);
    return false;
  }
  bool string(std::string& text) override { return add(Value(Text(std::move(text), origin_))); }
  bool binary(binary_t&) override { return false; }
  bool key(std::string& text) override {
    open_.back().key = std::move(text);
    return true;
  }
  bool start_object(size_t) override { return begin(true); }
  bool start_array(size_t) override { return begin(false); }
  bool end_object() override {
    Dict dict = open_.back().dict.take();
    open_.pop_back();
    return add(Value(std::make_shared<const Dict>(std::move(dict))));
  }
  bool end_array() override {
    auto list = std::make_shared<Sequence>();
    list->items = std::move(open_.back().items);
    open_.pop_back();
    for (const Value& item : list->items) {
      list->depth = std::max(list->depth, item.depth() + 1);
      list->weight += item.weight();
    }
    return add(Value(std::shared_ptr<const Sequence>(std::move(list))));
  }
  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) override {
    error_ = fail(ErrorKind::kBadInput, msg::kJsonMalformed, what_, position);
    return false;
  }

  Result<Value> take() {
    TRY(std::move(error_));
    return std::move(result_);
  }

 private:
  struct Open {
    bool is_dict;
    std::string key;
    DictBuilder dict;
    ValueList items;
  };

  bool begin(bool is_dict) {
    if (open_.size() == kMaxDepth) {
      error_ = fail(ErrorKind::kBadInput, msg::kContextTooDeep, what_, kMaxDepth);
      return false;
    }
    open_.push_back({is_dict, {}, {}, {}});
    return true;
  }
  bool add(Value value) {
    if (open_.empty()) result_ = std::move(value);
    else if (open_.back().is_dict) open_.back().dict.set(Value(Text(open_.back().key, origin_)), std::move(value));
    else open_.back().items.push_back(std::move(value));
    return true;
  }

  Origin origin_;
  std::string_view what_;
  std::vector<Open> open_;
  Value result_;
  Status error_;
};

}  // namespace

Result<Value> read_json_value(std::string_view json, Origin origin, std::string_view what) {
  ValueReader reader(origin, what);
  nlohmann::json::sax_parse(json, &reader);
  return reader.take();
}

}  // namespace ondol::jinja
