// ondol bench: how fast a model runs here, beside what this machine could do at most.
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "cli/arguments.h"
#include "cli/bench_messages.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/energy_text.h"
#include "kernel/dispatch.h"
#include "measure/bench.h"
#include "measure/distortion.h"
#include "model/random_model.h"
#include "tune/train_speed.h"

namespace ondol {
namespace {

constexpr int64_t kMostTokens = int64_t{1} << 20;

struct BenchArgs {
  std::string model, shape, type, write, layout, train, kv_type;
  std::vector<int64_t> prefill_tokens, decode_depths, batches;  // none: those of BenchOptions
  int64_t decode_tokens = BenchOptions().decode_tokens;
  int64_t train_tokens = 256, rank = 16;
  int n_threads = usable_cores();
  int n_rounds = 3;
  bool force = false, low_memory = false, no_kl = false, distortion = false, json = false;
};

std::string names_of_shapes() {
  std::string names;
  for (const ModelShape& shape : known_shapes()) names += (names.empty() ? "" : ", ") + std::string(shape.name);
  return names;
}

void declare(Options& options, BenchArgs& args) {
  options.add("MODEL", args.model, help_text(msg::kBenchModel));
  options.add("--shape", args.shape, format_message(msg::kBenchShape, names_of_shapes()));
  options.add("--type", args.type, help_text(msg::kBenchType));
  options.add("--write", args.write, help_text(msg::kBenchWrite));
  options.add("--force", args.force, help_text(msg::kForceOption));
  options.add("--layout", args.layout, help_text(msg::kBenchLayout)).placeholder("file|run");
  options.add("--low-memory", args.low_memory, help_text(msg::kLowMemoryOption));
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption));
  options.add("-p,--prefill", args.prefill_tokens, help_text(msg::kBenchPrefillOption))
      .placeholder("N,N")
      .split_at_commas();
  options.add("-n,--predict", args.decode_tokens, help_text(msg::kBenchPredictOption)).placeholder("N");
  options.add("-b,--batch", args.batches, help_text(msg::kBenchBatchOption)).placeholder("N,N").split_at_commas();
  options.add("-d,--depth", args.decode_depths, help_text(msg::kBenchDepthOption)).placeholder("N,N").split_at_commas();
  options.add("--train", args.train, help_text(msg::kBenchTrainOption)).placeholder("lora|full");
  options.add("--train-tokens", args.train_tokens, help_text(msg::kBenchTrainTokensOption)).placeholder("N");
  options.add("--rank", args.rank, help_text(msg::kBenchRankOption)).placeholder("N");
  options.add("--distortion", args.distortion, help_text(msg::kBenchDistortionOption));
  options.add("--no-kl", args.no_kl, help_text(msg::kBenchNoKlOption));
  options.add("--kv-type", args.kv_type, help_text(msg::kKvTypeOption)).placeholder("TYPE");
  options.add("-r,--rounds", args.n_rounds, help_text(msg::kBenchRounds));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

Status check(const BenchArgs& args) {
  if (args.distortion && !(args.model.empty() && args.shape.empty())) {
    return fail(ErrorKind::kUsage, msg::kBenchDistortionAlone);
  }
  if (!args.distortion && args.model.empty() == args.shape.empty()) return fail(ErrorKind::kUsage, msg::kBenchNeedsOne);
  if (args.shape.empty() && !(args.type.empty() && args.write.empty())) {
    return fail(ErrorKind::kUsage, msg::kBenchWriteNeedsShape);
  }
  if (args.write.empty() && !args.layout.empty()) return fail(ErrorKind::kUsage, msg::kBenchLayoutNeedsWrite);
  const auto in_range = [](const char* name, int64_t value, int64_t low, int64_t high) -> Status {
    if (value >= low && value <= high) return ok();
    return fail(ErrorKind::kUsage, msg::kBenchOutOfRange, name, value, low, high);
  };
  TRY(in_range("--threads", args.n_threads, 1, 1024));
  for (const int64_t n : args.prefill_tokens) TRY(in_range("--prefill", n, 0, kMostTokens));
  for (const int64_t depth : args.decode_depths) TRY(in_range("--depth", depth, 0, kMostTokens));
  for (const int64_t n : args.batches) TRY(in_range("--batch", n, 0, 1024));
  TRY(in_range("--predict", args.decode_tokens, 0, kMostTokens));
  TRY(in_range("--train-tokens", args.train_tokens, 1, kMostTokens));
  if (!args.train.empty() && args.train != "lora" && args.train != "full") {
    return fail(ErrorKind::kUsage, msg::kBenchTrainKind, args.train);
  }
  if (!args.train.empty() && !args.kv_type.empty()) return fail(ErrorKind::kUsage, msg::kBenchTrainKvType);
  return in_range("--rounds", args.n_rounds, 1, 100);
}

std::string kv_type_name(const BenchArgs& args) { return args.kv_type.empty() ? "f16" : args.kv_type; }

// What to measure; a length that was asked for and does not fit is an error, not left out.
Result<BenchOptions> options_for(const BenchArgs& args, const std::string& name, const Model& model) {
  BenchOptions options{.decode_tokens = args.decode_tokens, .n_rounds = args.n_rounds, .with_kl = !args.no_kl};
  if (!args.prefill_tokens.empty()) options.prefill_tokens = args.prefill_tokens;
  if (!args.decode_depths.empty()) options.decode_depths = args.decode_depths;
  TRY(options.kv_type, parse_kv_type(kv_type_name(args)));
  std::erase(options.prefill_tokens, 0);
  if (!args.batches.empty()) options.batches = args.batches;
  std::erase(options.batches, 0);
  if (args.decode_tokens == 0) {
    options.decode_depths.clear();
    options.batches.clear();
  }
  if (options.prefill_tokens.empty() && options.decode_depths.empty()) {
    return fail(ErrorKind::kUsage, msg::kBenchNothing);
  }
  const auto check_fits = [&](int64_t n) -> Status {
    if (n <= model.hp.context_length) return ok();
    return fail(ErrorKind::kBadInput, msg::kBenchBeyondContext, name, n, model.hp.context_length);
  };
  for (const int64_t n : args.prefill_tokens) TRY(check_fits(n));
  for (const int64_t depth : args.decode_depths) TRY(check_fits(depth + args.decode_tokens));
  return options;
}

// The model of --shape, saved when --write asks for it.
Result<Checkpoint> make_checkpoint(const BenchArgs& args, Console& console) {
  const ModelShape* shape = find_shape(args.shape);
  if (!shape) return fail(ErrorKind::kUsage, msg::kBenchUnknownShape, args.shape, names_of_shapes());
  TRY(const DType type, parse_type(args.type.empty() ? "Q4_0" : args.type));
  constexpr uint64_t kSeed = 1;
  if (args.write.empty()) return make_random_checkpoint(*shape, type, kSeed);
  std::optional<Layout> layout;
  if (!args.layout.empty()) { TRY(layout, parse_layout(args.layout)); }
  Progress progress(format_message(msg::kBenchWriting, args.write), console.progress_style());
  TRY(write_random_model(args.write, *shape, type, kSeed,
                         {.force = args.force, .progress = &progress, .layout = layout}));
  return open_checkpoint(args.write);
}

void add_cost(nlohmann::ordered_json& json, const TokenCost& cost) {
  json["cpu_s_per_token"] = cost.cpu_s;
  json["read_bytes_per_token"] = cost.read_bytes;
  add_energy(json, cost.j, cost.tokens_per_j());
}

const Message& text_of(WeightPlace place) {
  switch (place) {
    case WeightPlace::kMapped:
      return msg::kBenchMapped;
    case WeightPlace::kRepacked:
      return msg::kBenchRepacked;
    case WeightPlace::kFileLayout:
      break;
  }
  return msg::kBenchLowMemory;
}

nlohmann::ordered_json to_json(const std::string& name, const BenchArgs& args, const Loaded& loaded,
                               const BenchReport& report) {
  const bool int8 = report.prefill_peak == PrefillPeak::kInt8;
  nlohmann::ordered_json json = {
      {"model", name},
      {"threads", args.n_threads},
      {"kv_type", kv_type_name(args)},
      {"isa", kernels().isa},
      {"rounds", report.n_rounds},
      {"rounds_repeated", report.n_repeated},
      {"rounds_unsteady", report.n_unsteady},
      {"limits",
       {{"read_gb_s", report.limits.read_gb_s},
        {"int8_gop_s", report.limits.int8_gop_s},
        {"matrix_int8_gop_s", report.limits.matrix_gop_s},
        {"bf16_gflop_s", report.limits.bf16_gflop_s},
        {"f32_gflop_s", report.limits.f32_gflop_s}}},
      {"energy_source", energy_source_name(report.energy_source)},
      {"prefill", nlohmann::ordered_json::array()},
      {"batches", nlohmann::ordered_json::array()},
      {"decode", nlohmann::ordered_json::array()},
  };
  for (const auto& prefill : report.prefill) {
    json["prefill"].push_back({{"n", prefill.n_tokens},
                               {"tokens_per_s", prefill.tokens_per_s},
                               {int8 ? "share_of_int8_peak" : "share_of_f32_peak", prefill.share_of_peak}});
    add_cost(json["prefill"].back(), prefill.cost);
  }
  for (const auto& batch : report.batches) {
    json["batches"].push_back({{"sequences", batch.n_sequences},
                               {"tokens_per_s", batch.tokens_per_s},
                               {"times_one", batch.times_one},
                               {int8 ? "share_of_int8_peak" : "share_of_f32_peak", batch.share_of_peak}});
  }
  for (const auto& decode : report.decode) {
    json["decode"].push_back({{"depth", decode.depth},
                              {"tokens_per_s", decode.tokens_per_s},
                              {"share_of_bandwidth", decode.share_of_bandwidth}});
    add_cost(json["decode"].back(), decode.cost);
  }
  if (report.kl) json["kl"] = *report.kl;
  json["load_s"] = loaded.seconds;
  json["weights"] = name_of(loaded.place);
  json["peak_rss_bytes"] = report.peak_rss_bytes;
  return json;
}

std::string cost_line(const TokenCost& cost) {
  const std::string energy = cost.j ? format_message(msg::kBenchEnergy, *cost.j, cost.tokens_per_j().value_or(0)) : "";
  return format_message(msg::kBenchCost, cost.cpu_s * 1e3, cost.read_bytes / 1e6) + energy;
}

void print(Console& console, const std::string& name, int n_threads, const Loaded& loaded, const BenchReport& report) {
  const char* peak = report.prefill_peak == PrefillPeak::kInt8 ? "int8" : "f32";
  console.line(msg::kBenchHead, name, n_threads, kernels().isa, report.n_rounds);
  console.line(msg::kBenchLimits, report.limits.read_gb_s, report.limits.int8_gop_s, report.limits.bf16_gflop_s,
               report.limits.f32_gflop_s);
  if (report.limits.matrix_gop_s > 0) console.line(msg::kBenchMatrixUnit, report.limits.matrix_gop_s);
  for (const auto& prefill : report.prefill) {
    console.line(msg::kBenchPrefill, prefill.n_tokens, prefill.tokens_per_s, 100 * prefill.share_of_peak, peak,
                 cost_line(prefill.cost));
  }
  for (const auto& batch : report.batches) {
    console.line(msg::kBenchBatch, batch.n_sequences, batch.tokens_per_s, batch.times_one, 100 * batch.share_of_peak,
                 peak);
  }
  for (const auto& decode : report.decode) {
    console.line(msg::kBenchDecode, decode.depth, decode.tokens_per_s, 100 * decode.share_of_bandwidth,
                 cost_line(decode.cost));
  }
  console.line(msg::kEnergyLine, energy_source_text(report.energy_source));
  if (report.kl) console.line(msg::kBenchKl, *report.kl);
  console.line(msg::kBenchRest, loaded.seconds, text_of(loaded.place).text(), report.peak_rss_bytes);
}

// How fast the model trains; its matrices are in file layout.
Status run_training(const BenchArgs& args, const std::string& name, const Model& model, ThreadPool& pool,
                    Console& console) {
  if (args.train_tokens > model.hp.context_length) {
    return fail(ErrorKind::kBadInput, msg::kBenchBeyondContext, name, args.train_tokens, model.hp.context_length);
  }
  TRY(const TrainSpeed speed, measure_train_speed(model, args.train == "full", args.rank, args.train_tokens,
                                                  args.n_rounds, Precision::kBf16, pool));
  const double f32_share = speed.gflop_s / speed.limits.f32_gflop_s;
  if (args.json) {
    const nlohmann::ordered_json json = {
        {"model", name},
        {"threads", args.n_threads},
        {"isa", kernels().isa},
        {"train", args.train},
        {"n", speed.n_tokens},
        {"trained_parameters", speed.n_trained},
        {"tokens_per_s", speed.tokens_per_s},
        {"gflop_s", speed.gflop_s},
        {"share_of_f32_peak", f32_share},
        {"limits", {{"bf16_gflop_s", speed.limits.bf16_gflop_s}, {"f32_gflop_s", speed.limits.f32_gflop_s}}},
        {"peak_rss_bytes", speed.peak_rss_bytes}};
    console.line(json.dump());
    return ok();
  }
  console.line(msg::kBenchHead, name, args.n_threads, kernels().isa, args.n_rounds);
  console.line(msg::kBenchLimits, speed.limits.read_gb_s, speed.limits.int8_gop_s, speed.limits.bf16_gflop_s,
               speed.limits.f32_gflop_s);
  console.line(msg::kBenchTrain, args.train, speed.n_tokens, speed.tokens_per_s, speed.gflop_s, 100 * f32_share,
               readable_count(speed.n_trained), readable_bytes(speed.peak_rss_bytes));
  return ok();
}

// What every tensor type loses; no model takes part.
void run_distortion(const BenchArgs& args, ThreadPool& pool, Console& console) {
  constexpr int64_t kRows = 512;
  const std::vector<Distortion> all = measure_distortion(kRows, pool);
  if (args.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Distortion& d : all) {
      json.push_back({{"type", d.type},
                      {"bits_per_weight", d.bits_per_weight},
                      {"gaussian", d.gaussian},
                      {"student_t_5", d.student_t},
                      {"times_least", d.times_least()}});
    }
    console.line(json.dump());
    return;
  }
  console.line(msg::kBenchDistortionHead);
  for (const Distortion& d : all) {
    console.line(fmt::format("{:<8} {:>7.4f} {:>10.5f} {:>10.5f} {:>7.2f}", d.type, d.bits_per_weight, d.gaussian,
                             d.student_t, d.times_least()));
  }
}

