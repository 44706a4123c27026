#include "grammar/compile_limit.h"

#include <ctime>

#include "grammar/grammar_messages.h"

namespace ondol {
namespace {

thread_local CompileLimit* current = nullptr;

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

CompileLimit::CompileLimit(double seconds) : outer_(current), seconds_(seconds), end_s_(processor_s() + seconds) {
  current = this;
}

CompileLimit::~CompileLimit() { current = outer_; }

bool CompileLimit::reached() {
  if (current == nullptr) return false;
  if (!current->reached_ && ++current->n_looks_ % 64 == 0) current->reached_ = processor_s() >= current->end_s_;
  return current->reached_;
}

tl::unexpected<Error> CompileLimit::failure() {
  return fail(ErrorKind::kBadInput, msg::kCompileTooLong, current == nullptr ? 0.0 : current->seconds_);
}

tl::unexpected<Error> too_many_states(int32_t max_states) {
  if (CompileLimit::reached()) return CompileLimit::failure();
  return fail(ErrorKind::kBadInput, msg::kTooManyStates, max_states);
}

}  // namespace ondol
