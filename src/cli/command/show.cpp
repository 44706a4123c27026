// ondol show MODEL: metadata, tokenizer and tensors of a model file.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/text_width.h"
#include "measure/describe.h"
#include "model/model.h"

namespace ondol::command {
namespace {

using nlohmann::ordered_json;

constexpr size_t kShownElements = 5;  // of an array, in text
constexpr size_t kJsonElements = 16;  // longer arrays are abbreviated in JSON
constexpr int kValueColumns = 60;     // where the width of the screen is not known

struct Args {
  std::string model;
  bool json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kShowModelArgument)).required();
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

const char* type_name(MetaType type) {
  constexpr const char* kNames[] = {"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                    "bool", "string", "array", "u64", "i64", "f64"};
  const auto index = static_cast<size_t>(type);
  return index < std::size(kNames) ? kNames[index] : "?";
}

// ---- JSON

ordered_json json_of(const MetaValue& value) {
  return std::visit(
      [&](const auto& held) -> ordered_json {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, int64_t>) {
          if (value.type == MetaType::kU64) return static_cast<uint64_t>(held);
          return held;
        } else if constexpr (requires { held.begin(); } && !std::is_same_v<T, std::string>) {
          if (held.size() <= kJsonElements) return held;
          const T first(held.begin(), held.begin() + kJsonElements);
          return {{"type", type_name(value.element_type)}, {"length", held.size()}, {"first", first}};
        } else {
          return held;
        }
      },
      value.value);
}

ordered_json json_of(const TokenizerDescription& tokenizer) {
  ordered_json specials = ordered_json::object();
  for (const auto& token : tokenizer.special_tokens) {
    specials[token.role] = {{"id", static_cast<int32_t>(token.id)}, {"text", token.text}};
  }
  return {{"model", tokenizer.model},
          {"pre", tokenizer.pre},
          {"vocab_size", tokenizer.vocab_size},
          {"adds_bos", tokenizer.adds_bos},
          {"special_tokens", specials}};
}

ordered_json text_or_null(const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); }

