#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measure/chart.h"
#include "recipe/report_words.h"

namespace ondol {
namespace {

std::string size_label(double size_bytes) {
  if (size_bytes >= 1e9) return fmt::format("{:g} GB", size_bytes / 1e9);
  return size_bytes >= 1e6 ? fmt::format("{:g} MB", size_bytes / 1e6) : fmt::format("{:g} kB", size_bytes / 1e3);
}

// Sizes on a logarithmic axis, with marks at 1, 2 and 5 times powers of ten.
Axis size_axis(const Range& logarithms) {
  Axis axis{.first = logarithms.low() - 0.08,
            .last = logarithms.high() + 0.08,
            .marks = {},
            .name = std::string(msg::kReportPictureSize.text())};
  for (double power = std::floor(axis.first); power <= axis.last; ++power) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double at = power + std::log10(digit);
      if (at < axis.first || at > axis.last) continue;
      axis.marks.push_back({at, size_label(digit * std::pow(10.0, power))});
    }
  }
  return axis;
}

// Of one language, all files from the smallest on.
struct LanguageLine {
  FieldLanguage language;
  std::vector<ChartPoint> points;
};

std::vector<LanguageLine> lines_of(const std::vector<const StageReport*>& files) {
  std::vector<LanguageLine> lines;
  for (const StageReport* file : files) {
    for (const LanguageFigures& figures : file->figures.languages) {
      auto line = std::find_if(lines.begin(), lines.end(),
                               [&](const LanguageLine& known) { return known.language == figures.language; });
      if (line == lines.end()) line = lines.insert(lines.end(), {figures.language, {}});
      line->points.push_back({std::log10(static_cast<double>(file->figures.size_bytes)), figures.bits_per_byte});
    }
  }
  return lines;
}

}  // namespace

// The original, whose loss is another matter than size, is not on the lines: it would press them flat.
std::string report_picture(const SpecialiseReport& report) {
  std::vector<const StageReport*> files;
  for (const StageReport& stage : report.stages) {
    if (stage.stage != ReportStage::kOriginal || report.stages.size() == 1) files.push_back(&stage);
  }
  for (const StageReport& other : report.other_sizes) files.push_back(&other);
  if (files.size() == 1 && report.stages.size() > 1) files.push_back(&report.stages.front());
  std::stable_sort(files.begin(), files.end(), [](const StageReport* a, const StageReport* b) {
    return a->figures.size_bytes < b->figures.size_bytes;
  });
  const std::vector<LanguageLine> lines = lines_of(files);
  Range sizes, losses;
  losses.add(0);
  for (const StageReport* file : files) sizes.add(std::log10(static_cast<double>(file->figures.size_bytes)));
  for (const LanguageLine& line : lines) {
    for (const ChartPoint& point : line.points) losses.add(point.y);
  }
  sizes.widen();
  losses.widen();
  Chart chart(msg::kReportPictureTitle.text(), size_axis(sizes),
              linear_axis(losses, 6, msg::kReportPictureLoss.text()));
  for (size_t i = 0; i < lines.size(); ++i) {
    chart.line(lines[i].points, LineStyle::kDashed, chart_color(i));
    chart.legend(word_of(lines[i].language), LineStyle::kDashed, chart_color(i));
  }
  if (!lines.empty()) {
    for (size_t i = 0; i < lines[0].points.size() && i < files.size(); ++i) {
      chart.label(lines[0].points[i], word_of(files[i]->stage));
    }
  }
  return chart.take();
}

}  // namespace ondol
