// UTF-8 at the edges of the system: repair of foreign text, and streams cut only between characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ondol {

// One code point read from the front of `text` (not empty).  An ill-formed sequence gives U+FFFD and the length of its
// maximal valid prefix, at least 1 (Unicode 15, section 3.9, "substitution of maximal subparts").
struct CodePoint {
  uint32_t value;
  int length_bytes;
  bool valid;
};
CodePoint decode_code_point(std::string_view text);

// Appends `code_point` (a Unicode scalar value) to `out`.
void append_code_point(std::string& out, uint32_t code_point);

// `text` with every ill-formed sequence replaced by U+FFFD, and how many were.
struct RepairedText {
  std::string text;
  int64_t n_replaced;
};
RepairedText repair_utf8(std::string_view text);

// Foreign text made fit for one line of a message: ill-formed bytes and control characters become U+FFFD, and what lies
// behind the first 80 characters becomes "…".
std::string printable(std::string_view text);

// Gathers bytes as they are generated and gives back whole characters only.  Bytes that can never become a character
// turn into U+FFFD at once; a sequence that may still be completed is held back.
class Utf8Stream {
 public:
  // Takes `bytes` and returns what is complete now.
  std::string push(std::string_view bytes);
  // The end of the stream: an incomplete tail is dropped, so that a cut answer ends on a whole character.
  void finish() { pending_.clear(); }
  bool has_pending() const { return !pending_.empty(); }

 private:
  std::string pending_;
};

}  // namespace ondol
