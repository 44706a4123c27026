// StopTexts: lets generated text through until one of the stop texts appears, also when it comes in several pieces.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ondol {

class StopTexts {
 public:
  // Empty stop texts are ignored.
  explicit StopTexts(std::vector<std::string> stops);

  // Takes the next piece of text, whole characters, and returns what can be shown now: everything in front of the
  // earliest stop text, or of the longest ending that may still become one.
  std::string push(std::string_view text);
  // True once a stop text was seen; nothing comes out from then on.
  bool found() const { return !found_text_.empty(); }
  // The stop text that ended the text; "" before.
  const std::string& found_text() const { return found_text_; }
  // The end of the text: what was held back and did not become a stop text.
  std::string finish();

 private:
  std::vector<std::string> stops_;
  std::string held_back_;
  std::string found_text_;
};

}  // namespace ondol
