// Text: an immutable string that remembers where its bytes came from.
//
// A rendered prompt may hold control tokens only where the template itself wrote them.  So every byte carries its
// origin, the template or one of the inputs, through concatenation, slices, replacement and all the rest; what a person
// typed never becomes a control token, whatever the template did to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ondol::jinja {

// 0 is the template; other numbers are inputs, told apart by whoever rendered.
using Origin = int32_t;
inline constexpr Origin kFromTemplate = 0;
inline constexpr Origin kFromInput = 1;

struct TextRun {
  int64_t end;  // bytes from the beginning of the text
  Origin origin;
};

class Text {
 public:
  Text();
  Text(std::string bytes, Origin origin);
  // `runs` cover `bytes` in order.
  Text(std::string bytes, std::vector<TextRun> runs);

  std::string_view bytes() const { return data_->bytes; }
  int64_t size_bytes() const { return static_cast<int64_t>(data_->bytes.size()); }
  bool empty() const { return data_->bytes.empty(); }
  const std::vector<TextRun>& runs() const { return data_->runs; }

  // Code points.
  int64_t length() const { return data_->length; }
  // The byte where code point `index` (0 to length()) begins.
  int64_t byte_of(int64_t index) const;
  // Bytes [begin, end), origins kept.
  Text cut(int64_t begin, int64_t end) const;
  // The origin all bytes share; kFromInput where they come from several.
  Origin overall_origin() const;

  // HTML-safe text (MarkupSafe's Markup): joining it with other text escapes the other.
  bool is_markup() const { return is_markup_; }
  Text as_markup(bool markup) const {
    Text copy = *this;
    copy.is_markup_ = markup;
    return copy;
  }

 private:
  struct Data {
    std::string bytes;
    std::vector<TextRun> runs;
    int64_t length;
  };
  std::shared_ptr<const Data> data_;
  bool is_markup_ = false;
};

// Length of `bytes` in code points.  Well-formed UTF-8 only.
int64_t count_code_points(std::string_view bytes);

}  // namespace ondol::jinja
