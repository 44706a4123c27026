// ondol tokenize MODEL [TEXT]: text to token ids and back.

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "format/checkpoint.h"
#include "measure/measure_messages.h"
#include "model/import/huggingface_tokenizer.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model;
  std::optional<std::string> text;
  bool decode = false, bos = false, special = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kShowModelArgument)).required();
  options.add("TEXT", args.text, help_text(msg::kTokenizeTextArgument));
  options.add("--decode", args.decode, help_text(msg::kDecodeOption));
  options.add("--bos", args.bos, help_text(msg::kBosOption));
  options.add("--special", args.special, help_text(msg::kSpecialOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

Status decode(const Tokenizer& tokenizer, std::string_view text, const Args& args, Console& console) {
  TRY(const std::vector<TokenId> ids, parse_token_ids(text));
  for (const TokenId id : ids) {
    const auto number = static_cast<int64_t>(id);
    if (number < 0 || number >= tokenizer.vocab_size()) {
      return fail(ErrorKind::kBadInput, msg::kNoSuchTokenId, number, tokenizer.vocab_size() - 1);
    }
  }
  const std::string decoded = tokenizer.decode(ids, args.special);
  if (args.json) console.line(json_string(decoded));
  else if (stdout_is_terminal()) console.line(decoded);
  else console.write(decoded);
  return ok();
}

// The tokenizer of a model file, of a Hugging Face folder, or of a tokenizer.json or tokenizer.model.
Result<std::shared_ptr<const Tokenizer>> open_tokenizer(const std::string& path) {
  TRY(const Metadata metadata, find_tokenizer(path));
  if (!metadata.find("tokenizer.ggml.model")) return fail(ErrorKind::kBadInput, msg::kNoTokenizer, path);
  return load_tokenizer(metadata);
}

Status run_tokenize(const Args& args, Console& console) {
  TRY(const auto tokenizer, open_tokenizer(args.model));
  std::string text = args.text.value_or("");
  if (!args.text) { TRY(text, read_standard_input()); }
  if (args.decode) return decode(*tokenizer, text, args, console);

  const std::vector<TokenId> ids = tokenizer->encode(text, {.add_bos = args.bos, .parse_special = args.special});
  std::string list = "[";
  for (const TokenId id : ids) list += (list.size() > 1 ? ", " : "") + std::to_string(int32_t(id));
  console.line(list + "]");
  return ok();
}

}  // namespace

extern constinit const Command tokenize{
    .name = "tokenize",
    .summary = msg::kTokenizeSummary,
    .example =
        "ondol tokenize model.gguf \"안녕하세요\"\n"
        "ondol tokenize model.gguf --decode \"1 2 3\"\n"
        "ondol tokenize tokenizer.json \"안녕하세요\"\n"
        "cat text.txt | ondol tokenize model.gguf",
    .define = define_with<Args, declare, run_tokenize>,
};

}  // namespace ondol::command
