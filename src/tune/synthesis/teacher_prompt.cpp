#include "tune/synthesis/teacher_prompt.h"

#include <fmt/format.h>

#include <algorithm>

namespace ondol {

std::string input_prompt(std::string_view task, std::span<const Pair> examples) {
  std::string prompt = fmt::format("We collect inputs for this task:\n{}\n\nInputs we have:\n", task);
  for (const Pair& pair : examples) prompt += fmt::format("<input>{}</input>\n", pair.input);
  prompt +=
      "\nWrite one new input, as another person would write it: in the same language, with other content and other "
      "words. Write it between <input> and </input>, and nothing else.";
  return prompt;
}

std::string output_prompt(std::string_view task, std::span<const Pair> examples, std::string_view input, bool is_held) {
  std::string prompt = fmt::format("The task:\n{}\n\nExamples:\n", task);
  for (const Pair& pair : examples) {
    prompt += fmt::format("<input>{}</input>\n<output>{}</output>\n", pair.input, pair.output);
  }
  prompt += fmt::format(
      "\nDo the task for this input:\n<input>{}</input>\nWrite its output{}, in the form of the examples, and nothing "
      "else.",
      input, is_held ? " without tags" : " between <output> and </output>");
  return prompt;
}

std::string_view inside_tag(std::string_view text, std::string_view tag) {
  const std::string opening = fmt::format("<{}>", tag), closing = fmt::format("</{}>", tag);
  if (const size_t begin = text.rfind(opening); begin != std::string_view::npos) {
    text.remove_prefix(begin + opening.size());
  }
  text = text.substr(0, text.find(closing));
  constexpr std::string_view kSpace = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);  // npos + 1 is 0
}

}  // namespace ondol
