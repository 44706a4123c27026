// The child writes one line into a pipe, "prefill decode" or an error's kind and text; its memory is what the system
// counted when it ended.  A child, because memory once touched is not given back, and the planner has touched some.
#include "measure/trial_run.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "measure/measure_messages.h"
#include "measure/statistics.h"

namespace ondol {
namespace {

struct Speeds {
  double prefill_tokens_per_s = 0, decode_tokens_per_s = 0;
};

Result<Speeds> run_model(const std::string& path, PlannedRun run, const LoadOptions& load) {
  ThreadPool pool(run.n_threads);
  TRY(const Model model, load_model(path, pool, load));
  TRY(const auto engine, Engine::create(model, pool, {.context_length = run.context_length, .kv_type = run.kv_type}));
  if (run.n_prompt < 0) run.n_prompt = engine->context_length() - run.n_predict;
  TRY(const SequenceId sequence, engine->open());
  SplitMix64 random(1);
  std::vector<TokenId> tokens;
  for (int64_t i = 0; i < run.n_prompt + run.n_predict; ++i) {
    tokens.push_back(static_cast<TokenId>(random.below(model.hp.vocab_size)));
  }
  const auto feed = [&](int64_t first, int64_t n) -> Result<double> {
    const Engine::Input input{sequence, std::span(tokens).subspan(static_cast<size_t>(first), static_cast<size_t>(n))};
    const double start = now_s();
    TRY(engine->step({&input, 1}, [](const Engine::Rows&) {}));
    return now_s() - start;
  };
  TRY(const double prefill_s, feed(0, run.n_prompt));
  std::vector<double> decode_s;
  for (int64_t i = 0; i < run.n_predict; ++i) { TRY(decode_s.emplace_back(), feed(run.n_prompt + i, 1)); }
  return Speeds{static_cast<double>(run.n_prompt) / prefill_s, decode_s.empty() ? 0 : 1 / median(decode_s)};
}

void write_line(int fd, const std::string& line) {
  for (size_t done = 0; done < line.size();) {
    const ssize_t n = write(fd, line.data() + done, line.size() - done);
    if (n < 0 && errno != EINTR) return;
    if (n > 0) done += static_cast<size_t>(n);
  }
}

std::string read_all(int fd) {
  std::string text;
  char piece[1024];
  for (;;) {
    const ssize_t n = read(fd, piece, sizeof piece);
    if (n > 0) text.append(piece, static_cast<size_t>(n));
    else if (n == 0 || errno != EINTR) return text;
  }
}

[[noreturn]] void run_child(int fd, const std::string& path, const PlannedRun& run, const LoadOptions& load) {
  std::string line;
  const auto speeds = run_model(path, run, load);
  if (speeds) line = fmt::format("{} {}", speeds->prefill_tokens_per_s, speeds->decode_tokens_per_s);
  else line = fmt::format("!{} {}", static_cast<int>(speeds.error().kind), speeds.error().message);
  write_line(fd, line);
  _exit(0);
}

}  // namespace

Result<TrialRun> try_run(const std::string& path, const PlannedRun& run, const LoadOptions& load) {
  int ends[2];
  if (pipe(ends) != 0) return fail(ErrorKind::kIo, msg::kTrialNotStarted, std::strerror(errno));
  const pid_t child = fork();
  if (child < 0) return fail(ErrorKind::kIo, msg::kTrialNotStarted, std::strerror(errno));
  if (child == 0) {
    close(ends[0]);
    run_child(ends[1], path, run, load);
  }
  close(ends[1]);
  const std::string line = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {}
  int kind = 0, text_at = 0;
  if (std::sscanf(line.c_str(), "!%d %n", &kind, &text_at) == 1) {
    return tl::make_unexpected(Error{static_cast<ErrorKind>(kind), line.substr(static_cast<size_t>(text_at))});
  }
  TrialRun trial{.peak_bytes = int64_t{usage.ru_maxrss} * 1024};
  if (std::sscanf(line.c_str(), "%lf %lf", &trial.prefill_tokens_per_s, &trial.decode_tokens_per_s) == 2) return trial;
  return fail(ErrorKind::kOutOfMemory, msg::kTrialKilled, path, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

}  // namespace ondol
