#include "prompt/jinja/parser.h"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

#include "base/utf8.h"
#include "prompt/jinja/lexer.h"
#include "prompt/prompt_messages.h"

namespace ondol::jinja {
namespace {

constexpr int kMaxDepth = 100;  // expressions and statements inside one another

constexpr std::string_view kRefusedTags[] = {"include", "import", "from", "extends", "block", "autoescape"};

struct OperatorName {
  std::string_view text;
  Operator op;
};
constexpr OperatorName kComparisons[] = {{"==", Operator::kEqual},  {"!=", Operator::kNotEqual},
                                         {"<", Operator::kLess},    {"<=", Operator::kLessEqual},
                                         {">", Operator::kGreater}, {">=", Operator::kGreaterEqual}};
constexpr OperatorName kSums[] = {{"+", Operator::kAdd}, {"-", Operator::kSubtract}};
constexpr OperatorName kProducts[] = {
    {"*", Operator::kMultiply}, {"/", Operator::kDivide}, {"//", Operator::kFloorDivide}, {"%", Operator::kModulo}};
constexpr OperatorName kPowers[] = {{"**", Operator::kPower}};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Ast> run() {
    TRY(ast_.body, parse_body({}));
    return std::move(ast_);
  }

 private:
  using Nodes = std::vector<NodeId>;

  // ---- tokens

  const Token& token() const { return tokens_[at_]; }
  const Token& look() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool is_operator(std::string_view text) const { return token().is(TokenKind::kOperator, text); }
  bool is_name(std::string_view text) const { return token().is(TokenKind::kName, text); }
  Token next() {
    Token taken = token();
    if (at_ + 1 < tokens_.size()) ++at_;
    return taken;
  }
  bool skip_operator(std::string_view text) { return is_operator(text) && (next(), true); }
  bool skip_name(std::string_view text) { return is_name(text) && (next(), true); }

  std::string describe(const Token& token) const {
    constexpr std::string_view kNames[] = {"text", "{%", "%}", "{{", "}}"};
    if (token.kind <= TokenKind::kVariableEnd) return std::string(kNames[static_cast<size_t>(token.kind)]);
    if (token.kind == TokenKind::kEnd) return std::string(msg::kTemplateEnd.text());
    return printable(token.text);
  }
  tl::unexpected<Error> fail_expected(std::string_view expected) const {
    return fail(msg::kTemplateExpected, expected, describe(token()));
  }
  template <class... Args>
  tl::unexpected<Error> fail(const Message& message, Args&&... args) const {
    return ondol::fail(ErrorKind::kBadInput, msg::kTemplateLine, token().line,
                       format_message(message, std::forward<Args>(args)...));
  }
  Status expect_operator(std::string_view text) {
    if (skip_operator(text)) return ok();
    return fail_expected(text);
  }
  Status expect_name(std::string_view text) {
    if (skip_name(text)) return ok();
    return fail_expected(text);
  }
  Result<Token> expect(TokenKind kind, std::string_view what) {
    if (token().kind == kind) return next();
    return fail_expected(what);
  }
  Status expect_block_end() {
    TRY(expect(TokenKind::kBlockEnd, "%}"));
    return ok();
  }

  // ---- nodes

  NodeId add(NodeKind kind, int line, NodeId a = NodeId::kNone, NodeId b = NodeId::kNone, NodeId c = NodeId::kNone) {
    ast_.nodes.push_back({.kind = kind, .line = line, .a = a, .b = b, .c = c});
    return static_cast<NodeId>(ast_.nodes.size() - 1);
  }
  Node& node(NodeId id) { return ast_.nodes[static_cast<size_t>(id)]; }
  NodeRange add_list(const Nodes& list) {
    const NodeRange range{static_cast<int32_t>(ast_.children.size()), static_cast<int32_t>(list.size())};
    ast_.children.insert(ast_.children.end(), list.begin(), list.end());
    return range;
  }
  NodeId add_list_node(NodeKind kind, int line, const Nodes& list) {
    const NodeId id = add(kind, line);
    node(id).list = add_list(list);
    return id;
  }
  NodeId add_constant(NodeKind kind, int line, Value value) {
    const NodeId id = add(kind, line);
    node(id).constant = static_cast<int32_t>(ast_.constants.size());
    ast_.constants.push_back(std::move(value));
    return id;
  }
  NodeId add_named(NodeKind kind, int line, std::string_view name, NodeId a = NodeId::kNone) {
    const NodeId id = add(kind, line, a);
    node(id).name = intern(name);
    return id;
  }
  NameId intern(std::string_view name) {
    const auto [found, added] = names_.emplace(name, static_cast<NameId>(ast_.names.size()));
    if (added) ast_.names.emplace_back(name);
    return found->second;
  }

