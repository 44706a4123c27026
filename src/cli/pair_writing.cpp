#include "cli/pair_writing.h"

#include <filesystem>

#include "base/progress.h"
#include "cli/arguments.h"
#include "cli/options.h"
#include "cli/synthesise_messages.h"
#include "tune/synthesis/remote_source.h"

namespace ondol {

Result<std::string> read_task_argument(const std::string& task) {
  std::error_code ignored;
  std::string text = task;
  if (std::filesystem::exists(task, ignored)) { TRY(text, read_text_file(task)); }
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return fail(ErrorKind::kUsage, msg::kSynthesiseNoTask);
  return text;
}

Status check_teacher(const std::string& teacher, const std::string& endpoint_model) {
  if (is_endpoint_url(teacher)) return check_endpoint_url(teacher);
  if (endpoint_model.empty()) return ok();
  return fail(ErrorKind::kUsage, msg::kSynthesiseForEndpoints, endpoint_model, teacher);
}

Result<SynthesisCounts> write_pairs(SynthesisJobOptions options, ThreadPool& pool, const Message& stopped,
                                    Console& console) {
  std::optional<Progress> progress;
  options.asked.progress = [&](int64_t n_kept, int64_t n_pairs) { progress->update(n_kept, n_pairs); };
  TRY(const auto job, SynthesisJob::prepare(options, pool));
  const int64_t n_wanted = options.asked.n_pairs;
  if (!job->not_held().empty()) console.note(msg::kSynthesiseNotHeld, job->not_held());
  if (job->n_pairs() > 0) console.note(msg::kSynthesiseFound, options.output, job->n_pairs());
  if (is_endpoint_url(options.teacher) && job->n_pairs() < n_wanted) {
    console.error_line(format_message(msg::kSynthesiseRemote, remote_program(), options.teacher));
  }
  progress.emplace(help_text(msg::kSynthesiseProgress), console.progress_style());
  const Status status = job->run();
  progress.reset();
  if (!status) {
    if (job->n_pairs() > 0) console.note(stopped, options.output, job->n_pairs());
    return tl::make_unexpected(status.error());
  }
  if (job->n_pairs() < n_wanted) console.note(msg::kSynthesiseFewer, job->n_pairs(), n_wanted, kMaxFruitless);
  return job->counts();
}

}  // namespace ondol
