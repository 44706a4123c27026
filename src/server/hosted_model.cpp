#include "server/hosted_model.h"

#include <sys/stat.h>

#include "base/log.h"
#include "engine/answer_format.h"
#include "server/server_messages.h"

namespace ondol {

FormatWish stored_wish(const HostedModel& model) {
  return {.kind = FormatWish::Kind::kSchema, .source = model.stored_schema.value_or("")};
}

Result<int64_t> HostedModel::needed_bytes(const Model& model, const HostingOptions& options, int n_threads) {
  const EmbedderOptions embedding{.context_length = options.engine.context_length, .kv_type = options.engine.kv_type};
  TRY(const int64_t embedder_bytes, Embedder::size_bytes(model, n_threads, embedding));
  if (!model.hp.is_causal) return model.weight_bytes + embedder_bytes;
  TRY(const int64_t engine_bytes, Engine::size_bytes(model, n_threads, options.engine));
  return model.weight_bytes + embedder_bytes + engine_bytes;
}

int64_t HostedModel::context_length() const {
  return engine ? engine->context_length() : embedder->embedder().context_length();
}

void HostedModel::step() {
  if (streams && !streams->idle()) {
    // Streams that a failed step could not go on with have ended and told why.
    if (const Status stepped = streams->step(); !stepped) log_line(LogLevel::kWarning, "a step of {} failed", name);
  }
  if (!embedder->idle()) embedder->step();
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
  const EmbedderOptions embedding{.context_length = options.engine.context_length, .kv_type = options.engine.kv_type};
  TRY(auto embedder, Embedder::create(model, computing, embedding));
  hosted->embedder = std::make_unique<HostedEmbedder>(std::move(embedder));
  TRY(hosted->memory_bytes, needed_bytes(model, options, computing.n_threads()));
  if (model.hp.is_causal) {
    TRY(hosted->engine, Engine::create(model, computing, options.engine));
    hosted->streams = std::make_unique<Streams>(*hosted->engine);
  }
  struct stat file {};
  if (stat(path.c_str(), &file) == 0) {
    hosted->created_s = file.st_mtim.tv_sec;
    hosted->file_bytes = file.st_size;
  }
  return hosted;
}

}  // namespace ondol
