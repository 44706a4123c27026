// ondol render: the prompt a chat template makes of a conversation.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/template_source.h"
#include "format/checkpoint.h"
#include "prompt/chat_template.h"
#include "prompt/prompt_encoder.h"

namespace ondol::command {
namespace {

struct Args {
  std::string chat_template, model, context;
  bool add_generation_prompt = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("--template", args.chat_template, format_message(msg::kRenderTemplateOption, chat_template_names()))
      .placeholder("FILE|NAME");
  options.add("-m,--model", args.model, help_text(msg::kRenderModelOption)).placeholder("MODEL");
  options.add("--context", args.context, help_text(msg::kRenderContextOption)).placeholder("FILE");
  options.add("--add-generation-prompt", args.add_generation_prompt, help_text(msg::kGenerationPromptOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

constexpr std::string_view kDefaultContext =
    R"({"messages": [{"role": "user", "content": "안녕하세요"}, {"role": "assistant", "content": "반갑습니다."},)"
    R"( {"role": "user", "content": "What is 2 + 2?"}], "add_generation_prompt": true})";

struct Source {
  std::string jinja;
  EdgeTokens edges;
};

Result<Source> read_source(const Args& args) {
  if (args.chat_template.empty() == args.model.empty()) return fail(ErrorKind::kUsage, msg::kRenderWhich);
  Source source;
  Metadata metadata;
  if (!args.model.empty()) {
    TRY(Checkpoint checkpoint, open_checkpoint(args.model));
    metadata = std::move(checkpoint.metadata);
    if (metadata.find("tokenizer.ggml.model")) {
      TRY(const auto tokenizer, load_tokenizer(metadata));
      source.edges = edge_tokens(*tokenizer);
    }
  }
  TRY(source.jinja, chat_template_source(args.chat_template, metadata, false));
  if (source.jinja.empty()) {
    return fail(ErrorKind::kBadInput, msg::kRenderNoTemplate, args.model, chat_template_names());
  }
  return source;
}

Status run_render(const Args& args, Console& console) {
  TRY(const Source source, read_source(args));
  std::string context(kDefaultContext);
  if (!args.context.empty()) { TRY(context, read_text_file(args.context)); }
  TRY(const ChatTemplate chat, ChatTemplate::parse(source.jinja));
  TRY(const std::vector<PromptPiece> pieces,
      chat.render_context(context, source.edges, args.add_generation_prompt, time_now()));
  if (args.json) {
    auto list = nlohmann::ordered_json::array();
    for (const PromptPiece& piece : pieces) {
      list.push_back({{"text", piece.text}, {"from", piece.from_template ? "template" : "input"}});
    }
    console.line(list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return ok();
  }
  for (const PromptPiece& piece : pieces) console.write(piece.text);
  if (stdout_is_terminal()) console.line("");
  return ok();
}

}  // namespace

extern constinit const Command render{
    .name = "render",
    .summary = msg::kRenderSummary,
    .example =
        "ondol render -m model.gguf\n"
        "ondol render --template chatml --context conversation.json --add-generation-prompt\n"
        "ondol render --template template.jinja --context - --json < conversation.json",
    .define = define_with<Args, declare, run_render>,
};

}  // namespace ondol::command
