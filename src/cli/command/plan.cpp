// ondol plan [MODEL]: memory and speed before anything is loaded, and what fits a device.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/clock.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/goal_arguments.h"
#include "cli/plan_messages.h"
#include "cli/text_width.h"
#include "measure/shape_fit.h"
#include "measure/trial_run.h"

namespace ondol::command {
namespace {

struct Args {
  std::string model, kv_type;  // "": f16, or the best that fits
  GoalArguments goal;
  int64_t context_length = 0, n_prompt = -1, n_predict = 32;
  int n_threads = 0;
  bool low_memory = false, verify = false, json = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.model, help_text(msg::kPlanModel));
  options.add("-c,--ctx-size", args.context_length, help_text(msg::kContextOption)).placeholder("N");
  options.add("--kv-type,--cache-type", args.kv_type, help_text(msg::kKvTypeOption)).placeholder("TYPE");
  options.add("-p,--prefill", args.n_prompt, help_text(msg::kPlanPrefillOption)).placeholder("N");
  options.add("-n,--predict", args.n_predict, help_text(msg::kPlanPredictOption)).placeholder("N");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--low-memory", args.low_memory, help_text(msg::kLowMemoryOption));
  declare_goal(options, args.goal);
  options.add("--verify", args.verify, help_text(msg::kPlanVerifyOption));
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

Status check_arguments(const Args& args) {
  constexpr int64_t kMostTokens = int64_t{1} << 31;
  TRY(check_number<int64_t>("--ctx-size", args.context_length, 0, kMostTokens));
  TRY(check_number<int64_t>("--prefill", args.n_prompt, -1, kMostTokens));
  TRY(check_number<int64_t>("--predict", args.n_predict, 1, kMostTokens));
  TRY(check_number("--threads", args.n_threads, 0, 1024));
  TRY(check_goal(args.goal));
  if (args.verify && args.model.empty()) return fail(ErrorKind::kUsage, msg::kPlanVerifyNeedsModel);
  if (args.model.empty() && (args.n_prompt >= 0 || args.n_predict != Args().n_predict || args.low_memory)) {
    return fail(ErrorKind::kUsage, msg::kPlanRunNeedsModel);
  }
  if (args.verify && !args.goal.device.empty()) return fail(ErrorKind::kUsage, msg::kPlanVerifyElsewhere);
  return ok();
}

// Everything there is to print about a model.
struct Plan {
  std::string architecture;
  int64_t n_parameters = 0, file_bytes = 0;
  PlannedRun run;
  MemoryPlan memory;
  SpeedPlan speed;
  double header_s = 0, probe_s = 0;
  std::optional<TrialRun> trial;
  Goal goal;
  std::vector<Fit> longest;
  std::optional<int64_t> shrunk_bytes;

