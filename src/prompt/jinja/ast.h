// The syntax tree of a template: one flat array of nodes that refer to each other by index.
//
// Nothing in it owns anything else, so a deeply nested template is freed without recursion; the parser bounds how
// deeply nodes nest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "prompt/jinja/value.h"

namespace ondol::jinja {

enum class NodeId : int32_t { kNone = -1 };
// A name of the template, interned.
enum class NameId : int32_t { kNone = -1 };

enum class NodeKind : uint8_t {
  // Expressions.  What a, b, c, list and name mean stands behind each.
  kConstant,     // constant
  kName,         // name
  kAttribute,    // a . name
  kItem,         // a [ b ]
  kSlice,        // a : b : c, each may be none; only as b of kItem
  kCall,         // a ( list: positional kKeyword* kStar? kDoubleStar? )
  kKeyword,      // name = a
  kStar,         // * a
  kDoubleStar,   // ** a
  kFilter,       // a | name ( list );  a is none in filter blocks and set blocks
  kTest,         // a is name ( list )
  kUnary,        // op a
  kBinary,       // a op b
  kAnd,          // a and b
  kOr,           // a or b
  kNot,          // not a
  kCompare,      // a, then list of kOperand
  kOperand,      // op a
  kConcat,       // list joined as text (~)
  kConditional,  // a if b else c, c may be none
  kList,         // list
  kTuple,        // list
  kDict,         // list: key, value, key, value, …
  // Statements
  kData,         // constant: text as it stands
  kOutput,       // a
  kFor,          // for a in b if c; list: the body; other: the else branch
  kIf,           // a; list: the body; other: the else branch
  kSet,          // a = b
  kSetBlock,     // a, filtered by b (may be none); list: the body
  kMacro,        // name ( other: parameters, each kKeyword with a = default or none ); list: the body
  kCallBlock,    // a: the call; b: a nameless kMacro
  kFilterBlock,  // a: the filters; list: the body
  kWith,         // other: kSet*; list: the body
  kScope,        // list: a body with names of its own (the generation tag)
  kBreak,
  kContinue,
  kNamespaceAttribute,  // a . name as a target of kSet
};

enum class Operator : uint8_t {
  kNone,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kFloorDivide,
  kModulo,
  kPower,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn,
};

struct NodeRange {
  int32_t begin = 0, size = 0;  // in Ast::children
};

struct Node {
  NodeKind kind;
  Operator op = Operator::kNone;
  // kFor: recursive.  kMacro: which of its extra arguments the body uses.
  bool recursive = false, uses_caller = false, uses_varargs = false, uses_kwargs = false;
  int32_t line = 0;
  NodeId a = NodeId::kNone, b = NodeId::kNone, c = NodeId::kNone;
  NameId name = NameId::kNone;
  int32_t constant = -1;
  NodeRange list, other;
};

struct Ast {
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::vector<std::string> names;
  std::vector<Value> constants;
  NodeRange body;

  const Node& at(NodeId id) const { return nodes[static_cast<size_t>(id)]; }
  const std::string& text_of(NameId id) const { return names[static_cast<size_t>(id)]; }
};

}  // namespace ondol::jinja