// `problem`: why the model cannot run here; empty when it can.
void print_json(const Checkpoint& checkpoint, const ModelDescription& d, const std::string& problem, Console& console) {
  ordered_json metadata = ordered_json::object(), tensors = ordered_json::array();
  for (const auto& [key, value] : checkpoint.metadata.entries()) metadata[key] = json_of(value);
  for (const NamedTensor& tensor : checkpoint.tensors) {
    const Shape& shape = tensor.view.shape;
    tensors.push_back({{"name", tensor.name},
                       {"type", tensor.view.dtype.name()},
                       {"layout", layout_name(tensor.view.layout)},
                       {"shape", std::vector<int64_t>(shape.dims.begin(), shape.dims.begin() + shape.n_dims)},
                       {"bytes", tensor.view.size_bytes()}});
  }
  ordered_json out = {{"format", checkpoint.format},
                      {"name", text_or_null(d.name)},
                      {"architecture", text_or_null(d.architecture)},
                      {"parameters", d.parameters},
                      {"tensor_bytes", d.tensor_bytes},
                      {"bits_per_weight", d.bits_per_weight},
                      {"only_ondol_reads", d.only_ondol_reads},
                      {"context_length", d.context_length > 0 ? ordered_json(d.context_length) : ordered_json()},
                      {"licence", text_or_null(d.licence)},
                      {"tokens_per_korean_character",
                       d.tokenizer ? ordered_json(d.tokenizer->tokens_per_korean_character) : ordered_json()},
                      {"tokenizer", d.tokenizer ? json_of(*d.tokenizer) : ordered_json()}};
  if (!d.tokenizer_problem.empty()) out["tokenizer_problem"] = d.tokenizer_problem;
  if (!problem.empty()) out["problem"] = problem;
  out["metadata"] = std::move(metadata);
  out["tensors"] = std::move(tensors);
  console.line(out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

// ---- text

std::string element_text(int64_t value) { return std::to_string(value); }
std::string element_text(double value) { return fmt::format("{:.6g}", value); }
std::string element_text(const std::string& value) { return "\"" + visible_text(value) + "\""; }

std::string text_of(const MetaValue& value) {
  return std::visit(
      [&](const auto& held) -> std::string {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, bool>) {
          return held ? "true" : "false";
        } else if constexpr (std::is_same_v<T, std::string>) {
          return visible_text(held);
        } else if constexpr (requires { held.begin(); }) {
          std::string out = fmt::format("{}[{}] ", type_name(value.element_type), held.size());
          for (size_t i = 0; i < std::min(held.size(), kShownElements); ++i)
            out += (i > 0 ? ", " : "") + element_text(held[i]);
          return held.size() > kShownElements ? out + ", …" : out;
        } else {
          return element_text(held);
        }
      },
      value.value);
}

class Page {
 public:
  explicit Page(Console& console) : console_(console) {}

  void heading(std::string_view text) {
    console_.line("");
    console_.line(text);
  }
  void row(const Message& label, const std::string& value) { row(label.text(), value, kLabelColumns); }
  void row(std::string_view label, const std::string& value, int label_columns) {
    const int columns = console_.columns() > 0 ? std::max(20, console_.columns() - label_columns - 4) : kValueColumns;
    console_.line("  " + pad(label, label_columns) + "  " + (cuts_ ? shorten(value, columns) : value));
  }
  void set_cuts(bool cuts) { cuts_ = cuts; }

 private:
  static constexpr int kLabelColumns = 16;
  Console& console_;
  bool cuts_ = false;
};

void print_summary(const Checkpoint& checkpoint, const ModelDescription& d, const std::string& problem, Page& page) {
  const std::string not_said = help_text(msg::kShowNotSaid);
  const auto or_not_said = [&](const std::string& text) { return text.empty() ? not_said : visible_text(text); };
  page.row(msg::kShowName, or_not_said(d.name));
  page.row(msg::kShowFormat, checkpoint.format);
  page.row(msg::kShowArchitecture, or_not_said(d.architecture));
  if (!problem.empty()) page.row(msg::kShowProblem, visible_text(problem));
  page.row(msg::kShowParameters, readable_count(d.parameters));
  page.row(msg::kShowSize, format_message(msg::kShowSizeValue, readable_bytes(d.tensor_bytes), d.bits_per_weight));
  std::string types;
  for (const TypeTotal& total : d.types) {
    types += fmt::format("{}{} {} ({})", types.empty() ? "" : ", ", total.type, readable_bytes(total.size_bytes),
                         total.n_tensors);
  }
  if (!types.empty()) page.row(msg::kShowTypes, types);
  if (d.only_ondol_reads) page.row(msg::kShowReadBy, help_text(msg::kShowOnlyOndol));
  page.row(msg::kShowContext,
           d.context_length > 0 ? format_message(msg::kShowContextValue, readable_count(d.context_length)) : not_said);
  page.row(msg::kShowLicence, or_not_said(d.licence));
}

void print_tokenizer(const ModelDescription& d, Page& page) {
  if (!d.tokenizer) {
    page.row(msg::kShowTokenizerModel,
             d.tokenizer_problem.empty() ? help_text(msg::kShowNoTokenizer) : visible_text(d.tokenizer_problem));
    return;
  }
  const TokenizerDescription& t = *d.tokenizer;
  page.row(msg::kShowTokenizerModel, t.model);
  if (!t.pre.empty()) page.row(msg::kShowPreTokenizer, t.pre);
  page.row(msg::kShowVocabulary, format_message(msg::kShowVocabularyValue, readable_count(t.vocab_size)));
  std::string specials;
  for (const auto& token : t.special_tokens) {
    specials += fmt::format("{}{} {} {}", specials.empty() ? "" : ", ", token.role, static_cast<int32_t>(token.id),
                            visible_text(token.text));
  }
  if (!specials.empty()) page.row(msg::kShowSpecialTokens, specials);
  page.row(msg::kShowAddsBos, help_text(t.adds_bos ? msg::kYes : msg::kNo));
  page.row(msg::kShowKorean, format_message(msg::kShowKoreanValue, t.tokens_per_korean_character));
}

void print_metadata(const Metadata& metadata, Page& page) {
  int widest = 0;
  for (const auto& [key, value] : metadata.entries()) widest = std::max(widest, display_width(visible_text(key)));
  page.set_cuts(true);
  for (const auto& [key, value] : metadata.entries()) page.row(visible_text(key), text_of(value), std::min(widest, 42));
}

void print_tensors(const Checkpoint& checkpoint, Console& console) {
  int name = display_width(msg::kShowTensorName.text()), shape = display_width(msg::kShowTensorShape.text());
  for (const NamedTensor& tensor : checkpoint.tensors) {
    name = std::max(name, display_width(visible_text(tensor.name)));
    shape = std::max(shape, display_width(to_string(tensor.view.shape)));
  }
  const auto line = [&](std::string_view a, std::string_view b, std::string_view c, std::string_view d,
                        std::string_view e) {
    console.line("  " + pad(a, name) + "  " + pad(b, 7) + "  " + pad(c, 6) + "  " + pad(d, shape) + "  " +
                 pad(e, 13, true));
  };
  line(msg::kShowTensorName.text(), msg::kShowTensorType.text(), msg::kShowTensorLayout.text(),
       msg::kShowTensorShape.text(), msg::kShowTensorBytes.text());
  for (const NamedTensor& tensor : checkpoint.tensors) {
    line(visible_text(tensor.name), tensor.view.dtype.name(), layout_name(tensor.view.layout),
         to_string(tensor.view.shape), readable_count(tensor.view.size_bytes()));
  }
}

// Why the model cannot run here; empty when it can, and for files that say nothing of a model.
std::string find_problem(const Checkpoint& checkpoint, const ModelDescription& d, const std::string& path) {
  if (d.architecture.empty() || checkpoint.tensors.empty()) return {};
  const Status runs = check_model(checkpoint, path);
  return runs ? std::string() : runs.error().message;
}

Status run_show(const Args& args, Console& console) {
  TRY(const Checkpoint checkpoint, open_checkpoint(args.model));
  TRY(const ModelDescription description, describe_checkpoint(checkpoint));
  const std::string problem = find_problem(checkpoint, description, args.model);
  TRY(checkpoint.check_files());
  if (args.json) {
    print_json(checkpoint, description, problem, console);
    return ok();
  }
  Page page(console);
  console.line(visible_text(args.model));
  page.heading(msg::kShowModel.text());
  print_summary(checkpoint, description, problem, page);
  page.heading(msg::kShowTokenizer.text());
  print_tokenizer(description, page);
  page.heading(format_message(msg::kShowMetadata, checkpoint.metadata.entries().size()));
  print_metadata(checkpoint.metadata, page);
  page.heading(format_message(msg::kShowTensors, checkpoint.tensors.size()));
  print_tensors(checkpoint, console);
  return ok();
}

}  // namespace

extern constinit const Command show{
    .name = "show",
    .summary = msg::kShowSummary,
    .example =
        "ondol show model.gguf\n"
        "ondol show model.gguf --json | jq .parameters\n"
        "ondol show ~/models/hugging-face-folder",
    .define = define_with<Args, declare, run_show>,
};

}  // namespace ondol::command