  // Counts how deeply the parser is inside itself.
  class Nesting {
   public:
    explicit Nesting(int& depth) : depth_(depth) { ++depth_; }
    ~Nesting() { --depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    int& depth_;
  };
  Status check_depth() const {
    if (depth_ <= kMaxDepth) return ok();
    return fail(msg::kTemplateNesting, kMaxDepth);
  }

  // ---- statements

  // Statements up to one of the tags in `ends`, whose name is the token that follows; up to the end where there are
  // none.
  Result<NodeRange> parse_body(std::initializer_list<std::string_view> ends) {
    const Nesting nesting(depth_);
    TRY(check_depth());
    Nodes body;
    for (;;) {
      const Token& first = token();
      if (first.kind == TokenKind::kData) {
        body.push_back(add_constant(NodeKind::kData, first.line, Value::text(first.text)));
        next();
      } else if (first.kind == TokenKind::kVariableBegin) {
        next();
        TRY(const NodeId expression, parse_tuple());
        body.push_back(add(NodeKind::kOutput, node(expression).line, expression));
        TRY(expect(TokenKind::kVariableEnd, "}}"));
      } else if (first.kind == TokenKind::kBlockBegin) {
        next();
        if (token().kind == TokenKind::kName && std::find(ends.begin(), ends.end(), token().text) != ends.end()) break;
        TRY(const NodeId statement, parse_statement());
        body.push_back(statement);
        TRY(expect_block_end());
      } else {
        if (ends.size() == 0) break;
        return fail_expected(*(ends.end() - 1));
      }
    }
    return add_list(body);
  }
  // A body behind the head of a tag, up to the tag `end`, which is taken.
  Result<NodeRange> parse_block(std::string_view end) {
    skip_operator(":");
    TRY(expect_block_end());
    TRY(const NodeRange body, parse_body({end}));
    next();
    return body;
  }

  Result<NodeId> parse_statement() {
    TRY(const Token tag, expect(TokenKind::kName, msg::kTemplateTagName.text()));
    struct Tag {
      std::string_view name;
      Result<NodeId> (Parser::*parse)(int line);
    };
    constexpr Tag kTags[] = {{"for", &Parser::parse_for},          {"if", &Parser::parse_if},
                             {"set", &Parser::parse_set},          {"macro", &Parser::parse_macro},
                             {"call", &Parser::parse_call_block},  {"filter", &Parser::parse_filter_block},
                             {"with", &Parser::parse_with},        {"generation", &Parser::parse_generation},
                             {"print", &Parser::parse_print},      {"break", &Parser::parse_break},
                             {"continue", &Parser::parse_continue}};
    for (const Tag& known : kTags) {
      if (known.name == tag.text) return (this->*known.parse)(tag.line);
    }
    const bool refused =
        std::find(std::begin(kRefusedTags), std::end(kRefusedTags), tag.text) != std::end(kRefusedTags);
    return fail(refused ? msg::kTemplateTagRefused : msg::kTemplateTagUnknown, printable(tag.text));
  }

  Result<NodeId> parse_for(int line) {
    TRY(const NodeId target, parse_target(false));
    TRY(expect_name("in"));
    TRY(const NodeId iterable, parse_tuple(false, "recursive"));
    NodeId test = NodeId::kNone;
    if (skip_name("if")) { TRY(test, parse_expression()); }
    const NodeId loop = add(NodeKind::kFor, line, target, iterable, test);
    node(loop).recursive = skip_name("recursive");
    skip_operator(":");
    TRY(expect_block_end());
    ++n_loops_;
    TRY(const NodeRange body, parse_body({"else", "endfor"}));
    --n_loops_;
    node(loop).list = body;
    if (next().text == "else") { TRY(node(loop).other, parse_block("endfor")); }
    return loop;
  }

