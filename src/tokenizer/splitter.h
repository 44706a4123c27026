// Splitter: cuts a text in words by a list of steps, the "pre_tokenizer" of a tokenizer.json or the expressions that
// a name in tokenizer.ggml.pre stands for.  A model never joins what a splitter cut.
//
// Where the whole list means one expression that we scan by hand (pre_tokenizer.h), that scanner does the work: it is
// several times faster than an engine for expressions.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/component_json.h"
#include "tokenizer/expression.h"
#include "tokenizer/pre_tokenizer.h"

namespace ondol {

// A text and its pieces, in order; what lies in no piece is left out.
struct Pieces {
  std::string_view given;  // the caller's text
  std::vector<TextRange> ranges;
  bool at_start;               // the first piece begins where the whole text begins
  bool is_rewritten = false;   // a step changed the text
  std::string rewritten = {};  // then the ranges are of this

  std::string_view text() const { return is_rewritten ? std::string_view(rewritten) : given; }
  std::string_view operator[](size_t i) const {
    return text().substr(static_cast<size_t>(ranges[i].begin), static_cast<size_t>(ranges[i].end - ranges[i].begin));
  }
  void rewrite(std::string text, std::vector<TextRange> new_ranges) {
    rewritten = std::move(text), ranges = std::move(new_ranges), is_rewritten = true;
  }
};

class SplitterStep {
 public:
  virtual ~SplitterStep() = default;
  virtual void apply(Pieces& pieces) const = 0;
};

// Immutable; any thread.
class Splitter {
 public:
  // The words of one scanner, of texts as bytes.
  static Splitter of_scanner(WordScanner scan);
  // Each expression cuts the pieces that the one before left; matches and what lies between them are pieces.
  // Fails as Expression::compile() does.
  static Result<Splitter> of_expressions(std::span<const std::string_view> expressions);
  // `json` is the value of "pre_tokenizer"; nothing there cuts nothing.  Fails with kUnsupported, naming the step, or
  // kCorruptFile.
  static Result<Splitter> read(std::optional<ComponentJson> json);

  bool is_empty() const { return steps_.empty(); }
  // The scanner that does all the work, or null.
  WordScanner scanner() const { return scan_; }
  // The name in tokenizer.ggml.pre that cuts so, or ""; what else it implies may differ.
  std::string_view pre() const { return pre_; }
  // The last step writes bytes as characters (tokenizer/byte_level.h); the pieces here are bytes all the same.
  bool is_byte_level() const { return byte_level_; }
  // A space is put in front of the text.
  bool adds_prefix() const { return adds_prefix_; }

  // Every word the steps leave is cut once more.
  void add_scanner(WordScanner scan);

  // `text` is not empty; `at_start` when the whole text begins with it.  No piece is empty.
  Pieces split(std::string_view text, bool at_start) const;

 private:
  Status read_step(ComponentJson step);
  Status read_split(ComponentJson step);
  void recognise();

  std::vector<std::unique_ptr<const SplitterStep>> steps_;
  // Of each step so far: its expression in plain spelling, "gpt-2" and the like where a scanner has it, or "other".
  std::vector<std::string> meaning_;
  WordScanner scan_ = nullptr;
  std::string_view pre_;
  bool byte_level_ = false;
  bool adds_prefix_ = false;
};

}  // namespace ondol
