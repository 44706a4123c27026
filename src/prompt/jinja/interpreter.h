// Interpreter: runs a syntax tree.
//
// It walks the tree; how deeply statements, expressions and macro calls may lie in one another is bounded, and every
// step is counted (runtime.h).
#pragma once

#include <deque>
#include <memory>
#include <span>

#include "prompt/jinja/ast.h"
#include "prompt/jinja/callable.h"
#include "prompt/jinja/runtime.h"

namespace ondol::jinja {

class Interpreter {
 public:
  // `ast` outlives the interpreter.
  Interpreter(const Ast& ast, Runtime& runtime);
  ~Interpreter();

  // What the template writes, with the entries of `context` as its variables.
  Result<Text> render(const Dict& context);

  // For filters, tests and functions:
  Runtime& runtime() { return runtime_; }
  template <class... Args>
  tl::unexpected<Error> fail(const Message& message, Args&&... args) const {
    return runtime_.fail(message, std::forward<Args>(args)...);
  }
  Result<Value> call(const Value& callee, const Arguments& arguments);
  Result<Value> call_filter(std::string_view name, const Value& value, const Arguments& arguments);
  Result<bool> call_test(std::string_view name, const Value& value, const Arguments& arguments);
  // value.name and value[key], as a template writes them.
  Result<Value> attribute(const Value& value, const Text& name);
  Result<Value> item(const Value& value, const Value& key);
  // All items of what can be iterated; those of a generator are gone then.
  Result<ValueList> iterate(const Value& value);
  Result<Value> make_sequence(SequenceKind kind, ValueList items);
  Result<Value> make_list(ValueList items) { return make_sequence(SequenceKind::kList, std::move(items)); }
  Result<Value> make_dict(DictBuilder builder);
  Namespace* make_namespace();
  // Adds one pair; fails for a key that Python cannot hash.
  Status set_pair(DictBuilder& builder, Value key, Value value);

 private:
  enum class Flow { kNext, kBreak, kContinue };
  class Depth;
  class ScopeGuard;

  const Node& node(NodeId id) const { return ast_.at(id); }
  std::span<const NodeId> children(NodeRange range) const {
    return std::span(ast_.children).subspan(static_cast<size_t>(range.begin), static_cast<size_t>(range.size));
  }
  Status enter(const Node& node);

  Result<Flow> run_body(NodeRange body);
  Result<Flow> run(NodeId id);
  Result<Flow> run_for(const Node& node, NodeId id, const Value& iterable, int depth0);
  Result<Flow> run_if(const Node& node);
  Status run_set_block(const Node& node);
  Status run_filter_block(const Node& node);
  Status run_call_block(const Node& node);
  Status assign(NodeId target, Value value);
  Status define_macro(NodeId id);
  // What `body` writes, in a scope of its own.
  Result<Text> capture(NodeRange body);

  Result<Value> evaluate(NodeId id);
  Result<Value> evaluate_node(const Node& node);
  Result<Value> evaluate_name(const Node& node);
  Result<Value> evaluate_item(const Node& node);
  Result<Value> evaluate_slice(const Node& slice, const Value& value);
  Result<Value> evaluate_compare(const Node& node);
  Result<Value> evaluate_concat(const Node& node);
  Result<Value> evaluate_dict(const Node& node);
  // `captured` stands in for the value of the innermost filter of a filter block.
  Result<Value> evaluate_filter(const Node& node, const Value* captured = nullptr);
  Result<Value> evaluate_test(const Node& node);
  Result<Value> evaluate_call(const Node& node, const Value* caller = nullptr);
  Result<ValueList> evaluate_all(NodeRange list);
  Result<Arguments> evaluate_arguments(NodeRange list);
  Result<Value> call_macro(const Callable& macro, const Arguments& arguments);
  Result<Value> call_loop(Loop& loop, const Arguments& arguments);
  // Gathers items of the loop until there are `n_items`, or all.
  Status look_ahead(Loop& loop, int64_t n_items);
  // The item behind the current one of a loop, or null at its end.
  Result<const Value*> peek(Loop& loop);
  Result<Value> loop_attribute(const std::shared_ptr<Loop>& loop, std::string_view name, const Value& self);

  Status check_container(int depth, int64_t weight) const;
  Scope* new_scope(Scope* outer);
  void end_scope(Scope* scope);

  const Ast& ast_;
  Runtime& runtime_;
  Scope* scope_ = nullptr;
  TextBuilder* out_ = nullptr;
  int depth_ = 0;
  NameId loop_name_ = NameId::kNone, caller_name_ = NameId::kNone, varargs_name_ = NameId::kNone,
         kwargs_name_ = NameId::kNone;
  std::deque<Scope> scopes_;
  std::vector<Scope*> free_scopes_;
  std::deque<Namespace> namespaces_;
};

}  // namespace ondol::jinja
