#include "recipe/report.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace ondol {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json task_json(const std::optional<TaskFigures>& task) {
  if (!task) return {};
  return {{"right", task->n_right},
          {"questions", task->n_all},
          {"share", task->value},
          {"interval_95", {task->interval.low, task->interval.high}}};
}

Json stage_json(const StageReport& stage) {
  const ModelFigures& figures = stage.figures;
  auto languages = Json::array();
  for (const LanguageFigures& language : figures.languages) {
    languages.push_back({{"language", name_of(language.language)},
                         {"examples", language.n_examples},
                         {"bytes", language.n_bytes},
                         {"bits_per_byte", language.bits_per_byte},
                         {"kl", or_null(language.kl)}});
  }
  return {{"stage", name_of(stage.stage)},
          {"bytes", figures.size_bytes},
          {"bits_per_weight", figures.bits_per_weight},
          {"vocabulary", figures.vocab_size},
          {"accuracy", task_json(figures.task)},
          {"kl", or_null(figures.kl)},
          {"languages", languages},
          {"decode_tokens_per_s", figures.decode_tokens_per_s},
          {"seconds", stage.seconds}};
}

Json stages_json(const std::vector<StageReport>& stages) {
  auto all = Json::array();
  for (const StageReport& stage : stages) all.push_back(stage_json(stage));
  return all;
}

Json licences_json(const LicenceAudit& audit) {
  auto cards = Json::array();
  for (const DataCard& card : audit.cards) {
    cards.push_back({{"name", card.name},
                     {"licence", card.licence.empty() ? Json() : Json(card.licence)},
                     {"source", card.source},
                     {"parent_of", card.child < 0 ? Json() : Json(card.child)}});
  }
  return {{"purpose", audit.purpose == Purpose::kResearch ? "research" : "commercial"},
          {"cards", cards},
          {"accepted", audit.accepted},
          {"findings", licence_notes(audit)}};
}

}  // namespace

const char* name_of(ReportStage stage) {
  switch (stage) {
    case ReportStage::kOriginal:
      return "original";
    case ReportStage::kTuned:
      return "tuned";
    case ReportStage::kTrimmed:
      return "trimmed";
    case ReportStage::kShrunk:
      return "shrunk";
    case ReportStage::kOtherSize:
      break;
  }
  return "other_size";
}

const StageReport* SpecialiseReport::find(ReportStage stage) const {
  for (const StageReport& known : stages) {
    if (known.stage == stage) return &known;
  }
  return nullptr;
}

const StageReport& SpecialiseReport::unshrunk() const {
  const bool is_shrunk = stages.back().stage == ReportStage::kShrunk;
  return is_shrunk ? stages[stages.size() - 2] : stages.back();
}

std::string report_json(const SpecialiseReport& report) {
  Json types = Json::object();
  for (const ReportType& type : report.types) {
    types[type.name] = {{"tensors", type.n_tensors}, {"bytes", type.size_bytes}};
  }
  const Json out = {
      {"schema", "ondol.specialise/1"},
      {"model", report.model},
      {"output", report.output},
      {"written", !report.refusal},
      {"refusal", report.refusal ? Json(report.refusal->message) : Json()},
      {"data", report.data},
      {"judged_by",
       {{"test", report.test.empty() ? Json() : Json(report.test)},
        {"held_out_share", report.test.empty() ? Json(report.held_out_share) : Json()},
        {"task", report.task ? Json(std::string(name_of(*report.task))) : Json()},
        {"questions_in_all", report.n_questions}}},
      {"gate", {{"accuracy", or_null(report.gate.accuracy)}, {"drop_points", or_null(report.gate.drop_points)}}},
      {"budget_bytes", report.budget_bytes},
      {"original_bytes", report.original_bytes},
      {"bytes", report.last().figures.size_bytes},
      {"stages", stages_json(report.stages)},
      {"other_sizes", stages_json(report.other_sizes)},
      {"types", types},
      {"repair",
       report.repair ? Json{{"kl_before", report.repair->kl_before}, {"kl_after", report.repair->kl_after}} : Json()},
      {"licences", licences_json(report.licences)},
      {"notes", report.notes}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

ReportPaths report_paths(const std::string& folder, const std::string& output) {
  std::string stem = folder + "/report";
  if (folder.empty()) stem = (output.ends_with(".gguf") ? output.substr(0, output.size() - 5) : output) + ".report";
  return {stem + ".md", stem + ".json", stem + ".svg"};
}

}  // namespace ondol
