#include "cli/options.h"

#include <gtest/gtest.h>

#include "cli/cli_messages.h"

namespace ondol {
namespace {

struct Args {
  std::string model;
  std::vector<std::string> texts, stops;
  std::vector<int64_t> depths;
  std::optional<std::string> prompt;
  int n_threads = 4;
  bool json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, "").required();
  options.add("TEXT", args.texts, "");
  options.add("--stop", args.stops, "").repeatable();
  options.add("-d,--depth", args.depths, "").split_at_commas();
  options.add("--prompt,--question", args.prompt, "");
  options.add("-t,--threads", args.n_threads, "");
  options.add("--json", args.json, "");
}

// The error of reading `words`, "" for none.
std::string read(Args& args, std::vector<std::string> words) {
  Options options;
  declare(options, args);
  const Status status = read_options(options, std::move(words), "ondol x --help");
  return status ? "" : status.error().message;
}

TEST(Options, GoToTheirVariables) {
  Args args;
  ASSERT_EQ(read(args, {"m", "a", "--question", "q", "b", "-t", "2", "--json", "c", "--depth=1,20"}), "");
  EXPECT_EQ(args.model, "m");
  EXPECT_EQ(args.texts, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(args.depths, (std::vector<int64_t>{1, 20}));
  EXPECT_EQ(args.prompt, "q");
  EXPECT_EQ(args.n_threads, 2);
  EXPECT_TRUE(args.json);
}

TEST(Options, KeepWhatIsNotGiven) {
  Args args;
  ASSERT_EQ(read(args, {"m"}), "");
  EXPECT_EQ(args.n_threads, 4);
  EXPECT_FALSE(args.prompt.has_value());
  EXPECT_FALSE(args.json);
}

TEST(Options, CountTheLastOneUnlessRepeatable) {
  Args args;
  ASSERT_EQ(read(args, {"m", "-t", "2", "-t", "3", "--stop", "a", "--stop", "b", "text"}), "");
  EXPECT_EQ(args.n_threads, 3);
  EXPECT_EQ(args.stops, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(args.texts, (std::vector<std::string>{"text"}));
}

TEST(Options, NameWhatIsWrong) {
  const std::string see_help = format_message(msg::kSeeHelp, "ondol x --help");
  Args args;
  EXPECT_EQ(read(args, {}), format_message(msg::kMissingArgument, "MODEL", see_help));
  EXPECT_EQ(read(args, {"m", "--thread", "2"}),
            format_message(msg::kUnknownOption, "--thread", format_message(msg::kDidYouMean, "--threads")));
  EXPECT_EQ(read(args, {"m", "--zzzzzzzz"}), format_message(msg::kUnknownOption, "--zzzzzzzz", see_help));
  EXPECT_EQ(read(args, {"m", "-t"}), format_message(msg::kMissingValue, "--threads", see_help));
  EXPECT_EQ(read(args, {"m", "-t", "two"}), format_message(msg::kBadValue, "--threads = two", see_help));
}

TEST(Options, KnowTheirNames) {
  Args args;
  Options options;
  declare(options, args);
  EXPECT_TRUE(options.all()[0].is_positional());
  EXPECT_EQ(options.all()[3].name(), "--depth");
  EXPECT_EQ(options.all()[4].long_names(), (std::vector<std::string>{"--prompt", "--question"}));
}

}  // namespace
}  // namespace ondol
