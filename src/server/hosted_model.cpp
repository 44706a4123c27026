#include "server/hosted_model.h"

#include <sys/stat.h>

#include "engine/answer_format.h"
#include "server/server_messages.h"

namespace ondol {

Result<std::shared_ptr<HostedModel>> HostedModel::load(std::string name, const std::string& path,
                                                       const HostingOptions& options, ThreadPool& loading,
                                                       ThreadPool& computing) {
  auto hosted = std::make_shared<HostedModel>();
  hosted->name = std::move(name);
  TRY(hosted->model, load_model(path, loading, options.load));
  const Model& model = hosted->model;
  if (model.tokenizer == nullptr) return fail(ErrorKind::kUnsupported, msg::kServedWithoutTokenizer, path);
  if (options.adapt) TRY(options.adapt(hosted->model));
  const auto own = model.metadata.get_string("tokenizer.chat_template");
  const std::string jinja = options.chat_template.empty() ? std::string(own.value_or("")) : options.chat_template;
  if (!jinja.empty()) { TRY(hosted->chat, ChatTemplate::parse(jinja)); }
  const auto for_tools = model.metadata.get_string("tokenizer.chat_template.tool_use");
  if (options.chat_template.empty() && for_tools) { TRY(hosted->chat_with_tools, ChatTemplate::parse(*for_tools)); }
  if (options.obeys_stored_schema) hosted->stored_schema = ondol::stored_schema(model);
  hosted->formats = std::make_unique<FormatCache>(*model.tokenizer);
  TRY(hosted->engine, Engine::create(model, computing, options.engine));
  hosted->streams = std::make_unique<Streams>(*hosted->engine);
  TRY(const int64_t engine_bytes, Engine::size_bytes(model, computing.n_threads(), options.engine));
  hosted->memory_bytes = model.weight_bytes + engine_bytes;
  struct stat file {};
  if (stat(path.c_str(), &file) == 0) {
    hosted->created_s = file.st_mtim.tv_sec;
    hosted->file_bytes = file.st_size;
  }
  return hosted;
}

}  // namespace ondol
