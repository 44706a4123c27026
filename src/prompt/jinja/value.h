// Value: what a template computes with, after Python's types.
//
// Texts, lists and dicts never change once made (the sandbox that chat templates run in forbids it), so they are shared
// freely and cannot contain themselves.  A namespace can change; the interpreter owns it, and a Value only points to
// it.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "prompt/jinja/text.h"

namespace ondol::jinja {

class Value;
struct Sequence;
struct Dict;
struct Namespace;
struct Loop;
struct Callable;
using ValueList = std::vector<Value>;

// A name or element that does not exist.  It prints as nothing; anything else done with it fails with `reason`.
struct Undefined {
  std::shared_ptr<const std::string> reason;
};
struct None {};

enum class SequenceKind { kList, kTuple, kRange, kKeys, kValues, kItems, kGenerator };

class Value {
 public:
  Value() : data_(Undefined{}) {}
  Value(None) : data_(None{}) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(int64_t{value}) {}
  Value(int64_t value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(Text value) : data_(std::move(value)) {}
  Value(std::shared_ptr<const Sequence> value) : data_(std::move(value)) {}
  Value(std::shared_ptr<const Dict> value) : data_(std::move(value)) {}
  Value(Namespace* value) : data_(value) {}
  Value(std::shared_ptr<Loop> value) : data_(std::move(value)) {}
  Value(std::shared_ptr<const Callable> value) : data_(std::move(value)) {}
  // Text the template wrote, or this program on its behalf.
  Value(const char*) = delete;
  static Value text(std::string_view bytes) { return Value(Text(std::string(bytes), kFromTemplate)); }
  static Value undefined(std::string reason) {
    Value value;
    value.data_ = Undefined{std::make_shared<const std::string>(std::move(reason))};
    return value;
  }

  bool is_undefined() const { return is<Undefined>(); }
  bool is_none() const { return is<None>(); }
  template <class T>
  bool is() const {
    return std::holds_alternative<T>(data_);
  }
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&data_);
  }

  const Undefined* as_undefined() const { return get_if<Undefined>(); }
  // Why an undefined value is none.
  std::string_view undefined_reason() const;
  const bool* as_bool() const { return get_if<bool>(); }
  const double* as_float() const { return get_if<double>(); }
  const Text* as_text() const { return get_if<Text>(); }
  const Sequence* as_sequence() const { return pointee<const Sequence>(); }
  const Dict* as_dict() const { return pointee<const Dict>(); }
  Namespace* as_namespace() const {
    const auto* value = get_if<Namespace*>();
    return value ? *value : nullptr;
  }
  Loop* as_loop() const { return pointee<Loop>(); }
  const Callable* as_callable() const { return pointee<const Callable>(); }
  // An integer, or a bool as Python counts with it.
  std::optional<int64_t> as_int() const;
  // Any number.
  std::optional<double> as_number() const;

  // How deeply containers lie in one another: 0 for all that is none.
  int depth() const;
  // Steps it takes to look at all of it: elements, elements of elements and so on, and stretches of text.
  int64_t weight() const;
  bool same_object(const Value& other) const {
    return data_.index() == other.data_.index() && address() == other.address();
  }

 private:
  template <class T>
  T* pointee() const {
    const auto* pointer = get_if<std::shared_ptr<T>>();
    return pointer ? pointer->get() : nullptr;
  }
  const void* address() const;

  std::variant<Undefined, None, bool, int64_t, double, Text, std::shared_ptr<const Sequence>,
               std::shared_ptr<const Dict>, Namespace*, std::shared_ptr<Loop>, std::shared_ptr<const Callable>>
      data_;
};

// Heavier containers are not made.
inline constexpr int64_t kMaxWeight = int64_t{1} << 40;

// A list, a tuple or what iterates like one.  A generator gives its items once: `n_taken` of them are gone.
struct Sequence {
  SequenceKind kind = SequenceKind::kList;
  ValueList items;
  int depth = 1;
  int64_t weight = 1;
  bool is_group = false;  // a pair that groupby made: its items have the names "grouper" and "list"
  mutable int64_t n_taken = 0;
};

// Pairs in the order they were added.
struct Dict {
  std::vector<std::pair<Value, Value>> items;
  int depth = 1;
  int64_t weight = 1;
  std::unordered_map<std::string, size_t> by_text;  // positions of text keys, kept for large dicts only

  const Value* find(std::string_view key) const;
};

// Gathers a dict; a later pair of the same key replaces the value.
class DictBuilder {
 public:
  void set(Value key, Value value);
  int64_t size() const { return static_cast<int64_t>(dict_.items.size()); }
  Dict take();

 private:
  Dict dict_;
};

struct Namespace {
  std::vector<std::pair<std::string, Value>> attributes;

  const Value* find(std::string_view name) const;
  void set(std::string_view name, Value value);
};

// Python's ==.  Cannot fail; containers are no deeper than Limits::container_depth.
bool equal(const Value& a, const Value& b);
bool truthy(const Value& value);
// "str", "int", "NoneType", … for messages.
std::string_view type_name(const Value& value);

}  // namespace ondol::jinja
