// ondol plot LOG... -o loss.svg: training logs as a picture.
#include "base/atomic_file.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "tune/loss_plot.h"
#include "tune/plot_messages.h"

namespace ondol::command {
namespace {

struct Args {
  std::vector<std::string> logs;
  std::string output;
  bool force = false;
};

void declare(Options& options, Args& args) {
  options.add("LOG", args.logs, help_text(msg::kPlotLogs)).required();
  options.add("-o,--output", args.output, help_text(msg::kPlotOutput)).placeholder("FILE").required();
  options.add("--force", args.force, help_text(msg::kForceOption));
}

Status run_plot(const Args& args, Console& console) {
  std::vector<LossCurve> curves;
  for (const std::string& path : args.logs) {
    TRY(LossCurve curve, read_loss_curve(path));
    curves.push_back(std::move(curve));
  }
  TRY(AtomicFile file, AtomicFile::create(args.output, args.force, args.logs));
  TRY(file.write(loss_plot_svg(curves)));
  TRY(file.commit());
  console.line(msg::kPlotWritten, args.output, curves.size());
  return ok();
}

}  // namespace

extern constinit const Command plot{
    .name = "plot",
    .summary = msg::kPlotSummary,
    .example =
        "ondol plot run.jsonl -o loss.svg\n"
        "ondol plot with-teacher.jsonl without.jsonl -o compared.svg",
    .define = define_with<Args, declare, run_plot>,
};

}  // namespace ondol::command
