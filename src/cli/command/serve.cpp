// ondol serve MODEL…: a local server with a page and the APIs clients know.
#include "server/server.h"

#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>

#include "cli/adapter_arguments.h"
#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/seal_arguments.h"
#include "cli/serve_messages.h"
#include "cli/template_source.h"
#include "engine/prefix_folder.h"
#include "format/gguf.h"

namespace ondol::command {
namespace {

constexpr int kUsualPort = 8080;

struct Args {
  std::vector<std::string> models, hosts, origins, lora;
  std::string host = "localhost", api_key_file, chat_template, kv_type = "f16", ram, prompt_cache;
  int64_t port = -1, context_length = 0, n_parallel = 4, queue = 512;
  int n_threads = 0;
  SealArguments seal;
  bool no_schema = false, low_memory = false;
};

void declare(Options& options, Args& args) {
  options.add("MODEL", args.models, help_text(msg::kServeModels)).required();
  options.add("--host", args.host, help_text(msg::kHostOption)).placeholder("ADDRESS");
  options.add("--port", args.port, help_text(msg::kPortOption)).placeholder("N");
  options.add("--api-key-file", args.api_key_file, help_text(msg::kApiKeyFileOption)).placeholder("FILE");
  options.add("--allow-host", args.hosts, help_text(msg::kAllowHostOption)).placeholder("NAME").repeatable();
  options.add("--allow-origin", args.origins, help_text(msg::kAllowOriginOption)).placeholder("ORIGIN").repeatable();
  options.add("-np,--parallel", args.n_parallel, help_text(msg::kParallelOption)).placeholder("N");
  options.add("--queue", args.queue, help_text(msg::kQueueOption)).placeholder("N");
  options.add("-c,--ctx-size", args.context_length, help_text(msg::kServeContextOption)).placeholder("N");
  options.add("-t,--threads", args.n_threads, help_text(msg::kThreadsOption)).placeholder("N");
  options.add("--ram", args.ram, help_text(msg::kServeRamOption)).placeholder("BYTES");
  options.add("--kv-type", args.kv_type, help_text(msg::kKvTypeOption)).placeholder("TYPE");
  options.add("--prompt-cache", args.prompt_cache, help_text(msg::kServePromptCacheOption)).placeholder("DIR");
  options.add("--chat-template", args.chat_template, format_message(msg::kChatTemplateOption, chat_template_names()))
      .placeholder("NAME|FILE");
  declare_lora(options, args.lora);
  options.add("--low-memory", args.low_memory, help_text(msg::kLowMemoryOption));
  declare_seal(options, args.seal);
  options.add("--no-schema", args.no_schema, help_text(msg::kServeNoSchemaOption));
}

Status check_arguments(const Args& args) {
  TRY(check_number("--threads", args.n_threads, 0, 1024));
  TRY(check_number<int64_t>("--port", args.port, -1, 65535));
  TRY(check_number<int64_t>("--parallel", args.n_parallel, 1, 1024));
  TRY(check_number<int64_t>("--queue", args.queue, 1, 1'000'000));
  return check_number<int64_t>("--ctx-size", args.context_length, 0, INT32_MAX);
}

// "" where none is given.
Result<std::string> read_api_key(const Args& args) {
  constexpr size_t kLeastCharacters = 16;
  const char* const from_environment = std::getenv("ONDOL_API_KEY");
  if (args.api_key_file.empty() && from_environment == nullptr) return std::string();
  std::string key;
  if (from_environment != nullptr) key = from_environment;
  if (!args.api_key_file.empty()) { TRY(key, read_text_file(args.api_key_file)); }
  while (key.ends_with('\n') || key.ends_with('\r')) key.pop_back();
  if (key.size() >= kLeastCharacters && key.find_first_of("\r\n") == std::string::npos) return key;
  return fail(ErrorKind::kBadInput, msg::kApiKeyEmpty, args.api_key_file.empty() ? "ONDOL_API_KEY" : args.api_key_file);
}

// A port that was asked for must be free; the usual one need not be.
Result<Listener> listen(const Args& args, Console& console) {
  if (args.port >= 0) return open_listener(args.host, static_cast<int>(args.port));
  auto usual = open_listener(args.host, kUsualPort);
  if (usual || usual.error().kind != ErrorKind::kIo) return usual;
  console.note(msg::kPortTaken, kUsualPort);
  return open_listener(args.host, 0);
}

// As many connections as the system lets this process have.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<HostingOptions> hosting_of(const Args& args) {
  TRY(const KvType kv_type, parse_kv_type(args.kv_type));
  HostingOptions hosting{.engine = {.context_length = args.context_length,
                                    .kv_type = kv_type,
                                    .max_sequences = static_cast<int>(args.n_parallel),
                                    .prompt_cache = args.prompt_cache},
                         .load = {.low_memory = args.low_memory},
                         .obeys_stored_schema = !args.no_schema};
  if (!args.chat_template.empty()) {
    TRY(hosting.chat_template, chat_template_source(args.chat_template, {}, /*with_tools=*/false));
  }
  if (!args.lora.empty()) hosting.adapt = [lora = args.lora](Model& model) { return add_lora(lora, model); };
  TRY(const std::vector<std::string> adapters, adapter_paths(args.lora));
  for (const std::string& path : adapters) hosting.adapter_names.push_back(std::filesystem::path(path).filename());
  return hosting;
}

// The first stage of the seal, when one is wanted.  Only the main thread exists.
Result<std::optional<BegunSeal>> begin_wanted_seal(const Args& args, const Listener& listener) {
  TRY(const std::optional<SealLevel> level, seal_level(args.seal));
  if (!level) return std::nullopt;
  SealRequest request{.level = *level, .listeners = listener.sockets};
  TRY(request.readable, adapter_paths(args.lora));
  for (const std::string& model : args.models) {
    const std::vector<std::string> parts = gguf_part_paths(model);
    request.readable.insert(request.readable.end(), parts.begin(), parts.end());
  }
  if (!args.prompt_cache.empty()) {
    TRY(PrefixFolder::make(args.prompt_cache));
    request.writable.push_back(args.prompt_cache);
  }
  TRY(BegunSeal begun, begin_seal(request));
  return begun;
}

void announce(Server& server, const Args& args, Console& console) {
  const auto first = server.service().shelf().first();
  console.line(msg::kServing, server.url(), first->name, args.n_parallel, first->context_length);
  console.flush();
}

Status run_serve(const Args& args, Console& console) {
  TRY(check_arguments(args));
  TRY(std::string api_key, read_api_key(args));
  ServerOptions options{
      .service = {.most_pending = args.queue, .n_slots = static_cast<int>(args.n_parallel), .version = ONDOL_VERSION}};
  TRY(options.shelf.hosting, hosting_of(args));
  options.shelf.paths = args.models;
  if (!args.ram.empty()) { TRY(options.shelf.ram_bytes, parse_bytes("--ram", args.ram)); }
  options.shelf.n_threads = args.n_threads > 0 ? args.n_threads : usable_cores();
  raise_file_limit();
  TRY(Listener listener, listen(args, console));
  if (!listener.is_loopback && api_key.empty()) return fail(ErrorKind::kUsage, msg::kNeedsApiKey, args.host);
  TRY(std::optional<BegunSeal> begun_seal, begin_wanted_seal(args, listener));
  options.guard = {.hosts = args.hosts, .origins = args.origins, .api_key = std::move(api_key)};
  options.guard.any_address = !listener.is_loopback;
  TRY(const auto server, Server::create(std::move(listener), std::move(options)));
  if (begun_seal) {
    TRY(server->service().seal, finish_seal(std::move(*begun_seal)));
    if (!console.quiet()) console.screen(receipt_text(*server->service().seal));
  }
  announce(*server, args, console);
  server->run();
  return ok();
}

}  // namespace

extern constinit const Command serve{
    .name = "serve",
    .summary = msg::kServeSummary,
    .example =
        "ondol serve model.gguf\n"
        "ondol serve model.gguf --port 8000 --sealed\n"
        "curl localhost:8080/v1/chat/completions -d '{\"messages\": [{\"role\": \"user\", \"content\": \"안녕\"}]}'",
    .define = define_with<Args, declare, run_serve>,
};

}  // namespace ondol::command