Status run(const BenchArgs& args, Console& console) {
  TRY(check(args));
  ThreadPool pool(args.n_threads);
  if (args.distortion) {
    run_distortion(args, pool, console);
    return ok();
  }
  std::string name = args.model;
  double load_s = 0;
  const LoadOptions load_options{.low_memory = args.low_memory || !args.train.empty()};
  const auto load = [&]() -> Result<Model> {
    if (!args.model.empty()) {
      const double start = now_s();
      auto model = load_model(args.model, pool, load_options);
      load_s = now_s() - start;
      return model;
    }
    TRY(const Checkpoint checkpoint, make_checkpoint(args, console));
    name = args.shape + " " + (args.type.empty() ? "Q4_0" : args.type);
    const double start = now_s();
    auto model = load_model(checkpoint, args.write.empty() ? args.shape : args.write, pool, load_options);
    load_s = now_s() - start;
    return model;
  };
  TRY(const Model model, load());
  if (!args.train.empty()) return run_training(args, name, model, pool, console);
  TRY(const BenchOptions options, options_for(args, name, model));
  Progress progress(std::string(msg::kBenchRunning.text()), console.progress_style());
  TRY(const BenchReport report,
      run_bench(name, model, pool, options, [&](int64_t done, int64_t total) { progress.update(done, total); }));
  const Loaded loaded{load_s, weight_place(model)};
  if (args.json) console.line(to_json(name, args, loaded, report).dump());
  else print(console, name, args.n_threads, loaded, report);
  if (report.n_unsteady > 0) console.note(msg::kBenchUnsteady, report.n_unsteady, report.n_rounds);
  return ok();
}

}  // namespace

namespace command {
extern const Command bench{
    .name = "bench",
    .summary = msg::kBenchSummary,
    .example =
        "ondol bench models/ondol-ko-tiny.gguf\n"
        "ondol bench --shape llama-3.2-1b --type Q4_0 -t 2 --json\n"
        "ondol bench model.gguf -p 512 -n 0\n"
        "ondol bench --shape 0.6b --train lora\n"
        "ondol bench --distortion",
    .define = define_with<BenchArgs, declare, run>,
};
}  // namespace command

}  // namespace ondol