  Result<NodeId> parse_if(int line) {
    struct Branch {
      int line;
      NodeId test;
      NodeRange body;
    };
    std::vector<Branch> branches;
    NodeRange other;
    for (;;) {
      TRY(const NodeId test, parse_tuple(false));
      skip_operator(":");
      TRY(expect_block_end());
      TRY(const NodeRange body, parse_body({"elif", "else", "endif"}));
      branches.push_back({line, test, body});
      line = token().line;
      const std::string tag = next().text;
      if (tag == "elif") continue;
      if (tag == "else") { TRY(other, parse_block("endif")); }
      break;
    }
    // an elif is an if alone in the else branch
    NodeId inner = NodeId::kNone;
    for (auto branch = branches.rbegin(); branch != branches.rend(); ++branch) {
      if (inner != NodeId::kNone) other = add_list({inner});
      inner = add(NodeKind::kIf, branch->line, branch->test);
      node(inner).list = branch->body;
      node(inner).other = other;
    }
    return inner;
  }

  Result<NodeId> parse_set(int line) {
    TRY(const NodeId target, parse_target(true));
    if (skip_operator("=")) {
      TRY(const NodeId value, parse_tuple());
      return add(NodeKind::kSet, line, target, value);
    }
    NodeId filters = NodeId::kNone;
    if (is_operator("|")) { TRY(filters, parse_filters(NodeId::kNone)); }
    TRY(const NodeRange body, parse_block("endset"));
    const NodeId id = add(NodeKind::kSetBlock, line, target, filters);
    node(id).list = body;
    return id;
  }

  Result<NodeId> parse_macro(int line) {
    TRY(const Token name, expect(TokenKind::kName, msg::kTemplateAName.text()));
    const NodeId macro = add_named(NodeKind::kMacro, line, name.text);
    TRY(node(macro).other, parse_parameters());
    return parse_macro_body(macro, "endmacro");
  }
  Result<NodeId> parse_macro_body(NodeId macro, std::string_view end) {
    open_macros_.push_back(macro);
    const int n_loops = std::exchange(n_loops_, 0);
    TRY(const NodeRange body, parse_block(end));
    n_loops_ = n_loops;
    open_macros_.pop_back();
    node(macro).list = body;
    return macro;
  }
  Result<NodeRange> parse_parameters() {
    TRY(expect_operator("("));
    Nodes parameters;
    bool has_default = false;
    while (!is_operator(")")) {
      if (!parameters.empty()) TRY(expect_operator(","));
      TRY(const Token name, expect(TokenKind::kName, msg::kTemplateAName.text()));
      NodeId value = NodeId::kNone;
      if (skip_operator("=")) {
        TRY(value, parse_expression());
        has_default = true;
      } else if (has_default) {
        return fail_expected("=");
      }
      parameters.push_back(add_named(NodeKind::kKeyword, name.line, name.text, value));
    }
    next();
    return add_list(parameters);
  }

  Result<NodeId> parse_call_block(int line) {
    const NodeId caller = add_named(NodeKind::kMacro, line, "caller");
    if (is_operator("(")) { TRY(node(caller).other, parse_parameters()); }
    TRY(const NodeId call, parse_expression());
    if (node(call).kind != NodeKind::kCall) return fail_expected(msg::kTemplateACall.text());
    TRY(parse_macro_body(caller, "endcall"));
    return add(NodeKind::kCallBlock, line, call, caller);
  }

  Result<NodeId> parse_filter_block(int line) {
    TRY(NodeId filters, parse_one_filter(NodeId::kNone));
    TRY(filters, parse_filters(filters));
    TRY(const NodeRange body, parse_block("endfilter"));
    const NodeId id = add(NodeKind::kFilterBlock, line, filters);
    node(id).list = body;
    return id;
  }

