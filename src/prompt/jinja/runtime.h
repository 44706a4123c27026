// Runtime: what one rendering may use, and where in the template it stands.
//
// A template comes from a stranger.  It runs on a budget of steps, of memory and of nesting; each is counted, so that
// the same template fails at the same place on every machine.  Errors name the line.
#pragma once

#include <cstdint>
#include <ctime>

#include "base/result.h"
#include "prompt/jinja/text.h"
#include "prompt/prompt_messages.h"

namespace ondol::jinja {

struct Limits {
  int64_t steps = 30'000'000;        // expressions evaluated, items visited, 64-byte stretches of text scanned
  int64_t memory_bytes = 512 << 20;  // of all texts and lists made, also of those no longer used
  int64_t output_bytes = 64 << 20;   // of any one text, the prompt among them
  int depth = 600;                   // statements and expressions inside one another, macro calls included
  int container_depth = 100;         // lists and dicts inside one another
};

class Runtime {
 public:
  explicit Runtime(const Limits& limits, std::tm now = {}) : limits(limits), now(now) {}

  const Limits limits;
  const std::tm now;  // what strftime_now() shows
  int line = 1;       // of the statement or expression at work, counted from 1

  // Takes from the budget; kBadInput once it is spent.
  Status spend_steps(int64_t n);
  Status spend_bytes(int64_t n);

  // An error of this template at this line.
  template <class... Args>
  tl::unexpected<Error> fail(const Message& message, Args&&... args) const {
    return ondol::fail(ErrorKind::kBadInput, msg::kTemplateLine, line,
                       format_message(message, std::forward<Args>(args)...));
  }

 private:
  int64_t n_steps_ = 0;
  int64_t n_bytes_ = 0;
};

// Builds a Text from pieces and keeps their origins.  Once the budget is spent nothing more is added, and take() fails.
class TextBuilder {
 public:
  explicit TextBuilder(Runtime& runtime) : runtime_(runtime) {}

  void append(std::string_view bytes, Origin origin);
  void append(const Text& text);
  // Bytes [begin, end) of `text`.
  void append(const Text& text, int64_t begin, int64_t end);
  // `n` times; n < 1 adds nothing.
  void repeat(const Text& text, int64_t n);

  int64_t size_bytes() const { return static_cast<int64_t>(bytes_.size()); }
  Result<Text> take();

 private:
  bool may_grow(int64_t n_bytes);
  void mark(Origin origin);

  Runtime& runtime_;
  std::string bytes_;
  std::vector<TextRun> runs_;
  Status status_;
};

}  // namespace ondol::jinja
