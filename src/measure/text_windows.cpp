#include "measure/text_windows.h"

#include <algorithm>

#include "measure/measure_messages.h"

namespace ondol {
namespace {

constexpr int64_t kDefaultWindow = 512;  // llama.cpp's, so that figures compare

}  // namespace

TextWindows::Window TextWindows::window(int64_t index, const Tokenizer& tokenizer) const {
  const int64_t begin = first_scored + index * window_length;
  const int64_t end = std::min(begin + window_length, std::ssize(tokens));
  Window window;
  window.target = std::span(tokens).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  window.input.reserve(window.target.size());
  window.input.push_back(leads_with_bos ? *tokenizer.bos : tokens[static_cast<size_t>(begin - 1)]);
  window.input.insert(window.input.end(), window.target.begin(), window.target.end() - 1);
  return window;
}

Result<TextWindows> cut_into_windows(const Model& model, std::string_view text, int64_t context_length) {
  const Tokenizer& tokenizer = *model.tokenizer;
  TextWindows windows;
  windows.window_length = context_length > 0 ? context_length : std::min(kDefaultWindow, model.hp.context_length);
  if (windows.window_length < 2) return fail(ErrorKind::kBadInput, msg::kWindowTooShort, windows.window_length);
  windows.leads_with_bos = tokenizer.wants_bos && tokenizer.bos.has_value();
  windows.first_scored = windows.leads_with_bos ? 0 : 1;
  windows.tokens = tokenizer.encode(text);
  if (windows.tokens.size() < 2) return fail(ErrorKind::kBadInput, msg::kTextTooShort, windows.tokens.size());
  windows.scored_bytes = static_cast<int64_t>(text.size());
  if (!windows.leads_with_bos) {
    windows.scored_bytes -= static_cast<int64_t>(tokenizer.decode(std::span(windows.tokens).first(1)).size());
  }
  return windows;
}

}  // namespace ondol