  Result<NodeId> parse_with(int line) {
    Nodes assignments;
    while (token().kind != TokenKind::kBlockEnd && !is_operator(":")) {
      if (!assignments.empty()) TRY(expect_operator(","));
      TRY(const Token name, expect(TokenKind::kName, msg::kTemplateAName.text()));
      const NodeId target = add_named(NodeKind::kName, name.line, name.text);
      TRY(expect_operator("="));
      TRY(const NodeId value, parse_expression());
      assignments.push_back(add(NodeKind::kSet, name.line, target, value));
    }
    const NodeRange other = add_list(assignments);
    TRY(const NodeRange body, parse_block("endwith"));
    const NodeId id = add(NodeKind::kWith, line);
    node(id).list = body;
    node(id).other = other;
    return id;
  }

  Result<NodeId> parse_generation(int line) {
    TRY(const NodeRange body, parse_block("endgeneration"));
    const NodeId id = add(NodeKind::kScope, line);
    node(id).list = body;
    return id;
  }

  Result<NodeId> parse_print(int line) {
    Nodes values;
    while (token().kind != TokenKind::kBlockEnd) {
      if (!values.empty()) TRY(expect_operator(","));
      TRY(const NodeId value, parse_expression());
      values.push_back(value);
    }
    return add(NodeKind::kOutput, line, add_list_node(NodeKind::kConcat, line, values));
  }

  Result<NodeId> parse_break(int line) { return parse_jump(NodeKind::kBreak, "break", line); }
  Result<NodeId> parse_continue(int line) { return parse_jump(NodeKind::kContinue, "continue", line); }
  Result<NodeId> parse_jump(NodeKind kind, std::string_view name, int line) {
    if (n_loops_ == 0) return fail(msg::kTemplateOutsideLoop, name);
    return add(kind, line);
  }

  // ---- what is assigned to

  // Names, tuples of names and, in a set tag, attributes of namespaces.
  Result<NodeId> parse_target(bool with_namespace) {
    const Nesting nesting(depth_);
    TRY(check_depth());
    const int line = token().line;
    Nodes targets;
    bool is_tuple = false;
    do {
      if (!targets.empty() && token().kind != TokenKind::kName && !is_operator("(")) break;  // a bogus last comma
      TRY(const NodeId target, parse_one_target(with_namespace));
      targets.push_back(target);
      is_tuple = is_tuple || is_operator(",");
    } while (skip_operator(","));
    return is_tuple ? add_list_node(NodeKind::kTuple, line, targets) : targets.front();
  }
  Result<NodeId> parse_one_target(bool with_namespace) {
    if (skip_operator("(")) {
      TRY(const NodeId inner, parse_target(with_namespace));
      TRY(expect_operator(")"));
      return inner;
    }
    TRY(const Token name, expect(TokenKind::kName, msg::kTemplateAName.text()));
    constexpr std::string_view kConstants[] = {"true", "false", "none", "True", "False", "None"};
    if (std::find(std::begin(kConstants), std::end(kConstants), name.text) != std::end(kConstants)) {
      return fail(msg::kTemplateExpected, msg::kTemplateAName.text(), name.text);
    }
    if (!with_namespace || !skip_operator(".")) return add_named(NodeKind::kName, name.line, name.text);
    TRY(const Token attribute, expect(TokenKind::kName, msg::kTemplateAName.text()));
    const NodeId owner = add_named(NodeKind::kName, name.line, name.text);
    return add_named(NodeKind::kNamespaceAttribute, name.line, attribute.text, owner);
  }

  // ---- expressions, loosest first

  // An expression, or several with commas between.  `stop` is a name that ends the tuple, too.
  Result<NodeId> parse_tuple(bool with_conditional = true, std::string_view stop = {}, bool may_be_empty = false) {
    const int line = token().line;
    Nodes items;
    bool is_tuple = false;
    for (;;) {
      const bool ends = token().kind == TokenKind::kVariableEnd || token().kind == TokenKind::kBlockEnd ||
                        is_operator(")") || (!stop.empty() && is_name(stop));
      if (ends) break;
      TRY(const NodeId item, parse_expression(with_conditional));
      items.push_back(item);
      if (!skip_operator(",")) break;
      is_tuple = true;
    }
    if (!is_tuple && !items.empty()) return items.front();
    if (items.empty() && !may_be_empty) return fail_expected(msg::kTemplateAnExpression.text());
    return add_list_node(NodeKind::kTuple, line, items);
  }

