#include "cli/prune_arguments.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/prune_messages.h"
#include "cli/text_width.h"
#include "compress/prune.h"

namespace ondol {
namespace {

using Json = nlohmann::ordered_json;

std::string list_of(const std::vector<int>& layers) {
  std::string list;
  for (const int layer : layers) list += (list.empty() ? "" : ", ") + std::to_string(layer);
  return list;
}

void print_row(Console& console, std::string_view name, std::initializer_list<std::string> cells) {
  std::string row = pad(name, 18);
  for (const std::string& cell : cells) row += pad(cell, 13, true);
  console.line(row);
}

void print_file(Console& console, const Message& name, const ComparedFile& file) {
  print_row(console, name.text(),
            {readable_count(file.size_bytes), fmt::format("{:.5f}", file.mean_kl),
             fmt::format("{:.5f}", file.median_kl), fmt::format("{:.4f}", file.p99_kl),
             fmt::format("{:.2f} %", 100 * file.top1_agreement), fmt::format("{:.4f}", file.bits_per_byte)});
}

Json file_json(const ComparedFile& file) {
  return {{"bytes", file.size_bytes},
          {"kl", {{"mean", file.mean_kl}, {"median", file.median_kl}, {"p99", file.p99_kl}}},
          {"top1_agreement", file.top1_agreement},
          {"bits_per_byte", file.bits_per_byte}};
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPruned:
      return "pruned";
    case Verdict::kPlain:
      return "plain";
    case Verdict::kAlike:
      break;
  }
  return "alike";
}

const Message& words_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPruned:
      return msg::kPruneBetterPruned;
    case Verdict::kPlain:
      return msg::kPruneBetterPlain;
    case Verdict::kAlike:
      break;
  }
  return msg::kPruneAlike;
}

}  // namespace

void declare_prune(Options& options, PruneArguments& args) {
  options.add("--layers", args.layers, help_text(msg::kPruneLayersOption)).placeholder("N|PERCENT");
  options.add("--ffn", args.ffn, help_text(msg::kPruneFfnOption)).placeholder("N|PERCENT");
}

Result<PruneOptions> prune_options(const PruneArguments& args, const ImportedModel& model, const std::string& name) {
  TRY(check_prunable(model, name, !args.layers.empty(), !args.ffn.empty()));
  TRY(const Hyperparameters hp, hyperparameters_of(model, name));
  PruneOptions options;
  if (!args.layers.empty()) {
    TRY(const int64_t n_layers, parse_kept("--layers", args.layers, hp.n_layers, 1));
    options.n_layers = static_cast<int>(n_layers);
  }
  if (!args.ffn.empty()) {
    const auto narrowest =
        std::min_element(hp.layers.begin(), hp.layers.end(),
                         [](const LayerSizes& a, const LayerSizes& b) { return a.ffn_size < b.ffn_size; });
    TRY(options.ffn_size, parse_kept("--ffn", args.ffn, narrowest->ffn_size, kChannelMultiple));
  }
  return options;
}

void print_prune(const PruneReport& report, const PruneComparison& comparison, Console& console) {
  std::string_view label = msg::kPruneRow.text();  // of the first row
  const auto row = [&](const std::string& value) {
    console.line(pad(label, 10) + " " + value);
    label = "";
  };
  if (std::ssize(report.layers) < report.n_layers) {
    row(format_message(msg::kPruneRowLayers, report.layers.size(), report.n_layers, list_of(report.layers)));
  }
  if (report.ffn_size < report.whole_ffn_size) {
    row(format_message(msg::kPruneRowChannels, report.ffn_size, report.whole_ffn_size));
  }
  if (report.repaired_divergence) {
    row(format_message(report.is_repaired ? msg::kPruneRowRepaired : msg::kPruneRowUnrepaired, report.divergence,
                       *report.repaired_divergence));
  } else {
    row(format_message(msg::kPruneRowLoss, report.divergence));
  }
  console.line("");
  const auto column = [](const Message& message) { return std::string(message.text()); };
  print_row(console, "",
            {column(msg::kPruneColumnBytes), column(msg::kPruneColumnMean), column(msg::kPruneColumnMedian),
             column(msg::kPruneColumnP99), column(msg::kPruneColumnTop), column(msg::kPruneColumnBits)});
  print_file(console, msg::kPruneOriginal, comparison.original);
  print_file(console, msg::kPrunePruned, comparison.pruned);
  if (comparison.plain) print_file(console, msg::kPrunePlain, *comparison.plain);
  if (comparison.verdict) {
    console.line(words_of(*comparison.verdict).text());
  } else {
    console.line(format_message(msg::kPruneOnlyWay, readable_count(comparison.least_plain_bytes)));
  }
  if (!comparison.is_unseen) console.line(msg::kPruneSeen.text());
}

Json prune_json(const PruneReport& report, const PruneComparison& comparison) {
  Json left_out = Json::array();
  for (const LayerLeftOut& left : report.left_out) left_out.push_back({{"layer", left.layer}, {"kl", left.divergence}});
  return {{"layers", report.layers},
          {"layers_before", report.n_layers},
          {"left_out", left_out},
          {"ffn", report.ffn_size},
          {"ffn_before", report.whole_ffn_size},
          {"kl_search", report.divergence},
          {"kl_search_repaired", report.repaired_divergence ? Json(*report.repaired_divergence) : Json()},
          {"repaired", report.is_repaired},
          {"measured", report.n_measured},
          {"positions", comparison.n_positions},
          {"unseen_text", comparison.is_unseen},
          {"original", file_json(comparison.original)},
          {"pruned", file_json(comparison.pruned)},
          {"plain", comparison.plain ? file_json(*comparison.plain) : Json()},
          {"plain_least_bytes", comparison.least_plain_bytes},
          {"better", comparison.verdict ? Json(name_of(*comparison.verdict)) : Json()}};
}

}  // namespace ondol
