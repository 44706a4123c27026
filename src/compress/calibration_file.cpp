#include "compress/calibration_file.h"

#include <chrono>
#include <cmath>
#include <filesystem>

#include "compress/compress_messages.h"
#include "compress/imatrix_file.h"
#include "model/model_identity.h"

namespace ondol {
namespace {

// What an unfinished file has, or nothing when there is none to go on with.
Result<Importance> begun(const CalibrationFileOptions& options, const std::string& calibration) {
  if (!options.resume || !std::filesystem::exists(options.path)) return Importance{};
  TRY(ImatrixFile file, read_imatrix(options.path));
  if (file.calibration != calibration) return fail(ErrorKind::kBadInput, msg::kCalibrateOther, options.path);
  return std::move(file.importance);
}

}  // namespace

Result<CalibrationResult> calibrate_into_file(const CalibrationFileOptions& options, const Model& model,
                                              const Checkpoint& checkpoint, ThreadPool& pool,
                                              std::span<const Example> examples, const CalibrationReport& report) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kSaveEvery = std::chrono::seconds(30);
  const std::string calibration = to_hex(Sha256()
                                             .add(model_identity(model))
                                             .add(options.text_identity)
                                             .add_value(options.calibrate.chunk_tokens)
                                             .add_value(options.calibrate.max_chunks)
                                             .finish());
  TRY(Importance importance, begun(options, calibration));
  std::vector<std::string> inputs = options.texts;
  inputs.push_back(options.model_path);
  const auto save = [&](const Importance& so_far) -> Status {
    ImatrixFile file{so_far, calibration};
    for (const std::string& path : options.texts) {
      file.importance.texts.push_back(std::filesystem::path(path).filename().string());
    }
    return write_imatrix(options.path, file, {.force = true, .inputs = inputs});
  };
  auto saved = Clock::now();
  TRY(CalibrationResult result, calibrate(model, checkpoint, pool, examples, options.calibrate, std::move(importance),
                                          [&](const Importance& so_far, int64_t n_chunks) -> Status {
                                            if (report) TRY(report(so_far, n_chunks));
                                            if (Clock::now() - saved < kSaveEvery) return ok();
                                            saved = Clock::now();
                                            return save(so_far);
                                          }));
  TRY(save(result.importance));
  return result;
}

bool seems_foreign(double nats, int64_t vocab_size) { return nats > 0.75 * std::log(static_cast<double>(vocab_size)); }

}  // namespace ondol
