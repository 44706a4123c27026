#include "tune/loss_curve.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "grammar/json_value.h"
#include "measure/records/line_reader.h"
#include "measure/records/records_messages.h"
#include "tune/plot_messages.h"

namespace ondol {
namespace {

// The number of that name; an error is the reason alone.
Result<double> read_number(const JsonValue& line, std::string_view key) {
  const JsonValue* value = line.find(key);
  if (value == nullptr || !value->is(JsonValue::Kind::kNumber)) return fail(ErrorKind::kBadInput, msg::kLogNumber, key);
  const double number = std::strtod(to_text(value->number).c_str(), nullptr);
  if (!std::isfinite(number)) return fail(ErrorKind::kBadInput, msg::kLogNumber, key);
  return number;
}

void drop_from(std::vector<LossPoint>& points, double step) {
  while (!points.empty() && points.back().step >= step) points.pop_back();
}

Status add_line(std::string_view text, LossCurve& curve) {
  auto line = parse_json(text);
  if (!line) return fail(ErrorKind::kBadInput, msg::kLineNotJson, line.error().message);
  if (!line->is(JsonValue::Kind::kObject)) return fail(ErrorKind::kBadInput, msg::kLineNoObject);
  TRY(const double step, read_number(*line, "step"));
  TRY(const double loss, read_number(*line, "loss"));
  drop_from(curve.train, step);
  drop_from(curve.held_out, step);
  curve.train.push_back({step, loss});
  const JsonValue* held_out = line->find("held_out_loss");
  if (held_out == nullptr || held_out->is(JsonValue::Kind::kNull)) return ok();
  TRY(const double held_out_loss, read_number(*line, "held_out_loss"));
  curve.held_out.push_back({step, held_out_loss});
  return ok();
}

}  // namespace

Result<LossCurve> read_loss_curve(const std::string& path) {
  LossCurve curve{.name = std::filesystem::path(path).stem()};
  TRY(LineReader lines, LineReader::open(path));
  for (;;) {
    const auto line = lines.next();
    if (line && !*line) break;
    if (line && (**line).find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Status added = line ? add_line(**line, curve) : Status(tl::make_unexpected(line.error()));
    if (added) continue;
    if (added.error().kind != ErrorKind::kBadInput) return tl::make_unexpected(added.error());
    return fail(ErrorKind::kBadInput, msg::kBadLine, path, lines.line_number(), added.error().message);
  }
  if (curve.train.empty()) return fail(ErrorKind::kBadInput, msg::kEmptyLog, path);
  return curve;
}

}  // namespace ondol