  Result<NodeId> parse_expression(bool with_conditional = true) {
    const Nesting nesting(depth_);
    TRY(check_depth());
    const int line = token().line;
    TRY(NodeId value, parse_or());
    while (with_conditional && skip_name("if")) {
      TRY(const NodeId test, parse_or());
      NodeId other = NodeId::kNone;
      if (skip_name("else")) { TRY(other, parse_expression()); }
      value = add(NodeKind::kConditional, line, value, test, other);
    }
    return value;
  }

  Result<NodeId> parse_or() {
    TRY(NodeId left, parse_and());
    while (is_name("or")) {
      const int line = next().line;
      TRY(const NodeId right, parse_and());
      left = add(NodeKind::kOr, line, left, right);
    }
    return left;
  }

  Result<NodeId> parse_and() {
    TRY(NodeId left, parse_not());
    while (is_name("and")) {
      const int line = next().line;
      TRY(const NodeId right, parse_not());
      left = add(NodeKind::kAnd, line, left, right);
    }
    return left;
  }

  Result<NodeId> parse_not() {
    const int line = token().line;
    int n_nots = 0;
    while (skip_name("not")) ++n_nots;
    TRY(NodeId value, parse_comparison());
    // not not not x is not x
    for (int i = n_nots > 2 ? 2 - n_nots % 2 : n_nots; i > 0; --i) value = add(NodeKind::kNot, line, value);
    return value;
  }

  Result<NodeId> parse_comparison() {
    const int line = token().line;
    TRY(const NodeId first, parse_sum());
    Nodes operands;
    for (;;) {
      Operator op = Operator::kNone;
      for (const OperatorName& comparison : kComparisons) {
        if (is_operator(comparison.text)) op = comparison.op;
      }
      if (is_name("in")) op = Operator::kIn;
      const bool not_in = is_name("not") && look().is(TokenKind::kName, "in");
      if (not_in) {
        op = Operator::kNotIn;
        next();
      }
      if (op == Operator::kNone) break;
      const int operand_line = next().line;
      TRY(const NodeId right, parse_sum());
      const NodeId operand = add(NodeKind::kOperand, operand_line, right);
      node(operand).op = op;
      operands.push_back(operand);
    }
    if (operands.empty()) return first;
    const NodeRange list = add_list(operands);
    const NodeId id = add(NodeKind::kCompare, line, first);
    node(id).list = list;
    return id;
  }

  // A chain of operators of one level, leftmost first.
  Result<NodeId> parse_chain(std::span<const OperatorName> operators, Result<NodeId> (Parser::*parse_operand)()) {
    TRY(NodeId left, (this->*parse_operand)());
    for (;;) {
      const auto found = std::find_if(operators.begin(), operators.end(),
                                      [&](const OperatorName& name) { return is_operator(name.text); });
      if (found == operators.end()) return left;
      const int line = next().line;
      TRY(const NodeId right, (this->*parse_operand)());
      left = add(NodeKind::kBinary, line, left, right);
      node(left).op = found->op;
    }
  }
  Result<NodeId> parse_sum() { return parse_chain(kSums, &Parser::parse_concat); }
  Result<NodeId> parse_product() { return parse_chain(kProducts, &Parser::parse_power); }
  Result<NodeId> parse_power() { return parse_chain(kPowers, &Parser::parse_unary); }

  Result<NodeId> parse_concat() {
    const int line = token().line;
    TRY(const NodeId first, parse_product());
    Nodes parts = {first};
    while (skip_operator("~")) {
      TRY(const NodeId part, parse_product());
      parts.push_back(part);
    }
    return parts.size() == 1 ? first : add_list_node(NodeKind::kConcat, line, parts);
  }

