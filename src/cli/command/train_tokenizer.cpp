// ondol train-tokenizer TEXT... -o FILE: learns a vocabulary.
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/template_source.h"
#include "cli/train_tokenizer_messages.h"
#include "format/gguf_writer.h"
#include "measure/records/data_file.h"
#include "prompt/chat_template.h"
#include "tokenizer/trained_tokenizer.h"

namespace ondol::command {
namespace {

struct Args {
  std::vector<std::string> texts;
  std::string output, chat_template;
  BpeTrainingOptions training;
  bool splits_punctuation = false, force = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("TEXT", args.texts, help_text(msg::kTrainTokenizerTexts)).required();
  options.add("-o,--output", args.output, help_text(msg::kTrainTokenizerOutput)).placeholder("FILE").required();
  options.add("--vocab-size", args.training.vocab_size, help_text(msg::kVocabSizeOption)).placeholder("N").required();
  options.add("--special", args.training.special_tokens, help_text(msg::kSpecialTokenOption))
      .placeholder("TOKEN")
      .repeatable();
  options.add("--chat-template", args.chat_template, format_message(msg::kStoreTemplateOption, chat_template_names()))
      .placeholder("FILE|NAME");
  options.add("--coverage", args.training.character_coverage, help_text(msg::kCoverageOption)).placeholder("SHARE");
  options.add("--longest-piece", args.training.longest_piece, help_text(msg::kLongestPieceOption)).placeholder("N");
  options.add("--split-punctuation", args.splits_punctuation, help_text(msg::kSplitPunctuationOption));
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

void add_record(const Record& record, WordCounts& words) {
  words.add(record.text);
  words.add(record.prompt);
  words.add(record.completion);
  for (const ChatMessage& message : record.messages) {
    words.add(message.text);
    words.add(message.thinking);
    for (const ToolCall& call : message.tool_calls) words.add(call.arguments);
  }
}

Result<WordCounts> read_words(const Args& args, Console& console) {
  WordCounts words(args.splits_punctuation);
  for (const std::string& path : args.texts) {
    Progress progress(format_message(msg::kReadingText, path), console.progress_style());
    const RecordSink sink{.take = [&](const Record& record) -> Status { return add_record(record, words), ok(); },
                          .progress = [&](int64_t done, int64_t total) { progress.update(done, total); }};
    TRY(read_data_file(path, {}, sink));
  }
  return words;
}

bool writes_json(const Args& args) { return args.output.ends_with(".json"); }

Status write_tokenizer(const Args& args, const BpeVocabulary& vocabulary, const std::string& chat_template) {
  if (writes_json(args)) {
    TRY(AtomicFile file, AtomicFile::create(args.output, args.force, args.texts));
    TRY(file.write(tokenizer_json(vocabulary)));
    return file.commit();
  }
  Metadata metadata = tokenizer_metadata(vocabulary, chat_template);
  metadata.set_string("general.architecture", "llama");  // the family whose tokenizer this is; readers ask for one
  return write_gguf(args.output, metadata, {}, {.force = args.force, .inputs = args.texts});
}

Status run_train_tokenizer(const Args& args, Console& console) {
  if (writes_json(args) && !args.chat_template.empty()) {
    return fail(ErrorKind::kUsage, msg::kJsonHoldsNoTemplate, args.output);
  }
  TRY(const std::string chat_template, chat_template_source(args.chat_template, {}, false));
  TRY(const WordCounts words, read_words(args, console));
  BpeVocabulary vocabulary;
  {
    Progress progress(std::string(msg::kLearningVocabulary.text()), console.progress_style());
    TRY(vocabulary,
        train_bpe(words, args.training, [&](int64_t done, int64_t total) { progress.update(done, total); }));
  }
  TRY(write_tokenizer(args, vocabulary, chat_template));
  if (vocabulary.size() < args.training.vocab_size) {
    console.note(msg::kFewerTokens, vocabulary.size(), args.training.vocab_size);
  }
  if (args.json) {
    const nlohmann::ordered_json out = {{"output", args.output},
                                        {"tokens", vocabulary.size()},
                                        {"merges", vocabulary.merges.size()},
                                        {"characters", vocabulary.characters.size()},
                                        {"words", words.size()}};
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    console.line(msg::kTokenizerTrained, args.output, vocabulary.size(), vocabulary.merges.size(),
                 vocabulary.characters.size(), words.size());
  }
  return ok();
}

}  // namespace

extern constinit const Command train_tokenizer{
    .name = "train-tokenizer",
    .summary = msg::kTrainTokenizerSummary,
    .example =
        "ondol train-tokenizer reviews.txt -o tokenizer.gguf --vocab-size 8000\n"
        "ondol train-tokenizer chats.jsonl -o tokenizer.gguf --vocab-size 2000 --special \"<|im_start|>\"\n"
        "    --special \"<|im_end|>\" --chat-template chatml",
    .define = define_with<Args, declare, run_train_tokenizer>,
};

}  // namespace ondol::command
