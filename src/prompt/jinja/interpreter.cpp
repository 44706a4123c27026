#include "prompt/jinja/interpreter.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "prompt/jinja/builtins.h"
#include "prompt/jinja/operators.h"
#include "prompt/jinja/python_text.h"

namespace ondol::jinja {

Value* Scope::find(NameId name) {
  for (auto& [known, value] : variables) {
    if (known == name) return &value;
  }
  return nullptr;
}

void Scope::set(NameId name, Value value) {
  if (Value* old = find(name)) *old = std::move(value);
  else variables.emplace_back(name, std::move(value));
}

// Counts how deeply the interpreter is inside itself.
class Interpreter::Depth {
 public:
  explicit Depth(int& depth) : depth_(depth) { ++depth_; }
  ~Depth() { --depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  int& depth_;
};

// A scope inside `outer` that is the current one while this lives.
class Interpreter::ScopeGuard {
 public:
  ScopeGuard(Interpreter& interpreter, Scope* outer)
      : interpreter_(interpreter), before_(interpreter.scope_), scope_(interpreter.new_scope(outer)) {
    interpreter_.scope_ = scope_;
  }
  ~ScopeGuard() {
    interpreter_.scope_ = before_;
    interpreter_.end_scope(scope_);
  }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;
  Scope* scope() const { return scope_; }

