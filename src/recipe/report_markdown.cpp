#include <fmt/format.h>

#include "recipe/report_words.h"

namespace ondol {
namespace {

std::string time_text(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  return seconds < 7200 ? fmt::format("{:.0f} min", seconds / 60) : fmt::format("{:.1f} h", seconds / 3600);
}

// Foreign text inside a table or a list.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '`' || c == '<' || c == '*' || c == '_' || c == '[') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string stage_row(const StageReport& stage) {
  const ModelFigures& figures = stage.figures;
  std::string answers = "—", interval = "—";
  if (const auto& task = figures.task) {
    answers = format_message(msg::kReportAnswers, 100 * task->value, task->n_right, task->n_all);
    interval = fmt::format("{:.1f}–{:.1f} %", 100 * task->interval.low, 100 * task->interval.high);
  }
  return fmt::format("| {} | {} | {:.2f} | {} | {} | {} | {} | {:.0f} | {} |\n", word_of(stage.stage),
                     figures.size_bytes, figures.bits_per_weight, figures.vocab_size, answers, interval,
                     figures.kl ? fmt::format("{:.5f}", *figures.kl) : "—", figures.decode_tokens_per_s,
                     stage.seconds > 0 ? time_text(stage.seconds) : "—");
}

void add_languages(const StageReport& stage, std::string& out) {
  for (const LanguageFigures& language : stage.figures.languages) {
    out += fmt::format("| {} | {} | {:.4f} | {} | {} | {} |\n", word_of(stage.stage), word_of(language.language),
                       language.bits_per_byte, language.kl ? fmt::format("{:.5f}", *language.kl) : "—",
                       language.n_examples, language.n_bytes);
  }
}

void heading(const Message& words, std::string& out) { out += fmt::format("\n## {}\n\n", words.text()); }

}  // namespace

std::string report_markdown(const SpecialiseReport& report, const std::string& picture) {
  std::string out = "# " + format_message(msg::kReportTitle, plain(report.output)) + "\n\n";
  const ModelFigures& last = report.last().figures;
  if (report.refusal) out += format_message(msg::kReportRefused, plain(report.refusal->message)) + "\n\n";
  out += format_message(msg::kReportWritten, last.size_bytes,
                        100 * static_cast<double>(last.size_bytes) / static_cast<double>(report.original_bytes),
                        report.original_bytes, last.bits_per_weight) +
         "\n";
  std::string data;
  for (const std::string& path : report.data) data += (data.empty() ? "" : "`, `") + path;
  out += format_message(msg::kReportMadeOf, report.model, data) + "\n";
  const std::string judge = report.test.empty() ? format_message(msg::kReportHeldOut, 100 * report.held_out_share)
                                                : fmt::format("`{}`", report.test);
  out += format_message(msg::kReportJudgedBy, judge) + "\n";

  heading(msg::kReportStages, out);
  out += std::string(msg::kReportStageColumns.text()) + "\n|---|---|---|---|---|---|---|---|---|\n";
  for (const StageReport& stage : report.stages) out += stage_row(stage);
  for (const StageReport& stage : report.other_sizes) out += stage_row(stage);
  out += "\n" +
         format_message(msg::kReportColumnsSay, report.task ? name_of(*report.task) : msg::kReportNoTask.text()) + "\n";
  if (report.repair && report.repair->helped()) {
    out += "\n" + format_message(msg::kReportRepair, report.repair->kl_before, report.repair->kl_after) + "\n";
  }

  if (!last.languages.empty()) {
    heading(msg::kReportLanguages, out);
    out += std::string(msg::kReportLanguageColumns.text()) + "\n|---|---|---|---|---|---|\n";
    for (const StageReport& stage : report.stages) add_languages(stage, out);
    for (const StageReport& stage : report.other_sizes) add_languages(stage, out);
    out +=
        fmt::format("\n{}\n\n![{}]({})\n", msg::kReportLanguagesSay.text(), msg::kReportPictureTitle.text(), picture);
  }
  heading(msg::kReportTypes, out);
  for (const ReportType& type : report.types) {
    out += format_message(msg::kReportTypeRow, type.name, type.n_tensors, type.size_bytes) + "\n";
  }
  heading(msg::kReportLicences, out);
  for (const DataCard& card : report.licences.cards) {
    const std::string licence(card.licence.empty() ? msg::kReportNoLicence.text() : std::string_view(card.licence));
    out += format_message(msg::kReportLicenceRow, plain(card.name), plain(licence)) + "\n";
  }
  for (const std::string& note : licence_notes(report.licences)) out += "- " + plain(note) + "\n";
  if (!report.notes.empty()) heading(msg::kReportNotes, out);
  for (const std::string& note : report.notes) out += "- " + plain(note) + "\n";
  return out;
}

}  // namespace ondol
