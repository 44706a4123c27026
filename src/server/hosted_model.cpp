#include "server/hosted_model.h"

#include <sys/stat.h>

#include "base/log.h"
#include "engine/answer_format.h"
#include "server/server_messages.h"

namespace ondol {

FormatWish stored_wish(const HostedModel& model) {
  return {.kind = FormatWish::Kind::kSchema, .source = model.stored_schema.value_or("")};
}

static EmbedderOptions embedding_options(const HostingOptions& options) {
  return {.context_length = options.engine.context_length, .kv_type = options.engine.kv_type};
}

Result<int64_t> HostedModel::needed_bytes(const Model& model, const HostingOptions& options, int n_threads) {
  TRY(const int64_t bytes, model.hp.is_causal ? Engine::size_bytes(model, n_threads, options.engine)
                                              : Embedder::size_bytes(model, n_threads, embedding_options(options)));
  return model.weight_bytes + bytes;
}

void HostedModel::step() {
  if (streams && !streams->idle()) {
    // Streams that a failed step could not go on with have ended and told why.
    if (const Status stepped = streams->step(); !stepped) log_line(LogLevel::kWarning, "a step of {} failed", name);
  }
  if (!embedder->idle()) embedder->step();
}

void HostedModel::give_up() {
  streams.reset();
  embedder.reset();
}

bool HostedModel::idle() const { return (!streams || streams->idle()) && embedder->idle(); }

Result<std::shared_ptr<HostedModel>> HostedModel::load(std::string name, const std::string& path,
                                                       const HostingOptions& options, ThreadPool& loading,
                                                       ThreadPool& computing) {
  auto hosted = std::make_shared<HostedModel>();
  hosted->name = std::move(name);
  TRY(hosted->model, load_model(path, loading, options.load));
  const Model& model = hosted->model;
  if (model.tokenizer == nullptr) return fail(ErrorKind::kUnsupported, msg::kServedWithoutTokenizer, path);
  if (options.adapt) TRY(options.adapt(hosted->model));
  hosted->adapter_names = options.adapter_names;
  hosted->adapter_scales.set(model.adapters.scales);
  const auto own = model.metadata.get_string("tokenizer.chat_template");
  const std::string jinja = options.chat_template.empty() ? std::string(own.value_or("")) : options.chat_template;
  if (!jinja.empty()) { TRY(hosted->chat, ChatTemplate::parse(jinja)); }
  const auto for_tools = model.metadata.get_string("tokenizer.chat_template.tool_use");
  if (options.chat_template.empty() && for_tools) { TRY(hosted->chat_with_tools, ChatTemplate::parse(*for_tools)); }
  if (options.obeys_stored_schema) hosted->stored_schema = ondol::stored_schema(model);
  hosted->formats = std::make_unique<FormatCache>(*model.tokenizer);
  if (hosted->stored_schema) TRY(hosted->formats->format(stored_wish(*hosted)));
  hosted->embedder = std::make_unique<HostedEmbedder>(model, computing, embedding_options(options));
  TRY(hosted->memory_bytes, needed_bytes(model, options, computing.n_threads()));
  if (model.hp.is_causal) {
    TRY(hosted->engine, Engine::create(model, computing, options.engine));
    hosted->streams = std::make_unique<Streams>(*hosted->engine);
    hosted->context_length = hosted->engine->context_length();
  } else {
    TRY(const Embedder* const embedder, hosted->embedder->open());
    hosted->context_length = embedder->context_length();
  }
  struct stat file {};
  if (stat(path.c_str(), &file) == 0) {
    hosted->created_s = file.st_mtim.tv_sec;
    hosted->file_bytes = file.st_size;
  }
  return hosted;
}

}  // namespace ondol
