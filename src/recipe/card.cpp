#include "recipe/card.h"

namespace ondol {

void set_card(Metadata& metadata, const SpecialiseReport& report) {
  const ModelFigures& before = report.unshrunk().figures;
  const ModelFigures& now = report.last().figures;
  metadata.set("ondol.original_bytes", {.type = MetaType::kU64, .value = report.original_bytes});
  if (report.task) {
    const auto share = [](const ModelFigures& figures) { return figures.task ? figures.task->value : 0; };
    const Interval interval = now.task ? now.task->interval : Interval{};
    metadata.set_string("ondol.card.task", std::string(name_of(*report.task)));
    metadata.set_u32("ondol.card.questions", static_cast<uint32_t>(now.task ? now.task->n_all : 0));
    metadata.set_f32s("ondol.card.accuracy", {share(report.stages.front().figures), share(before), share(now)});
    metadata.set_f32s("ondol.card.accuracy_interval", {interval.low, interval.high});
  }
  metadata.set_f32("ondol.card.kl", static_cast<float>(now.kl.value_or(0)));
  if (now.languages.empty()) return;
  std::vector<std::string> languages;
  std::vector<double> bits, bits_before;
  for (const LanguageFigures& language : now.languages) {
    languages.push_back(name_of(language.language));
    bits.push_back(language.bits_per_byte);
  }
  for (const LanguageFigures& language : before.languages) bits_before.push_back(language.bits_per_byte);
  metadata.set_strings("ondol.card.languages", std::move(languages));
  metadata.set_f32s("ondol.card.bits_per_byte", std::move(bits));
  metadata.set_f32s("ondol.card.bits_per_byte_before", std::move(bits_before));
}

}  // namespace ondol
