// ondol embed MODEL [TEXT...]: texts to vectors.
#include <cmath>
#include <numeric>

#include "base/interrupt.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/embed_messages.h"
#include "engine/embedder.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, file, pooling;
  std::vector<std::string> texts;
  int64_t context_length = 0;
  int n_threads = 0;
  bool no_normalise = false, truncate = false, similarity = false, low_memory = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kModelArgument)).required();
  options.add("TEXT", args.texts, help_text(msg::kEmbedTextArgument));
  options.add("-f,--file", args.file, help_text(msg::kEmbedFileOption)).placeholder("FILE");
  options.add("--pooling", args.pooling, help_text(msg::kEmbedPoolingOption)).placeholder("NAME");
  options.add("--no-normalise,--no-normalize", args.no_normalise, help_text(msg::kEmbedNoNormaliseOption));
  options.add("--truncate", args.truncate, help_text(msg::kEmbedTruncateOption));
  options.add("--similarity", args.similarity, help_text(msg::kEmbedSimilarityOption));
  options.add("-c,--ctx-size", args.context_length, help_text(msg::kContextOption)).placeholder("N");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--low-memory", args.low_memory, help_text(msg::kLowMemoryOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

constexpr std::pair<std::string_view, Pooling> kPoolings[] = {
    {"mean", Pooling::kMean}, {"last", Pooling::kLast}, {"cls", Pooling::kCls}};

Result<EmbedderOptions> embedder_options(const Args& args) {
  TRY(check_number<int64_t>("--ctx-size", args.context_length, 0, int64_t{1} << 31));
  EmbedderOptions options{.context_length = args.context_length, .truncates = args.truncate};
  for (const auto& [name, pooling] : kPoolings) {
    if (args.pooling == name) options.pooling = pooling;
  }
  if (!args.pooling.empty() && !options.pooling) {
    return fail(ErrorKind::kUsage, msg::kNotOneOf, "--pooling", args.pooling, "mean, last, cls");
  }
  if (args.no_normalise) options.normalises = false;
  return options;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
  }
  return lines;
}

Result<std::vector<std::string>> read_texts(const Args& args) {
  if (!args.texts.empty() && !args.file.empty()) return fail(ErrorKind::kUsage, msg::kEmbedTextTwice);
  std::vector<std::string> texts = args.texts;
  if (texts.empty() && (!args.file.empty() || !stdin_is_terminal())) {
    TRY(const std::string text, read_text_file(args.file.empty() ? "-" : args.file));
    texts = lines_of(text);
  }
  if (texts.empty()) return fail(ErrorKind::kBadInput, msg::kEmbedNoTexts);
  if (args.similarity && texts.size() < 2) return fail(ErrorKind::kUsage, msg::kEmbedOneText);
  return texts;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  const auto product = [](const std::vector<float>& x, const std::vector<float>& y) {
    return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
  };
  const double lengths = std::sqrt(product(a, a) * product(b, b));
  return lengths > 0 ? product(a, b) / lengths : 0;
}

// Nine significant digits read back to the same float; JSON has no word for a number that is none.
std::string numbers(const std::vector<float>& vector, std::string_view between, std::string_view none) {
  std::string row;
  for (const float value : vector) {
    if (!row.empty()) row += between;
    row += std::isfinite(value) ? fmt::format("{:.9g}", value) : std::string(none);
  }
  return row;
}

// Writes what the command answers, vector after vector as they come.
class Answer {
 public:
  Answer(const Args& args, Console& console) : args_(args), console_(console) {}

  void begin(const Embedder& embedder, int64_t n_tokens) {
    if (!args_.json) return;
    const auto name = std::find_if(std::begin(kPoolings), std::end(kPoolings),
                                   [&](const auto& entry) { return entry.second == embedder.pooling(); });
    console_.write(fmt::format(R"({{"model":{},"size":{},"pooling":"{}","normalised":{},"tokens":{},"{}":[)",
                               json_string(args_.model), embedder.size(), name->first, embedder.normalises(), n_tokens,
                               args_.similarity ? "similarities" : "embeddings"));
  }
  void add(std::vector<float> vector) {
    if (!args_.similarity) {
      write(args_.json ? "[" + numbers(vector, ",", "null") + "]" : numbers(vector, " ", "nan"));
    } else if (first_.empty()) {
      first_ = std::move(vector);
    } else {
      const double likeness = cosine(first_, vector);
      write(args_.json ? fmt::format("{:.9g}", likeness) : fmt::format("{:.4f}", likeness));
    }
  }
  void end() {
    if (args_.json) console_.line("]}");
  }

 private:
  void write(const std::string& element) {
    if (args_.json) console_.write((n_written_++ > 0 ? "," : "") + element);
    else console_.line(element);
  }

  const Args& args_;
  Console& console_;
  std::vector<float> first_;
  int64_t n_written_ = 0;
};

Status run_embed(const Args& args, Console& console) {
  TRY(const EmbedderOptions options, embedder_options(args));
  TRY(const std::vector<std::string> texts, read_texts(args));
  TRY(const auto pool, make_pool(args.n_threads));
  TRY(const Model model, load_model_with_tokenizer(args.model, *pool, {.low_memory = args.low_memory}));
  TRY(const auto embedder, Embedder::create(model, *pool, options));
  int64_t n_tokens = 0, n_done = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::vector<TokenId> ids = embedder->encode(texts[i]);
    n_tokens += std::ssize(ids);
    if (const auto id = embedder->add(std::move(ids)); !id) {
      const Error& error = id.error();
      return fail(error.kind, msg::kEmbedTextNumber, i + 1, error.message);
    }
  }
  Answer answer(args, console);
  answer.begin(*embedder, n_tokens);
  Progress progress(std::string(msg::kEmbedWork.text()), console.progress_style());
  while (!embedder->idle()) {
    TRY(check_interrupted());
    TRY(embedder->step([&](EmbeddingId, std::vector<float> vector) {
      answer.add(std::move(vector));
      ++n_done;
    }));
    if (!embedder->idle() && !stdout_is_terminal()) progress.update(n_done, std::ssize(texts));
  }
  answer.end();
  return ok();
}

}  // namespace

extern constinit const Command embed{
    .name = "embed",
    .summary = msg::kEmbedSummary,
    .example =
        "ondol embed model.gguf \"거실 불 켜 줘\"\n"
        "ondol embed model.gguf --similarity \"불 켜 줘\" \"조명을 켜\" \"춥다\"\n"
        "ondol embed model.gguf -f texts.txt --json",
    .define = define_with<Args, declare, run_embed>,
};

}  // namespace ondol::command
