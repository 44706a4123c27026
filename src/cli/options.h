// Options: the arguments and options of one command, as a list that its help page and its parser both read.
//
// The parser is CLI11, whose header takes many seconds to compile: options.cpp alone includes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/messages.h"
#include "base/result.h"

namespace ondol {

// A message as a description: the user's language.
inline std::string help_text(const Message& message) { return std::string(message.text()); }

// One argument or option and the variable its value goes to.
class Option {
 public:
  // A bool is a flag without a value; a list takes the words up to the next option.
  using Target = std::variant<bool*, int*, int64_t*, float*, double*, std::string*, std::optional<float>*,
                              std::optional<std::string>*, std::vector<int64_t>*, std::vector<std::string>*>;

  Option(std::string names, Target target, std::string help)
      : names_(std::move(names)), target_(target), help_(std::move(help)) {}

  // The command line must name it.
  Option& required() { return is_required_ = true, *this; }
  // What the help page writes behind the names: "FILE".
  Option& placeholder(std::string text) { return placeholder_ = std::move(text), *this; }
  // A list in one word: "1,2,3".
  Option& split_at_commas() { return splits_at_commas_ = true, *this; }
  // May be given many times, one element each; otherwise the last one counts.
  Option& repeatable() { return is_repeatable_ = true, *this; }

  const std::string& names() const { return names_; }  // "-t,--threads", or the name of a positional argument: "MODEL"
  const Target& target() const { return target_; }
  const std::string& help() const { return help_; }
  const std::string& placeholder() const { return placeholder_; }
  bool is_required() const { return is_required_; }
  bool splits_at_commas() const { return splits_at_commas_; }
  bool is_repeatable() const { return is_repeatable_; }
  bool is_positional() const { return !names_.starts_with('-'); }
  // "--threads": the first long name, or the only one.
  std::string name() const;
  // "-t", "--threads".
  std::vector<std::string> all_names() const;
  // Those like "-np": one dash and several letters.
  std::vector<std::string> wide_short_names() const;
  // "--threads", and its other long names.
  std::vector<std::string> long_names() const;

 private:
  std::string names_;
  Target target_;  // not owned; outlives the list
  std::string help_, placeholder_;
  bool is_required_ = false, splits_at_commas_ = false, is_repeatable_ = false;
};

class Options {
 public:
  // `names`: "MODEL" for an argument without a dash, "-t,--threads" for an option, short name first.  `target` is one
  // of Option::Target's and outlives this list.  The reference that comes back holds until the next add().
  template <class T>
  Option& add(std::string names, T& target, std::string help) {
    return all_.emplace_back(std::move(names), &target, std::move(help));
  }

  const std::vector<Option>& all() const { return all_; }

 private:
  std::vector<Option> all_;  // in the order of the help page
};

// Reads `words` into the targets of `options`.  Fails with kUsage; the error points at `help_command` or at the option
// that was meant.
Status read_options(const Options& options, std::vector<std::string> words, const std::string& help_command);

}  // namespace ondol
