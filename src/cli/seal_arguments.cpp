#include "cli/seal_arguments.h"

#include <filesystem>

#include "cli/seal_option_messages.h"

namespace ondol {

void declare_seal(Options& options, SealArguments& args) {
  options.add("--sealed", args.sealed, help_text(msg::kSealedOption));
  options.add("--seal", args.level, help_text(msg::kSealOption)).placeholder("LEVEL");
}

Result<std::optional<SealLevel>> seal_level(const SealArguments& args) {
  if (!args.level) return args.sealed ? std::optional(SealLevel::kStrict) : std::nullopt;
  if (*args.level == "strict") return SealLevel::kStrict;
  if (*args.level == "best-effort") return SealLevel::kBestEffort;
  return fail(ErrorKind::kUsage, msg::kUnknownSealLevel, *args.level);
}

void add_named_file(std::vector<std::string>& readable, const std::string& argument) {
  std::error_code ignored;
  if (std::filesystem::exists(argument, ignored)) readable.push_back(argument);
}

}  // namespace ondol