 private:
  Interpreter& interpreter_;
  Scope* before_;
  Scope* scope_;
};

Interpreter::Interpreter(const Ast& ast, Runtime& runtime) : ast_(ast), runtime_(runtime) {
  const auto find_name = [&](std::string_view name) {
    const auto found = std::find(ast.names.begin(), ast.names.end(), name);
    return found == ast.names.end() ? NameId::kNone : static_cast<NameId>(found - ast.names.begin());
  };
  loop_name_ = find_name("loop");
  caller_name_ = find_name("caller");
  varargs_name_ = find_name("varargs");
  kwargs_name_ = find_name("kwargs");
}

Interpreter::~Interpreter() = default;

Scope* Interpreter::new_scope(Scope* outer) {
  if (free_scopes_.empty()) {
    scopes_.emplace_back();
    free_scopes_.push_back(&scopes_.back());
  }
  Scope* scope = free_scopes_.back();
  free_scopes_.pop_back();
  scope->outer = outer;
  return scope;
}

void Interpreter::end_scope(Scope* scope) {
  if (scope->captured) return;
  scope->variables.clear();
  free_scopes_.push_back(scope);
}

Status Interpreter::enter(const Node& node) {
  runtime_.line = node.line;
  if (depth_ > runtime_.limits.depth) return fail(msg::kTemplateDepth, runtime_.limits.depth);
  return runtime_.spend_steps(1);
}

Result<Text> Interpreter::render(const Dict& context) {
  ScopeGuard globals(*this, nullptr);
  for (size_t i = 0; i < ast_.names.size(); ++i) {
    if (const Value* value = context.find(ast_.names[i])) globals.scope()->set(static_cast<NameId>(i), *value);
  }
  return capture(ast_.body);
}

// ---- statements

Result<Interpreter::Flow> Interpreter::run_body(NodeRange body) {
  for (const NodeId statement : children(body)) {
    TRY(const Flow flow, run(statement));
    if (flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::run(NodeId id) {
  const Depth depth(depth_);
  const Node& at = node(id);
  TRY(enter(at));
  switch (at.kind) {
    case NodeKind::kData:
      out_->append(*ast_.constants[static_cast<size_t>(at.constant)].as_text());
      break;
    case NodeKind::kOutput: {
      TRY(const Value value, evaluate(at.a));
      TRY(append_text(*this, value, *out_));
      break;
    }
    case NodeKind::kFor: {
      TRY(const Value iterable, evaluate(at.b));
      return run_for(at, id, iterable, 0);
    }
    case NodeKind::kIf:
      return run_if(at);
    case NodeKind::kSet: {
      TRY(Value value, evaluate(at.b));
      TRY(assign(at.a, std::move(value)));
      break;
    }
    case NodeKind::kSetBlock:
      TRY(run_set_block(at));
      break;
    case NodeKind::kMacro:
      TRY(define_macro(id));
      break;
    case NodeKind::kCallBlock:
      TRY(run_call_block(at));
      break;
    case NodeKind::kFilterBlock:
      TRY(run_filter_block(at));
      break;
    case NodeKind::kWith: {
      // the values see the scope around, not each other
      std::vector<std::pair<NodeId, Value>> values;
      for (const NodeId assignment : children(at.other)) {
        TRY(Value value, evaluate(node(assignment).b));
        values.emplace_back(node(assignment).a, std::move(value));
      }
      const ScopeGuard scope(*this, scope_);
      for (auto& [target, value] : values) TRY(assign(target, std::move(value)));
      return run_body(at.list);
    }
    case NodeKind::kScope: {
      const ScopeGuard scope(*this, scope_);
      return run_body(at.list);
    }
    case NodeKind::kBreak:
      return Flow::kBreak;
    case NodeKind::kContinue:
      return Flow::kContinue;
    default:
      CHECK(false);
  }
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::run_if(const Node& at) {
  TRY(const Value test, evaluate(at.a));
  return run_body(truthy(test) ? at.list : at.other);
}

Status Interpreter::look_ahead(Loop& loop, int64_t n_items) {
  while (std::ssize(loop.items) < n_items && loop.n_source_used < std::ssize(loop.source->items)) {
    const Value& item = loop.source->items[static_cast<size_t>(loop.n_source_used++)];
    const Node& at = node(loop.node);
    TRY(runtime_.spend_steps(1));
    if (at.c != NodeId::kNone) {
      const ScopeGuard scope(*this, loop.outer);
      TRY(assign(at.a, item));
      TRY(const Value wanted, evaluate(at.c));
      if (!truthy(wanted)) continue;
    }
    loop.items.push_back(item);
  }
  return ok();
}

Result<const Value*> Interpreter::peek(Loop& loop) {
  const int64_t next = loop.index0 + 1;
  TRY(look_ahead(loop, next + 1));
  return std::ssize(loop.items) > next ? &loop.items[static_cast<size_t>(next)] : nullptr;
}

Result<Interpreter::Flow> Interpreter::run_for(const Node& at, NodeId id, const Value& iterable, int depth0) {
  TRY(ValueList items, iterate(iterable));
  TRY(runtime_.spend_bytes(static_cast<int64_t>(items.size() * sizeof(Value))));
  const auto source = std::make_shared<Sequence>();
  source->items = std::move(items);
  const auto loop = std::make_shared<Loop>();
  loop->source = source;
  loop->node = id;
  loop->outer = scope_;
  loop->depth0 = depth0;
  // A loop outlives its end only in a namespace, where it must not hold on to itself.
  struct Emptied {
    Loop& loop;
    ~Emptied() {
      loop.last_changed.clear();
      loop.items.clear();
      loop.source = std::make_shared<Sequence>();
    }
  } const emptied{*loop};

  bool has_finished_one = false;
  for (;;) {
    TRY(const Value* const next, peek(*loop));
    if (!next) break;
    const Value item = *next;
    ++loop->index0;
    const ScopeGuard scope(*this, loop->outer);
    TRY(assign(at.a, item));
    if (loop_name_ != NameId::kNone) scope.scope()->set(loop_name_, Value(loop));
    TRY(const Flow flow, run_body(at.list));
    if (flow == Flow::kBreak) break;
    has_finished_one = has_finished_one || flow == Flow::kNext;
  }
  // unlike Python's, the else branch is for a loop of which no turn came to its end
  if (!has_finished_one) {
    const ScopeGuard scope(*this, scope_);
    return run_body(at.other);
  }
  return Flow::kNext;
}

Status Interpreter::assign(NodeId target, Value value) {
  const Node& at = node(target);
  if (at.kind == NodeKind::kName) {
    scope_->set(at.name, std::move(value));
    return ok();
  }
  if (at.kind == NodeKind::kNamespaceAttribute) {
    TRY(const Value owner, evaluate(at.a));
    Namespace* const space = owner.as_namespace();
    if (!space) return fail(msg::kTemplateNotANamespace, type_name(owner));
    const std::string& name = ast_.text_of(at.name);
    if (name.starts_with('_')) return fail(msg::kTemplateUnsafeName, name);
    TRY(runtime_.spend_bytes(static_cast<int64_t>(sizeof(Value))));
    space->set(name, std::move(value));
    return ok();
  }
  CHECK(at.kind == NodeKind::kTuple);
  TRY(ValueList items, iterate(value));
  const auto targets = children(at.list);
  if (items.size() != targets.size()) return fail(msg::kTemplateUnpack, items.size(), targets.size());
  for (size_t i = 0; i < targets.size(); ++i) TRY(assign(targets[i], std::move(items[i])));
  return ok();
}

Result<Text> Interpreter::capture(NodeRange body) {
  TextBuilder out(runtime_);
  TextBuilder* const before = std::exchange(out_, &out);
  const ScopeGuard scope(*this, scope_);
  const auto flow = run_body(body);
  out_ = before;
  if (!flow) return tl::make_unexpected(flow.error());
  return out.take();
}

Status Interpreter::run_set_block(const Node& at) {
  TRY(Text text, capture(at.list));
  Value value(std::move(text));
  if (at.b != NodeId::kNone) { TRY(value, evaluate_filter(node(at.b), &value)); }
  return assign(at.a, std::move(value));
}

Status Interpreter::run_filter_block(const Node& at) {
  TRY(Text text, capture(at.list));
  const Value captured(std::move(text));
  TRY(const Value value, evaluate_filter(node(at.a), &captured));
  return append_text(*this, value, *out_);
}

Status Interpreter::define_macro(NodeId id) {
  auto macro = std::make_shared<Callable>();
  macro->name = ast_.text_of(node(id).name);
  macro->macro = id;
  macro->scope = scope_;
  for (Scope* scope = scope_; scope; scope = scope->outer) scope->captured = true;
  scope_->set(node(id).name, Value(std::shared_ptr<const Callable>(std::move(macro))));
  return runtime_.spend_bytes(static_cast<int64_t>(sizeof(Callable)));
}

Status Interpreter::run_call_block(const Node& at) {
  const ScopeGuard scope(*this, scope_);
  TRY(define_macro(at.b));
  const Value caller = *scope_->find(node(at.b).name);
  // the call itself does not see its caller under that name
  scope_->variables.pop_back();
  TRY(const Value value, evaluate_call(node(at.a), &caller));
  return append_text(*this, value, *out_);
}

// ---- expressions

Result<Value> Interpreter::evaluate(NodeId id) {
  const Depth depth(depth_);
  const Node& at = node(id);
  TRY(enter(at));
  return evaluate_node(at);
}

Result<Value> Interpreter::evaluate_node(const Node& at) {
  switch (at.kind) {
    case NodeKind::kConstant:
      return ast_.constants[static_cast<size_t>(at.constant)];
    case NodeKind::kName:
      return evaluate_name(at);
    case NodeKind::kAttribute: {
      TRY(const Value value, evaluate(at.a));
      runtime_.line = at.line;
      return attribute(value, Text(ast_.text_of(at.name), kFromTemplate));
    }
    case NodeKind::kItem:
      return evaluate_item(at);
    case NodeKind::kCall:
      return evaluate_call(at);
    case NodeKind::kFilter:
      return evaluate_filter(at);
    case NodeKind::kTest:
      return evaluate_test(at);
    case NodeKind::kUnary: {
      TRY(const Value value, evaluate(at.a));
      runtime_.line = at.line;
      return unary_operation(*this, at.op, value);
    }
    case NodeKind::kBinary: {
      TRY(const Value left, evaluate(at.a));
      TRY(const Value right, evaluate(at.b));
      runtime_.line = at.line;
      return binary_operation(*this, at.op, left, right);
    }
    case NodeKind::kAnd:
    case NodeKind::kOr: {
      TRY(Value left, evaluate(at.a));
      if (truthy(left) == (at.kind == NodeKind::kOr)) return left;
      return evaluate(at.b);
    }
    case NodeKind::kNot: {
      TRY(const Value value, evaluate(at.a));
      return Value(!truthy(value));
    }
    case NodeKind::kCompare:
      return evaluate_compare(at);
    case NodeKind::kConcat:
      return evaluate_concat(at);
    case NodeKind::kConditional: {
      TRY(const Value test, evaluate(at.b));
      if (truthy(test)) return evaluate(at.a);
      if (at.c != NodeId::kNone) return evaluate(at.c);
      return Value::undefined(std::string(msg::kTemplateNoElse.text()));
    }
    case NodeKind::kList:
    case NodeKind::kTuple: {
      TRY(ValueList items, evaluate_all(at.list));
      return make_sequence(at.kind == NodeKind::kList ? SequenceKind::kList : SequenceKind::kTuple, std::move(items));
    }
    case NodeKind::kDict:
      return evaluate_dict(at);
    default:
      CHECK(false);
      return Value();
  }
}

Result<Value> Interpreter::evaluate_name(const Node& at) {
  for (Scope* scope = scope_; scope; scope = scope->outer) {
    if (const Value* value = scope->find(at.name)) return *value;
  }
  const std::string& name = ast_.text_of(at.name);
  if (const Native function = find_function(name)) {
    auto callable = std::make_shared<Callable>();
    callable->name = name;
    callable->native = function;
    return Value(std::shared_ptr<const Callable>(std::move(callable)));
  }
  return Value::undefined(format_message(msg::kTemplateUndefined, name));
}

Result<Value> Interpreter::evaluate_item(const Node& at) {
  TRY(const Value value, evaluate(at.a));
  if (node(at.b).kind == NodeKind::kSlice) return evaluate_slice(node(at.b), value);
  TRY(const Value key, evaluate(at.b));
  runtime_.line = at.line;
  return item(value, key);
}

Result<Value> Interpreter::evaluate_slice(const Node& slice, const Value& value) {
  std::optional<int64_t> bounds[3];
  const NodeId parts[] = {slice.a, slice.b, slice.c};
  for (int i = 0; i < 3; ++i) {
    if (parts[i] == NodeId::kNone) continue;
    TRY(const Value bound, evaluate(parts[i]));
    if (bound.is_none()) continue;
    bounds[i] = bound.as_int();
    if (bound.is_undefined()) return fail(msg::kTemplateReason, bound.undefined_reason());
    if (!bounds[i]) return fail(msg::kTemplateSliceIndex, type_name(bound));
  }
  runtime_.line = slice.line;
  if (value.is_undefined()) return fail(msg::kTemplateReason, value.undefined_reason());
  const Text* const text = value.as_text();
  const Sequence* const sequence = value.as_sequence();
  if (!text && (!sequence || sequence->kind > SequenceKind::kRange)) {
    return fail(msg::kTemplateNoSlice, type_name(value));
  }

  // Python's rules for the bounds of a slice
  const int64_t length = text ? text->length() : std::ssize(sequence->items);
  const int64_t step = bounds[2].value_or(1);
  if (step == 0) return fail(msg::kTemplateSliceStep);
  const int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? length : length - 1;
  const auto clamp = [&](std::optional<int64_t> bound, int64_t otherwise) {
    if (!bound) return otherwise;
    const int64_t at = *bound < 0 ? std::max(*bound, -length - 1) + length : *bound;
    return std::clamp(at, lowest, highest);
  };
  const int64_t begin = clamp(bounds[0], step > 0 ? lowest : highest);
  const int64_t end = clamp(bounds[1], step > 0 ? highest : lowest);

  TRY(runtime_.spend_steps((text ? text->size_bytes() : length) / 64 + 1));
  if (text && step == 1) {
    if (begin >= end) return Value(Text());
    TRY(runtime_.spend_bytes(text->size_bytes()));
    return Value(text->cut(text->byte_of(begin), text->byte_of(end)));
  }
  // a step beyond the length ends after the first item, before it could overflow
  const int64_t stride = std::clamp(step, -length - 1, length + 1);
  ValueList items;
  TextBuilder out(runtime_);
  std::vector<int64_t> offsets;  // of code points
  if (text) {
    const std::string_view bytes = text->bytes();
    TRY(runtime_.spend_bytes(text->length() * static_cast<int64_t>(sizeof(int64_t))));
    for (int64_t i = 0; i < text->size_bytes(); ++i) {
      if ((static_cast<uint8_t>(bytes[static_cast<size_t>(i)]) & 0xC0) != 0x80) offsets.push_back(i);
    }
    offsets.push_back(text->size_bytes());
  }
  for (int64_t i = begin; stride > 0 ? i < end : i > end; i += stride) {
    const auto at = static_cast<size_t>(i);
    if (text) out.append(*text, offsets[at], offsets[at + 1]);
    else items.push_back(sequence->items[at]);
  }
  if (!text) return make_sequence(sequence->kind, std::move(items));
  TRY(Text sliced, out.take());
  return Value(sliced.as_markup(text->is_markup()));
}

Result<Value> Interpreter::evaluate_compare(const Node& at) {
  TRY(Value left, evaluate(at.a));
  for (const NodeId id : children(at.list)) {
    const Node& operand = node(id);
    TRY(Value right, evaluate(operand.a));
    runtime_.line = operand.line;
    TRY(const bool holds, comparison(*this, operand.op, left, right));
    if (!holds) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Result<Value> Interpreter::evaluate_concat(const Node& at) {
  TextBuilder out(runtime_);
  for (const NodeId part : children(at.list)) {
    TRY(const Value value, evaluate(part));
    TRY(append_text(*this, value, out));
  }
  TRY(Text text, out.take());
  return Value(std::move(text));
}

Result<Value> Interpreter::evaluate_dict(const Node& at) {
  DictBuilder builder;
  const auto parts = children(at.list);
  for (size_t i = 0; i < parts.size(); i += 2) {
    TRY(Value key, evaluate(parts[i]));
    TRY(Value value, evaluate(parts[i + 1]));
    TRY(set_pair(builder, std::move(key), std::move(value)));
  }
  return make_dict(std::move(builder));
}

Result<ValueList> Interpreter::evaluate_all(NodeRange list) {
  ValueList values;
  for (const NodeId id : children(list)) {
    TRY(Value value, evaluate(id));
    values.push_back(std::move(value));
  }
  return values;
}

Result<Arguments> Interpreter::evaluate_arguments(NodeRange list) {
  Arguments arguments;
  for (const NodeId id : children(list)) {
    const Node& at = node(id);
    const bool wraps = at.kind == NodeKind::kKeyword || at.kind == NodeKind::kStar || at.kind == NodeKind::kDoubleStar;
    TRY(Value value, evaluate(wraps ? at.a : id));
    if (at.kind == NodeKind::kKeyword) {
      arguments.named.emplace_back(ast_.text_of(at.name), std::move(value));
    } else if (at.kind == NodeKind::kStar) {
      TRY(ValueList items, iterate(value));
      arguments.positional.insert(arguments.positional.end(), items.begin(), items.end());
    } else if (at.kind == NodeKind::kDoubleStar) {
      const Dict* const dict = value.as_dict();
      if (!dict) return fail(msg::kTemplateWrongType, "**", type_name(value));
      for (const auto& [key, item] : dict->items) {
        TRY(const Text name, to_text(*this, key));
        arguments.named.emplace_back(name.bytes(), item);
      }
    } else {
      arguments.positional.push_back(std::move(value));
    }
  }
  TRY(runtime_.spend_bytes(static_cast<int64_t>(arguments.positional.size() * sizeof(Value))));
  return arguments;
}

Result<Value> Interpreter::evaluate_filter(const Node& at, const Value* captured) {
  const Depth depth(depth_);
  TRY(enter(at));
  Value value;
  if (at.a == NodeId::kNone) {
    CHECK(captured);
    value = *captured;
  } else if (captured && node(at.a).kind == NodeKind::kFilter) {
    TRY(value, evaluate_filter(node(at.a), captured));
  } else {
    TRY(value, evaluate(at.a));
  }
  TRY(const Arguments arguments, evaluate_arguments(at.list));
  runtime_.line = at.line;
  return call_filter(ast_.text_of(at.name), value, arguments);
}

Result<Value> Interpreter::evaluate_test(const Node& at) {
  TRY(const Value value, evaluate(at.a));
  TRY(const Arguments arguments, evaluate_arguments(at.list));
  runtime_.line = at.line;
  TRY(const bool holds, call_test(ast_.text_of(at.name), value, arguments));
  return Value(holds);
}

Result<Value> Interpreter::evaluate_call(const Node& at, const Value* caller) {
  TRY(const Value callee, evaluate(at.a));
  TRY(Arguments arguments, evaluate_arguments(at.list));
  if (caller) arguments.named.emplace_back("caller", *caller);
  runtime_.line = at.line;
  return call(callee, arguments);
}

Result<Value> Interpreter::call_filter(std::string_view name, const Value& value, const Arguments& arguments) {
  const Native filter = find_filter(name);
  if (!filter) return fail(msg::kTemplateNoFilter, name);
  TRY(runtime_.spend_steps(1));
  return filter(*this, value, arguments);
}

Result<bool> Interpreter::call_test(std::string_view name, const Value& value, const Arguments& arguments) {
  const Test test = find_test(name);
  if (!test) return fail(msg::kTemplateNoTest, name);
  TRY(runtime_.spend_steps(1));
  return test(*this, value, arguments);
}

Result<Value> Interpreter::call(const Value& callee, const Arguments& arguments) {
  if (callee.is_undefined()) return fail(msg::kTemplateReason, callee.undefined_reason());
  if (Loop* loop = callee.as_loop()) return call_loop(*loop, arguments);
  const Callable* const callable = callee.as_callable();
  if (!callable) return fail(msg::kTemplateNotCallable, type_name(callee));
  if (callable->native) return callable->native(*this, callable->self, arguments);
  return call_macro(*callable, arguments);
}

Result<Value> Interpreter::call_macro(const Callable& macro, const Arguments& arguments) {
  const Depth depth(depth_);
  const Node& at = node(macro.macro);
  TRY(enter(at));
  const auto parameters = children(at.other);
  std::vector<bool> used(arguments.named.size());
  const auto take_named = [&](std::string_view name) -> const Value* {
    for (size_t i = 0; i < arguments.named.size(); ++i) {
      if (arguments.named[i].first != name) continue;
      used[i] = true;
      return &arguments.named[i].second;
    }
    return nullptr;
  };

  const ScopeGuard scope(*this, macro.scope);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Node& parameter = node(parameters[i]);
    const std::string& name = ast_.text_of(parameter.name);
    if (i < arguments.positional.size()) {
      scope_->set(parameter.name, arguments.positional[i]);
    } else if (const Value* value = take_named(name)) {
      scope_->set(parameter.name, *value);
    } else if (parameter.a != NodeId::kNone) {
      TRY(Value value, evaluate(parameter.a));
      scope_->set(parameter.name, std::move(value));
    } else {
      scope_->set(parameter.name, Value::undefined(format_message(msg::kTemplateNoArgument, name)));
    }
  }
  if (at.uses_caller && !scope_->find(caller_name_)) {
    const Value* const caller = take_named("caller");
    scope_->set(caller_name_, caller ? *caller : Value::undefined(std::string(msg::kTemplateNoCaller.text())));
  }
  // what no parameter took
  DictBuilder rest;
  for (size_t i = 0; i < arguments.named.size(); ++i) {
    if (used[i]) continue;
    if (!at.uses_kwargs) return fail(msg::kTemplateUnknownArgument, macro.name, arguments.named[i].first);
    TRY(set_pair(rest, Value::text(arguments.named[i].first), arguments.named[i].second));
  }
  if (at.uses_kwargs) {
    TRY(Value kwargs, make_dict(std::move(rest)));
    scope_->set(kwargs_name_, std::move(kwargs));
  }
  const size_t n_taken = std::min(parameters.size(), arguments.positional.size());
  if (at.uses_varargs) {
    TRY(Value varargs,
        make_sequence(SequenceKind::kTuple, {arguments.positional.begin() + static_cast<std::ptrdiff_t>(n_taken),
                                             arguments.positional.end()}));
    scope_->set(varargs_name_, std::move(varargs));
  } else if (arguments.positional.size() > n_taken) {
    return fail(msg::kTemplateTooManyArguments, macro.name, parameters.size());
  }

  TRY(Text text, capture(at.list));
  return Value(std::move(text));
}

Result<Value> Interpreter::call_loop(Loop& loop, const Arguments& arguments) {
  const Node& at = node(loop.node);
  if (!at.recursive) return fail(msg::kTemplateNotRecursive);
  if (arguments.positional.size() != 1 || !arguments.named.empty()) {
    return fail(msg::kTemplateTooManyArguments, "loop", 1);
  }
  const Depth depth(depth_);
  TRY(enter(at));
  TextBuilder out(runtime_);
  TextBuilder* const before = std::exchange(out_, &out);
  const ScopeGuard scope(*this, loop.outer);
  const auto flow = run_for(at, loop.node, arguments.positional.front(), loop.depth0 + 1);
  out_ = before;
  if (!flow) return tl::make_unexpected(flow.error());
  TRY(Text text, out.take());
  return Value(std::move(text));
}

// ---- values

Result<ValueList> Interpreter::iterate(const Value& value) {
  if (const Sequence* sequence = value.as_sequence()) {
    TRY(runtime_.spend_steps(std::ssize(sequence->items) / 16));
    if (sequence->kind != SequenceKind::kGenerator) return sequence->items;
    const auto begin = sequence->items.begin() + static_cast<std::ptrdiff_t>(sequence->n_taken);
    sequence->n_taken = std::ssize(sequence->items);
    return ValueList(begin, sequence->items.end());
  }
  ValueList items;
  if (const Dict* dict = value.as_dict()) {
    TRY(runtime_.spend_steps(std::ssize(dict->items) / 16));
    for (const auto& [key, item] : dict->items) items.push_back(key);
    return items;
  }
  if (const Text* text = value.as_text()) {
    // each character is a text of its own
    TRY(runtime_.spend_steps(text->length()));
    TRY(runtime_.spend_bytes(text->length() * 128));
    const std::string_view bytes = text->bytes();
    for (int64_t at = 0; at < text->size_bytes();) {
      int64_t end = at + 1;
      while (end < text->size_bytes() && (static_cast<uint8_t>(bytes[static_cast<size_t>(end)]) & 0xC0) == 0x80) ++end;
      items.emplace_back(text->cut(at, end));
      at = end;
    }
    return items;
  }
  if (value.is_undefined()) return items;
  return fail(msg::kTemplateNotIterable, type_name(value));
}

Status Interpreter::check_container(int depth, int64_t weight) const {
  if (depth > runtime_.limits.container_depth) {
    return fail(msg::kTemplateContainerDepth, runtime_.limits.container_depth);
  }
  if (weight > runtime_.limits.steps) return fail(msg::kTemplateSteps, runtime_.limits.steps);
  return ok();
}

Result<Value> Interpreter::make_sequence(SequenceKind kind, ValueList items) {
  auto sequence = std::make_shared<Sequence>();
  TRY(runtime_.spend_bytes(static_cast<int64_t>(sizeof(Sequence) + items.size() * sizeof(Value))));
  for (const Value& item : items) {
    sequence->depth = std::max(sequence->depth, item.depth() + 1);
    sequence->weight = std::min(sequence->weight + item.weight(), kMaxWeight);
  }
  TRY(check_container(sequence->depth, sequence->weight));
  sequence->kind = kind;
  sequence->items = std::move(items);
  return Value(std::shared_ptr<const Sequence>(std::move(sequence)));
}

Result<Value> Interpreter::make_dict(DictBuilder builder) {
  auto dict = std::make_shared<Dict>(builder.take());
  TRY(check_container(dict->depth, dict->weight));
  return Value(std::shared_ptr<const Dict>(std::move(dict)));
}

Namespace* Interpreter::make_namespace() { return &namespaces_.emplace_back(); }

Status Interpreter::set_pair(DictBuilder& builder, Value key, Value value) {
  const Sequence* const sequence = key.as_sequence();
  const bool hashable = !key.as_dict() && (!sequence || sequence->kind == SequenceKind::kTuple);
  if (!hashable) return fail(msg::kTemplateUnhashable, type_name(key));
  // keys other than texts are searched for one by one
  TRY(runtime_.spend_steps(key.as_text() ? 1 : (builder.size() + 1) * key.weight()));
  TRY(runtime_.spend_bytes(static_cast<int64_t>(2 * sizeof(Value))));
  builder.set(std::move(key), std::move(value));
  return ok();
}

Result<Value> Interpreter::attribute(const Value& value, const Text& name) {
  const std::string_view wanted = name.bytes();
  if (value.is_undefined()) return fail(msg::kTemplateReason, value.undefined_reason());
  if (wanted.starts_with("__")) return Value::undefined(format_message(msg::kTemplateUnsafeName, wanted));
  if (auto method = find_method(value, wanted)) return std::move(*method);
  if (const Dict* dict = value.as_dict()) {
    if (const Value* found = dict->find(wanted)) return *found;
  }
  if (const Namespace* space = value.as_namespace()) {
    if (const Value* found = space->find(wanted)) return *found;
  }
  if (const Sequence* sequence = value.as_sequence(); sequence && sequence->is_group) {
    if (wanted == "grouper") return sequence->items[0];
    if (wanted == "list") return sequence->items[1];
  }
  if (const auto* loop = value.get_if<std::shared_ptr<Loop>>()) return loop_attribute(*loop, wanted, value);
  return Value::undefined(format_message(msg::kTemplateNoAttribute, type_name(value), wanted));
}

Result<Value> Interpreter::item(const Value& value, const Value& key) {
  if (value.is_undefined()) return fail(msg::kTemplateReason, value.undefined_reason());
  const Text* const name = key.as_text();
  if (const Dict* dict = value.as_dict()) {
    if (name) {
      if (const Value* found = dict->find(name->bytes())) return *found;
    } else {
      TRY(runtime_.spend_steps(std::ssize(dict->items) + key.weight()));
      for (const auto& [known, found] : dict->items) {
        if (equal(known, key)) return found;
      }
    }
  }
  const auto index = key.as_int();
  const auto wrap = [&](int64_t length) { return *index < 0 ? *index + length : *index; };
  if (const Sequence* sequence = value.as_sequence(); index && sequence && sequence->kind <= SequenceKind::kRange) {
    const int64_t at = wrap(std::ssize(sequence->items));
    if (at >= 0 && at < std::ssize(sequence->items)) return sequence->items[static_cast<size_t>(at)];
  }
  if (const Text* text = value.as_text(); index && text) {
    const int64_t at = wrap(text->length());
    if (at >= 0 && at < text->length()) {
      TRY(runtime_.spend_steps(text->size_bytes() / 64 + 1));
      return Value(text->cut(text->byte_of(at), text->byte_of(at + 1)));
    }
  }
  if (name && !value.as_dict()) return attribute(value, *name);
  if (name) {
    if (auto method = find_method(value, name->bytes())) return std::move(*method);
  }
  TRY(const Text shown, to_text(*this, key));
  return Value::undefined(format_message(msg::kTemplateNoAttribute, type_name(value), shown.bytes()));
}

Result<Value> Interpreter::loop_attribute(const std::shared_ptr<Loop>& loop, std::string_view name, const Value& self) {
  if (name == "index") return Value(loop->index0 + 1);
  if (name == "index0") return Value(loop->index0);
  if (name == "first") return Value(loop->index0 == 0);
  if (name == "depth") return Value(loop->depth0 + 1);
  if (name == "depth0") return Value(loop->depth0);
  if (name == "previtem") {
    if (loop->index0 > 0) return loop->items[static_cast<size_t>(loop->index0 - 1)];
    return Value::undefined(std::string(msg::kTemplateNoPrevious.text()));
  }
  if (name == "last" || name == "nextitem") {
    TRY(const Value* const next, peek(*loop));
    if (name == "last") return Value(next == nullptr);
    return next ? *next : Value::undefined(std::string(msg::kTemplateNoNext.text()));
  }
  if (name == "length" || name == "revindex" || name == "revindex0") {
    TRY(look_ahead(*loop, std::numeric_limits<int64_t>::max()));
    const int64_t length = std::ssize(loop->items);
    if (name == "length") return Value(length);
    return Value(length - loop->index0 - (name == "revindex0" ? 1 : 0));
  }
  return Value::undefined(format_message(msg::kTemplateNoAttribute, type_name(self), name));
}

Result<Parameters> Parameters::bind(Interpreter& interpreter, std::string_view function, const Arguments& arguments,
                                    std::string_view names, int n_required) {
  std::vector<std::string_view> parameters;
  while (!names.empty()) {
    const size_t end = std::min(names.find(' '), names.size());
    parameters.push_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  if (arguments.positional.size() > parameters.size()) {
    return interpreter.fail(msg::kTemplateTooManyArguments, function, parameters.size());
  }
  Parameters bound;
  bound.values_.resize(parameters.size());
  for (size_t i = 0; i < arguments.positional.size(); ++i) bound.values_[i] = arguments.positional[i];
  for (const auto& [name, value] : arguments.named) {
    const auto found = std::find(parameters.begin(), parameters.end(), name);
    if (found == parameters.end()) return interpreter.fail(msg::kTemplateUnknownArgument, function, name);
    bound.values_[static_cast<size_t>(found - parameters.begin())] = value;
  }
  for (int i = 0; i < n_required; ++i) {
    if (!bound.at(static_cast<size_t>(i))) {
      return interpreter.fail(msg::kTemplateMissingArgument, function, parameters[static_cast<size_t>(i)]);
    }
  }
  return bound;
}

}  // namespace ondol::jinja