  Result<NodeId> parse_unary() {
    const int line = token().line;
    std::vector<Operator> signs;
    while (is_operator("-") || is_operator("+")) {
      signs.push_back(is_operator("-") ? Operator::kSubtract : Operator::kAdd);
      next();
    }
    if (std::ssize(signs) > kMaxDepth) return fail(msg::kTemplateNesting, kMaxDepth);
    TRY(NodeId value, parse_primary());
    TRY(value, parse_postfix(value));
    for (auto sign = signs.rbegin(); sign != signs.rend(); ++sign) {
      value = add(NodeKind::kUnary, line, value);
      node(value).op = *sign;
    }
    // filters and tests take the sign with them: -1|abs is 1
    for (;;) {
      if (is_operator("|")) {
        TRY(value, parse_filters(value));
      } else if (is_name("is")) {
        TRY(value, parse_test(value));
      } else if (is_operator("(")) {
        TRY(value, parse_call(value));
      } else {
        return value;
      }
    }
  }

  Result<NodeId> parse_primary() {
    const Token first = token();
    const int line = first.line;
    switch (first.kind) {
      case TokenKind::kName:
        next();
        return parse_name(first);
      case TokenKind::kString: {
        std::string text;
        while (token().kind == TokenKind::kString) text += next().text;
        return add_constant(NodeKind::kConstant, line, Value::text(text));
      }
      case TokenKind::kInteger:
        next();
        return add_constant(NodeKind::kConstant, line, Value(first.integer));
      case TokenKind::kFloat:
        next();
        return add_constant(NodeKind::kConstant, line, Value(first.number));
      default:
        break;
    }
    if (skip_operator("(")) {
      TRY(const NodeId inner, parse_tuple(true, {}, true));
      TRY(expect_operator(")"));
      return inner;
    }
    if (skip_operator("[")) return parse_items(NodeKind::kList, "]", line);
    if (skip_operator("{")) return parse_items(NodeKind::kDict, "}", line);
    return fail(msg::kTemplateUnexpected, describe(first));
  }

  Result<NodeId> parse_name(const Token& name) {
    if (name.text == "true" || name.text == "True") return add_constant(NodeKind::kConstant, name.line, Value(true));
    if (name.text == "false" || name.text == "False") return add_constant(NodeKind::kConstant, name.line, Value(false));
    if (name.text == "none" || name.text == "None") return add_constant(NodeKind::kConstant, name.line, Value(None{}));
    for (const NodeId macro : open_macros_) {
      if (name.text == "caller") node(macro).uses_caller = true;
      if (name.text == "varargs") node(macro).uses_varargs = true;
      if (name.text == "kwargs") node(macro).uses_kwargs = true;
    }
    return add_named(NodeKind::kName, name.line, name.text);
  }

  // The items of a list or the pairs of a dict, up to the closing bracket.
  Result<NodeId> parse_items(NodeKind kind, std::string_view end, int line) {
    Nodes items;
    while (!is_operator(end)) {
      TRY(const NodeId item, parse_expression());
      items.push_back(item);
      if (kind == NodeKind::kDict) {
        TRY(expect_operator(":"));
        TRY(const NodeId value, parse_expression());
        items.push_back(value);
      }
      if (!is_operator(end)) TRY(expect_operator(","));
    }
    next();
    return add_list_node(kind, line, items);
  }

  Result<NodeId> parse_postfix(NodeId value) {
    for (;;) {
      if (is_operator(".")) {
        const int line = next().line;
        const Token attribute = next();
        if (attribute.kind == TokenKind::kName) {
          value = add_named(NodeKind::kAttribute, line, attribute.text, value);
        } else if (attribute.kind == TokenKind::kInteger) {
          const NodeId index = add_constant(NodeKind::kConstant, line, Value(attribute.integer));
          value = add(NodeKind::kItem, line, value, index);
        } else {
          return fail(msg::kTemplateExpected, msg::kTemplateAName.text(), describe(attribute));
        }
      } else if (is_operator("[")) {
        const int line = next().line;
        TRY(const NodeId index, parse_subscript());
        TRY(expect_operator("]"));
        value = add(NodeKind::kItem, line, value, index);
      } else if (is_operator("(")) {
        TRY(value, parse_call(value));
      } else {
        return value;
      }
    }
  }

