#include "prompt/jinja/runtime.h"

#include <algorithm>

namespace ondol::jinja {

Status Runtime::spend_steps(int64_t n) {
  if (n > limits.steps - n_steps_) return fail(msg::kTemplateSteps, limits.steps);
  n_steps_ += n;
  return ok();
}

Status Runtime::spend_bytes(int64_t n) {
  if (n > limits.memory_bytes - n_bytes_) return fail(msg::kTemplateMemory, limits.memory_bytes);
  n_bytes_ += n;
  return ok();
}

bool TextBuilder::may_grow(int64_t n_bytes) {
  if (!status_) return false;
  if (n_bytes > runtime_.limits.output_bytes - size_bytes()) {
    status_ = runtime_.fail(msg::kTemplateTextTooLong, runtime_.limits.output_bytes);
  } else {
    status_ = runtime_.spend_bytes(n_bytes);
  }
  return status_.has_value();
}

void TextBuilder::mark(Origin origin) {
  if (!runs_.empty() && runs_.back().origin == origin) runs_.back().end = size_bytes();
  else runs_.push_back({size_bytes(), origin});
}

void TextBuilder::append(std::string_view bytes, Origin origin) {
  if (bytes.empty() || !may_grow(static_cast<int64_t>(bytes.size()))) return;
  bytes_ += bytes;
  mark(origin);
}

void TextBuilder::append(const Text& text) { append(text, 0, text.size_bytes()); }

void TextBuilder::append(const Text& text, int64_t begin, int64_t end) {
  int64_t at = 0;
  for (const TextRun& run : text.runs()) {
    const int64_t from = std::max(at, begin), to = std::min(run.end, end);
    if (from < to) append(text.bytes().substr(static_cast<size_t>(from), static_cast<size_t>(to - from)), run.origin);
    at = run.end;
    if (at >= end) break;
  }
}

void TextBuilder::repeat(const Text& text, int64_t n) {
  if (text.empty() || n < 1) return;
  // what cannot fit is not begun
  if (n > runtime_.limits.output_bytes / text.size_bytes() && status_) {
    status_ = runtime_.fail(msg::kTemplateTextTooLong, runtime_.limits.output_bytes);
  }
  for (; n > 0 && status_; --n) append(text);
}

Result<Text> TextBuilder::take() {
  TRY(std::move(status_));
  return Text(std::move(bytes_), std::move(runs_));
}

}  // namespace ondol::jinja
