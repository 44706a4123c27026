// What a template can call: macros, methods of values, the functions it is given.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "prompt/jinja/ast.h"
#include "prompt/jinja/value.h"

namespace ondol::jinja {

class Interpreter;
struct Scope;

struct Arguments {
  ValueList positional;
  std::vector<std::pair<std::string, Value>> named;
};

// A method of `self`, a function (`self` is undefined) or a filter (`self` is what it is applied to).
using Native = Result<Value> (*)(Interpreter& interpreter, const Value& self, const Arguments& arguments);

struct Callable {
  std::string name;
  Native native = nullptr;  // null: a macro
  Value self;
  // macro
  NodeId macro = NodeId::kNone;
  Scope* scope = nullptr;  // where it was defined; the interpreter owns it
  // cycler: how often it moved on; joiner: how often it was called
  mutable int64_t position = 0;
  bool is_object = false;  // a cycler or joiner
  int depth = 0;
};

// A loop while it runs.  Items behind a filter are looked at only when they are needed, as Jinja does.
struct Loop {
  std::shared_ptr<const Sequence> source;
  ValueList items;            // visited, and those looked ahead at
  int64_t n_source_used = 0;  // of `source`, items that were filtered already
  int64_t index0 = -1;
  int depth0 = 0;
  NodeId node = NodeId::kNone;
  Scope* outer = nullptr;  // where the loop stands
  ValueList last_changed;
  bool has_changed = false;
};

// Names and their values.  A name is looked for here and then in the scopes around.
struct Scope {
  Scope* outer = nullptr;
  bool captured = false;  // a macro was defined here: it may be needed after its end
  std::vector<std::pair<NameId, Value>> variables;

  Value* find(NameId name);
  void set(NameId name, Value value);
};

// Arguments brought into the order of a function's parameters.
class Parameters {
 public:
  // `names` are the parameters, separated by spaces; the first `n_required` have no default.  Fails with kBadInput.
  static Result<Parameters> bind(Interpreter& interpreter, std::string_view function, const Arguments& arguments,
                                 std::string_view names, int n_required = 0);

  // Null where the argument was not given.
  const Value* at(size_t index) const { return values_[index] ? &*values_[index] : nullptr; }
  bool flag(size_t index, bool otherwise = false) const { return at(index) ? truthy(*at(index)) : otherwise; }

 private:
  std::vector<std::optional<Value>> values_;
};

}  // namespace ondol::jinja