  double decode_tokens_per_s() const { return speed.decode_tokens_per_s(run); }
  // On a full context, which the goal is about.
  double least_tokens_per_s() const { return 1 / speed.decode_s(static_cast<double>(run.context_length)); }
  bool has_memory() const { return memory.needed_bytes() <= goal.ram_bytes; }
  bool has_speed() const { return goal.tokens_per_s == 0 || least_tokens_per_s() >= goal.tokens_per_s; }
};

Result<KvType> kv_type_of(const Args& args) {
  return args.kv_type.empty() ? Result<KvType>(KvType::kF16) : parse_kv_type(args.kv_type);
}

// The run the arguments ask for, what they leave open decided.
Result<PlannedRun> planned_run(const Args& args, const Model& outline, int n_threads) {
  TRY(const KvType kv_type, kv_type_of(args));
  PlannedRun run{args.context_length, kv_type, n_threads, args.n_prompt, args.n_predict};
  if (run.context_length == 0) run.context_length = default_context_length(outline);
  if (run.n_prompt < 0) run.n_prompt = std::max<int64_t>(0, run.context_length - run.n_predict);
  if (run.n_prompt + run.n_predict <= run.context_length) return run;
  return fail(ErrorKind::kBadInput, msg::kPlanTooLong, run.n_prompt, run.n_predict, run.context_length);
}

int64_t file_bytes(const Checkpoint& checkpoint) {
  int64_t bytes = 0;
  for (const auto& map : checkpoint.maps) bytes += std::ssize(map->bytes());
  return bytes;
}

Result<Plan> make_plan(const Args& args, const std::optional<Device>& device) {
  TRY(const KvType kv_type, kv_type_of(args));
  const int n_threads = args.n_threads > 0 ? args.n_threads : device ? device->n_cores : usable_cores();
  const LoadOptions load{.low_memory = args.low_memory};
  Plan plan;
  if (args.verify) {
    const PlannedRun run{args.context_length, kv_type, n_threads, args.n_prompt, args.n_predict};
    TRY(plan.trial, try_run(args.model, run, load));
  }

  const double start = now_s();
  TRY(const Checkpoint checkpoint, open_checkpoint(args.model));
  TRY(const Model outline, outline_model(checkpoint, args.model, load));
  TRY(plan.run, planned_run(args, outline, n_threads));
  TRY(plan.memory, plan_memory(checkpoint, outline, plan.run));
  plan.header_s = now_s() - start;
  plan.architecture = outline.arch->name();
  plan.file_bytes = file_bytes(checkpoint);
  for (const NamedTensor& tensor : checkpoint.tensors) plan.n_parameters += tensor.view.shape.n_elements();

  if (device) {
    plan.speed = estimate_speed(outline, plan.run, *device);
  } else {
    const double probe_start = now_s();
    ThreadPool pool(n_threads);
    TRY(plan.speed, probe_speed(outline, plan.run, pool));
    plan.probe_s = now_s() - probe_start;
  }

  TRY(plan.goal, read_goal(args.goal, device ? device->ram_bytes : available_memory_bytes()));
  TRY(plan.longest, longest_contexts(checkpoint, outline, plan.run, plan.speed, plan.goal));
  plan.shrunk_bytes = fitting_file_bytes(outline, plan.run, plan.memory, plan.speed, plan.goal, plan.file_bytes);
  return plan;
}

// How far a prediction is above what was measured, in percent.
double error_percent(double predicted, double measured) {
  return measured > 0 ? 100 * (predicted - measured) / measured : 0;
}

nlohmann::ordered_json contexts_json(const std::vector<Fit>& fits) {
  auto list = nlohmann::ordered_json::array();
  for (const Fit& fit : fits) list.push_back({{"kv_type", kv_type_name(fit.kv_type)}, {"context", fit.context_length}});
  return list;
}

void print_json(const Args& args, const Plan& plan, Console& console) {
  const MemoryPlan& m = plan.memory;
  nlohmann::ordered_json out = {{"model", args.model},
                                {"architecture", plan.architecture},
                                {"parameters", plan.n_parameters},
                                {"file_bytes", plan.file_bytes},
                                {"context", plan.run.context_length},
                                {"kv_type", kv_type_name(plan.run.kv_type)},
                                {"threads", plan.run.n_threads},
                                {"prompt_tokens", plan.run.n_prompt},
                                {"generated_tokens", plan.run.n_predict},
                                {"memory",
                                 {{"weights", m.weight_bytes},
                                  {"mapped", m.mapped_bytes},
                                  {"cache", m.engine.cache_bytes},
                                  {"work", m.engine.work_bytes},
                                  {"logits", m.engine.logits_bytes},
                                  {"vocabulary", m.vocabulary_bytes},
                                  {"process", m.process_bytes},
                                  {"peak", m.peak_bytes()},
                                  {"needed", m.needed_bytes()}}},
                                {"prefill_tokens_per_s", nullptr},
                                {"decode_tokens_per_s", plan.decode_tokens_per_s()},
                                {"decode_tokens_per_s_empty", 1 / plan.speed.decode_empty_s},
                                {"decode_tokens_per_s_full", plan.least_tokens_per_s()},
                                {"header_s", plan.header_s},
                                {"probe_s", plan.probe_s},
                                {"ram_bytes", plan.goal.ram_bytes},
                                {"fits", plan.has_memory() && plan.has_speed()},
                                {"longest_contexts", contexts_json(plan.longest)}};
  if (plan.speed.prefill_s > 0) out["prefill_tokens_per_s"] = plan.speed.prefill_tokens_per_s(plan.run);
  if (!(plan.has_memory() && plan.has_speed())) {
    out["shrink_to_bytes"] = plan.shrunk_bytes ? nlohmann::ordered_json(*plan.shrunk_bytes) : nullptr;
  }
  if (plan.trial) {
    out["measured"] = {{"peak", plan.trial->peak_bytes},
                       {"prefill_tokens_per_s", plan.trial->prefill_tokens_per_s},
                       {"decode_tokens_per_s", plan.trial->decode_tokens_per_s}};
  }
  console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print(const Args& args, const Plan& plan, const std::optional<Device>& device, Console& console) {
  const auto row = [&](const Message& label, std::string_view value) {
    console.line(pad(label.text(), 9) + " " + std::string(value));
  };
  const MemoryPlan& m = plan.memory;
  row(msg::kPlanRowModel, format_message(msg::kPlanModelValue, visible_text(args.model), plan.architecture,
                                         readable_count(plan.n_parameters), readable_bytes(plan.file_bytes)));
  row(msg::kPlanRowRun, format_message(msg::kPlanRunValue, plan.run.context_length, kv_type_name(plan.run.kv_type),
                                       plan.run.n_threads, plan.run.n_prompt, plan.run.n_predict));
  row(msg::kPlanRowMemory,
      format_message(msg::kPlanMemoryValue, readable_bytes(m.peak_bytes()), readable_bytes(m.weight_bytes),
                     readable_bytes(m.mapped_bytes), readable_bytes(m.engine.cache_bytes),
                     readable_bytes(m.engine.work_bytes + m.engine.logits_bytes), readable_bytes(m.vocabulary_bytes),
                     readable_bytes(m.process_bytes)));
  const double prefill = plan.speed.prefill_tokens_per_s(plan.run), decode = plan.decode_tokens_per_s();
  const double empty = 1 / plan.speed.decode_empty_s;
  row(msg::kPlanRowSpeed, prefill > 0 ? format_message(msg::kPlanSpeedValue, prefill, decode, empty)
                                      : format_message(msg::kPlanDecodeOnly, decode, empty));
  row(msg::kPlanRowFrom, device ? format_message(msg::kPlanFromDevice, plan.header_s * 1e3,
                                                 visible_text(device->name.empty() ? args.goal.device : device->name))
                                : format_message(msg::kPlanFromProbe, plan.header_s * 1e3, plan.probe_s));
  if (const auto& t = plan.trial) {
    row(msg::kPlanRowMeasured,
        format_message(msg::kPlanMeasuredValue, readable_bytes(t->peak_bytes),
                       error_percent(static_cast<double>(m.peak_bytes()), static_cast<double>(t->peak_bytes)),
                       t->prefill_tokens_per_s, error_percent(prefill, t->prefill_tokens_per_s), t->decode_tokens_per_s,
                       error_percent(decode, t->decode_tokens_per_s)));
  }
  const int64_t ram = plan.goal.ram_bytes, spare = ram - m.needed_bytes();
  if (!plan.has_memory()) {
    row(msg::kPlanRowFits, format_message(msg::kPlanLacksMemory, readable_bytes(m.needed_bytes()),
                                          readable_bytes(-spare), readable_bytes(ram)));
  }
  if (!plan.has_speed()) {
    row(msg::kPlanRowFits, format_message(msg::kPlanLacksSpeed, plan.least_tokens_per_s(), plan.goal.tokens_per_s));
  }
  const bool fits = plan.has_memory() && plan.has_speed();
  if (fits) row(msg::kPlanRowFits, format_message(msg::kPlanFitsIn, readable_bytes(ram), readable_bytes(spare)));
  for (const Fit& fit : plan.longest) {
    row(msg::kPlanRowContext,
        fit.context_length > 0 ? format_message(msg::kPlanContextValue, fit.context_length, kv_type_name(fit.kv_type))
                               : format_message(msg::kPlanNoContext, kv_type_name(fit.kv_type)));
  }
  if (fits) return;
  row(msg::kPlanRowTry, plan.shrunk_bytes
                            ? format_message(msg::kPlanTryShrink, visible_text(args.model), *plan.shrunk_bytes)
                            : std::string(msg::kPlanTryNothing.text()));
}

// What could be run: published shapes, each in the largest type that fits.
Status print_shapes(const Args& args, const std::optional<Device>& given, Console& console) {
  Device device = given.value_or(Device{});
  if (!given) {
    TRY(const auto pool, make_pool(args.n_threads));
    TRY(device, probe_device(*pool));
  }
  ShapeWish wish{.context_length = args.context_length,
                 .n_threads = args.n_threads > 0 ? args.n_threads : device.n_cores};
  TRY(wish.goal, read_goal(args.goal, device.ram_bytes));
  if (!args.kv_type.empty()) { TRY(wish.kv_type, parse_kv_type(args.kv_type)); }
  TRY(const std::vector<ShapeFit> fits, fit_shapes(device, wish));
  if (args.json) {
    nlohmann::ordered_json out = {{"device", nlohmann::ordered_json::parse(device_json(device))},
                                  {"ram_bytes", wish.goal.ram_bytes},
                                  {"tokens_per_s", wish.goal.tokens_per_s},
                                  {"shapes", nlohmann::ordered_json::array()}};
    for (const ShapeFit& fit : fits) {
      out["shapes"].push_back({{"shape", fit.shape},
                               {"parameters", fit.n_parameters},
                               {"type", fit.type},
                               {"file_bytes", fit.file_bytes},
                               {"kv_type", kv_type_name(fit.kv_type)},
                               {"context", fit.context_length},
                               {"needed_bytes", fit.needed_bytes},
                               {"decode_tokens_per_s", fit.tokens_per_s},
                               {"fits", fit.context_length > 0}});
    }
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return ok();
  }
  console.line(msg::kPlanShapesGoal, readable_bytes(wish.goal.ram_bytes), wish.goal.tokens_per_s, wish.n_threads,
               device.limits.read_gb_s);
  const auto row = [&](const auto&... cells) {
    constexpr int kWidths[] = {14, 13, 6, 8, 5, 8, 8, 9};
    std::string line;
    const int* width = kWidths;
    ((line += pad(cells, *width++) + " "), ...);
    console.line(line.substr(0, line.find_last_not_of(' ') + 1));
  };
  row(msg::kPlanShape.text(), msg::kPlanParameters.text(), msg::kPlanType.text(), msg::kPlanFile.text(), "KV",
      msg::kPlanContext.text(), msg::kPlanRowMemory.text(), msg::kPlanDecode.text());
  for (const ShapeFit& fit : fits) {
    const bool fits_in = fit.context_length > 0;
    row(fit.shape, readable_count(fit.n_parameters), fit.type, readable_bytes(fit.file_bytes),
        kv_type_name(fit.kv_type), fits_in ? std::to_string(fit.context_length) : std::string(msg::kPlanNo.text()),
        readable_bytes(fit.needed_bytes), fmt::format("{:.1f}", fit.tokens_per_s));
  }
  return ok();
}

Status run_plan(const Args& args, Console& console) {
  TRY(check_arguments(args));
  TRY(const std::optional<Device> device, read_device(args.goal));
  if (args.model.empty()) return print_shapes(args, device, console);
  TRY(const Plan plan, make_plan(args, device));
  if (args.json) print_json(args, plan, console);
  else print(args, plan, device, console);
  return ok();
}

}  // namespace

extern constinit const Command plan{
    .name = "plan",
    .summary = msg::kPlanSummary,
    .example =
        "ondol plan --ram 600M --tps 10\n"
        "ondol plan model.gguf\n"
        "ondol plan model.gguf -c 8192 --kv-type q8_0 --ram 600M --tps 10\n"
        "ondol plan model.gguf --device phone.json --ram 600M\n"
        "ondol plan model.gguf -c 2048 --verify",
    .define = define_with<Args, declare, run_plan>,
};

}  // namespace ondol::command