  Result<NodeId> parse_subscript() {
    const int line = token().line;
    std::array<NodeId, 3> parts = {NodeId::kNone, NodeId::kNone, NodeId::kNone};
    size_t n_colons = 0;
    for (;;) {
      if (!is_operator(":") && !is_operator("]")) { TRY(parts[n_colons], parse_tuple(true)); }
      if (n_colons == 2 || !skip_operator(":")) break;
      ++n_colons;
    }
    if (n_colons > 0) return add(NodeKind::kSlice, line, parts[0], parts[1], parts[2]);
    if (parts[0] == NodeId::kNone) return fail_expected(msg::kTemplateAnExpression.text());
    return parts[0];
  }

  Result<NodeId> parse_call(NodeId callee) {
    const int line = token().line;
    TRY(const NodeRange arguments, parse_arguments());
    const NodeId id = add(NodeKind::kCall, line, callee);
    node(id).list = arguments;
    return id;
  }

  Result<NodeRange> parse_arguments() {
    TRY(expect_operator("("));
    Nodes arguments;
    NodeKind last = NodeKind::kConstant;  // of the argument before: positional ones come first
    while (!is_operator(")")) {
      const int line = token().line;
      if (skip_operator("*")) {
        TRY(const NodeId value, parse_expression());
        arguments.push_back(add(NodeKind::kStar, line, value));
        last = NodeKind::kStar;
      } else if (skip_operator("**")) {
        TRY(const NodeId value, parse_expression());
        arguments.push_back(add(NodeKind::kDoubleStar, line, value));
        last = NodeKind::kDoubleStar;
      } else if (token().kind == TokenKind::kName && look().is(TokenKind::kOperator, "=")) {
        const std::string name = next().text;
        next();
        TRY(const NodeId value, parse_expression());
        arguments.push_back(add_named(NodeKind::kKeyword, line, name, value));
        last = NodeKind::kKeyword;
      } else {
        if (last != NodeKind::kConstant) return fail_expected("=");
        TRY(const NodeId value, parse_expression());
        arguments.push_back(value);
      }
      if (!is_operator(")")) TRY(expect_operator(","));
    }
    next();
    return add_list(arguments);
  }

  Result<std::string> parse_dotted_name() {
    TRY(const Token first, expect(TokenKind::kName, msg::kTemplateAName.text()));
    std::string name = first.text;
    while (skip_operator(".")) {
      TRY(const Token part, expect(TokenKind::kName, msg::kTemplateAName.text()));
      name += "." + part.text;
    }
    return name;
  }

  Result<NodeId> parse_filters(NodeId value) {
    while (skip_operator("|")) { TRY(value, parse_one_filter(value)); }
    return value;
  }
  Result<NodeId> parse_one_filter(NodeId value) {
    const int line = token().line;
    TRY(const std::string name, parse_dotted_name());
    NodeRange arguments;
    if (is_operator("(")) { TRY(arguments, parse_arguments()); }
    const NodeId id = add_named(NodeKind::kFilter, line, name, value);
    node(id).list = arguments;
    return id;
  }

  Result<NodeId> parse_test(NodeId value) {
    const int line = next().line;
    const bool negated = skip_name("not");
    TRY(const std::string name, parse_dotted_name());
    NodeRange arguments;
    if (is_operator("(")) {
      TRY(arguments, parse_arguments());
    } else if (begins_test_argument()) {
      if (is_name("is")) return fail(msg::kTemplateUnexpected, "is");
      TRY(NodeId argument, parse_primary());
      TRY(argument, parse_postfix(argument));
      arguments = add_list({argument});
    }
    const NodeId id = add_named(NodeKind::kTest, line, name, value);
    node(id).list = arguments;
    return negated ? add(NodeKind::kNot, line, id) : id;
  }
  bool begins_test_argument() const {
    switch (token().kind) {
      case TokenKind::kName:
        return !is_name("else") && !is_name("or") && !is_name("and");
      case TokenKind::kString:
      case TokenKind::kInteger:
      case TokenKind::kFloat:
        return true;
      default:
        return is_operator("[") || is_operator("{");
    }
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  Ast ast_;
  std::unordered_map<std::string, NameId> names_;
  std::vector<NodeId> open_macros_;
  int n_loops_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<Ast> parse_template(std::string_view source) {
  TRY(std::vector<Token> tokens, read_tokens(source));
  return Parser(std::move(tokens)).run();
}

}  // namespace ondol::jinja
