// What `synthesise` and `tune --synthesise` share: a teacher writes pairs while the user watches.
#pragma once

#include "cli/console.h"
#include "tune/synthesis/synthesis_job.h"

namespace ondol {

// The task of --task: text, or a file that holds it.  Fails with kUsage when it is empty.
Result<std::string> read_task_argument(const std::string& task);

// Fails with kUsage for an address that may not be asked, or options that do not belong to the teacher.
Status check_teacher(const std::string& teacher, const std::string& endpoint_model);

// Runs the job and tells what it does.  `stopped` is told, with the file and its number of pairs, where it ends early
// and has pairs.  Fails as SynthesisJob does.
Result<SynthesisCounts> write_pairs(SynthesisJobOptions options, ThreadPool& pool, const Message& stopped,
                                    Console& console);

}  // namespace ondol
